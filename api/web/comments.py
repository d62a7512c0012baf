"""What people say about a document, and who watches it."""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.contents import readable
from api.web.desk import Desk, DeskDep
from api.web.forms import NOBODY, Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.words import msgid
from engine.actions.comment_on_document import CommentOnDocument, comment_on_document
from engine.actions.unwatch_document import unwatch_document
from engine.actions.watch_document import watch_document
from engine.comments import MAX_TEXT, CommentInvalid
from engine.documents import Document
from engine.ids import DocumentId, WorkItemId
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.queries import PageRequest
from engine.watches import watchers_of

router = APIRouter()

LABELS: Final = {"text": msgid("Your comment")}
SHOWN: Final = 20
"""Comments on the page of a document or a work item; the others have a page of their own."""


def comments_of(document: Document, desk: Desk, work: UnitOfWork) -> dict[str, Any]:
    """Return what a page shows of comments and watchers."""
    watchers = watchers_of(document, work)
    return {
        "comments": work.comments.of_document(document.id, PageRequest(limit=SHOWN)),
        "comment": _form(desk),
        "most": MAX_TEXT,
        "may_comment": desk.may("comment_on_document"),
        "watchers": watchers,
        "watching": desk.person.id in {person.id for person in watchers},
        "may_watch": desk.may("watch_document"),
    }


@router.get("/documents/{document_id}/comments")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep, document_id: str) -> Response:
    """Show all comments on a document, the newest first."""
    return _list(readable(document_id, desk, work), page, desk, work)


@router.post("/documents/{document_id}/comments")
def comment(desk: DeskDep, form: FormDep, services: ServicesDep, document_id: str) -> Response:
    """Keep a comment, or show it again with what is wrong with it."""
    document, item = DocumentId(id_of(document_id)), WorkItemId(form.id("work_item_id"))
    asked = CommentOnDocument(
        document_id=document, text=form.text("text"), work_item_id=None if item == NOBODY else item
    )
    asked = replace(asked, once=form.once(asked)) if form.text("once") else asked
    try:
        with services.begin() as work:
            comment_on_document(asked, by=desk.person, at=desk.at, work=work)
    except CommentInvalid as refusal:
        typed = _form(desk).typed(form).refused(refusal, desk.language)
        return _again(document_id, typed, refusal, desk, services)
    return desk.to(f"{_page_left(document_id, form)}#comments", "commented")


@router.post("/documents/{document_id}/watch")
def watch(desk: DeskDep, form: FormDep, work: WorkDep, document_id: str) -> Response:
    """Have the person told of what happens to the document."""
    watch_document(DocumentId(id_of(document_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(_page_left(document_id, form), "watched")


@router.post("/documents/{document_id}/unwatch")
def unwatch(desk: DeskDep, form: FormDep, work: WorkDep, document_id: str) -> Response:
    """Have the person told no longer."""
    unwatch_document(DocumentId(id_of(document_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(_page_left(document_id, form), "unwatched")


def _page_left(document_id: str, form: Form) -> str:
    """Return the page the form was sent from: the work item's or the document's."""
    item = form.id("work_item_id")
    return f"/documents/{id_of(document_id)}" if item == NOBODY else f"/work-items/{item}"


def _form(desk: Desk) -> Typed:
    return replace(Typed.of(LABELS, desk.language), prefix="comment-")


def _again(document_id: str, typed: Typed, refusal: CommentInvalid, desk: Desk, services: Services) -> Response:
    with services.begin() as work:
        return _list(
            readable(document_id, desk, work), PageRequest(), desk, work, comment=typed, status=status_of(refusal)
        )


def _list(
    document: Document, page: PageRequest, desk: Desk, work: UnitOfWork, *, status: int = 200, **shown: object
) -> Response:
    values = comments_of(document, desk, work) | {"comments": work.comments.of_document(document.id, page)} | shown
    names = names_of(document.agency_id, work, desk.speaks("the machine"))
    return desk.page("comments/list.html", status=status, document=document, names=names, **values)
