"""What people say about a document, whom they show it to, and who watches it."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.events import Event, Private
from engine.ids import CommentId, DocumentId, PersonId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCommented(Event):
    """Somebody commented on a document; *mentions* are the people named in it."""

    action = "document.commented"
    subject_type = "document"
    document_id: DocumentId
    comment_id: CommentId
    work_item_id: WorkItemId | None
    text: Private
    mentions: Sequence[PersonId]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingGranted(Event):
    """Who handles a document let a colleague read it, by naming them in a comment."""

    action = "document.reading_granted"
    subject_type = "document"
    document_id: DocumentId
    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWatched(Event):
    """Somebody wants to be told of what happens to a document."""

    action = "document.watched"
    subject_type = "document"
    document_id: DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentUnwatched(Event):
    """Somebody wants to be told no longer."""

    action = "document.unwatched"
    subject_type = "document"
    document_id: DocumentId
