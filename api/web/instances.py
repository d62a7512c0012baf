"""Administration of procedures: which there are, where one stands, what an administrator may do to it."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response

from api.deps import PageDep, WorkDep
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, id_of
from api.web.names import names_of
from api.web.procedures import course_of, name_of
from api.web.relatives import STANDINGS, caller_of, relatives
from api.web.rendering import HEADERS
from api.web.words import msgid
from engine import access
from engine.actions.cancel_instance import cancel_instance
from engine.actions.change_instance_data import ChangeInstanceData, change_instance_data
from engine.actions.move_token import MoveToken, move_token
from engine.actions.resume_instance import resume_instance
from engine.actions.suspend_instance import suspend_instance
from engine.administration import MAX_REASON, Administration, administers, data_typed, earlier_steps
from engine.ids import InstanceId, TaskId
from engine.instances import Instance, InstanceNotFound, InstanceState
from engine.ports import UnitOfWork
from engine.procedures import look, model_of
from engine.queries import LONGEST_AGE_DAYS, InstanceQuery

router = APIRouter()


LISTED: Final = {
    InstanceState.UNFINISHED: msgid("Not over"),
    InstanceState.RUNNING: msgid("Running"),
    InstanceState.SUSPENDED: msgid("Suspended"),
    InstanceState.STUCK: msgid("With an incident"),
    InstanceState.FINISHED: msgid("Finished"),
    InstanceState.CANCELLED: msgid("Cancelled"),
}
TONES: Final = {"suspended": "new", "finished": "done", "cancelled": "stopped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which procedures somebody asked for; what cannot be meant is left out."""

    state: str = ""
    model: str = ""
    days: str = ""

    def query(self, desk: Desk, keys: Collection[str]) -> InstanceQuery:
        """Return the question for the storage; *keys* are the models there are."""
        key, _, version = self.model.partition(":")
        return InstanceQuery(
            agency_id=desk.person.agency_id,
            state=InstanceState(self.state) if self.state in set(InstanceState) else InstanceState.UNFINISHED,
            key=key if key in keys else None,
            version=_number(version) or None,
            begun_before=desk.at - timedelta(days=_number(self.days)) if _number(self.days) else None,
        )

    def address(self) -> str:
        """Return the address of the next page, up to its place."""
        return "/instances?" + urlencode({"state": self.state, "model": self.model, "days": self.days, "after": ""})


@router.get("/instances")
def show_list(
    desk: DeskDep, work: WorkDep, page: PageDep, asked: Annotated[Asked, Depends()], code: str = ""
) -> Response:
    """Show the agency's procedures, or open the one whose code is given."""
    access.require(desk.person, "administer_instance")
    if code.strip():
        return desk.to(f"/instances/{_administered(code.strip(), desk, work).id}")
    deployed = work.definitions.all()
    keys = {one.key: one.name for one in reversed(deployed)}
    query = asked.query(desk, keys)
    found = work.instances.search(query, page)
    documents = work.documents.several({line.document_id for line in found.items}) if found.items else {}
    models = {f"{one.key}:{one.version}": one.name for one in deployed}
    return desk.page(
        "instances/list.html",
        lines=found.items,
        standings=STANDINGS,
        tones=TONES,
        documents={each.id: each for each in documents.values() if access.may_read(desk.person, each)},
        listed=LISTED,
        state=query.state,
        models=models,
        asked=asked,
        keys=keys,
        next_page=found.next,
    )


def _number(text: str) -> int:
    return min(int(text), LONGEST_AGE_DAYS) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004


@router.get("/instances/{instance_id}")
def show(desk: DeskDep, work: WorkDep, instance_id: str) -> Response:
    """Show where the procedure stands, and the forms to lay hands on it."""
    instance = _administered(instance_id, desk, work)
    model, document = model_of(instance, work), work.documents.get(instance.document_id)
    over = instance.finished_at is not None
    waiting = () if over else look(instance, work).waiting_elements
    passed = () if over else earlier_steps(instance, work)
    places = [element for element in model.names if element in model.human_tasks or element in model.service_tasks]
    return desk.page(
        "instances/show.html",
        instance=instance,
        standing=desk.speaks(STANDINGS[instance.standing]),
        caller=caller_of(instance, desk, work),
        called=relatives(work.instances.called_by(instance.id), desk, work),
        name=desk.pick(model.name, model.name_en),
        document=document if access.may_read(desk.person, document) else None,
        waiting=[(task_id, name_of(model, element, desk)) for task_id, element in waiting],
        passed=[(element, name_of(model, element, desk)) for element in passed],
        others=[(element, name_of(model, element, desk)) for element in places if element not in passed],
        passages=work.migrations.passages(instance.id),
        version=work.definitions.get(instance.definition_id).version,
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        once=secrets.token_urlsafe(16),
        longest_reason=MAX_REASON,
    )


@router.get("/instances/{instance_id}/diagram.json")
def diagram(desk: DeskDep, work: WorkDep, instance_id: str) -> Response:
    """Return the procedure's model and where it stands, for the diagram of its page."""
    course = course_of(_administered(instance_id, desk, work), work)
    return JSONResponse({"bpmn_xml": course.model.bpmn_xml, **course.marks()}, headers=dict(HEADERS))


@router.post("/instances/{instance_id}/suspend")
def suspend(desk: DeskDep, form: FormDep, work: WorkDep, instance_id: str) -> Response:
    """Let it stand still."""
    instance = suspend_instance(_asked(instance_id, form), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/instances/{instance.id}", "suspended")


@router.post("/instances/{instance_id}/resume")
def resume(desk: DeskDep, form: FormDep, work: WorkDep, instance_id: str) -> Response:
    """Let it go on."""
    instance = resume_instance(_asked(instance_id, form), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/instances/{instance.id}", "went_on")


@router.post("/instances/{instance_id}/cancel")
def cancel(desk: DeskDep, form: FormDep, work: WorkDep, instance_id: str) -> Response:
    """End it here."""
    instance = cancel_instance(_asked(instance_id, form), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/instances/{instance.id}", "procedure_cancelled")


@router.post("/instances/{instance_id}/move")
def move(desk: DeskDep, form: FormDep, work: WorkDep, instance_id: str) -> Response:
    """Take it to another step."""
    asked = MoveToken(
        instance_id=InstanceId(id_of(instance_id)),
        reason=form.text("reason"),
        from_task_id=TaskId(form.id("from")),
        to_element_id=form.text("to"),
    )
    return desk.to(f"/instances/{move_token(asked, by=desk.person, at=desk.at, work=work).id}", "moved")


@router.post("/instances/{instance_id}/data")
def change_data(desk: DeskDep, form: FormDep, work: WorkDep, instance_id: str) -> Response:
    """Change what it knows."""
    asked = ChangeInstanceData(
        instance_id=InstanceId(id_of(instance_id)),
        reason=form.text("reason"),
        data=data_typed(form.text("data")),
    )
    instance = change_instance_data(asked, by=desk.person, at=desk.at, work=work)
    return desk.to(f"/instances/{instance.id}", "data_changed")


def _asked(instance_id: str, form: Form) -> Administration:
    return Administration(instance_id=InstanceId(id_of(instance_id)), reason=form.text("reason"))


def _administered(instance_id: str, desk: Desk, work: UnitOfWork) -> Instance:
    access.require(desk.person, "administer_instance")
    instance = work.instances.get(InstanceId(id_of(instance_id)))
    if not administers(desk.person, instance):
        raise InstanceNotFound
    return instance
