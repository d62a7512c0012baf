"""Comment on a document: everybody who may read it sees the comment; whom it names may read it from then on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine import access, hands
from engine.comment_events import DocumentCommented, ReadingGranted
from engine.comments import Comment, CommentInvalid, checked_text, named_in
from engine.documents import Document
from engine.errors import FieldError
from engine.events import Private
from engine.ids import CommentId, DocumentId, WorkItemId
from engine.notices import News, NoticeKind
from engine.notify import about, notify
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.work_items import WorkItem, WorkItemNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentOnDocument:
    """What is said about which document, perhaps in one of its steps; '@user name' in it names a colleague."""

    document_id: DocumentId
    text: str
    work_item_id: WorkItemId | None = None
    once: Once | None = None


def comment_on_document(request: CommentOnDocument, *, by: Person, at: datetime, work: UnitOfWork) -> Comment:
    """Keep the comment; colleagues it names who could not read the document may read it from now on.

    Raises:
        DocumentNotFound: The person may not read it.
        NotAllowed: Their posts only read.
        WorkItemNotFound: The step is none of this document's.
        CommentInvalid: It is empty, too long, names nobody known, or names somebody who may not read the document
            while its author is not part of the handling chain and so cannot show it to them.
        IdempotencyKeyReused: The same key came with another comment.
    """
    document = work.documents.get(request.document_id)
    access.require_read(by, document)
    access.require(by, "comment_on_document")
    known = work.requests.find(by.id, request.once) if request.once else None
    if known and (said := work.comments.find(CommentId(known))):
        return said
    text = checked_text(request.text)
    items = _items(request, document, work)
    named = _named(text, by, work)
    _show(named, document, items, by=by, at=at, work=work)
    comment = Comment(
        id=CommentId(work.new_id()),
        agency_id=document.agency_id,
        document_id=document.id,
        work_item_id=request.work_item_id,
        author=by.id,
        at=at,
        text=text,
        mentions=tuple(person.id for person in named),
    )
    work.comments.add(comment)
    notify(set(comment.mentions) - {by.id}, _news(comment, document, by), at=at, work=work)
    if request.once:
        work.requests.remember(by.id, request.once, comment.id, at)
    work.record(_event(comment))
    return comment


def _news(comment: Comment, document: Document, by: Person) -> News:
    template = "%(author)s named you in a comment on %(document)s."
    news = about(document, NoticeKind.MENTION, f"comment:{comment.id}", template, author=by.name)
    return replace(news, path=f"{news.path}#comments")


def _event(comment: Comment) -> DocumentCommented:
    return DocumentCommented(
        by=comment.author,
        at=comment.at,
        agency_id=comment.agency_id,
        document_id=comment.document_id,
        comment_id=comment.id,
        work_item_id=comment.work_item_id,
        text=Private(value=comment.text),
        mentions=comment.mentions,
    )


def _items(request: CommentOnDocument, document: Document, work: UnitOfWork) -> Sequence[WorkItem]:
    instance = work.instances.find_of_document(document.id)
    items = work.work_items.of_instance(instance.id) if instance else ()
    if request.work_item_id is not None and request.work_item_id not in {item.id for item in items}:
        raise WorkItemNotFound
    return items


def _named(text: str, by: Person, work: UnitOfWork) -> list[Person]:
    """Return the colleagues a text names, or raise CommentInvalid with every name nobody has."""
    names = named_in(text)
    people = {person.username.lower(): person for person in work.people.of_agency(by.agency_id)} if names else {}
    errors = [
        FieldError(
            field="text",
            code="unknown_person",
            message=f"Nobody in your agency has the user name '{name}'. Correct what stands after the @.",
        )
        for name in names
        if name not in people
    ]
    if errors:
        raise CommentInvalid(errors=errors)
    return [people[name] for name in names]


def _show(
    named: Sequence[Person],
    document: Document,
    items: Sequence[WorkItem],
    *,
    by: Person,
    at: datetime,
    work: UnitOfWork,
) -> None:
    """Let the named read the document who could not, if *by* may show it to them."""
    strangers = [person for person in named if not access.may_read(person, document)]
    if not strangers:
        return
    if not hands.handles(by, document, items):
        errors = [
            FieldError(
                field="text",
                code="may_not_show",
                message=f"{person.name} may not read this document, and only who handles it can show it to them.",
            )
            for person in strangers
        ]
        raise CommentInvalid(errors=errors)
    locked = work.documents.lock(document.id)
    work.documents.save(locked.read_by(people=[person.id for person in strangers]))
    for person in strangers:
        work.record(
            ReadingGranted(by=by.id, at=at, agency_id=document.agency_id, document_id=document.id, to=person.id)
        )
