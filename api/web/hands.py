"""A work item through people's hands: handing it over, refusing that, taking a step back."""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import WorkDep
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, Typed, id_of
from api.web.tried import Tried
from api.web.words import msgid
from engine import access
from engine.actions.recall_work_item import recall_work_item
from engine.choices import recall_hindrance
from engine.explanations import why_not_recalled
from engine.ids import WorkItemId
from engine.ports import UnitOfWork
from engine.work_items import WorkItem, WorkItemState

router = APIRouter()

HANDOVER: Final = "handover"
REFUSAL: Final = "handover-refusal"
HANDOVER_LABELS: Final = {"to": msgid("Colleague"), "note": msgid("What they have to know")}
REFUSAL_LABELS: Final = {"reason": msgid("Reason")}


def hands_of(item: WorkItem, desk: Desk, work: UnitOfWork, tried: Tried | None) -> dict[str, Any]:
    """Return what a page shows of handing over, refusing and taking back."""
    handover = replace(Typed.of(HANDOVER_LABELS, desk.language), prefix="handover-")
    refusal = replace(Typed.of(REFUSAL_LABELS, desk.language), prefix="refusal-")
    if tried is not None and tried.outcome == HANDOVER:
        handover = handover.typed(tried.form).refused(tried.refusal, desk.language)
    if tried is not None and tried.outcome == REFUSAL:
        refusal = refusal.typed(tried.form).refused(tried.refusal, desk.language)
    own = item.state is WorkItemState.COMPLETED and item.completed_by == desk.person.id
    hindrance = recall_hindrance(item, desk.person, work) if own else None
    return {
        "handover": handover,
        "refusal": refusal,
        "may_refuse": item.handed_by is not None and access.may_act(desk.person, item),
        "may_recall": own and hindrance is None,
        "hindrance": desk.explains(why_not_recalled(item, hindrance, work)) if hindrance else None,
    }


@router.post("/work-items/{work_item_id}/recall")
def recall(desk: DeskDep, _: FormDep, work: WorkDep, work_item_id: str) -> Response:
    """Take a completed step back; its form is shown as it was sent."""
    item = recall_work_item(WorkItemId(id_of(work_item_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/work-items/{item.id}", "recalled")
