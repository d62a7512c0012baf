"""Number books as rows: a counter for each book and year, locked until the transaction ends."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from engine.ids import AgencyId, DocumentId, EntryId, PersonId, RegisterId
from engine.queries import Page, PageRequest
from engine.registers import Direction, Register, RegisterEntry, RegisterNotFound
from storage.queries import number_in, page_of
from storage.schema import register_counters, register_entries, registers
from storage.statements import Statements

_OF_AGENCY = select(registers).where(registers.c.agency_id == bindparam("agency_id")).order_by(registers.c.direction)
_GET = select(registers).where(registers.c.id == bindparam("register_id"))
_FOR_DIRECTION = select(registers).where(
    registers.c.agency_id == bindparam("agency_id"), registers.c.direction == bindparam("direction")
)
_COUNT = insert_or(register_counters).values(register_id=bindparam("register_id"), year=bindparam("year"), last=1)
# Whoever comes second waits for the row until the first commits or rolls back, so there is no gap and no double.
_NEXT = _COUNT.on_conflict_do_update(
    index_elements=["register_id", "year"], set_={"last": register_counters.c.last + 1}
).returning(register_counters.c.last)
_ENTRY = select(register_entries).where(
    register_entries.c.document_id == bindparam("document_id"), register_entries.c.cancelled_at.is_(None)
)
_CANCEL = (
    update(register_entries)
    .where(register_entries.c.id == bindparam("entry_id"))
    .values(cancelled_at=bindparam("at"), cancelled_reason=bindparam("reason"))
)


class PostgresRegisters:
    """Number books, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def of_agency(self, agency_id: AgencyId) -> Sequence[Register]:
        """Return the agency's registers."""
        return [_register(row) for row in self._connection.execute(_OF_AGENCY, {"agency_id": agency_id})]

    def get(self, register_id: RegisterId) -> Register:
        """Return the register, or raise RegisterNotFound."""
        return _found(self._connection.execute(_GET, {"register_id": register_id}).one_or_none())

    def for_direction(self, agency_id: AgencyId, direction: Direction) -> Register:
        """Return the agency's register of this direction, or raise RegisterNotFound."""
        wanted = {"agency_id": agency_id, "direction": direction.value}
        return _found(self._connection.execute(_FOR_DIRECTION, wanted).one_or_none())

    def open_copies(self, register: Register) -> Register:
        """Return the agency's register of copies, this one where there was none."""
        values = {"id": register.id, "agency_id": register.agency_id, "direction": "copies", "name": register.name}
        self._connection.execute(insert_or(registers).on_conflict_do_nothing(), values)
        return self.for_direction(register.agency_id, Direction.COPIES)

    def next_number(self, register_id: RegisterId, year: int) -> int:
        """Take the next number of the year; callers wait for one another, a rollback gives it back."""
        return int(self._connection.execute(_NEXT, {"register_id": register_id, "year": year}).scalar_one())

    def add(self, entry: RegisterEntry) -> None:
        """Keep a new entry."""
        self._connection.execute(insert(register_entries), {name: getattr(entry, name) for name in _ENTRY_NAMES})

    def find_entry(self, document_id: DocumentId) -> RegisterEntry | None:
        """Return the document's entry that is not cancelled, or None."""
        row = self._connection.execute(_ENTRY, {"document_id": document_id}).one_or_none()
        return None if row is None else _entry(row)

    def save(self, entry: RegisterEntry) -> None:
        """Keep the entry as cancelled."""
        cancelled = {"entry_id": entry.id, "at": entry.cancelled_at, "reason": entry.cancelled_reason}
        self._connection.execute(_CANCEL, cancelled)

    def entries_of(self, document_id: DocumentId) -> Sequence[RegisterEntry]:
        """Return every number the document ever took, cancelled ones too, the oldest first."""
        taken = select(register_entries).where(register_entries.c.document_id == document_id)
        return [_entry(row) for row in self._connection.execute(taken.order_by(register_entries.c.id))]

    def entries(self, register_id: RegisterId, year: int, page: PageRequest) -> Page[RegisterEntry]:
        """Return a page of a year's entries, the highest number first."""
        wanted = select(register_entries).where(
            register_entries.c.register_id == register_id, register_entries.c.year == year
        )
        if page.after is not None:
            wanted = wanted.where(register_entries.c.number < number_in(page.after))
        ordered = wanted.order_by(register_entries.c.number.desc())
        return page_of(self._connection, ordered, page, _entry, lambda row: row.number)


_ENTRY_NAMES = tuple(column.name for column in register_entries.c)


def _found(row: Row[Any] | None) -> Register:
    if row is None:
        raise RegisterNotFound
    return _register(row)


def _register(row: Row[Any]) -> Register:
    return Register(
        id=RegisterId(row.id), agency_id=AgencyId(row.agency_id), direction=Direction(row.direction), name=row.name
    )


def _entry(row: Row[Any]) -> RegisterEntry:
    return RegisterEntry(
        id=EntryId(row.id),
        register_id=RegisterId(row.register_id),
        agency_id=AgencyId(row.agency_id),
        year=row.year,
        number=row.number,
        printed=row.printed,
        document_id=DocumentId(row.document_id),
        entered_at=row.entered_at,
        entered_by=PersonId(row.entered_by),
        entered_on=row.entered_on,
        cancelled_at=row.cancelled_at,
        cancelled_reason=row.cancelled_reason,
    )
