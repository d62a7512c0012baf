"""Ask other agencies for their opinion on a case: question, files, and until when, as a part of the case's own time.

Source: Decree 118/2025/NĐ-CP.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine import procedures
from engine.case_asking import (
    PROCEDURE,
    SYMBOL,
    asking_page,
    most_half_days,
    printed_number,
    require_handling,
)
from engine.case_opinion_events import CaseOpinionAsked, CaseOpinionReceived
from engine.case_opinions import (
    MAX_ASKED,
    MAX_FILES,
    MAX_TEXT,
    CaseOpinion,
    CaseOpinionInvalid,
    OpinionFile,
    OpinionNumberTaken,
)
from engine.case_reading import file_of, readable_case
from engine.case_slips import DESK
from engine.cases import Case
from engine.deadlines import half_days_after, office_date
from engine.documents import IncomingDocument, IncomingState, Urgency
from engine.drafts import MAX_NAME, FieldChecks
from engine.events import Private
from engine.files import StoredFile
from engine.ids import AgencyId, CaseId, CaseOpinionId, DocumentId
from engine.neighbours import Services
from engine.people import Agency, Person
from engine.ports import UnitOfWork
from engine.queries import Once

_TRIES: Final = 5
"""How often the slip is set anew because somebody took its number while it was set."""
TYPE = "PC"
"""The type the slip is entered under where it arrives: a slip that passes something on (phiếu chuyển)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCaseOpinion:
    """Whom is asked what, and how many working half days they have; the files are of the case or the person's own."""

    case_id: CaseId
    agencies: Sequence[AgencyId]
    question: str
    half_days: int
    files: Sequence[OpinionFile] = ()
    once: Once | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """The question as it is about to be sent, once for each agency; *model* is that of the first."""

    case: Case
    to: tuple[Agency, ...]
    model: CaseOpinion
    serial: int
    subject: str
    sender: str


def ask_case_opinion(request: AskCaseOpinion, *, by: Person, services: Services) -> Sequence[CaseOpinion]:
    """Send the question to each agency as a numbered slip, where a procedure of its own begins.

    Raises:
        CaseNotFound: Not there, or not for this person.
        CaseNotInState, OpinionNotYoursToAsk: It is not being handled, or not by this person.
        CaseOpinionInvalid: Some fields are wrong; all are named.
        DefinitionNotFound: The procedure of those who are asked is not installed.
        OpinionNumberTaken: Others sent so many at this moment that no number could be held.
        LetterUnprintable: A character is not in the font of the office.
    """
    for _ in range(_TRIES - 1):
        try:
            return _ask(request, by, services)
        except OpinionNumberTaken:
            continue
    return _ask(request, by, services)


def _ask(request: AskCaseOpinion, by: Person, services: Services) -> Sequence[CaseOpinion]:
    """Set the slip under the number that is next, and send it unless somebody took that number meanwhile.

    A page is set outside of any transaction, a number is taken in the one that sends: so none is ever missing.
    """
    with services.begin() as work:
        if request.once and (known := work.requests.find(by.id, request.once)):
            return _asked_before(CaseOpinionId(known), work)
        case = readable_case(request.case_id, by, work)
        require_handling(case, by, work)
        to = _require_right(request, case, by, services.clock(), work)
        asking = _asking(request, case, to, by, services.clock(), work)
        file = file_of(case, services, work)
    page = asking_page(file, asking.model, [agency.name for agency in to], by.name)
    cover = services.put_pdf(services.pdfs.print_slip(page), by=by.id, agency_id=by.agency_id)
    with services.begin() as work:
        return _keep(asking, cover, request, by, work)


def _require_right(
    request: AskCaseOpinion, case: Case, by: Person, at: datetime, work: UnitOfWork
) -> tuple[Agency, ...]:
    check = FieldChecks()
    check.text("question", request.question, MAX_TEXT)
    to = check.recipients(request.agencies, by, work)
    if not 1 <= len(request.agencies) <= MAX_ASKED:
        check.add("agencies", "count", f"Choose the agencies to ask: one at least, at most {MAX_ASKED}.")
    _check_unasked(to, case, check, work)
    most = most_half_days(case, work.calendars.of(case.agency_id), at)
    if not 1 <= request.half_days <= most:
        message = f"Of the case's own time {most} half days are left. Ask for at least one and at most so many."
        check.add("half_days", "not_within", message)
    _check_files(request.files, case, check, by, work)
    check.done(CaseOpinionInvalid)
    return to


def _check_unasked(to: Sequence[Agency], case: Case, check: FieldChecks, work: UnitOfWork) -> None:
    waiting = {one.agency_id for one in work.case_opinions.of_case(case.id) if one.is_open}
    for agency in to:
        if agency.id in waiting:
            check.add("agencies", "asked_already", f"{agency.name} was asked about this case and has not answered yet.")


def _check_files(files: Sequence[OpinionFile], case: Case, check: FieldChecks, by: Person, work: UnitOfWork) -> None:
    dossier = work.dossiers.find_of_document(case.document_id)
    known = {one.file_id for one in dossier.files} if dossier else set()
    if len(files) > MAX_FILES:
        check.add("files", "too_many", f"At most {MAX_FILES} files at once. Put several pages into one PDF.")
    for place, one in enumerate(files[:MAX_FILES]):
        if one.file_id not in known:
            check.known_file(f"files/{place}", one.file_id, by, work)


def _asking(
    request: AskCaseOpinion, case: Case, to: tuple[Agency, ...], by: Person, at: datetime, work: UnitOfWork
) -> _Asking:
    serial = work.cases.peek_number(case.agency_id, SYMBOL, office_date(at).year)
    files = dict.fromkeys(OpinionFile(file_id=one.file_id, name=one.name.strip()[:MAX_NAME]) for one in request.files)
    model = CaseOpinion(
        id=CaseOpinionId(work.new_id()),
        case_id=case.id,
        agency_id=to[0].id,
        document_id=DocumentId(work.new_id()),
        number=printed_number(serial),
        question=request.question.strip(),
        half_days=request.half_days,
        asked_by=by.id,
        asked_at=at,
        due=half_days_after(work.calendars.of(case.agency_id), at, request.half_days),
        files=tuple(files),
    )
    name = work.case_procedures.get(case.procedure_id).settings.name
    return _Asking(
        case=case,
        to=to,
        model=model,
        serial=serial,
        subject=f"Lấy ý kiến về hồ sơ {case.code}: {name}"[:500],
        sender=work.people.get_agency(case.agency_id).name,
    )


def _keep(
    asking: _Asking, cover: StoredFile, request: AskCaseOpinion, by: Person, work: UnitOfWork
) -> Sequence[CaseOpinion]:
    case = work.cases.lock(asking.case.id)
    require_handling(case, by, work)
    # Somebody at the same step may have asked the same agency while the slip was set.
    check = FieldChecks()
    _check_unasked(asking.to, case, check, work)
    check.done(CaseOpinionInvalid)
    model = asking.model
    year = office_date(model.asked_at).year
    if work.cases.next_number(case.agency_id, SYMBOL, year) != asking.serial:
        raise OpinionNumberTaken
    work.files.add(cover)
    opinions = [
        replace(model, id=CaseOpinionId(work.new_id()), agency_id=agency.id, document_id=DocumentId(work.new_id()))
        for agency in asking.to
    ]
    for opinion in opinions:
        _send(opinion, asking, cover, by, work)
    if request.once:
        work.requests.remember(by.id, request.once, opinions[0].id, model.asked_at)
    work.record(
        CaseOpinionAsked(
            by=by.id,
            at=model.asked_at,
            agency_id=case.agency_id,
            case_id=case.id,
            document_id=case.document_id,
            number=model.number,
            opinions=tuple(one.id for one in opinions),
            agencies=tuple(one.agency_id for one in opinions),
            due=model.due,
            files=len(model.files),
            question=Private(value=model.question),
        )
    )
    return opinions


def _send(opinion: CaseOpinion, asking: _Asking, cover: StoredFile, by: Person, work: UnitOfWork) -> None:
    document = IncomingDocument(
        id=opinion.document_id,
        agency_id=opinion.agency_id,
        type=TYPE,
        subject=asking.subject,
        urgency=Urgency.NORMAL,
        file_id=cover.id,
        created_at=opinion.asked_at,
        created_by=by.id,
        code_number=f"{asking.serial:02d}",
        code_notation=f"{SYMBOL}-{DESK}",
        issued_date=office_date(opinion.asked_at),
        organ_name=asking.sender,
        state=IncomingState.RECEIVED,
    ).due_until(opinion.due)
    work.case_opinions.add(opinion)
    data = {"opinion_id": str(opinion.id), "due": opinion.due.isoformat()}
    beginning = procedures.Beginning(key=PROCEDURE, data=data)
    procedures.start(beginning, document, by=by.id, at=opinion.asked_at, work=work)
    work.record(
        CaseOpinionReceived(
            by=by.id,
            at=opinion.asked_at,
            agency_id=opinion.agency_id,
            document_id=document.id,
            case_opinion_id=opinion.id,
            from_agency=asking.case.agency_id,
            number=opinion.number,
        )
    )


def _asked_before(first: CaseOpinionId, work: UnitOfWork) -> Sequence[CaseOpinion]:
    """Return what an earlier request with the same key asked: all that went out under the same number."""
    known = work.case_opinions.get(first)
    return [one for one in work.case_opinions.of_case(known.case_id) if one.number == known.number]
