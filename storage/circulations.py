"""Circulated documents as rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.circulations import Addressee, Ask, Circulation, CirculationAnswer, CirculationNotFound, Progress
from engine.ids import AgencyId, CirculationId, DocumentId, FileId, PersonId
from engine.queries import Page, PageRequest
from storage.queries import id_in, page_of
from storage.schema import circulation_addressees, circulation_answers, circulation_readings, circulations
from storage.statements import Fixed, Statements

_C, _A = circulations.c, circulation_addressees.c
_ONE = select(circulations).where(_C.id == bindparam("circulation"))
_ADDRESSEES = select(circulation_addressees).order_by(_A.agency_id)
_UNDONE = or_(
    and_(_C.asks == Ask.ANSWER.value, _A.answered_at.is_(None)),
    and_(_C.asks == Ask.READ.value, _A.answered_at.is_(None), _A.read_at.is_(None)),
)
_AWAITED = Fixed(
    select(circulations)
    .join(circulation_addressees, _A.circulation_id == _C.id)
    .where(_A.agency_id == bindparam("at_agency"), _A.incoming_id.is_not(None), _C.closed_at.is_(None), _UNDONE)
    .order_by(_C.due.asc().nulls_last(), _C.id)
    .limit(bindparam("most"))
)
_SAVE_ADDRESSEE = (
    update(circulation_addressees)
    .where(_A.circulation_id == bindparam("of"), _A.agency_id == bindparam("to"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("incoming_id", "read_at", "readers", "answered_at", "reminded_at", "reminders")
        }
    )
)
_NAMES = tuple(column.name for column in circulations.c)
_ADDRESSEE_NAMES = tuple(column.name for column in circulation_addressees.c)


class PostgresCirculations:
    """Circulated documents, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, circulation_id: CirculationId) -> Circulation:
        """Return it, or raise CirculationNotFound."""
        return self._one(_ONE, circulation_id)

    def lock(self, circulation_id: CirculationId) -> Circulation:
        """Return it for changing it and those it is sent to; or raise CirculationNotFound."""
        return self._one(_ONE.with_for_update(), circulation_id)

    def _one(self, statement: Any, circulation_id: CirculationId) -> Circulation:  # noqa: ANN401  a select of any lock
        row = self._connection.execute(statement, {"circulation": circulation_id}).one_or_none()
        if row is None:
            raise CirculationNotFound
        return _circulation(row)

    def search(self, agency_id: AgencyId, page: PageRequest) -> Page[Circulation]:
        """Return a page of what this agency circulated, the newest first."""
        wanted = select(circulations).where(_C.agency_id == agency_id).order_by(_C.id.desc())
        if page.after is not None:
            wanted = wanted.where(_C.id < id_in(page.after))
        return page_of(self._connection, wanted, page, _circulation, lambda row: row.id)

    def received(self, agency_id: AgencyId, page: PageRequest) -> Page[Circulation]:
        """Return a page of what was sent to this agency and has arrived, the newest first."""
        joined = select(circulations).join(circulation_addressees, _A.circulation_id == _C.id)
        wanted = joined.where(_A.agency_id == agency_id, _A.incoming_id.is_not(None)).order_by(_C.id.desc())
        if page.after is not None:
            wanted = wanted.where(_C.id < id_in(page.after))
        return page_of(self._connection, wanted, page, _circulation, lambda row: row.id)

    def awaited(self, agency_id: AgencyId, limit: int) -> Sequence[Circulation]:
        """Return what was sent to this agency and it has not done yet, what is due soonest first."""
        return [_circulation(row) for row in self._connection.ask(_AWAITED, {"at_agency": agency_id, "most": limit})]

    def find_received(self, incoming_id: DocumentId) -> Circulation | None:
        """Return the circulation by which this incoming document arrived, or None."""
        joined = select(circulations).join(circulation_addressees, _A.circulation_id == _C.id)
        wanted = joined.where(_A.incoming_id == incoming_id).order_by(_C.id.desc()).limit(1)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else _circulation(row)

    def add(self, circulation: Circulation, addressees: Sequence[Addressee]) -> None:
        """Keep a new one."""
        values = {name: getattr(circulation, name) for name in _NAMES} | {"asks": circulation.asks.value}
        self._connection.execute(insert(circulations), values)
        rows = [{name: getattr(addressee, name) for name in _ADDRESSEE_NAMES} for addressee in addressees]
        self._connection.execute(insert(circulation_addressees), rows)

    def save(self, circulation: Circulation) -> None:
        """Keep that it is closed."""
        new = {"closed_at": circulation.closed_at, "rev": circulation.rev}
        self._connection.execute(update(circulations).where(_C.id == circulation.id).values(new))

    def addressees(self, circulation_id: CirculationId) -> Sequence[Addressee]:
        """Return those it is sent to."""
        found = self._connection.execute(_ADDRESSEES.where(_A.circulation_id == circulation_id))
        return [_addressee(row) for row in found]

    def find_addressee(self, circulation_id: CirculationId, agency_id: AgencyId) -> Addressee | None:
        """Return what this agency did about it; None where it was not sent there."""
        wanted = _ADDRESSEES.where(_A.circulation_id == circulation_id, _A.agency_id == agency_id)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else _addressee(row)

    def save_addressees(self, addressees: Sequence[Addressee]) -> None:
        """Keep their new values."""
        names = ("incoming_id", "read_at", "readers", "answered_at", "reminded_at", "reminders")
        for one in addressees:
            new = {f"new_{name}": getattr(one, name) for name in names}
            self._connection.execute(_SAVE_ADDRESSEE, {"of": one.circulation_id, "to": one.agency_id, **new})

    def add_reading(self, circulation_id: CirculationId, person_id: PersonId, at: datetime) -> bool:
        """Keep that this person had it before them; say whether that is new."""
        values = {"circulation_id": circulation_id, "person_id": person_id, "at": at}
        once = upsert(circulation_readings).on_conflict_do_nothing().returning(circulation_readings.c.person_id)
        return self._connection.execute(once, values).one_or_none() is not None

    def add_answer(self, answer: CirculationAnswer) -> None:
        """Keep an answer."""
        names = ("circulation_id", "agency_id", "by", "at", "text", "document_id", "file_id", "file_name")
        self._connection.execute(insert(circulation_answers), {name: getattr(answer, name) for name in names})

    def answers(self, circulation_id: CirculationId, agency_id: AgencyId | None = None) -> Sequence[CirculationAnswer]:
        """Return the answers, of all or of one agency, the oldest first."""
        columns = circulation_answers.c
        wanted = select(circulation_answers).where(columns.circulation_id == circulation_id).order_by(columns.id)
        if agency_id is not None:
            wanted = wanted.where(columns.agency_id == agency_id)
        return [_answer(row) for row in self._connection.execute(wanted)]

    def progress(self, circulation_ids: Collection[CirculationId], today: date) -> Mapping[CirculationId, Progress]:
        """Return how far each is."""
        if not circulation_ids:
            return {}
        late = case((and_(_C.due < today, _UNDONE), 1))
        counted = (
            select(
                _A.circulation_id,
                func.count().label("all"),
                func.count(_A.read_at).label("read"),
                func.count(_A.answered_at).label("answered"),
                func.count(late).label("late"),
            )
            .join(circulations, _C.id == _A.circulation_id)
            .where(_A.circulation_id.in_(list(circulation_ids)))
            .group_by(_A.circulation_id)
        )
        return {
            CirculationId(row.circulation_id): Progress(
                all=row.all, read=row.read, answered=row.answered, late=row.late
            )
            for row in self._connection.execute(counted)
        }

    def lock_unsent(self, limit: int) -> Sequence[Addressee]:
        """Return so many to whom nothing was sent yet, for sending; not those another worker is at."""
        wanted = _ADDRESSEES.where(_A.incoming_id.is_(None)).limit(limit).with_for_update(skip_locked=True)
        return [_addressee(row) for row in self._connection.execute(wanted)]

    def due_until(self, day: date) -> Sequence[CirculationId]:
        """Return those that are open and due on this day or before, where somebody has not done what is asked."""
        wanted = (
            select(_C.id)
            .join(circulation_addressees, _A.circulation_id == _C.id)
            .where(_C.closed_at.is_(None), _C.due <= day, _UNDONE)
            .group_by(_C.id)
            .order_by(_C.id)
        )
        return [CirculationId(row.id) for row in self._connection.execute(wanted)]


def _circulation(row: Row[Any]) -> Circulation:
    return Circulation(
        id=CirculationId(row.id),
        agency_id=AgencyId(row.agency_id),
        document_id=DocumentId(row.document_id),
        asks=Ask(row.asks),
        note=row.note,
        begun_by=PersonId(row.begun_by),
        begun_at=row.begun_at,
        due=row.due,
        closed_at=row.closed_at,
        rev=row.rev,
    )


def _addressee(row: Row[Any]) -> Addressee:
    return Addressee(
        circulation_id=CirculationId(row.circulation_id),
        agency_id=AgencyId(row.agency_id),
        incoming_id=None if row.incoming_id is None else DocumentId(row.incoming_id),
        read_at=row.read_at,
        readers=row.readers,
        answered_at=row.answered_at,
        reminded_at=row.reminded_at,
        reminders=row.reminders,
    )


def _answer(row: Row[Any]) -> CirculationAnswer:
    return CirculationAnswer(
        circulation_id=CirculationId(row.circulation_id),
        agency_id=AgencyId(row.agency_id),
        by=PersonId(row.by),
        at=row.at,
        text=row.text,
        document_id=None if row.document_id is None else DocumentId(row.document_id),
        file_id=None if row.file_id is None else FileId(row.file_id),
        file_name=row.file_name,
    )
