"""Save a form draft: what a person typed so far stays for them, whatever it is worth; no record is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.actions.open_work_item import open_work_item
from engine.choices import offered, step_of
from engine.form_drafts import FormDraft, checked_comment, packed, require_fields
from engine.ids import WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.runtime.errors import OutcomeUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFormDraft:
    """A work item, the outcome whose form it is, and what stands in the form."""

    work_item_id: WorkItemId
    outcome: str
    data: Mapping[str, object]
    comment: str | None = None


def save_form_draft(request: SaveFormDraft, *, by: Person, at: datetime, work: UnitOfWork) -> FormDraft:
    """Keep the form as the person's one draft for the item, in place of the one before.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded: It is not this person's to do.
        WorkItemNotOpen: It is done, or being signed.
        OutcomeUnknown: The model does not offer this outcome.
        FormDraftInvalid: It is too large, no JSON, or has what the form does not ask for, as a PIN.
    """
    item = open_work_item(request.work_item_id, by=by, at=at, work=work)
    access.require_act(by, item)
    item.require_open()
    _, step = step_of(item, work)
    if step.outcome(request.outcome) is None:
        raise OutcomeUnknown(outcome=request.outcome, offered=", ".join(known.id for known in step.outcomes))
    form = next(known.form for known in offered(item, work) if known.id == request.outcome)
    require_fields(request.data, form.get("properties", {}))
    draft = FormDraft(
        work_item_id=item.id,
        person_id=by.id,
        outcome=request.outcome,
        data=packed(request.data),
        comment=checked_comment(request.comment),
        saved_at=at,
    )
    work.form_drafts.save(draft)
    return draft
