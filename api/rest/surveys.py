"""Surveys of a dossier's households with their counts, and what organisations and meetings say of its draft."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, PRINTABLE, CalendarDate, RequestBody, Sha256
from api.rest.paths import DossierPath, SurveyPath
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine import dossier_access
from engine.actions.close_survey import close_survey
from engine.actions.open_survey import OpenSurvey, open_survey
from engine.actions.record_contribution import RecordContribution, record_contribution
from engine.actions.record_paper_answer import RecordPaperAnswer, record_paper_answer
from engine.answering import Answer as Said
from engine.contributions import Contribution, ContributionSource
from engine.dossiers import Dossier
from engine.ids import DossierId, SurveyId
from engine.ports import UnitOfWork
from engine.surveys import Survey, SurveyNotFound

router = APIRouter(route_class=Door, tags=["surveys"])

Number = Annotated[int, Field(strict=True, ge=-2_147_483_648, le=2_147_483_647)]


class SurveyBody(RequestBody):
    """A survey to be opened: who asks, how many households there are, the last day of answers in Việt Nam."""

    surveyor: Annotated[str, Field(max_length=200), FILLED]
    households: Number
    closes_on: CalendarDate | None = None


class PaperAnswerBody(RequestBody):
    """What a household answered on paper, by its number."""

    number: Number
    satisfied: bool
    comment: Annotated[str, Field(max_length=1_000), PRINTABLE] | None = None


class ContributionBody(RequestBody):
    """What an organisation or a meeting says of the draft; `name` is never that of a person."""

    source: ContributionSource
    name: Annotated[str, Field(max_length=200), FILLED]
    held_on: CalendarDate
    present: Number = 0
    agreed: Number = 0
    text: Annotated[str, Field(max_length=5_000), PRINTABLE] = ""
    response: Annotated[str, Field(max_length=5_000), PRINTABLE] | None = None
    file_id: Sha256 | None = None


class SurveyAnswer(Answer):
    """A survey as it is counted now; shares are percent, cut to two decimals, and `suffices` is exact.

    `comments` are what households wrote, in no order that tells who it was; they are told once it is closed.
    """

    id: UUID
    dossier_id: UUID
    surveyor: str
    households: int
    answered: int
    satisfied: int
    coverage: Decimal
    coverage_needed: Decimal
    rate: Decimal
    rate_needed: Decimal
    limits_certainty: str
    suffices: bool
    opened_at: datetime
    closes_on: date | None
    closed_at: datetime | None
    comments: list[str]


class SurveysAnswer(Answer):
    """Surveys of a dossier, the newest first."""

    items: list[SurveyAnswer]


class ContributionAnswer(Answer):
    """A contribution, with how the commune took it up."""

    id: UUID
    source: ContributionSource
    name: str
    held_on: date
    present: int
    agreed: int
    text: str
    response: str | None
    file_id: str | None
    recorded_at: datetime


class ContributionsAnswer(Answer):
    """Contributions to a dossier's draft, the oldest first."""

    items: list[ContributionAnswer]


@router.get(
    "/dossiers/{dossier_id}/surveys",
    summary="Surveys of a dossier",
    response_model=SurveysAnswer,
    responses=problems(404),
)
def list_surveys(dossier_id: DossierPath, call: CallDep, work: WorkDep) -> SurveysAnswer:
    """Return the surveys of a dossier with their counts."""
    dossier = _readable(dossier_id, call, work)
    return SurveysAnswer(items=[_survey(one, work) for one in work.surveys.of_dossier(dossier.id)])


@router.post(
    "/dossiers/{dossier_id}/surveys",
    status_code=201,
    summary="Open a survey",
    response_model=SurveyAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_survey(
    dossier_id: DossierPath, body: SurveyBody, key: RepeatKeyDep, call: CallDep, response: Response
) -> SurveyAnswer:
    """Open a survey of all households of the locality; what it must reach follows from the set of criteria."""
    asked = OpenSurvey(
        dossier_id=dossier_id,
        surveyor=body.surveyor,
        households=body.households,
        closes_on=body.closes_on,
        once=key.once(body),
    )
    survey = open_survey(asked, by=call.by, services=call.services)
    response.headers["Location"] = f"/api/v1/dossiers/{dossier_id}/surveys/{survey.id}"
    with call.services.begin() as work:
        return _survey(survey, work)


@router.get(
    "/dossiers/{dossier_id}/surveys/{survey_id}",
    summary="A survey",
    response_model=SurveyAnswer,
    responses=problems(404),
)
def get_survey(dossier_id: DossierPath, survey_id: SurveyPath, call: CallDep, work: WorkDep) -> SurveyAnswer:
    """Return a survey as it is counted now."""
    dossier = _readable(dossier_id, call, work)
    return _survey(_of(dossier, survey_id, work), work)


@router.post(
    "/dossiers/{dossier_id}/surveys/{survey_id}/answers",
    summary="Count an answer on paper",
    response_model=SurveyAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_answer(
    dossier_id: DossierPath, survey_id: SurveyPath, body: PaperAnswerBody, call: CallDep, work: WorkDep
) -> SurveyAnswer:
    """Count the slip of a household, once, whichever way it answered first."""
    dossier = _readable(dossier_id, call, work)
    said = Said(satisfied=body.satisfied, comment=body.comment or "")
    asked = RecordPaperAnswer(survey_id=_of(dossier, survey_id, work).id, number=body.number, said=said)
    record_paper_answer(asked, by=call.by, at=call.at, work=work)
    return _survey(work.surveys.get(survey_id), work)


@router.post(
    "/dossiers/{dossier_id}/surveys/{survey_id}/close",
    summary="Close a survey",
    response_model=SurveyAnswer,
    responses=problems(403, 404, 409),
)
def post_close(dossier_id: DossierPath, survey_id: SurveyPath, call: CallDep, work: WorkDep) -> SurveyAnswer:
    """Close it, whatever it reached; its rate becomes what the dossier reports of satisfaction."""
    dossier = _readable(dossier_id, call, work)
    close_survey(_of(dossier, survey_id, work).id, by=call.by, at=call.at, work=work)
    return _survey(work.surveys.get(survey_id), work)


@router.get(
    "/dossiers/{dossier_id}/contributions",
    summary="Contributions to a draft",
    response_model=ContributionsAnswer,
    responses=problems(404),
)
def list_contributions(dossier_id: DossierPath, call: CallDep, work: WorkDep) -> ContributionsAnswer:
    """Return what organisations and meetings said of the draft."""
    dossier = _readable(dossier_id, call, work)
    return ContributionsAnswer(items=[_contribution(one) for one in work.contributions.of_dossier(dossier.id)])


@router.post(
    "/dossiers/{dossier_id}/contributions",
    status_code=201,
    summary="Record a contribution",
    response_model=ContributionAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_contribution(
    dossier_id: DossierPath, body: ContributionBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> ContributionAnswer:
    """Record what was said of the draft, while the dossier is composed."""
    asked = RecordContribution(dossier_id=dossier_id, **body.model_dump(), once=key.once(body))
    found = record_contribution(asked, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/dossiers/{dossier_id}/contributions"
    return _contribution(found)


def _readable(dossier_id: DossierId, call: CallDep, work: UnitOfWork) -> Dossier:
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(call.by, dossier, work)
    return dossier


def _of(dossier: Dossier, survey_id: SurveyId, work: UnitOfWork) -> Survey:
    survey = work.surveys.get(survey_id)
    if survey.dossier_id != dossier.id:
        raise SurveyNotFound
    return survey


def _survey(one: Survey, work: UnitOfWork) -> SurveyAnswer:
    return SurveyAnswer(
        id=one.id,
        dossier_id=one.dossier_id,
        surveyor=one.surveyor,
        households=one.households,
        answered=one.count.answered,
        satisfied=one.count.satisfied,
        coverage=one.covered,
        coverage_needed=one.coverage,
        rate=one.satisfied,
        rate_needed=one.rate,
        limits_certainty=one.certainty,
        suffices=one.suffices,
        opened_at=one.opened_at,
        closes_on=one.closes_on,
        closed_at=one.closed_at,
        comments=[said for _, said in work.surveys.comments(one.id)] if one.closed_at else [],
    )


def _contribution(one: Contribution) -> ContributionAnswer:
    return ContributionAnswer(
        id=one.id,
        source=one.source,
        name=one.name,
        held_on=one.held_on,
        present=one.present,
        agreed=one.agreed,
        text=one.text,
        response=one.response,
        file_id=one.file_id,
        recorded_at=one.recorded_at,
    )
