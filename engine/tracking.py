"""What somebody outside learns of a case by the code on its receipt: where it stands, whose turn, until when; nobody.

The code is not the number of the case, which counts up and could be guessed: it is as long as that of documents. Who
wants the result as a file, or the answers of the office, names the applicant's identity number beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from engine.case_feedback import Feedback
from engine.case_opinions import OpinionStanding
from engine.case_reading import slip_file
from engine.case_slips import Slip, SlipKind
from engine.cases import FINISHED, Case, CaseState, ReturnBy
from engine.deadlines import VIETNAM, office_date
from engine.errors import Conflict, Forbidden, NotFound
from engine.ids import CaseSlipId, FileId
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.verifications import WINDOW, VerificationThrottled, read_code
from engine.verifying import count_in, window_of

WAITING: Final = frozenset({CaseState.SUPPLEMENT_REQUIRED, CaseState.WAITING_SUPPLEMENT})
"""In these the office waits for its applicant."""
TRIES: Final = 5
"""So many identity numbers may be tried for one case within the window."""
TRIES_A_DAY: Final = 20
"""The same on one day: whoever has a slip knows name, address and the last digits, and must not find the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedStep:
    """A step in general words: its name and the unit whose turn it is or was, and since when."""

    name: str
    unit: str | None
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedSlip:
    """A slip that was given out: its number and kind; what it says is for whoever names the identity number."""

    id: CaseSlipId
    kind: SlipKind
    number: str
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """What everybody with the code may know of a case.

    Attributes:
        answer_by: Until when the desk says whether it receives what came; None where it said so.
        asked: What is to be supplied online now: its components, by code and name; () where nothing is.
        supplied: Whether a supplement was sent online that the office has not taken in yet.
        has_file: Whether its result lies ready as a file, for whoever names the identity number.
        opinions_waiting: How many agencies were asked for their opinion and have time left to give it.
        feedback: When each message came, until when it is answered, when it was; what was written is not among it.
    """

    code: str
    procedure: str
    agency: str
    state: CaseState
    submitted_at: datetime
    received_at: datetime | None
    due: datetime | None
    reappointed: bool
    answer_by: datetime | None
    asked: tuple[tuple[str, str], ...]
    supplied: bool
    steps: tuple[TrackedStep, ...]
    slips: tuple[TrackedSlip, ...]
    returned_by: ReturnBy | None
    has_file: bool
    rated: bool
    opinions_waiting: int
    feedback: tuple[tuple[datetime, date, datetime | None], ...]


def tracked_case(code: str, work: UnitOfWork) -> Case:
    """Return the case of a code as typed or scanned. Raises TrackCodeUnknown."""
    read = read_code(code)
    case = work.cases.find_tracked(read) if read else None
    if case is None:
        raise TrackCodeUnknown
    return case


def track(code: str, *, services: Services) -> Tracked:
    """Return what whoever has the code may know of the case. Raises TrackCodeUnknown."""
    with services.begin() as work:
        case = tracked_case(code, work)
        asked, supplied = _supplement(case, work)
        units = {unit.id: unit.name for unit in work.people.units(case.agency_id)}
        steps = work.cases.steps(case.id)
        return Tracked(
            code=case.code,
            procedure=work.case_procedures.get(case.procedure_id).settings.name,
            agency=work.people.get_agency(case.agency_id).name,
            state=case.state,
            submitted_at=case.submitted_at,
            received_at=case.received_at,
            due=case.due,
            reappointed=case.reappointed,
            answer_by=_answer_by(case, work),
            asked=asked,
            supplied=supplied,
            steps=tuple(
                TrackedStep(
                    name=step.name,
                    unit=units.get(step.unit_id) if step.unit_id else None,
                    began_at=step.began_at,
                    ended_at=step.ended_at,
                )
                for step in steps
            ),
            slips=tuple(_slip(one) for one in work.cases.slips(case.id)),
            returned_by=case.returned_by,
            has_file=_has_file(case),
            rated=case.satisfaction is not None,
            opinions_waiting=_opinions_waiting(case, work),
            feedback=tuple((one.sent_at, one.due, one.answered_at) for one in work.case_feedback.of_case(case.id)),
        )


def components_of(code: str, *, services: Services) -> Sequence[str]:
    """Return the codes of the components of a case, as its form for a supplement lists them. Raises TrackCodeUnknown.

    They are the same whether something is asked for at the moment or not, so that what is sent twice is known.
    """
    with services.begin() as work:
        dossier = work.dossiers.find_of_document(tracked_case(code, work).document_id)
    return [part.code for part in dossier.parts] if dossier else []


def _supplement(case: Case, work: UnitOfWork) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Return the components to be supplied now, and whether they were already and the office has to take them in."""
    dossier = work.dossiers.find_of_document(case.document_id) if case.state in WAITING else None
    if dossier is None:
        return (), False
    return (tuple((part.code, part.name) for part in dossier.parts), False) if dossier.is_open else ((), True)


def _opinions_waiting(case: Case, work: UnitOfWork) -> int:
    if case.state in FINISHED:
        return 0
    return sum(one.standing is OpinionStanding.WAITING for one in work.case_opinions.of_case(case.id))


def _answer_by(case: Case, work: UnitOfWork) -> datetime | None:
    if case.state is not CaseState.SUBMITTED:
        return None
    instance = work.instances.find_of_document(case.document_id)
    items = work.work_items.open_of(instance.id) if instance else ()
    return next((item.due_at for item in items), None)


def result_of(code: str, identity: str, *, services: Services) -> FileId:
    """Return the file of a result that was returned by page, for whoever names the identity number.

    Raises:
        TrackCodeUnknown: No case has this code.
        IdentityNotTheirs: It is another number.
        VerificationThrottled: Too many numbers were tried.
        ResultNotThere: It was returned in another way, or is no file.
    """
    case = identified(code, identity, services)
    if not _has_file(case) or case.result_id is None:
        raise ResultNotThere
    with services.begin() as work:
        return work.documents.get(case.result_id).file_id


def slip_of(code: str, identity: str, slip_id: CaseSlipId, *, services: Services) -> bytes:
    """Return a slip of the case as PDF, for whoever names the identity number. Raises SlipNotFound, and as above."""
    return slip_file(identified(code, identity, services), slip_id, services)


def answers_of(code: str, identity: str, *, services: Services) -> Sequence[Feedback]:
    """Return what was written about the case and answered, for whoever names the identity number. Raises as above."""
    case = identified(code, identity, services)
    with services.begin() as work:
        return work.case_feedback.of_case(case.id)


def _slip(slip: Slip) -> TrackedSlip:
    return TrackedSlip(id=slip.id, kind=slip.kind, number=slip.printed, issued_at=slip.issued_at)


def _has_file(case: Case) -> bool:
    return case.returned_by is ReturnBy.PAGE and case.result_id is not None


def identified(code: str, identity: str, services: Services) -> Case:
    """Return the case if the identity number is its applicant's; every wrong one counts, so that nobody tries them all.

    Raises:
        TrackCodeUnknown: No case has this code.
        IdentityNotTheirs: It is another number.
        VerificationThrottled: Too many wrong ones were tried within ten minutes.
        IdentityTriedTooOften: Too many were tried on this day.
    """
    with services.begin() as work:
        case, at = tracked_case(code, work), services.clock()
        # Counted before it is judged: who tries many at once finds the count held until each of them is.
        counted = _count_try(case, at, work)
        known = work.cases.applicant(case.id).is_known_by(identity)
        for counter, window in counted if known else ():
            work.verifications.put_back(counter, window)
    if not known:
        raise IdentityNotTheirs
    return case


def _count_try(case: Case, at: datetime, work: UnitOfWork) -> Sequence[tuple[str, datetime]]:
    """Count a try in its ten minutes and in its day, and return the two counters with their windows."""
    few, many = f"identity:{case.id}", f"identities:{case.id}"
    count_in(few, TRIES, at, work)
    tomorrow = datetime.combine(office_date(at) + timedelta(days=1), time(), VIETNAM)
    # It is kept under the last ten minutes of its day, so that it is forgotten with them and not before.
    last = window_of(tomorrow - WINDOW)
    if not work.verifications.take(many, last, TRIES_A_DAY):
        raise IdentityTriedTooOften(retry_after_s=int((tomorrow - at).total_seconds()))
    return ((few, window_of(at)), (many, last))


class TrackCodeUnknown(NotFound):
    """No case has this code; it was misread, or there never was such a case. One answer for all."""

    code = "track.code_unknown"
    template = "No case has this code. Compare it with the receipt, letter by letter, or ask at the counter."


class IdentityTriedTooOften(VerificationThrottled):
    """So many wrong identity numbers were tried for a case on one day that no more are heard."""

    code = "track.tried_too_often"
    template = (
        "Too many wrong identity numbers were tried for this case today. Try again tomorrow, or ask at the counter."
    )


class IdentityNotTheirs(Forbidden):
    """The identity number is not that of the case's applicant."""

    code = "track.identity_not_theirs"
    template = "This is not the identity number the case was handed in with. Check it, or come to the counter."


class ResultNotThere(NotFound):
    """The case has no result that is a file to be fetched here."""

    code = "track.result_not_there"
    template = "There is no file of the result here. Ask at the counter how it was returned."


class SupplementNotAsked(Conflict):
    """The office waits for nothing of this applicant."""

    code = "track.supplement_not_asked"
    template = "The office does not wait for a supplement of this case now. Reload the page to see how it stands."
