"""Finish a work item whose form may bring new content: the draft is revised first, then the item is completed."""

from dataclasses import replace

from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.revise_draft import ReviseDraft, revise_draft
from engine.documents import OutgoingDocument
from engine.drafts import CONTENT, content_in
from engine.ids import FileId, WorkItemId
from engine.neighbours import Services
from engine.people import Person
from engine.work_items import WorkItem


def finish_work_item(request: CompleteWorkItem, *, by: Person, services: Services) -> WorkItem:
    """Complete the item; new subject, text or file become a version of the draft before.

    Where completing is refused then, the draft keeps its new content, as after saving it.

    Raises:
        DocumentInvalid: The new content is not right.
        Refusal: Whatever `revise_draft` and `complete_work_item` refuse.
    """
    content = content_in(request.data)
    texts = {name: value for name, value in content.items() if isinstance(value, str)}
    if content and len(texts) == len(content) and _is_of_draft(request.work_item_id, services):
        revision = ReviseDraft(
            work_item_id=request.work_item_id,
            subject=texts.get("subject"),
            body=texts.get("body"),
            file_id=FileId(texts["file_id"]) if "file_id" in texts else None,
        )
        revise_draft(revision, by=by, services=services)
        request = replace(request, data={name: value for name, value in request.data.items() if name not in CONTENT})
    with services.begin() as work:
        return complete_work_item(request, by=by, at=services.clock(), work=work)


def _is_of_draft(work_item_id: WorkItemId, services: Services) -> bool:
    """Return whether the item works on a document of ours; what is typed for one that came is its procedure's."""
    with services.begin() as work:
        return isinstance(work.documents.get(work.work_items.get(work_item_id).document_id), OutgoingDocument)
