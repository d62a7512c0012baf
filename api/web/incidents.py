"""Incidents: stuck work, with its cause in words, and the button to try it again."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, WorkDep
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, id_of
from api.web.procedures import name_of
from engine import access
from engine.actions.retry_incident import retry_incident
from engine.documents import Document
from engine.ids import IncidentId
from engine.incidents import Incident, IncidentState
from engine.ports import UnitOfWork
from engine.procedures import model_of

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """An incident as a page shows it; the document only where the person may read it."""

    incident: Incident
    step: str
    cause: str
    document: Document | None
    may_retry: bool


@router.get("/incidents")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep, over: str = "") -> Response:
    """Show what is stuck, or with *over* also what is over; the newest first."""
    access.require(desk.person, "read_incidents")
    found = work.incidents.search(desk.person.agency_id, page, unresolved=not over)
    documents = work.documents.several({incident.document_id for incident in found.items}) if found.items else {}
    shown = [_stuck(incident, documents.get(incident.document_id), desk, work) for incident in found.items]
    return desk.page("incidents/list.html", shown=shown, over=over, next_page=found.next)


@router.post("/incidents/{incident_id}/retry")
def retry(desk: DeskDep, _: FormDep, work: WorkDep, incident_id: str) -> Response:
    """Have the step tried again."""
    retry_incident(IncidentId(id_of(incident_id)), by=desk.person, at=desk.at, work=work)
    return desk.to("/incidents", "retried")


def _stuck(incident: Incident, document: Document | None, desk: Desk, work: UnitOfWork) -> Stuck:
    model = model_of(work.instances.get(incident.instance_id), work)
    return Stuck(
        incident=incident,
        step=name_of(model, incident.element_id, desk),
        cause=desk.speaks(incident.message),
        document=document if document and access.may_read(desk.person, document) else None,
        may_retry=desk.may("retry_incident") and incident.state is IncidentState.OPEN,
    )
