"""Questions to what is kept: which page, which documents, which work items; and what makes a repeated request known."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Generic, TypeVar

from engine.errors import Conflict
from engine.ids import AgencyId, DocumentId, PersonId, UnitId
from engine.instances import InstanceState
from engine.people import Person
from engine.registers import Direction

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which page of a list: at most *limit* rows (1 to 200) behind the place *after* names (None: from the start)."""

    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """One page; *next* is the ``after`` of the following one, None at the end."""

    items: tuple[Row, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which leaves of an agency: all that are said must hold.

    Attributes:
        subjects: Ids of what they are about; None: of anything.
        actor: Who did it.
        action: What was done, as in 'document.signed'.
        since, before: From this moment on, and before that one.
    """

    subjects: tuple[str, ...] | None = None
    actor: PersonId | None = None
    action: str | None = None
    since: datetime | None = None
    before: datetime | None = None


EVERYTHING: Final = AuditQuery()
"""Leaves about anything, of anybody, at any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentQuery:
    """Which documents, of those *reader* may read (engine.access says which).

    Attributes:
        text: Words of subject, number or sender; case and Vietnamese marks do not matter.
        from_date: First day of arrival or, for outgoing ones, of drafting.
        to_date: Last such day, included.
    """

    reader: Person
    direction: Direction | None = None
    text: str | None = None
    type: str | None = None
    from_date: date | None = None
    to_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemQuery:
    """Which open work items: those *person* can do (assigned or candidate); *document_id* narrows to one document."""

    person: Person
    document_id: DocumentId | None = None


LONGEST_AGE_DAYS: Final = 36_500
"""How old the procedures that somebody asks for may have to be at least: a century."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceQuery:
    """Which procedures of an agency: of which model and version, in which state, begun before which moment."""

    agency_id: AgencyId
    state: InstanceState = InstanceState.UNFINISHED
    key: str | None = None
    version: int | None = None
    begun_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastQuery:
    """What would be late once the moment *until* has passed, if nobody did anything; paused documents are left out.

    Attributes:
        unit_id: Only what is with this unit: given to it, or to one of its people.
        person_id: Only what is with this person.
    """

    agency_id: AgencyId
    until: datetime
    unit_id: UnitId | None = None
    person_id: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastCount:
    """How many items would be late with one unit and person; None where it is with no unit, or with nobody yet."""

    unit_id: UnitId | None
    person_id: PersonId | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person with the argon2 hash of their first password."""

    person: Person
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """What makes a repeated request harmless: the caller's key and a SHA-256 of what was asked."""

    key: str
    fingerprint: str


class IdempotencyKeyReused(Conflict):
    """The same Idempotency-Key came with another content."""

    code = "request.idempotency_key_reused"
    template = "This Idempotency-Key was used for another request. Take a new key for a new request."
