"""Who puts their hand to a document besides its first signer: others who sign it, and those who initialled it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.ids import FileId, PersonId, StandInId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Somebody who signs a document, in a signature field of their own.

    Attributes:
        field: Name of the signature field.
        under: The stand-in by which they sign; None: by their own post, or in their *capacity*.
        capacity: In what capacity they sign where not by their post, as in 'Thư ký'; printed in place of the title.
        countersigns: They confirm what the signers signed (ký xác nhận), after all of them and before the seal.
    """

    person: PersonId
    field: str
    under: StandInId | None = None
    capacity: str | None = None
    countersigns: bool = False


class InitialKind(StrEnum):
    """What somebody answers for who initials a document (ký nháy).

    Source: Decree 30/2020/NĐ-CP, art. 12: the head of the drafting unit for its content, whoever checks form and
    layout for these.
    """

    CONTENT = "content"
    FORMAT = "format"


@dataclass(frozen=True, slots=True, kw_only=True)
class Initial:
    """An initial: who checked which file, when, by which work item."""

    kind: InitialKind
    by: PersonId
    at: datetime
    file_id: FileId
    work_item_id: WorkItemId


def mark_of(name: str) -> str:
    """Return what stands on the page for somebody's initial: 'Lê Hoàng Phượng' is 'L.H.Phượng'."""
    *before, given = name.split() or [""]
    return "".join(f"{word[0]}." for word in before) + given
