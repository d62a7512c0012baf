"""Submit a case: an applicant sends an application online, without an account, to be checked by the desk.

Every required component comes as a file. The desk answers within the time of the step that checks it, counted in
working half days from the moment it came, at night or on a day off from the next one; the promised time begins when
the desk receives it.

Source: Decree 118/2025/NĐ-CP; Decree 42/2022/NĐ-CP on online services.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.case_entry import (
    Application,
    Entered,
    HandedIn,
    check_application,
    cover_of,
    entered_before,
    keep_case,
    machine_of,
    new_file,
    private_of,
    ways_of,
)
from engine.case_events import CaseSubmitted
from engine.case_procedures import CaseProcedure, FormOutdated
from engine.case_uploads import JudgedFile, Sent, judge_sent, keep_judged, note_kept, sent_errors
from engine.cases import CaseInvalid, CaseState, Channel, ReturnBy, require_room
from engine.drafts import FieldChecks
from engine.ids import SYSTEM, CaseId, CaseProcedureId
from engine.neighbours import PdfRoom, Services
from engine.ports import UnitOfWork
from engine.queries import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitCase:
    """What an applicant sends.

    Attributes:
        procedure_id: The version of the procedure whose form they had before them.
        return_by: How they want the result; None, and it comes as a file if it is one, else by the post.
    """

    procedure_id: CaseProcedureId
    return_by: ReturnBy | None
    name: str
    identity: str
    address: str
    phone: str
    email: str = ""
    answers: Mapping[str, object]
    files: Sequence[Sent]
    once: Once | None = None


def submit_case(request: SubmitCase, *, services: Services, room: PdfRoom) -> Entered:
    """Keep the application with a number of its own and put it before the desk to be checked.

    Raises:
        CaseProcedureNotFound, CaseProcedureWithdrawn, ChannelNotOffered: It is not taken online.
        FormOutdated: The procedure was changed since its form was opened.
        CaseInvalid: Some fields or files are wrong; all are named, and nothing is kept.
        TooManyWaiting: Several applications of this applicant wait to be checked.
        DeskFull: More wait at this office than anybody could check.
        LetterUnprintable: A character is not in the font of the office.
    """
    with services.begin() as work:
        if request.once and (known := work.requests.find(SYSTEM, request.once)):
            return entered_before(CaseId(known), work)
        procedure = work.case_procedures.get(request.procedure_id)
        _require_newest(procedure, work)
        _require_right(request, procedure, work)
        _require_room(request, procedure, work)
    judged = judge_sent(request.files, procedure.agency_id, services=services, room=room)
    return _keep(request, procedure, judged, services)


def _keep(request: SubmitCase, procedure: CaseProcedure, kept: Sequence[JudgedFile], services: Services) -> Entered:
    asked = _application(request, procedure, kept)
    by = machine_of(procedure.agency_id)
    with services.begin() as work:
        file = new_file(asked, procedure, procedure.agency_id, services, work)
    cover = cover_of(file, by, services)
    keep_judged(kept, services)
    with services.begin() as work:
        # Here only, where others who send at this moment wait: what was looked at before may have changed.
        work.cases.wait_in_line(procedure.agency_id)
        if request.once and (known := work.requests.find(SYSTEM, request.once)):
            return entered_before(CaseId(known), work)
        _require_room(request, procedure, work)
        entered = keep_case(file, note_kept(kept, work), cover, by=by, work=work)
        case = entered.case
        if request.once:
            work.requests.remember(SYSTEM, request.once, case.id, case.submitted_at)
        work.record(
            CaseSubmitted(
                by=SYSTEM,
                at=case.submitted_at,
                agency_id=case.agency_id,
                case_id=case.id,
                document_id=case.document_id,
                instance_id=entered.instance_id,
                procedure_id=case.procedure_id,
                code=case.code,
                files=len(kept),
                applicant=private_of(file.applicant),
            )
        )
        return entered


def _require_newest(procedure: CaseProcedure, work: UnitOfWork) -> None:
    newest = work.case_procedures.latest(procedure.agency_id, procedure.settings.code) or procedure
    newest.require_offered(Channel.ONLINE)
    if newest.id != procedure.id:
        raise FormOutdated


def _require_right(request: SubmitCase, procedure: CaseProcedure, work: UnitOfWork) -> None:
    check = FieldChecks()
    check_application(_application(request, procedure, ()), procedure, check, work)
    components = {one.code: one for one in procedure.settings.components}
    for error in sent_errors(request.files, components):
        check.add(error.field, error.code, error.message)
    sent = {one.code for one in request.files}
    for code, component in components.items():
        if component.required and code not in sent:
            check.add(f"files/{code}", "required", "Choose a file for this paper: PDF, JPEG or PNG.")
    check.done(CaseInvalid)


def _require_room(request: SubmitCase, procedure: CaseProcedure, work: UnitOfWork) -> None:
    """Refuse a flood: of one applicant a few may wait to be checked, of all together as many as a desk can see."""
    identity = "".join(request.identity.split())
    own = work.cases.waiting_of(procedure.agency_id, identity)
    require_room(own, work.cases.states(procedure.agency_id).get(CaseState.SUBMITTED, 0))


def _application(request: SubmitCase, procedure: CaseProcedure, kept: Sequence[JudgedFile]) -> Application:
    """Return the request as every application is; a component that came as a file has no paper."""
    papers = [
        HandedIn(code=one.code, files=tuple(file.brought for file in kept if file.brought.code == one.code))
        for one in procedure.settings.components
    ]
    return Application(
        procedure=procedure.settings.code,
        channel=Channel.ONLINE,
        return_by=request.return_by or ways_of(procedure)[-1],
        name=request.name,
        identity=request.identity,
        address=request.address,
        phone=request.phone,
        email=request.email,
        answers=request.answers,
        papers=[paper for paper in papers if paper.files],
    )
