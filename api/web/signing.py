"""Signing a document: what exactly is signed, by whom, with which key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.status import CheckSaid, warnings_for
from api.web.tried import Tried
from api.web.words import msgid
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.send_otp import send_otp
from engine.choices import OfferedOutcome
from engine.definitions import SignatureKind
from engine.documents import Document
from engine.errors import Fault
from engine.ids import FileId, WorkItemId
from engine.key_use import key_of
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.signatures import CertificateFacts
from engine.signing_keys import SigningKey
from engine.signing_places import require_nobody_signs
from engine.signing_rights import AGENCY, DEFAULT
from engine.signings import AnotherSigns
from engine.typed_keys import waiting_key
from engine.work_items import WorkItem, WorkItemState

router = APIRouter()

SIGNATURE: Final = "signature"
"""What a refused signature is called among the things that were tried."""
LABELS: Final[Mapping[str, str]] = {"pin": msgid("PIN"), "otp": msgid("One-time code (OTP)")}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """What a person sees of the key before they sign.

    Attributes:
        by_agency: Whether it is the agency's key that signs.
        certificate: Of the key that will be used, or None.
        trouble: Why the key cannot be used now, in a sentence, or None.
        elsewhere: Whether the key is in its holder's own computer, so that the signature is made there.
        warnings: What was found, before anybody asked, to stand in the way of this signature.
        unlock: What the key asks for.
    """

    by_agency: bool
    certificate: CertificateFacts | None
    trouble: str | None
    elsewhere: bool
    warnings: Sequence[CheckSaid]
    unlock: "Unlock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """What the person types to use their key, and what was wrong with what they typed; never what it was.

    Attributes:
        asks: 'pin', 'otp', both or nothing.
        sends_otp: Whether the code is sent on demand.
    """

    asks: frozenset[str]
    sends_otp: bool
    form: Typed


def unlock_of(key: SigningKey, desk: Desk, tried: Tried | None) -> Unlock:
    """Return what this key asks for, with what is wrong where it was tried."""
    form = Typed.of(LABELS, desk.language)
    if tried is not None and tried.outcome == SIGNATURE:
        form = form.refused(tried.refusal, desk.language)
    return Unlock(asks=key.asks, sends_otp=key.sends_otp, form=form)


def waiting_unlock(
    item: WorkItem, desk: Desk, services: Services, work: UnitOfWork, tried: Tried | None
) -> Unlock | None:
    """Return what a signature that the person asked for waits for, None where it waits for nothing they type."""
    key = waiting_key(item, desk.person, services=services, work=work)
    return None if key is None else unlock_of(key, desk, tried)


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
    outcome: OfferedOutcome, item: WorkItem, document: Document, desk: Desk, services: Services, tried: Tried | None
) -> SigningFacts:
    """Return what is to be known before signing; a key that does not answer, or another who signs, is said."""
    key, busy = key_facts(outcome.signature is SignatureKind.AGENCY, desk, services, tried), None
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
        unlock=key.unlock,
    )


def key_facts(by_agency: bool, desk: Desk, services: Services, tried: Tried | None = None) -> KeyFacts:
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
        unlock=unlock_of(key, desk, tried),
    )


def ask(key: WorkItemId, form: Form, desk: Desk, services: Services) -> Response:
    """Ask for the signature over exactly the file that was shown, with what the key asks for.

    Raises:
        VersionMoved: The document has another version than the one that was shown.
    """
    kind = AGENCY if form.text("key") == AGENCY else DEFAULT
    asked = AskSignature(
        work_item_id=key,
        key=kind,
        pin=form.text("pin") or None,
        otp=form.text("otp").strip() or None,
        expected=FileId(form.text("digest")) if form.text("digest") else None,
    )
    item = ask_signature(asked, by=desk.person, services=services)
    # While it is being signed the page says so itself, and stops saying it when it is done.
    return desk.to(f"/work-items/{key}", None if item.state is WorkItemState.SIGNING else "signed")


@router.post("/work-items/{work_item_id}/signature/otp")
def have_otp_sent(desk: DeskDep, form: FormDep, services: ServicesDep, work_item_id: str) -> Response:
    """Have the code sent that the key asks for."""
    key = WorkItemId(id_of(work_item_id))
    kind = AGENCY if form.text("key") == AGENCY else DEFAULT
    send_otp(key, kind, by=desk.person, services=services)
    return desk.to(f"/work-items/{key}", "otp_sent")
