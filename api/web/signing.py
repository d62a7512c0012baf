"""Signing a document: what exactly is signed, by whom, with which key."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, id_of
from api.web.status import CheckSaid, warnings_for
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.choices import OfferedOutcome
from engine.definitions import SignatureKind
from engine.documents import Document
from engine.errors import Fault
from engine.ids import FileId, WorkItemId
from engine.key_use import key_of
from engine.neighbours import Services
from engine.signatures import CertificateFacts
from engine.signing_places import require_nobody_signs
from engine.signing_rights import AGENCY, DEFAULT
from engine.signings import AnotherSigns
from engine.work_items import WorkItem

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """What a person sees of the key before they sign.

    Attributes:
        by_agency: Whether it is the agency's key that signs.
        certificate: Of the key that will be used, or None.
        trouble: Why the key cannot be used now, in a sentence, or None.
        elsewhere: Whether the key is in its holder's own computer, so that the signature is made there.
        warnings: What was found, before anybody asked, to stand in the way of this signature.
    """

    by_agency: bool
    certificate: CertificateFacts | None
    trouble: str | None
    elsewhere: bool
    warnings: Sequence[CheckSaid]


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningFacts(KeyFacts):
    """What a person sees before they sign a document.

    Attributes:
        outcome: The outcome that is given by signing.
        digest: SHA-256 of the file, hexadecimal.
    """

    outcome: OfferedOutcome
    digest: FileId


def signing_facts(
    outcome: OfferedOutcome, item: WorkItem, document: Document, desk: Desk, services: Services
) -> SigningFacts:
    """Return what is to be known before signing; a key that does not answer, or another who signs, is said."""
    key, busy = key_facts(outcome.signature is SignatureKind.AGENCY, desk, services), None
    with services.begin() as work:
        try:
            require_nobody_signs(document, item, work)
        except AnotherSigns as another:
            busy = desk.says(another)
    return SigningFacts(
        outcome=outcome,
        by_agency=key.by_agency,
        digest=document.file_id,
        certificate=key.certificate,
        trouble=key.trouble or busy,
        elsewhere=key.elsewhere,
        warnings=key.warnings,
    )


def key_facts(by_agency: bool, desk: Desk, services: Services) -> KeyFacts:
    """Return what is to be known of the person's key, or of the agency's; one that does not answer is said."""
    certificate, trouble = None, None
    with services.begin() as work:
        key = key_of(desk.person.agency_id, None if by_agency else desk.person.id, services=services, work=work)
        warnings = warnings_for(key.holder, desk, work)
    try:
        certificate = services.pdfs.certificate(key)
    except Fault as fault:
        trouble = desk.says(fault)
    return KeyFacts(
        by_agency=by_agency,
        certificate=certificate,
        trouble=trouble,
        elsewhere=key.kind.is_elsewhere,
        warnings=warnings,
    )


@router.post("/work-items/{work_item_id}/signature")
def sign(desk: DeskDep, form: FormDep, services: ServicesDep, work_item_id: str) -> Response:
    """Ask for the signature over exactly the file that was shown.

    Raises:
        VersionMoved: The document has another version than the one that was shown.
    """
    key = WorkItemId(id_of(work_item_id))
    kind = AGENCY if form.text("key") == AGENCY else DEFAULT
    asked = AskSignature(work_item_id=key, key=kind, expected=FileId(form.text("digest")))
    ask_signature(asked, by=desk.person, services=services)
    return desk.to(f"/work-items/{key}", "signing")
