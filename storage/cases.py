"""Cases of the one-stop office, as rows: where each stands, who handed it in, its papers, steps and slips."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from engine.applicants import Applicant, Paper
from engine.case_slips import KeptSlip, Slip, SlipKind, SlipNotFound
from engine.case_steps import StepTaken
from engine.cases import Case, CaseNotFound, CaseState, Channel, ReturnBy, Satisfaction
from engine.deadlines import Pause
from engine.ids import AgencyId, CaseId, CaseProcedureId, CaseSlipId, DocumentId, FileId, PersonId, UnitId
from engine.people import Role
from engine.queries import Page, PageRequest
from storage.queries import id_in, page_of
from storage.schema import case_applicants, case_counters, case_papers, case_slip_files, case_slips, case_steps, cases
from storage.statements import Statements

_GET = select(cases).where(cases.c.id == bindparam("case_id"))
_OF_DOCUMENT = select(cases).where(cases.c.document_id == bindparam("document"))
_TRACKED = select(cases).where(cases.c.track_code == bindparam("code"))
_NEW_COUNT = insert_or(case_counters).values(last=1)
# Whoever comes second waits for the row until the first commits or rolls back, so there is no gap and no double.
_NEXT = _NEW_COUNT.on_conflict_do_update(
    index_elements=["agency_id", "series", "period"], set_={"last": case_counters.c.last + 1}
).returning(case_counters.c.last)
_IN_LINE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("place"), 0)))
_NEW_STEP = insert_or(case_steps)
_KEEP_STEP = _NEW_STEP.on_conflict_do_update(
    index_elements=["case_id", "place"],
    set_={name: _NEW_STEP.excluded[name] for name in ("due", "ended_at", "ended_by")},
)
_NEW_FILE = insert_or(case_slip_files)
_KEEP_FILE = _NEW_FILE.on_conflict_do_update(
    index_elements=["slip_id"],
    set_={name: _NEW_FILE.excluded[name] for name in ("file_id", "version_id", "kept_at", "because")},
    where=case_slip_files.c.file_id.is_(None),
)
_STATES = (
    select(cases.c.state, func.count().label("taken"))
    .where(cases.c.agency_id == bindparam("agency"))
    .group_by(cases.c.state)
)

_WAITING_OF = (
    select(func.count())
    .select_from(case_applicants)
    .join(cases, cases.c.id == case_applicants.c.case_id)
    .where(
        case_applicants.c.identity == bindparam("identity"),
        cases.c.agency_id == bindparam("agency"),
        cases.c.channel == Channel.ONLINE.value,
        cases.c.state == CaseState.SUBMITTED.value,
    )
)


class PostgresCases:
    """Cases, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, case_id: CaseId) -> Case:
        """Return the case, or raise CaseNotFound."""
        return _found(self._connection.execute(_GET, {"case_id": case_id}).one_or_none())

    def lock(self, case_id: CaseId) -> Case:
        """Return the case and keep others out until the transaction ends; raises CaseNotFound."""
        return _found(self._connection.execute(_GET.with_for_update(), {"case_id": case_id}).one_or_none())

    def find_of_document(self, document_id: DocumentId) -> Case | None:
        """Return the case that hangs on this document, or None."""
        row = self._connection.execute(_OF_DOCUMENT, {"document": document_id}).one_or_none()
        return None if row is None else _case(row)

    def find_tracked(self, track_code: str) -> Case | None:
        """Return the case its applicant follows by this code, or None."""
        row = self._connection.execute(_TRACKED, {"code": track_code}).one_or_none()
        return None if row is None else _case(row)

    def search(self, agency_id: AgencyId, states: Sequence[CaseState], page: PageRequest) -> Page[Case]:
        """Return a page of the agency's cases in one of the states (none: in any), the newest first."""
        wanted = select(cases).where(cases.c.agency_id == agency_id)
        if states:
            wanted = wanted.where(cases.c.state.in_([state.value for state in states]))
        if page.after is not None:
            wanted = wanted.where(cases.c.id < id_in(page.after))
        return page_of(self._connection, wanted.order_by(cases.c.id.desc()), page, _case, lambda row: row.id)

    def waiting_of(self, agency_id: AgencyId, identity: str) -> int:
        """Return how many cases of this identity number came online and wait to be checked at the agency."""
        given = {"agency": agency_id, "identity": identity}
        return int(self._connection.execute(_WAITING_OF, given).scalar_one())

    def wait_in_line(self, agency_id: AgencyId) -> None:
        """Let applications that come online to this agency be kept one after another until the transaction ends."""
        self._connection.execute(_IN_LINE, {"place": f"applications {agency_id}"})

    def next_number(self, agency_id: AgencyId, series: str, period: int) -> int:
        """Take the next number of a series in a day or year; a rollback gives it back."""
        counted = {"agency_id": agency_id, "series": series, "period": period}
        return int(self._connection.execute(_NEXT, counted).scalar_one())

    def peek_number(self, agency_id: AgencyId, series: str, period: int) -> int:
        """Return the number ``next_number`` would give now; whoever takes one first has it."""
        of_series = select(case_counters.c.last).filter_by(agency_id=agency_id, series=series, period=period)
        return int(self._connection.execute(of_series).scalar_one_or_none() or 0) + 1

    def add(self, case: Case, applicant: Applicant, papers: Sequence[Paper]) -> None:
        """Keep a new case with who handed it in and what came with it."""
        self._connection.execute(insert(cases), _values(case))
        who = {column.name: getattr(applicant, column.name) for column in case_applicants.c}
        self._connection.execute(insert(case_applicants), {**who, "answers": dict(applicant.answers)})
        for paper in papers:
            row = {column.name: getattr(paper, column.name) for column in case_papers.c}
            self._connection.execute(insert(case_papers), row)

    def save(self, case: Case) -> None:
        """Keep the case as it is now; its rev goes up by one."""
        values = {name: value for name, value in _values(case).items() if name not in ("id", "rev")}
        changed = update(cases).where(cases.c.id == case.id).values(rev=cases.c.rev + 1, **values)
        self._connection.execute(changed)

    def applicant(self, case_id: CaseId) -> Applicant:
        """Return who handed it in."""
        found = select(case_applicants).where(case_applicants.c.case_id == case_id)
        row = self._connection.execute(found).one()
        values = {column.name: getattr(row, column.name) for column in case_applicants.c}
        return Applicant(**{**values, "case_id": CaseId(row.case_id)})

    def papers(self, case_id: CaseId) -> Sequence[Paper]:
        """Return the papers, in their order."""
        rows = select(case_papers).where(case_papers.c.case_id == case_id).order_by(case_papers.c.place)
        return [_paper(row) for row in self._connection.execute(rows)]

    def steps(self, case_id: CaseId) -> Sequence[StepTaken]:
        """Return the steps it went through, in their order."""
        rows = select(case_steps).where(case_steps.c.case_id == case_id).order_by(case_steps.c.place)
        return [_step(row) for row in self._connection.execute(rows)]

    def keep_step(self, step: StepTaken) -> None:
        """Keep a step as it began or ended."""
        values = {column.name: getattr(step, column.name) for column in case_steps.c}
        self._connection.execute(_KEEP_STEP, {**values, "role": step.role.value})

    def get_slip(self, slip_id: CaseSlipId) -> Slip:
        """Return the slip, or raise SlipNotFound."""
        row = self._connection.execute(select(case_slips).where(case_slips.c.id == slip_id)).one_or_none()
        if row is None:
            raise SlipNotFound
        return _slip(row)

    def find_kept_slip(self, slip_id: CaseSlipId) -> KeptSlip | None:
        """Return how far the file of a slip is, None where nobody began to make it."""
        found = select(case_slip_files).where(case_slip_files.c.slip_id == slip_id)
        row = self._connection.execute(found).one_or_none()
        if row is None:
            return None
        return KeptSlip(**{column.name: getattr(row, column.name) for column in case_slip_files.c})

    def keep_slip_file(self, kept: KeptSlip) -> None:
        """Keep the file of a slip as it is prepared, or at its end; a file that is kept is never replaced."""
        self._connection.execute(_KEEP_FILE, {column.name: getattr(kept, column.name) for column in case_slip_files.c})

    def slips_with(self, file_ids: Collection[FileId]) -> Mapping[FileId, CaseSlipId]:
        """Return which of these contents are kept slips, and of which slip."""
        found = select(case_slip_files.c.file_id, case_slip_files.c.slip_id)
        rows = self._connection.execute(found.where(case_slip_files.c.file_id.in_(list(file_ids))))
        return {FileId(row.file_id): CaseSlipId(row.slip_id) for row in rows}

    def slips(self, case_id: CaseId) -> Sequence[Slip]:
        """Return the slips that were given out, the oldest first."""
        rows = select(case_slips).where(case_slips.c.case_id == case_id).order_by(case_slips.c.id)
        return [_slip(row) for row in self._connection.execute(rows)]

    def add_slip(self, slip: Slip) -> None:
        """Keep a slip that is given out."""
        values = {column.name: getattr(slip, column.name) for column in case_slips.c}
        self._connection.execute(insert(case_slips), {**values, "kind": slip.kind.value})

    def states(self, agency_id: AgencyId) -> Mapping[CaseState, int]:
        """Return how many cases there are in each state."""
        rows = self._connection.execute(_STATES, {"agency": agency_id})
        return {CaseState(row.state): row.taken for row in rows}


def _values(case: Case) -> dict[str, object]:
    values = {column.name: getattr(case, column.name) for column in cases.c}
    plain = {name: getattr(value, "value", value) for name, value in values.items()}
    pauses = [
        {
            "began": pause.began.isoformat(),
            "reason": pause.reason,
            "ended": pause.ended.isoformat() if pause.ended else None,
        }
        for pause in case.pauses
    ]
    return {**plain, "pauses": pauses}


def _found(row: Row[Any] | None) -> Case:
    if row is None:
        raise CaseNotFound
    return _case(row)


def _case(row: Row[Any]) -> Case:
    kept = {column.name: getattr(row, column.name) for column in cases.c}
    built = {
        "id": CaseId(row.id),
        "agency_id": AgencyId(row.agency_id),
        "procedure_id": CaseProcedureId(row.procedure_id),
        "document_id": DocumentId(row.document_id),
        "channel": Channel(row.channel),
        "return_by": ReturnBy(row.return_by),
        "state": CaseState(row.state),
        "pauses": tuple(_pause(pause) for pause in row.pauses),
        "result_id": None if row.result_id is None else DocumentId(row.result_id),
        "returned_by": None if row.returned_by is None else ReturnBy(row.returned_by),
        "satisfaction": None if row.satisfaction is None else Satisfaction(row.satisfaction),
    }
    return Case(**{**kept, **built})


def _pause(kept: Mapping[str, Any]) -> Pause:
    ended = datetime.fromisoformat(kept["ended"]) if kept["ended"] else None
    return Pause(began=datetime.fromisoformat(kept["began"]), reason=kept["reason"], ended=ended)


def _paper(row: Row[Any]) -> Paper:
    return Paper(
        case_id=CaseId(row.case_id),
        place=row.place,
        code=row.code,
        originals=row.originals,
        copies=row.copies,
    )


def _step(row: Row[Any]) -> StepTaken:
    return StepTaken(
        case_id=CaseId(row.case_id),
        place=row.place,
        number=row.number,
        name=row.name,
        role=Role(row.role),
        unit_id=None if row.unit_id is None else UnitId(row.unit_id),
        half_days=row.half_days,
        began_at=row.began_at,
        due=row.due,
        ended_at=row.ended_at,
        ended_by=None if row.ended_by is None else PersonId(row.ended_by),
    )


def _slip(row: Row[Any]) -> Slip:
    kept = {column.name: getattr(row, column.name) for column in case_slips.c}
    built = {
        "id": CaseSlipId(row.id),
        "case_id": CaseId(row.case_id),
        "agency_id": AgencyId(row.agency_id),
        "kind": SlipKind(row.kind),
        "issued_by": PersonId(row.issued_by),
    }
    return Slip(**{**kept, **built})
