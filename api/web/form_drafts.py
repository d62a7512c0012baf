"""Forms of work items that are saved halfway."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep, WorkDep
from api.web.desk import DeskDep
from api.web.forms import FormDep, id_of
from api.web.schema_forms import data_of
from api.web.work_items import outcome_of
from engine.actions.discard_form_draft import discard_form_draft
from engine.actions.save_form_draft import SaveFormDraft, save_form_draft
from engine.ids import WorkItemId

router = APIRouter()


@router.post("/work-items/{work_item_id}/draft")
def save(desk: DeskDep, form: FormDep, services: ServicesDep, work_item_id: str) -> Response:
    """Keep what was typed so far, whatever it is worth."""
    key, outcome_id = WorkItemId(id_of(work_item_id)), form.text("outcome")
    with services.begin() as work:
        outcome = outcome_of(key, outcome_id, desk, work)
        asked = SaveFormDraft(work_item_id=key, outcome=outcome_id, data=data_of(outcome.form, form) if outcome else {})
        save_form_draft(asked, by=desk.person, at=desk.at, work=work)
    return desk.to(f"/work-items/{key}", "draft_saved")


@router.post("/work-items/{work_item_id}/draft/discard")
def discard(desk: DeskDep, _: FormDep, work: WorkDep, work_item_id: str) -> Response:
    """Forget the draft; the form begins anew."""
    key = WorkItemId(id_of(work_item_id))
    discard_form_draft(key, by=desk.person, at=desk.at, work=work)
    return desk.to(f"/work-items/{key}", "draft_discarded")
