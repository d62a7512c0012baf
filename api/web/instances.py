"""Administration of procedures: which there are, where one stands, what an administrator may do to it."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Final, Protocol
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response

from api.deps import PageDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
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
from engine.errors import Conflict, Invalid
from engine.ids import InstanceId, TaskId
from engine.instances import Instance, InstanceNotFound, InstanceState
from engine.neighbours import Services
from engine.people import Person
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
ACTS: Final = {
    "suspend": "suspended",
    "resume": "went_on",
    "cancel": "procedure_cancelled",
    "move": "moved",
    "data": "data_changed",
    "undo": "",
}
"""The forms of a procedure's page, and the note under which it is done."""
LABELS: Final = {
    "from": msgid("From the step it waits at"),
    "to": msgid("To the step"),
    "data": msgid("New values"),
    "reason": msgid("Reason"),
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
    return _page(_administered(instance_id, desk, work), desk, work)


def _page(
    instance: Instance, desk: Desk, work: UnitOfWork, *, refused: Typed | None = None, status: int = 200
) -> Response:
    model, document = model_of(instance, work), work.documents.get(instance.document_id)
    over = instance.finished_at is not None
    waiting = () if over else look(instance, work).waiting_elements
    passed = () if over else earlier_steps(instance, work)
    places = [element for element in model.names if element in model.human_tasks or element in model.service_tasks]
    fresh = [_form(act, desk) for act in ACTS]
    return desk.page(
        "instances/show.html",
        status=status,
        refused=refused,
        instance=instance,
        standing=desk.speaks(STANDINGS[instance.standing]),
        caller=caller_of(instance, desk, work),
        called=relatives(work.instances.called_by(instance.id), desk, work),
        name=desk.pick(model.name, model.name_en),
        document=document if access.may_read(desk.person, document) else None,
        waiting=[(str(task_id), name_of(model, element, desk)) for task_id, element in waiting],
        passed=[(element, name_of(model, element, desk)) for element in passed],
        others=[(element, name_of(model, element, desk)) for element in places if element not in passed],
        passages=work.migrations.passages(instance.id),
        version=work.definitions.get(instance.definition_id).version,
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        once=secrets.token_urlsafe(16),
        longest_reason=MAX_REASON,
        forms={form.prefix.rstrip("-"): form for form in (*fresh, *([refused] if refused else ()))},
    )


def _form(act: str, desk: Desk) -> Typed:
    return replace(Typed.of(LABELS, desk.language), prefix=f"{act}-")


@router.get("/instances/{instance_id}/diagram.json")
def diagram(desk: DeskDep, work: WorkDep, instance_id: str) -> Response:
    """Return the procedure's model and where it stands, for the diagram of its page."""
    course = course_of(_administered(instance_id, desk, work), work)
    return JSONResponse({"bpmn_xml": course.model.bpmn_xml, **course.marks()}, headers=dict(HEADERS))


@router.post("/instances/{instance_id}/suspend")
def suspend(desk: DeskDep, form: FormDep, services: ServicesDep, instance_id: str) -> Response:
    """Let it stand still."""
    asked = _asked(instance_id, form)
    return _Act("suspend", desk, services).done(asked.instance_id, form, partial(suspend_instance, asked))


@router.post("/instances/{instance_id}/resume")
def resume(desk: DeskDep, form: FormDep, services: ServicesDep, instance_id: str) -> Response:
    """Let it go on."""
    asked = _asked(instance_id, form)
    return _Act("resume", desk, services).done(asked.instance_id, form, partial(resume_instance, asked))


@router.post("/instances/{instance_id}/cancel")
def cancel(desk: DeskDep, form: FormDep, services: ServicesDep, instance_id: str) -> Response:
    """End it here."""
    asked = _asked(instance_id, form)
    return _Act("cancel", desk, services).done(asked.instance_id, form, partial(cancel_instance, asked))


@router.post("/instances/{instance_id}/move")
def move(desk: DeskDep, form: FormDep, services: ServicesDep, instance_id: str) -> Response:
    """Take it to another step."""
    asked = MoveToken(
        instance_id=InstanceId(id_of(instance_id)),
        reason=form.text("reason"),
        from_task_id=TaskId(form.id("from")),
        to_element_id=form.text("to"),
    )
    return _Act("move", desk, services).done(asked.instance_id, form, partial(move_token, asked))


@router.post("/instances/{instance_id}/data")
def change_data(desk: DeskDep, form: FormDep, services: ServicesDep, instance_id: str) -> Response:
    """Change what it knows."""
    chosen = InstanceId(id_of(instance_id))

    def change(*, by: Person, at: datetime, work: UnitOfWork) -> Instance:
        asked = ChangeInstanceData(instance_id=chosen, reason=form.text("reason"), data=data_typed(form.text("data")))
        return change_instance_data(asked, by=by, at=at, work=work)

    return _Act("data", desk, services).done(chosen, form, change)


class Administer(Protocol):
    """An act of an administrator, with all it needs but who does it, when, and in which transaction."""

    def __call__(self, *, by: Person, at: datetime, work: UnitOfWork) -> Instance:
        """Do it."""


@dataclass(frozen=True, slots=True)
class _Act:
    """One of the page's forms, sent: done, or shown again with what was typed and what is wrong with it."""

    name: str
    desk: Desk
    services: Services

    def done(self, chosen: InstanceId, form: Form, act: Administer) -> Response:
        desk = self.desk
        try:
            with self.services.begin() as work:
                act(by=desk.person, at=desk.at, work=work)
        except (Invalid, Conflict) as refusal:
            # What was typed may be long; whatever refuses it, the form stands there again with it.
            typed = _form(self.name, desk).typed(form).refused(refusal, desk.language)
            with self.services.begin() as work:
                known = _administered(str(chosen), desk, work)
                return _page(known, desk, work, refused=typed, status=status_of(refusal))
        return desk.to(f"/instances/{chosen}", ACTS[self.name])


def _asked(instance_id: str, form: Form) -> Administration:
    return Administration(instance_id=InstanceId(id_of(instance_id)), reason=form.text("reason"))


def _administered(instance_id: str, desk: Desk, work: UnitOfWork) -> Instance:
    access.require(desk.person, "administer_instance")
    instance = work.instances.get(InstanceId(id_of(instance_id)))
    if not administers(desk.person, instance):
        raise InstanceNotFound
    return instance
