"""Incidents: stuck work, with its cause in words, and the button to try it again."""

import json
from dataclasses import dataclass, replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import Names, names_of
from api.web.procedures import name_of
from api.web.words import msgid
from engine import access
from engine.actions.confirm_skip import confirm_skip
from engine.actions.propose_skip import ProposeSkip, propose_skip
from engine.actions.retry_incident import retry_incident
from engine.administration import MAX_REASON, SKIPPABLE
from engine.documents import Document
from engine.errors import Conflict, Invalid
from engine.ids import IncidentId
from engine.incidents import Incident, IncidentNotFound, IncidentState, parameters_typed
from engine.neighbours import Services
from engine.operations.catalogue import JOBS, PARAMETERS
from engine.ports import UnitOfWork
from engine.procedures import model_of
from engine.queries import Page, PageRequest

router = APIRouter()

LABELS: Final = {
    "parameters": msgid("Parameters of the step"),
    "reason": msgid("Why the procedure can do without it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """An incident as a page shows it; the document only where the person may read it."""

    incident: Incident
    step: str
    cause: str
    document: Document | None
    advice: str
    parameters: str
    takes: str
    proposed_by: str
    takes_parameters: bool
    may_retry: bool
    may_skip: bool
    may_confirm: bool


@router.get("/incidents")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep, over: str = "") -> Response:
    """Show what is stuck, or with *over* also what is over; the newest first."""
    access.require(desk.person, "read_incidents")
    return _page(work.incidents.search(desk.person.agency_id, page, unresolved=not over), desk, work, over=over)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A form of an incident that was sent and refused: which one, and what was typed with what is wrong with it."""

    incident_id: IncidentId
    form: Typed
    status: int


def _page(
    found: Page[Incident], desk: Desk, work: UnitOfWork, *, over: str = "", refused: Refused | None = None
) -> Response:
    documents = work.documents.several({incident.document_id for incident in found.items}) if found.items else {}
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    shown = [_stuck(incident, documents.get(incident.document_id), names, desk, work) for incident in found.items]
    return desk.page(
        "incidents/list.html",
        status=refused.status if refused else 200,
        shown=shown,
        refused=refused,
        over=over,
        next_page=found.next,
        longest_reason=MAX_REASON,
        may_administer=desk.may("administer_instance"),
    )


@router.post("/incidents/{incident_id}/retry")
def retry(desk: DeskDep, form: FormDep, services: ServicesDep, incident_id: str) -> Response:
    """Have the step tried again, with other parameters where some were typed."""
    chosen, typed = IncidentId(id_of(incident_id)), form.text("parameters").strip()
    try:
        parameters = parameters_typed(typed) if typed else None
        with services.begin() as work:
            retry_incident(chosen, parameters, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        return _again(chosen, form, refusal, desk, services)
    return desk.to("/incidents", "retried_with" if typed else "retried")


@router.post("/incidents/{incident_id}/skip")
def skip(desk: DeskDep, form: FormDep, services: ServicesDep, incident_id: str) -> Response:
    """Propose to pass the step over, or confirm what another person proposed."""
    chosen = IncidentId(id_of(incident_id))
    try:
        with services.begin() as work:
            if form.text("confirm"):
                confirm_skip(chosen, by=desk.person, at=desk.at, work=work)
                return desk.to("/incidents", "skipped")
            asked = ProposeSkip(incident_id=chosen, reason=form.text("reason"))
            propose_skip(asked, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        return _again(chosen, form, refusal, desk, services)
    return desk.to("/incidents", "skip_proposed")


def _again(chosen: IncidentId, form: Form, refusal: Invalid | Conflict, desk: Desk, services: Services) -> Response:
    """Show what is stuck again, first the incident whose form was refused, with what was typed and why not."""
    typed = Typed.of(LABELS, desk.language).typed(form).refused(refusal, desk.language)
    with services.begin() as work:
        access.require(desk.person, "read_incidents")
        known = work.incidents.get(chosen)
        access.require_agency(desk.person, known.agency_id, IncidentNotFound())
        found = work.incidents.search(desk.person.agency_id, PageRequest(), unresolved=True)
        others = [incident for incident in found.items if incident.id != chosen]
        refused = Refused(incident_id=chosen, form=typed, status=status_of(refusal))
        return _page(replace(found, items=(known, *others)), desk, work, refused=refused)


def _stuck(incident: Incident, document: Document | None, names: Names, desk: Desk, work: UnitOfWork) -> Stuck:
    model = model_of(work.instances.get(incident.instance_id), work)
    waits, skip = incident.state is IncidentState.OPEN, incident.skip
    skippable = waits and incident.operation in SKIPPABLE and desk.may("skip_incident")
    return Stuck(
        incident=incident,
        step=name_of(model, incident.element_id, desk),
        cause=desk.speaks(incident.message),
        document=document if document and access.may_read(desk.person, document) else None,
        advice=desk.speaks(incident.advice) if incident.state is not IncidentState.RESOLVED else "",
        parameters=json.dumps(json.loads(incident.parameters), ensure_ascii=False, indent=2),
        takes=", ".join(sorted(PARAMETERS.get(incident.operation, ()))),
        proposed_by=names.person(skip.by) if skip else "",
        takes_parameters=incident.operation in JOBS,
        may_retry=desk.may("retry_incident") and waits,
        may_skip=skippable and skip is None,
        may_confirm=skippable and skip is not None and skip.by != desk.person.id,
    )
