"""Comments on a document, and who watches it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, Names, PageOf, PersonRef, page_of, person_ref, problems
from api.rest.calls import CallDep
from api.rest.document_answers import readable
from api.rest.fields import FILLED, RequestBody
from api.rest.paths import DocumentPath
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine.actions.comment_on_document import CommentOnDocument, comment_on_document
from engine.actions.unwatch_document import unwatch_document
from engine.actions.watch_document import watch_document
from engine.comments import MAX_TEXT, Comment
from engine.ids import WorkItemId
from engine.watches import watchers_of

router = APIRouter(route_class=Door, tags=["documents"])

_NO_CONTENT = 204


class CommentBody(RequestBody):
    """What is said, in plain text; `@user.name` names a colleague, who may read the document from then on."""

    text: Annotated[str, Field(max_length=MAX_TEXT), FILLED]
    work_item_id: UUID | None = None


class CommentAnswer(Answer):
    """What somebody said; `work_item_id` is the step they said it in, if any."""

    id: UUID
    at: datetime
    author: PersonRef | None
    work_item_id: UUID | None
    text: str
    mentions: list[PersonRef]


@router.get(
    "/documents/{document_id}/comments",
    summary="Comments",
    response_model=PageOf[CommentAnswer],
    responses=problems(404, 422),
)
def list_comments(document_id: DocumentPath, page: PageDep, call: CallDep, work: WorkDep) -> PageOf[CommentAnswer]:
    """Return what was said about the document, the newest first."""
    document = readable(document_id, call.by, work)
    names = Names(call.by.agency_id, work)
    return page_of(work.comments.of_document(document.id, page), lambda comment: _answer(comment, names))


@router.post(
    "/documents/{document_id}/comments",
    status_code=201,
    summary="Comment",
    response_model=CommentAnswer,
    responses=problems(403, 404, 409, 422),
)
def comment(
    document_id: DocumentPath, body: CommentBody, key: RepeatKeyDep, call: CallDep, work: WorkDep
) -> CommentAnswer:
    """Say something about the document to everybody who may read it.

    Who handles the document shows it to a colleague by naming them; others can name only those who may read it.
    """
    item = WorkItemId(body.work_item_id) if body.work_item_id else None
    asked = CommentOnDocument(document_id=document_id, text=body.text, work_item_id=item, once=key.once(body))
    made = comment_on_document(asked, by=call.by, at=call.at, work=work)
    return _answer(made, Names(call.by.agency_id, work))


@router.get(
    "/documents/{document_id}/watchers",
    summary="Who watches it",
    response_model=PageOf[PersonRef],
    responses=problems(404),
)
def list_watchers(document_id: DocumentPath, call: CallDep, work: WorkDep) -> PageOf[PersonRef]:
    """Return who asked to be told of what happens to the document."""
    document = readable(document_id, call.by, work)
    return PageOf(items=[person_ref(person) for person in watchers_of(document, work)])


@router.put("/documents/{document_id}/watch", status_code=_NO_CONTENT, summary="Watch", responses=problems(403, 404))
def watch(document_id: DocumentPath, call: CallDep, work: WorkDep) -> Response:
    """Be told of what happens to the document; asking again changes nothing."""
    watch_document(document_id, by=call.by, at=call.at, work=work)
    return Response(status_code=_NO_CONTENT)


@router.delete(
    "/documents/{document_id}/watch", status_code=_NO_CONTENT, summary="Watch no longer", responses=problems(403, 404)
)
def unwatch(document_id: DocumentPath, call: CallDep, work: WorkDep) -> Response:
    """Be told no longer; asking again changes nothing."""
    unwatch_document(document_id, by=call.by, at=call.at, work=work)
    return Response(status_code=_NO_CONTENT)


def _answer(comment: Comment, names: Names) -> CommentAnswer:
    named = [names.person(person) for person in comment.mentions]
    return CommentAnswer(
        id=comment.id,
        at=comment.at,
        author=names.person(comment.author),
        work_item_id=comment.work_item_id,
        text=comment.text,
        mentions=[person for person in named if person is not None],
    )
