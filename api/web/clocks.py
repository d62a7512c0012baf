"""Clocks: how time limits are shown, and stopping the clock of a document or letting it go on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import WorkDep
from api.texts import told
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, id_of
from engine.actions.pause_document import PauseDocument, pause_document
from engine.actions.resume_document import resume_document
from engine.deadlines import Light, Standing, end_of_day, office_date
from engine.documents import Document, IncomingDocument
from engine.ids import DocumentId, WorkItemId
from engine.ports import UnitOfWork
from engine.work_items import WorkItem

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time limit as a page shows it; *by_noon* where it ends before its day does."""

    due: datetime
    by_noon: bool
    light: Light
    said: str


def clock_of(document: Document, desk: Desk, work: UnitOfWork) -> Clock | None:
    """Return the clock of a document's due date, None where nothing of it can be late."""
    if not isinstance(document, IncomingDocument):
        return None
    return clock(document.standing(work.calendars.of(document.agency_id), desk.at), desk)


def clocks_of(
    items: Iterable[WorkItem], documents: Mapping[DocumentId, Document], desk: Desk, work: UnitOfWork
) -> dict[WorkItemId, Clock | None]:
    """Return the clocks of work items of the person's agency; None where there is no time limit, or it is over."""
    calendar = work.calendars.of(desk.person.agency_id)
    return {item.id: clock(item.standing(documents[item.document_id].pause, calendar, desk.at), desk) for item in items}


def clock(found: Standing | None, desk: Desk) -> Clock | None:
    """Return how long is left of a time limit, None where there is none."""
    if found is None:
        return None
    by_noon = found.due != end_of_day(office_date(found.due))
    return Clock(due=found.due, by_noon=by_noon, light=found.light, said=told(found, desk.language))


@router.post("/documents/{document_id}/pause")
def pause(desk: DeskDep, form: FormDep, work: WorkDep, document_id: str) -> Response:
    """Stop the document's clock, with the reason."""
    asked = PauseDocument(document_id=DocumentId(id_of(document_id)), reason=form.text("reason"))
    paused = pause_document(asked, by=desk.person, at=desk.at, work=work)
    return desk.to(f"/documents/{paused.id}", "paused")


@router.post("/documents/{document_id}/resume")
def resume(desk: DeskDep, _: FormDep, work: WorkDep, document_id: str) -> Response:
    """Let the document's clock go on."""
    resumed = resume_document(DocumentId(id_of(document_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/documents/{resumed.id}", "resumed")
