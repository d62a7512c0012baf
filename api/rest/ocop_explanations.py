"""Why the dossier of an OCOP product stands where it stands, in figures and in words."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.dossier_answers import TurnAnswer, turn_answer
from api.rest.ocop_answers import TAGS
from api.rest.paths import DossierPath
from api.rest.routes import Door
from api.texts import explained
from engine import dossier_access
from engine.dossiers import DossierState
from engine.ocop_explanations import OcopExplanation, explain

router = APIRouter(route_class=Door, tags=[*TAGS])


class MissedLevelAnswer(Answer):
    """A least level that the sheets do not reach; `short_by` is in points, `below` counts sheets."""

    item: str
    label: str
    star: int
    needed: int
    mean: Decimal
    short_by: Decimal
    below: int


class OcopExplanationAnswer(Answer):
    """Why a dossier stands where it stands; `mean` is cut off after two decimals, null before there is a result."""

    dossier_id: UUID
    product: str
    slip: str
    state: DossierState
    judged_by: str
    finish_by: date | None
    mean: Decimal | None
    stars: int | None
    missed: list[MissedLevelAnswer]
    turns: list[TurnAnswer]
    said: list[str]
    law: list[str]
    decision: str | None


@router.get(
    "/ocop-dossiers/{dossier_id}/explanation",
    summary="Why an OCOP dossier stands where it stands",
    response_model=OcopExplanationAnswer,
    responses=problems(404),
)
def explain_dossier(dossier_id: DossierPath, call: CallDep, work: WorkDep) -> OcopExplanationAnswer:
    """Return what the points came to, which least levels are missed, whose turn it is, and what the law says."""
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(call.by, dossier, work)
    return _answer(explain(dossier, work), call)


def _answer(found: OcopExplanation, call: CallDep) -> OcopExplanationAnswer:
    return OcopExplanationAnswer(
        dossier_id=found.dossier.id,
        product=found.product,
        slip=found.proposal.slip,
        state=found.dossier.state,
        judged_by=found.proposal.decision,
        finish_by=found.proposal.finish_by,
        mean=found.mean,
        stars=found.stars,
        missed=[
            MissedLevelAnswer(
                item=one.item,
                label=one.label,
                star=one.star,
                needed=one.needed,
                mean=one.mean,
                short_by=one.short_by,
                below=one.below,
            )
            for one in found.missed
        ],
        turns=[turn_answer(one, call) for one in found.turns],
        said=[explained(one, call.language) for one in found.said],
        law=[call.say(one) for one in found.law],
        decision=found.recognised.decision if found.recognised else None,
    )
