"""The index of Decision 766 from rows: cases of a period counted in the database, points that were entered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from engine.cases import FINISHED, CaseState, Satisfaction
from engine.ids import AgencyId, PersonId
from engine.service_index import IndexEntry, Tally
from storage.schema import case_feedback, case_papers, cases, dossier_files, dossiers, service_index_entries
from storage.statements import Statements

_NAMES = tuple(column.name for column in service_index_entries.c)
_NEW = insert(service_index_entries)
_ENTER = _NEW.on_conflict_do_update(
    index_elements=["agency_id", "year", "item"],
    set_={name: _NEW.excluded[name] for name in ("points", "entered_at", "entered_by")},
)
_OPEN_CLOCK = cases.c.state.not_in(
    [state.value for state in (*FINISHED, CaseState.WAITING_SUPPLEMENT, CaseState.RESULT_READY)]
)

_SCANNED = exists().where(
    dossiers.c.received_document_id == cases.c.document_id,
    dossier_files.c.dossier_id == dossiers.c.id,
    dossier_files.c.part == case_papers.c.code,
    dossier_files.c.removed_at.is_(None),
)


class PostgresServiceIndex:
    """The index, as one transaction sees it."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def tally(self, agency_id: AgencyId, began: datetime, ended: datetime, at: datetime) -> Tally:
        """Count the cases that came in the period, as they stand at the moment *at*."""
        came = and_(cases.c.agency_id == agency_id, cases.c.submitted_at >= began, cases.c.submitted_at < ended)
        ready = cases.c.ready_at.is_not(None)
        counted = select(
            _count(and_(ready, cases.c.ready_at <= cases.c.first_due)).label("on_time"),
            _count(and_(ready, cases.c.ready_at <= cases.c.due)).label("kept"),
            _count(ready).label("ready"),
            _count(and_(_OPEN_CLOCK, cases.c.first_due < at)).label("overdue"),
            _count(and_(_OPEN_CLOCK, cases.c.due < at)).label("overdue_now"),
            _count(cases.c.channel == "online").label("online"),
            func.count().label("all"),
            _count(cases.c.result_id.is_not(None)).label("electronic"),
            _count(cases.c.satisfaction.is_not(None)).label("rated"),
            _count(
                or_(
                    cases.c.satisfaction == Satisfaction.SATISFIED.value,
                    cases.c.satisfaction == Satisfaction.VERY_SATISFIED.value,
                )
            ).label("satisfied"),
        ).where(came)
        row = self._connection.execute(counted).one()
        papers = (
            select(func.count().label("all"), _count(_SCANNED).label("scanned"))
            .select_from(case_papers)
            .join(cases, cases.c.id == case_papers.c.case_id)
        )
        of_papers = self._connection.execute(papers.where(came)).one()
        return Tally(
            on_time=(row.on_time, row.ready + row.overdue),
            kept=(row.kept, row.ready + row.overdue_now),
            online=(row.online, row.all),
            scanned=(of_papers.scanned, of_papers.all),
            electronic=(row.electronic, row.ready),
            satisfied=(row.satisfied, row.rated),
            answered=self._answered(agency_id, began, ended, at),
        )

    def _answered(self, agency_id: AgencyId, began: datetime, ended: datetime, at: datetime) -> tuple[int, int]:
        office = func.timezone("Asia/Ho_Chi_Minh", case_feedback.c.answered_at)
        in_time = cast(office, Date) <= case_feedback.c.due
        over = case_feedback.c.due < cast(func.timezone("Asia/Ho_Chi_Minh", at), Date)
        answered = case_feedback.c.answered_at.is_not(None)
        counted = select(
            _count(and_(answered, in_time)).label("in_time"), _count(or_(answered, over)).label("all")
        ).where(
            case_feedback.c.agency_id == agency_id,
            case_feedback.c.sent_at >= began,
            case_feedback.c.sent_at < ended,
        )
        row = self._connection.execute(counted).one()
        return (row.in_time, row.all)

    def entries(self, agency_id: AgencyId, year: int) -> Sequence[IndexEntry]:
        """Return what was entered for a year."""
        wanted = select(service_index_entries).where(
            service_index_entries.c.agency_id == agency_id, service_index_entries.c.year == year
        )
        return [_entry(row) for row in self._connection.execute(wanted.order_by(service_index_entries.c.item))]

    def enter(self, entry: IndexEntry) -> None:
        """Keep points in place of those entered before."""
        self._connection.execute(_ENTER, {name: getattr(entry, name) for name in _NAMES})


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _entry(row: Any) -> IndexEntry:  # noqa: ANN401 - its fields are the columns
    kept = {name: getattr(row, name) for name in _NAMES}
    return IndexEntry(**{**kept, "agency_id": AgencyId(row.agency_id), "entered_by": PersonId(row.entered_by)})
