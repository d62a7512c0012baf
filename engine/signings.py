"""Signings: a key to be used once on one fixed digest, resumable at any point, never twice."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, OurFault
from engine.ids import AgencyId, DocumentId, FileId, InstanceId, PersonId, SignatureId, WorkItemId


class SigningState(StrEnum):
    """How far a signing went; each step can be repeated without harm."""

    DIGESTED = "digested"
    SIGNED = "signed"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """One signature asked for: the prepared file, its fixed digest, and whose key is to sign it.

    Attributes:
        field: Name of the signature field it goes into.
        digest: Over the signed byte range of the prepared file, hexadecimal; by which algorithm says *prepared*.
        prepared_file_id: The file with the signature's place left open.
        prepared: What signing needs besides the file, as JSON (see engine.signatures.PreparedSignature).
        base_file_id: The version of the document it is added to; None of those from before this was kept.
        void_because: Why it counts no more: the document was returned, or changed while it was being signed.
    """

    id: SignatureId
    agency_id: AgencyId
    document_id: DocumentId
    instance_id: InstanceId
    work_item_id: WorkItemId
    field: str
    outcome: str
    key_id: str
    digest: str
    prepared_file_id: FileId
    prepared: str
    asked_at: datetime
    asked_by: PersonId
    state: SigningState = SigningState.DIGESTED
    signed_file_id: FileId | None = None
    signed_at: datetime | None = None
    base_file_id: FileId | None = None
    void_because: str | None = None

    def voided(self, because: str) -> "Signing":
        """Return this signing as one that counts no more; a signed one keeps its file, as evidence."""
        return replace(self, state=SigningState.VOID, void_because=because)

    def signed(self, file_id: FileId, at: datetime) -> "Signing":
        """Return this signing as done."""
        return replace(self, state=SigningState.SIGNED, signed_file_id=file_id, signed_at=at)


class SigningNotFound(NotFound):
    """Nobody asked to sign this work item."""

    code = "signing.not_found"
    template = "Nobody asked to sign this yet."


class KeyNotYours(Forbidden):
    """The key belongs to somebody else."""

    code = "signing.key_not_yours"
    template = "This key is not yours to use. Sign with your own key, or as the clerk with the agency's."


class PinNotAsked(Invalid):
    """A PIN was sent for a key that has none; it is neither used nor kept."""

    code = "signing.pin_not_asked"
    template = "This key asks for no PIN. Send none; it was not used."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(field="pin", code="not_asked", message="This key asks for no PIN.")])


class AnotherSigns(Conflict):
    """Two signatures on one file are made one after the other, each on what the one before left."""

    code = "signing.another_signs"
    template = (
        "%(name)s is signing this document at this very moment. Wait a moment, reload the page and sign then; "
        "no signature is lost."
    )


class NoFieldForSignature(Conflict):
    """The model says another field, or nobody's, for a document that has no place for this signature."""

    code = "signing.no_field"
    template = (
        "The document has no place for this signature (%(field)s). Return it, so that it is drafted for its signers."
    )


class SignatureNotProven(OurFault):
    """A signature that was just made does not stand our own validation; the next step does not begin."""

    code = "signing.not_proven"
    template = "The signature that was just made does not pass validation (%(reason)s). The next step does not begin."


class WrongKeyKind(Conflict):
    """A person's signature was asked with the agency's key, or the other way round."""

    code = "signing.wrong_key"
    template = "This step needs the %(needed)s key. Choose that key and sign again."
