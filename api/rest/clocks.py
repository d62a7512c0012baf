"""The clock of a document: stopping it while something is awaited, and letting it go on."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import problems
from api.rest.calls import CallDep
from api.rest.document_answers import DocumentAnswer, document_answer
from api.rest.fields import FILLED, RequestBody
from api.rest.paths import DocumentPath
from api.rest.preconditions import etag
from api.rest.routes import Door
from engine.actions.pause_document import MAX_REASON, PauseDocument, pause_document
from engine.actions.resume_document import resume_document

router = APIRouter(route_class=Door, tags=["documents"])


class PauseBody(RequestBody):
    """What is waited for."""

    reason: Annotated[str, Field(max_length=MAX_REASON), FILLED]


@router.post(
    "/documents/{document_id}/pause",
    summary="Stop the clock",
    response_model=DocumentAnswer,
    responses=problems(403, 404, 409, 422),
)
def pause(
    document_id: DocumentPath, body: PauseBody, call: CallDep, work: WorkDep, response: Response
) -> DocumentAnswer:
    """Stop the document's time limits, since something was asked for and is awaited; nothing of it gets late."""
    asked = PauseDocument(document_id=document_id, reason=body.reason)
    pause_document(asked, by=call.by, at=call.at, work=work)
    paused = work.documents.get(document_id)
    response.headers["ETag"] = etag(paused.rev)
    return document_answer(paused, call, work)


@router.post(
    "/documents/{document_id}/resume",
    summary="Let the clock go on",
    response_model=DocumentAnswer,
    responses=problems(403, 404, 409),
)
def resume(document_id: DocumentPath, call: CallDep, work: WorkDep, response: Response) -> DocumentAnswer:
    """Let the time limits go on with what was left of them."""
    resume_document(document_id, by=call.by, at=call.at, work=work)
    resumed = work.documents.get(document_id)
    response.headers["ETag"] = etag(resumed.rev)
    return document_answer(resumed, call, work)
