"""The history of a document, for whoever may read it."""

from fastapi import APIRouter

from api.deps import WorkDep
from api.rest.answers import PageOf, problems
from api.rest.calls import CallDep
from api.rest.document_answers import readable
from api.rest.history_answers import HistoryLine, history_of
from api.rest.paths import DocumentPath
from api.rest.routes import Door

router = APIRouter(route_class=Door, tags=["documents"])


@router.get(
    "/documents/{document_id}/history",
    summary="What happened to it",
    response_model=PageOf[HistoryLine],
    responses=problems(404),
)
def get_history(document_id: DocumentPath, call: CallDep, work: WorkDep) -> PageOf[HistoryLine]:
    """Return the steps of the document's procedure, the oldest first: who did what, when, with which outcome."""
    document = readable(document_id, call.by, work)
    instance = work.instances.find_of_document(document.id)
    return PageOf(items=history_of(instance, call, work) if instance else [])
