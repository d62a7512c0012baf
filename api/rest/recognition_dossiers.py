"""Dossiers for recognition: opened and started in one call, and why each stands where it stands."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.dossier_answers import TurnAnswer, turn_answer
from api.rest.fields import RequestBody
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from api.texts import explained
from engine import dossier_access
from engine.actions.open_dossier import OpenDossier, open_dossier
from engine.actions.start_dossier import StartDossier, start_dossier
from engine.assessments import Stage
from engine.criteria import Tier, Verdict
from engine.deadlines import office_date
from engine.dossier_explanations import DossierExplanation, Visited, explain
from engine.dossiers import DossierKind, DossierState
from engine.ids import AgencyId, DossierId, LocalityId, PersonId

router = APIRouter(route_class=Door, tags=["recognition"])


class RecognitionDossierBody(RequestBody):
    """What a locality is to be recognised as; `body` is the text of the covering document until it is revised."""

    locality_id: UUID
    tier: Tier
    receiver_id: UUID
    signer: UUID
    subject: Annotated[str, Field(min_length=1, max_length=500)]
    body: Annotated[str, Field(min_length=1, max_length=50_000)]


class RecognitionDossierAnswer(Answer):
    """The dossier, its covering document, and the set of criteria it is judged by."""

    id: UUID
    document_id: UUID
    rules: str


class ShortfallAnswer(Answer):
    """An indicator or condition that is not met; `short_by` is in its unit, null where it is no number."""

    code: str
    name: str
    verdict: Verdict
    value: str | None
    unit: str
    threshold: Decimal | None
    short_by: Decimal | None
    said: str


class VisitedAnswer(Answer):
    """A field visit: by which unit, when, where, what was found of which indicators; `id` opens the whole."""

    id: UUID
    unit: str
    first_day: date | None
    last_day: date | None
    place: str
    found: dict[str, str]


class ExplanationAnswer(Answer):
    """Why a dossier stands where it stands, in figures and in words."""

    dossier_id: UUID
    subject: str
    state: DossierState
    rules: str
    source: str
    judged_by: Stage
    criteria_met: int
    criteria: int
    eligible: bool
    shortfalls: list[ShortfallAnswer]
    hindrances: list[str]
    turns: list[TurnAnswer]
    visits: list[VisitedAnswer]
    said: list[str]
    law: list[str]
    decision: str | None


@router.post(
    "/recognition-dossiers",
    status_code=201,
    summary="Open and start a dossier for recognition",
    response_model=RecognitionDossierAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_dossier(
    body: RecognitionDossierBody, key: RepeatKeyDep, call: CallDep, response: Response
) -> RecognitionDossierAnswer:
    """Open a dossier under the criteria in force for the level, draft its covering document, start its procedure."""
    services, once = call.services, key.once(body)
    with services.begin() as work:
        rules = work.criteria_sets.in_force(body.tier, office_date(call.at))
        asked = OpenDossier(
            kind=DossierKind.NTM,
            receiver_id=AgencyId(body.receiver_id),
            subject=body.subject,
            rules_id=rules.id,
            locality_id=LocalityId(body.locality_id),
            once=once,
        )
        dossier = open_dossier(asked, by=call.by, at=call.at, work=work)
    document_id = dossier.own_document_id
    if document_id is None:
        start = StartDossier(dossier_id=dossier.id, signer=PersonId(body.signer), body=body.body)
        document_id = start_dossier(start, by=call.by, services=services).id
    response.headers["Location"] = f"/api/v1/recognition-dossiers/{dossier.id}/explanation"
    return RecognitionDossierAnswer(id=dossier.id, document_id=document_id, rules=dossier.rules_id)


@router.get(
    "/recognition-dossiers/{dossier_id}/explanation",
    summary="Why a dossier stands where it stands",
    response_model=ExplanationAnswer,
    responses=problems(404),
)
def explain_dossier(dossier_id: UUID, call: CallDep, work: WorkDep) -> ExplanationAnswer:
    """Return what fails and by how much, whose turn it is and until when, and what the law says."""
    dossier = work.dossiers.get(DossierId(dossier_id))
    dossier_access.require_read(call.by, dossier, work)
    return _answer(explain(dossier, work), call)


def _answer(found: DossierExplanation, call: CallDep) -> ExplanationAnswer:
    return ExplanationAnswer(
        dossier_id=found.dossier.id,
        subject=found.dossier.subject,
        state=found.dossier.state,
        rules=found.rules,
        source=found.source,
        judged_by=found.stage,
        criteria_met=found.met,
        criteria=found.total,
        eligible=found.eligible,
        hindrances=list(found.hindrances),
        shortfalls=[
            ShortfallAnswer(
                code=one.code,
                name=one.name,
                verdict=one.verdict,
                value=one.value,
                unit=one.unit,
                threshold=one.threshold,
                short_by=one.short_by,
                said=one.said,
            )
            for one in found.shortfalls
        ],
        turns=[turn_answer(one, call) for one in found.turns],
        visits=[_visited(one) for one in found.visited],
        said=[explained(one, call.language) for one in found.said],
        law=[call.say(one) for one in found.law],
        decision=found.decided.decision if found.decided else None,
    )


def _visited(one: Visited) -> VisitedAnswer:
    content = one.visit.content
    return VisitedAnswer(
        id=one.visit.id,
        unit=one.unit,
        first_day=content.first_day,
        last_day=content.last_day,
        place=content.place,
        found={said.indicator: said.found for said in content.findings},
    )
