"""What a commune does before it submits: whether it is ready, the draft before the public, meetings that propose."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, PRINTABLE, Moment, RequestBody, Sha256
from api.rest.paths import DossierPath
from api.rest.preconditions import IfMatch, RepeatKeyDep, etag, require_match
from api.rest.routes import Door
from api.texts import sentence
from engine import dossier_access
from engine.actions.answer_public_opinion import AnswerPublicOpinion, answer_public_opinion
from engine.actions.answer_public_opinions import AnswerPublicOpinions, answer_public_opinions
from engine.actions.record_proposal_meeting import RecordProposalMeeting, record_proposal_meeting
from engine.dossier_readiness import Step, all_steps
from engine.dossiers import Dossier, DossierKind
from engine.ids import DossierId
from engine.ports import UnitOfWork
from engine.proposal_meetings import ProposalMeeting
from engine.public_drafts import MAX_OPINIONS, MOST_ANSWERED, PublicDraft, PublicDraftNotFound, PublicOpinion

router = APIRouter(route_class=Door, tags=["proposals"])

Count = Annotated[int, Field(strict=True, ge=-2_147_483_648, le=2_147_483_647)]
Line = Annotated[str, Field(max_length=200), FILLED]


async def _place(dossier_id: DossierPath, number: int) -> tuple[DossierId, int]:
    return dossier_id, number if 0 < number <= MAX_OPINIONS else 0


OpinionNumber = Annotated[int, Field(strict=True, ge=1, le=MAX_OPINIONS)]
OpinionDep = Annotated[tuple[DossierId, int], Depends(_place)]


class ResponseBody(RequestBody):
    """How the commune answers an opinion."""

    response: Annotated[str, Field(max_length=5_000), FILLED]


class ResponsesBody(RequestBody):
    """One answer for several opinions that have none yet."""

    numbers: Annotated[tuple[OpinionNumber, ...], Field(min_length=1, max_length=MOST_ANSWERED)]
    response: Annotated[str, Field(max_length=5_000), FILLED]


class MeetingBody(RequestBody):
    """A meeting that proposes recognition; without a file its minutes are made of what is said here."""

    held_at: Moment
    place: Line
    chair: Line
    secretary: Line
    present: Count
    agreed: Count
    disagreed: Count = 0
    said: Annotated[str, Field(max_length=5_000), PRINTABLE] = ""
    file_id: Sha256 | None = None


class MissingAnswer(Answer):
    """One thing that is missing: a stable code, and a sentence that says what to do."""

    code: str
    message: str


class StepAnswer(Answer):
    """A step of a commune before it submits, with everything that is missing for it."""

    step: Step
    ready: bool
    missing: list[MissingAnswer]


class ReadinessAnswer(Answer):
    """Every step in its order; none of a dossier that is submitted, or of another kind."""

    steps: list[StepAnswer]


class PublicOpinionAnswer(Answer):
    """An opinion on the draft, without a name; its ETag is its `rev`."""

    number: int
    agreed: bool
    text: str
    given_at: datetime
    response: str | None
    responded_at: datetime | None
    rev: int


class AnsweredAnswer(Answer):
    """Opinions as they were answered."""

    items: list[PublicOpinionAnswer]


class PublicDraftAnswer(Answer):
    """The draft as it is before the public; its page is `/drafts/{code}`."""

    ordinal: int
    code: str
    place: str
    until: date
    open: bool
    published_at: datetime
    agreed: int
    disagreed: int
    unanswered: int
    opinions: list[PublicOpinionAnswer]


class MeetingAnswer(Answer):
    """A meeting with its numbers; `percent` is of those present, cut after two decimals."""

    ordinal: int
    held_at: datetime
    place: str
    chair: str
    secretary: str
    present: int
    agreed: int
    disagreed: int
    abstained: int
    percent: str
    passed: bool
    minutes: str
    dossier_id: UUID


class MeetingsAnswer(Answer):
    """Meetings of a dossier, the newest first."""

    items: list[MeetingAnswer]


@router.get(
    "/dossiers/{dossier_id}/readiness",
    summary="What a dossier still lacks",
    response_model=ReadinessAnswer,
    responses=problems(404),
)
def get_readiness(dossier_id: DossierPath, call: CallDep, work: WorkDep) -> ReadinessAnswer:
    """Return step by step what is missing before the dossier can be submitted, in words."""
    dossier = _readable(dossier_id, call, work)
    if dossier.kind is not DossierKind.NTM or not dossier.is_open:
        return ReadinessAnswer(steps=[])
    steps = all_steps(dossier, call.at, work)
    return ReadinessAnswer(
        steps=[
            StepAnswer(
                step=one.step,
                ready=one.ready,
                missing=[MissingAnswer(code=gap.code, message=sentence(gap, call.language)) for gap in one.missing],
            )
            for one in steps
        ]
    )


@router.get(
    "/dossiers/{dossier_id}/draft",
    summary="The draft before the public",
    response_model=PublicDraftAnswer,
    responses=problems(404),
)
def get_draft(dossier_id: DossierPath, call: CallDep, work: WorkDep) -> PublicDraftAnswer:
    """Return the newest publication of the draft with what people said of it."""
    dossier = _readable(dossier_id, call, work)
    draft = work.public_drafts.find_newest(dossier.id)
    if draft is None:
        raise PublicDraftNotFound
    return _draft(draft, call.at, work)


@router.put(
    "/dossiers/{dossier_id}/public-opinions/{number}/response",
    summary="Answer an opinion",
    response_model=PublicOpinionAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def put_response(
    place: OpinionDep, body: ResponseBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> PublicOpinionAnswer:
    """Answer what somebody said of the draft; opinion and answer then stand on the public page."""
    dossier_id, number = place
    if match is not None:
        dossier_access.require_compose(call.by, work.dossiers.get(dossier_id), work)
        require_match(match, work.public_drafts.lock_opinion(dossier_id, number).rev)
    asked = AnswerPublicOpinion(dossier_id=dossier_id, number=number, response=body.response)
    answered = answer_public_opinion(asked, by=call.by, at=call.at, work=work)
    response.headers["ETag"] = etag(answered.rev)
    return _opinion(answered)


@router.post(
    "/dossiers/{dossier_id}/public-opinions/responses",
    summary="Answer several opinions at once",
    response_model=AnsweredAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_responses(dossier_id: DossierPath, body: ResponsesBody, call: CallDep, work: WorkDep) -> AnsweredAnswer:
    """Give opinions that have no answer yet the same one: all of them or, where one was answered meanwhile, none."""
    asked = AnswerPublicOpinions(dossier_id=dossier_id, numbers=body.numbers, response=body.response)
    answered = answer_public_opinions(asked, by=call.by, at=call.at, work=work)
    return AnsweredAnswer(items=[_opinion(one) for one in answered])


@router.get(
    "/dossiers/{dossier_id}/meetings",
    summary="Meetings that propose recognition",
    response_model=MeetingsAnswer,
    responses=problems(404),
)
def list_meetings(dossier_id: DossierPath, call: CallDep, work: WorkDep) -> MeetingsAnswer:
    """Return the meetings of a dossier; the newest counts."""
    dossier = _readable(dossier_id, call, work)
    return MeetingsAnswer(items=[_meeting(one) for one in work.proposal_meetings.of_dossier(dossier.id)])


@router.post(
    "/dossiers/{dossier_id}/meetings",
    status_code=201,
    summary="Record a meeting that proposes recognition",
    response_model=MeetingAnswer,
    responses=problems(403, 404, 409, 422, 503),
)
def post_meeting(
    dossier_id: DossierPath, body: MeetingBody, key: RepeatKeyDep, call: CallDep, response: Response
) -> MeetingAnswer:
    """Record a meeting with its numbers; its minutes lie in their part of the dossier."""
    asked = RecordProposalMeeting(dossier_id=dossier_id, **body.model_dump(), once=key.once(body))
    meeting = record_proposal_meeting(asked, by=call.by, services=call.services)
    response.headers["Location"] = f"/api/v1/dossiers/{dossier_id}/meetings"
    return _meeting(meeting)


def _readable(dossier_id: DossierId, call: Call, work: UnitOfWork) -> Dossier:
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(call.by, dossier, work)
    return dossier


def _draft(draft: PublicDraft, at: datetime, work: UnitOfWork) -> PublicDraftAnswer:
    counted = work.public_drafts.count_opinions(draft.dossier_id)
    return PublicDraftAnswer(
        ordinal=draft.ordinal,
        code=draft.code,
        place=draft.place,
        until=draft.until,
        open=draft.is_open(at),
        published_at=draft.published_at,
        agreed=counted.agreed,
        disagreed=counted.disagreed,
        unanswered=counted.unanswered,
        opinions=[_opinion(one) for one in work.public_drafts.opinions_of(draft.dossier_id)],
    )


def _opinion(one: PublicOpinion) -> PublicOpinionAnswer:
    return PublicOpinionAnswer(
        number=one.number,
        agreed=one.agreed,
        text=one.text,
        given_at=one.given_at,
        response=one.response,
        responded_at=one.responded_at,
        rev=one.rev,
    )


def _meeting(one: ProposalMeeting) -> MeetingAnswer:
    return MeetingAnswer(
        ordinal=one.ordinal,
        held_at=one.held_at,
        place=one.place,
        chair=one.chair,
        secretary=one.secretary,
        present=one.present,
        agreed=one.agreed,
        disagreed=one.disagreed,
        abstained=one.abstained,
        percent=one.percent_text,
        passed=one.passed,
        minutes=one.file_id,
        dossier_id=one.dossier_id,
    )
