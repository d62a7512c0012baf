"""What happens to stand-ins, and to documents because of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.events import Event, Private
from engine.ids import DocumentId, FileId, PersonId, StandInId, UnitId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInRecorded(Event):
    """Somebody was put in another's place, for a time and a scope, by a decision; its words are private."""

    action = "stand_in.recorded"
    subject_type = "stand_in"
    stand_in_id: StandInId
    principal: PersonId
    substitute: PersonId
    kind: str
    starts_at: datetime
    ends_at: datetime
    document_types: Sequence[str]
    units: Sequence[UnitId]
    steps: Sequence[str]
    basis: Private
    basis_number: str | None
    basis_issued_on: date | None
    basis_document: DocumentId | None
    may_pass_on: bool
    under: StandInId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInRevoked(Event):
    """A stand-in was ended before its time, and with it those passed on under it."""

    action = "stand_in.revoked"
    subject_type = "stand_in"
    stand_in_id: StandInId
    with_it: Sequence[StandInId]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMadeOut(Event):
    """A document was printed anew for another signer, with the *authority* (KT., TL., TUQ.) they sign by."""

    action = "document.made_out"
    subject_type = "document"
    document_id: DocumentId
    work_item_id: WorkItemId
    named_before: PersonId
    authority: str
    file_id: FileId
