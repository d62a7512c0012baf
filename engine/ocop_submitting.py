"""Submitting the dossier of an OCOP product to the province: frozen here, waiting for registration there."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from engine import submitting
from engine.audit import Plain
from engine.deadlines import office_date
from engine.documents import Document, IncomingDocument, IncomingState, Urgency
from engine.dossiers import Dossier
from engine.ids import AgencyId, DocumentId, PersonId
from engine.ocop_proposals import FORM_01, Proposal, require_findings
from engine.ports import UnitOfWork

Start = Callable[[str, Document, Mapping[str, object]], object]
"""Starts the procedure of a key for a new document."""
RATING: Final = "ocop_rating"
SLIP: Final = "PB"
"""The type a registration slip is entered under."""


def submit_locked(
    dossier: Dossier, proposal: Proposal, start: Start, *, by: PersonId, at: datetime, work: UnitOfWork
) -> Dossier:
    """Submit a locked dossier; the first time its registration slip becomes an incoming document of the province.

    *start* starts the province's procedure on that.

    Raises:
        ProposalInvalid: The commune's findings or the samples are not there.
        DossierNotInState, SubmittedTooLate, PartsMissing: It cannot be submitted.
    """
    product = work.ocop.register.get(proposal.product_id)
    require_findings(proposal.findings, proposal.samples, product.set_number)
    submitted = submitting.submit(dossier, _content(proposal), by=by, at=at, work=work)
    if submitted.received_document_id is not None:
        return submitted
    sender = work.people.get_agency(submitted.agency_id).name
    document = slip_of(submitted, proposal, (submitted.receiver_id, sender), by=by, at=at, work=work)
    submitted = work.dossiers.save(replace(submitted, received_document_id=document.id))
    start(RATING, document, {})
    return submitted


def slip_of(
    dossier: Dossier,
    proposal: Proposal,
    between: tuple[AgencyId, str],
    *,
    by: PersonId,
    at: datetime,
    work: UnitOfWork,
) -> IncomingDocument:
    """Return the registration slip as an incoming document; *between* says where, and from whom as printed."""
    receiver, sender = between
    return IncomingDocument(
        id=DocumentId(work.new_id()),
        agency_id=receiver,
        type=SLIP,
        subject=dossier.subject,
        urgency=Urgency.NORMAL,
        file_id=dossier.get_part(FORM_01).files[0].file_id,
        created_at=at,
        created_by=by,
        code_number=f"{proposal.commune_serial:02d}",
        code_notation=f"PĐK-{proposal.province_code}-{proposal.commune_code}",
        issued_date=office_date(at),
        organ_name=sender,
        state=IncomingState.RECEIVED,
    )


def _content(proposal: Proposal) -> dict[str, Plain]:
    """Return what is submitted beside files, as the manifest lists it."""
    return {
        "slip": proposal.slip,
        "purpose": proposal.purpose.value,
        "changes": proposal.changes,
        "samples": proposal.samples,
        "confirmed": {check.value: finding.confirmed for check, finding in proposal.findings.items()},
    }
