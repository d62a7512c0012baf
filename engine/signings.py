"""Signings: a key to be used once on one fixed digest, resumable at any point, never twice."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from engine.ids import AgencyId, DocumentId, FileId, InstanceId, PersonId, SignatureId, WorkItemId


class SigningState(StrEnum):
    """How far a signing went; each step can be repeated without harm."""

    DIGESTED = "digested"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """One signature asked for: the prepared file, its fixed digest, and whose key is to sign it.

    Attributes:
        field: Name of the signature field it goes into.
        digest: SHA-256 over the signed byte range of the prepared file, hexadecimal.
        prepared_file_id: The file with the signature's place left open.
        prepared: What signing needs besides the file, as JSON (see engine.signatures.PreparedSignature).
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


class WrongKeyKind(Conflict):
    """A person's signature was asked with the agency's key, or the other way round."""

    code = "signing.wrong_key"
    template = "This step needs the %(needed)s key. Choose that key and sign again."
