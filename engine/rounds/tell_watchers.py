"""Tell watchers what became of their documents: a step done, returned or taken back, issued, over, standing still."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine import access
from engine.audit import ReadLeaf
from engine.concerned import placed_people
from engine.documents import Document
from engine.ids import DocumentId, WorkItemId
from engine.notices import NoticeKind
from engine.notify import about, notify
from engine.ports import UnitOfWork

RETURNING: Final = frozenset({"step_back", "record_return"})
"""Operations by which a step sends a document back."""

ISSUED: Final = "%(document)s was issued."
OVER: Final = "The handling of %(document)s is finished."
RETURNED: Final = "%(document)s was returned at '%(step)s'."
DONE: Final = "'%(step)s' is done: %(document)s."
BY_ACTION: Final[Mapping[str, str]] = {
    "work_item.recalled": "'%(step)s' was taken back: %(document)s.",
    "document.paused": "The time limit of %(document)s was paused. Open it to read the reason.",
    "document.resumed": "The time limit of %(document)s runs again.",
    "instance.suspended": "The procedure of %(document)s was suspended. Open it to read the reason.",
    "instance.resumed": "The procedure of %(document)s goes on.",
    "instance.cancelled": "The procedure of %(document)s was cancelled. Open it to read the reason.",
}
"""What is said of leaves that always say the same."""


def tell_watchers(read: Sequence[ReadLeaf], at: datetime, work: UnitOfWork) -> None:
    """Tell who watches a document, and may read it still, of what these leaves say of it; not who did it themselves."""
    # A leaf may say that it is about no document, as the submission of a dossier without a cover does.
    about_one = [(leaf, DocumentId(UUID(found))) for leaf in read if (found := _facts(leaf).get("document_id"))]
    watching = work.watches.of_documents({document_id for _, document_id in about_one}) if about_one else {}
    if not watching:
        return
    documents = work.documents.several(watching)
    people = placed_people({document.agency_id for document in documents.values()}, at, work)
    for leaf, document_id in about_one:
        watchers, document = watching.get(document_id), documents.get(document_id)
        said = _said(leaf, document, work) if watchers and document else None
        if watchers and document and said is not None:
            template, facts = said
            news = about(document, NoticeKind.WATCH, f"watch:{leaf.event.id}", template, **facts)
            since = {person_id for person_id, since in watchers.items() if since <= leaf.event.at}
            told = [one for one in people[document.agency_id] if one.id in since and access.may_read(one, document)]
            notify({one.id for one in told} - {leaf.event.actor}, news, at=at, work=work)


def _said(leaf: ReadLeaf, document: Document, work: UnitOfWork) -> tuple[str, Mapping[str, str]] | None:
    """Return what a leaf is worth telling, with the facts for it; of several things the weightiest."""
    data, action = _facts(leaf), leaf.event.action
    operations = {effect.partition("(")[0] for effect in data.get("effects", ())}
    step = _step(data, work)
    if action in BY_ACTION:
        return BY_ACTION[action], step
    if "issue_document" in operations:
        return ISSUED, {}
    instance = work.instances.find_of_document(document.id) if "effects" in data else None
    if instance is not None and instance.finished_at == leaf.event.at:
        return OVER, {}
    if action not in ("work_item.completed", "document.signed"):
        return None
    return (RETURNED if RETURNING & operations else DONE), step


def _step(data: Mapping[str, Any], work: UnitOfWork) -> Mapping[str, str]:
    if "work_item_id" not in data:
        return {}
    item = work.work_items.get(WorkItemId(UUID(data["work_item_id"])))
    return {"step": item.name, "step_en": item.name_en}


def _facts(leaf: ReadLeaf) -> Mapping[str, Any]:
    """Return what the leaf says, its subject too."""
    event = leaf.event
    return {**json.loads(event.leaf)["data"], f"{event.subject_type}_id": event.subject_id}
