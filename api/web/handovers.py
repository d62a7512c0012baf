"""Handing a work item over to a colleague, and refusing that; their forms are shown again with what is wrong."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.web.desk import DeskDep
from api.web.forms import FormDep, id_of
from api.web.hands import HANDOVER, REFUSAL
from api.web.tried import Tried
from api.web.work_items import item_page
from engine.actions.hand_over_work_item import HandOverWorkItem, hand_over_work_item
from engine.actions.refuse_handover import refuse_handover
from engine.ids import PersonId, WorkItemId
from engine.work_items import OutcomeDataInvalid

router = APIRouter()


@router.post("/work-items/{work_item_id}/handover")
def hand_over(desk: DeskDep, form: FormDep, services: ServicesDep, work_item_id: str) -> Response:
    """Hand the item over with a note."""
    key, to = WorkItemId(id_of(work_item_id)), PersonId(form.id("to"))
    asked = HandOverWorkItem(work_item_id=key, to=to, note=form.text("note"))
    try:
        with services.begin() as work:
            hand_over_work_item(asked, by=desk.person, at=desk.at, work=work)
            name = work.people.get(to).name
    except OutcomeDataInvalid as refusal:
        return item_page(key, desk, services, Tried(outcome=HANDOVER, form=form, refusal=refusal))
    return desk.to("/work-items", "handed_over", name=name)


@router.post("/work-items/{work_item_id}/handover-refusal")
def refuse(desk: DeskDep, form: FormDep, services: ServicesDep, work_item_id: str) -> Response:
    """Give back what was handed over, with a reason."""
    key = WorkItemId(id_of(work_item_id))
    try:
        with services.begin() as work:
            item = refuse_handover(key, form.text("reason"), by=desk.person, at=desk.at, work=work)
            name = work.people.get(item.assignee).name if item.assignee else ""
    except OutcomeDataInvalid as refusal:
        return item_page(key, desk, services, Tried(outcome=REFUSAL, form=form, refusal=refusal))
    return desk.to("/work-items", "handover_refused", name=name)
