"""Cases of the one-stop office by REST: entering one, where they stand, the apology, the slips."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.contents import file_answer
from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, PageOf, page_of, problems
from api.rest.calls import CallDep
from api.rest.dossier_answers import TurnAnswer, turn_answer
from api.rest.fields import FILLED, CalendarDate, RequestBody, Sha256
from api.rest.paths import CasePath, CaseSlipPath
from api.rest.preconditions import IfMatch, RepeatKeyDep, etag, require_match
from api.rest.routes import Door
from api.texts import explained
from engine import access
from engine.actions.apologise_case import ApologiseCase, apologise_case
from engine.actions.enter_case import EnterCase, enter_case
from engine.applicants import MAX_ADDRESS, MAX_CONTACT, MAX_NAME
from engine.case_dossiers import MAX_FILES, BroughtFile
from engine.case_entry import HandedIn
from engine.case_explanations import explain
from engine.case_reading import control_pdf, readable_case, slip_pdf
from engine.case_slips import SlipKind
from engine.cases import Case, CaseState, Channel, ReturnBy, Satisfaction
from engine.ids import FileId

router = APIRouter(route_class=Door, tags=["cases"])

MAX_PAPERS: Final = 40
_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}
Count = Annotated[int, Field(strict=True, ge=0, le=1_000)]


class PaperBody(RequestBody):
    """A paper that came; `file_ids` are its scans, uploaded before."""

    code: Annotated[str, Field(max_length=40), FILLED]
    originals: Count = 0
    copies: Count = 0
    file_ids: Annotated[tuple[Sha256, ...], Field(max_length=MAX_FILES)] = ()


class CaseBody(RequestBody):
    """An application; `procedure` is the code of the procedure, `answers` what its form asks for."""

    procedure: Annotated[str, Field(max_length=40), FILLED]
    channel: Channel
    return_by: ReturnBy
    name: Annotated[str, Field(max_length=MAX_NAME)]
    identity: Annotated[str, Field(max_length=MAX_CONTACT)]
    address: Annotated[str, Field(max_length=MAX_ADDRESS)]
    phone: Annotated[str, Field(max_length=MAX_CONTACT)]
    email: Annotated[str, Field(max_length=MAX_CONTACT)] = ""
    answers: Annotated[dict[str, Any], Field(default_factory=dict)]
    papers: Annotated[tuple[PaperBody, ...], Field(max_length=MAX_PAPERS)] = ()


class ApologyBody(RequestBody):
    """Why a case is late, and the day its result is promised for now."""

    reason: Annotated[str, Field(max_length=1_000), FILLED]
    to: CalendarDate


class CaseLine(Answer):
    """Where a case stands; nobody is named."""

    id: UUID
    code: str
    procedure_id: UUID
    document_id: UUID
    channel: Channel
    return_by: ReturnBy
    state: CaseState
    submitted_at: datetime
    received_at: datetime | None
    due: datetime | None
    first_due: datetime | None
    reappointed: bool
    step: int
    ready_at: datetime | None
    result_id: UUID | None
    returned_at: datetime | None
    returned_by: ReturnBy | None
    satisfaction: Satisfaction | None


class SlipAnswer(Answer):
    """A slip that was given out."""

    id: UUID
    kind: SlipKind
    number: str
    issued_at: datetime
    due: datetime | None


class StepAnswer(Answer):
    """A step the case went through."""

    number: int
    name: str
    began_at: datetime
    due: datetime
    ended_at: datetime | None


class CaseAnswer(CaseLine):
    """A case for whoever may read it: with its applicant, its steps and its slips."""

    track_code: str
    applicant: dict[str, Any]
    steps: list[StepAnswer]
    slips: list[SlipAnswer]


class CaseExplanationAnswer(Answer):
    """Why a case stands where it stands; `due` is until when its result is promised, null where nothing is."""

    case_id: UUID
    code: str
    state: CaseState
    procedure: str
    due: datetime | None
    turns: list[TurnAnswer]
    said: list[str]
    law: list[str]


class EnteredAnswer(CaseLine):
    """The case that was entered, its procedure, and the required papers that did not come."""

    instance_id: UUID
    track_code: str
    missing: list[str]


@router.post(
    "/cases",
    status_code=201,
    summary="Enter a case",
    response_model=EnteredAnswer,
    responses=problems(403, 404, 409, 503),
)
def post_case(body: CaseBody, key: RepeatKeyDep, call: CallDep, response: Response) -> EnteredAnswer:
    """Enter an application and put it before the desk to be checked."""
    request = EnterCase(
        **body.model_dump(exclude={"papers"}),
        papers=[
            HandedIn(
                code=one.code,
                originals=one.originals,
                copies=one.copies,
                files=[
                    BroughtFile(code=one.code, file_id=FileId(file_id), name=f"{one.code}-{place}")
                    for place, file_id in enumerate(one.file_ids, start=1)
                ],
            )
            for one in body.papers
        ],
        once=key.once(body),
    )
    made = enter_case(request, by=call.by, services=call.services)
    response.headers["Location"] = f"/api/v1/cases/{made.case.id}"
    return EnteredAnswer(
        **_facts(made.case),
        instance_id=made.instance_id,
        track_code=made.case.track_code,
        missing=list(made.missing),
    )


@router.get("/cases", summary="Cases", response_model=PageOf[CaseLine], responses=problems(403))
def list_cases(call: CallDep, work: WorkDep, page: PageDep, state: CaseState | None = None) -> PageOf[CaseLine]:
    """Return the agency's cases, the newest first; applicants are not among the answer."""
    access.require(call.by, "read_cases")
    found = work.cases.search(call.by.agency_id, [state] if state else [], page)
    return page_of(found, lambda case: CaseLine(**_facts(case)))


@router.get("/cases/{case_id}", summary="A case", response_model=CaseAnswer, responses=problems(404))
def get_case(case_id: CasePath, call: CallDep, work: WorkDep, response: Response) -> CaseAnswer:
    """Return a case with its applicant, steps and slips."""
    case = readable_case(case_id, call.by, work)
    response.headers["ETag"] = etag(case.rev)
    who = work.cases.applicant(case.id)
    named = {name: getattr(who, name) for name in ("name", "identity", "address", "phone", "email")}
    return CaseAnswer(
        **_facts(case),
        track_code=case.track_code,
        applicant={**named, "answers": dict(who.answers)},
        steps=[
            StepAnswer(number=one.number, name=one.name, began_at=one.began_at, due=one.due, ended_at=one.ended_at)
            for one in work.cases.steps(case.id)
        ],
        slips=[
            SlipAnswer(id=one.id, kind=one.kind, number=one.printed, issued_at=one.issued_at, due=one.due)
            for one in work.cases.slips(case.id)
        ],
    )


@router.get(
    "/cases/{case_id}/explanation",
    summary="Why a case stands where it stands",
    response_model=CaseExplanationAnswer,
    responses=problems(404),
)
def explain_case(case_id: CasePath, call: CallDep, work: WorkDep) -> CaseExplanationAnswer:
    """Return at which step a case is, until when, whose turn it is, and what the law says."""
    found = explain(readable_case(case_id, call.by, work), call.at, work)
    return CaseExplanationAnswer(
        case_id=found.case.id,
        code=found.case.code,
        state=found.case.state,
        procedure=found.procedure.settings.name,
        due=found.case.due,
        turns=[turn_answer(one, call) for one in found.turns],
        said=[explained(one, call.language) for one in found.said],
        law=[call.say(one) for one in found.law],
    )


@router.post(
    "/cases/{case_id}/apology",
    summary="Apologise for a delay",
    response_model=CaseLine,
    responses=problems(403, 404, 409, 412),
)
def post_apology(case_id: CasePath, body: ApologyBody, accepted: IfMatch, call: CallDep, work: WorkDep) -> CaseLine:
    """Give out the apology with another day: once, and a day before the case is due at the latest."""
    require_match(accepted, readable_case(case_id, call.by, work).rev)
    day: date = body.to
    request = ApologiseCase(case_id=case_id, reason=body.reason, to=day)
    return CaseLine(**_facts(apologise_case(request, by=call.by, at=call.at, work=work)))


@router.get(
    "/cases/{case_id}/slips/{slip_id}", summary="A slip", response_class=Response, responses=problems(404) | _PDF
)
def get_slip(case_id: CasePath, slip_id: CaseSlipPath, call: CallDep) -> Response:
    """Return a slip as PDF."""
    made = slip_pdf(case_id, slip_id, by=call.by, services=call.services)
    return file_answer(made, "application/pdf", f"{slip_id}.pdf")


@router.get(
    "/cases/{case_id}/control", summary="Control of the steps", response_class=Response, responses=problems(404) | _PDF
)
def get_control(case_id: CasePath, call: CallDep) -> Response:
    """Return the control slip of the steps so far as PDF."""
    made = control_pdf(case_id, by=call.by, services=call.services)
    return file_answer(made, "application/pdf", f"control-{case_id}.pdf")


def _facts(case: Case) -> dict[str, Any]:
    names = [name for name in CaseLine.model_fields if name != "reappointed"]
    return {**{name: getattr(case, name) for name in names}, "reappointed": case.reappointed}
