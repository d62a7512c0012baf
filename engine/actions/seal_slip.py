"""Seal a slip: the agency's key signs it by itself, as the clerk who gave it out would, and it goes into the archive.

What is signed is on record before the key is used; a crash in between signs the same again, never another. A key that
asks for a PIN, or is in somebody's own computer, seals nothing here: the slip is then kept without a seal.

Source: Decree 118/2025/NĐ-CP (slips of the public-service centre, which has its own seal); Decree 30/2020/NĐ-CP,
appendix I (how the agency's signature in words looks); docs/decisions/0016.
"""

import json

from engine.case_events import CaseSlipSealAsked
from engine.case_slips import KeptSlip, Slip, SlipPage
from engine.client_signatures import SignElsewhere
from engine.ids import SYSTEM, CaseSlipId
from engine.key_use import key_of
from engine.neighbours import Services
from engine.signatures import PreparedSignature
from engine.signing_keys import SigningKey
from engine.slip_keeping import keep, page_of
from engine.text_seals import attachment_seal
from engine.typed_keys import Typed


def seal_slip(slip_id: CaseSlipId, *, services: Services) -> None:
    """Seal the slip with the agency's key and keep it; harmless when that was done before.

    Raises:
        SlipNotFound: There is no such slip.
        SignElsewhere, PinNeeded, OtpNeeded: The key needs a person.
        CertificateUnfit and those of engine.certificates: The key may not sign now.
        KeyUnavailable, TimestampUnavailable, RevocationUnavailable: Not now.
    """
    with services.begin() as work:
        slip = work.cases.get_slip(slip_id)
        kept = work.cases.find_kept_slip(slip.id)
        page = page_of(slip, services, work)
        key = key_of(slip.agency_id, None, services=services, work=work)
    if kept is not None and kept.file_id is not None:
        return
    if key.kind.is_elsewhere:
        raise SignElsewhere
    Typed().require_for(key)
    services.pdfs.require_fit(key, services.clock())
    asked = kept or _put_on_record(slip, page, key, services)
    assert asked.prepared is not None and asked.prepared_file_id is not None  # noqa: S101, PT018  a row has both or none
    prepared = PreparedSignature.from_data(json.loads(asked.prepared), services.read(asked.prepared_file_id))
    signed = services.pdfs.complete_signature(prepared, key)
    keep(slip, asked, services.pdfs.extend(signed, services.clock()), services)


def _put_on_record(slip: Slip, page: SlipPage, key: SigningKey, services: Services) -> KeptSlip:
    at = services.clock()
    text = attachment_seal(slip.printed, at)
    prepared = services.pdfs.prepare_text_seal(services.pdfs.print_slip(page), key, text, at)
    file = services.put_pdf(prepared.content, by=slip.issued_by, agency_id=slip.agency_id)
    with services.begin() as work:
        work.cases.lock(slip.case_id)
        known = work.cases.find_kept_slip(slip.id)
        if known is not None:
            return known
        if work.files.find(file.id) is None:
            work.files.add(file)
        asked = KeptSlip(
            slip_id=slip.id,
            key_id=key.holder,
            digest=prepared.digest,
            prepared_file_id=file.id,
            prepared=json.dumps(prepared.as_data()),
        )
        work.cases.keep_slip_file(asked)
        work.record(
            CaseSlipSealAsked(
                by=SYSTEM,
                at=at,
                agency_id=slip.agency_id,
                case_id=slip.case_id,
                case_slip_id=slip.id,
                key_id=key.holder,
                digest=prepared.digest,
                prepared_file_id=file.id,
            )
        )
        return asked
