"""Discard a form draft: the person begins the form anew; no record is made of it, as none was of the draft."""

from datetime import datetime

from engine.form_drafts import FormDraftNotFound
from engine.ids import WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork


def discard_form_draft(work_item_id: WorkItemId, *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Forget the person's draft for the item.

    Raises:
        FormDraftNotFound: There is none.
    """
    if not work.form_drafts.remove(work_item_id, by.id):
        raise FormDraftNotFound
