"""Apologise for a case that will be late: the applicant gets another day, once, told a day before at the latest."""

from dataclasses import dataclass
from datetime import date, datetime

from engine import access, clocks
from engine.case_events import CaseApologised
from engine.case_slips import Slip, SlipKind
from engine.cases import Case, CaseInvalid, CaseNotFound
from engine.deadlines import end_of_day, is_too_far, office_date, working_day_from
from engine.documents import DocumentNotFound, IncomingDocument
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import CaseId, CaseSlipId
from engine.operations.one_stop import give_slip
from engine.people import Person
from engine.ports import UnitOfWork

MAX_REASON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ApologiseCase:
    """A case, why it is late, and the day for which the result is promised now; one that is not worked is moved on."""

    case_id: CaseId
    reason: str
    to: date


def apologise_case(request: ApologiseCase, *, by: Person, at: datetime, work: UnitOfWork) -> Case:
    """Give out the apology with the new appointment; the clocks of open work follow it.

    Raises:
        CaseNotFound: Not there, or not for this person.
        NotAllowed: The person's posts do not include this.
        CaseInvalid: There is no reason, or the day is years away.
        ApologyTooLate, PutOffTwice, AppointmentNotLater, CaseNotInState: The decree does not allow it.

    Source: Decree 118/2025/NĐ-CP.
    """
    known = work.cases.get(request.case_id)
    _require_read(known, by, work)
    access.require(by, "apologise_case")
    check = FieldChecks()
    check.text("reason", request.reason, MAX_REASON)
    if is_too_far(request.to, office_date(at)):
        check.add("to", "too_far", "The due date is years away. Check the date.")
    check.done(CaseInvalid)
    running = clocks.lock_procedures(known.document_id, work)
    document = work.documents.lock(known.document_id)
    case = work.cases.lock(known.id)
    calendar = work.calendars.of(case.agency_id)
    put_off = case.apologised(at, end_of_day(working_day_from(calendar, request.to)))
    work.cases.save(put_off)
    if isinstance(document, IncomingDocument):
        document = document.due_until(put_off.due)
        work.documents.save(document)
    for item in [one for instance in running for one in work.work_items.open_of(instance.id)]:
        work.work_items.save(item.due_again(document, calendar))
    give_slip(_slip(put_off, request, by, at, work), work)
    work.record(_event(case, put_off, request, by, at))
    return put_off


def _require_read(case: Case, by: Person, work: UnitOfWork) -> None:
    try:
        access.require_read(by, work.documents.get(case.document_id))
    except DocumentNotFound as cause:
        raise CaseNotFound from cause


def _slip(case: Case, request: ApologiseCase, by: Person, at: datetime, work: UnitOfWork) -> Slip:
    return Slip(
        id=CaseSlipId(work.new_id()),
        case_id=case.id,
        agency_id=case.agency_id,
        kind=SlipKind.APOLOGY,
        year=office_date(at).year,
        number=0,
        issued_at=at,
        issued_by=by.id,
        due=case.due,
        reason=request.reason.strip(),
    )


def _event(before: Case, after: Case, request: ApologiseCase, by: Person, at: datetime) -> CaseApologised:
    return CaseApologised(
        by=by.id,
        at=at,
        agency_id=after.agency_id,
        case_id=after.id,
        document_id=after.document_id,
        due=before.due or at,
        to=after.due or at,
        reason=Private(value=request.reason.strip()),
    )
