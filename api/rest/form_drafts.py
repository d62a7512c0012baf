"""Forms filled in halfway: kept for whoever fills them in, shown to nobody else."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, RequestBody
from api.rest.paths import WorkItemPath
from api.rest.routes import Door
from api.rest.work_item_answers import visible_item
from engine.actions.discard_form_draft import discard_form_draft
from engine.actions.save_form_draft import SaveFormDraft, save_form_draft
from engine.form_drafts import FormDraft, FormDraftNotFound

router = APIRouter(route_class=Door, tags=["work items"])

_NO_CONTENT = 204


class FormDraftBody(RequestBody):
    """What stands in the form of an outcome so far; the values need not fit the form yet."""

    outcome: Annotated[str, Field(max_length=200), FILLED]
    data: dict[str, Any] = Field(default_factory=dict)
    comment: str | None = None


class FormDraftAnswer(Answer):
    """What stands in the form so far."""

    outcome: str
    data: dict[str, Any]
    comment: str | None
    saved_at: datetime


@router.put(
    "/work-items/{work_item_id}/draft",
    summary="Save a form",
    response_model=FormDraftAnswer,
    responses=problems(403, 404, 409, 422),
)
def save(work_item_id: WorkItemPath, body: FormDraftBody, call: CallDep, work: WorkDep) -> FormDraftAnswer:
    """Keep the form as it is, in place of what was kept before; it goes when the item is done."""
    asked = SaveFormDraft(work_item_id=work_item_id, outcome=body.outcome, data=body.data, comment=body.comment)
    return _answer(save_form_draft(asked, by=call.by, at=call.at, work=work))


@router.get(
    "/work-items/{work_item_id}/draft",
    summary="One's saved form",
    response_model=FormDraftAnswer,
    responses=problems(404),
)
def get_draft(work_item_id: WorkItemPath, call: CallDep, work: WorkDep) -> FormDraftAnswer:
    """Return what one saved for the item oneself; 404 where one saved nothing."""
    item = visible_item(work_item_id, call.by, work)
    draft = work.form_drafts.find(item.id, call.by.id)
    if draft is None:
        raise FormDraftNotFound
    return _answer(draft)


@router.delete(
    "/work-items/{work_item_id}/draft", status_code=_NO_CONTENT, summary="Discard it", responses=problems(404)
)
def discard(work_item_id: WorkItemPath, call: CallDep, work: WorkDep) -> Response:
    """Forget what one saved for the item."""
    discard_form_draft(work_item_id, by=call.by, at=call.at, work=work)
    return Response(status_code=_NO_CONTENT)


def _answer(draft: FormDraft) -> FormDraftAnswer:
    return FormDraftAnswer(outcome=draft.outcome, data=draft.values(), comment=draft.comment, saved_at=draft.saved_at)
