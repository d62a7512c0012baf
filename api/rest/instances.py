"""Running procedures: where one stands, in words and on its diagram."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, PageOf, page_of, problems
from api.rest.calls import CallDep
from api.rest.fields import BLANK_AS_NONE, PRINTABLE
from api.rest.paths import InstancePath
from api.rest.preconditions import etag
from api.rest.routes import Door
from engine import access
from engine.administration import administers, earlier_steps
from engine.ids import InstanceId
from engine.instance_migrations import Passage
from engine.instances import (
    Activity,
    Caller,
    Instance,
    InstanceLine,
    InstanceNotFound,
    InstanceState,
    Movement,
    in_force,
)
from engine.people import Person
from engine.ports import UnitOfWork
from engine.procedures import look, model_of
from engine.queries import LONGEST_AGE_DAYS, InstanceQuery

router = APIRouter(route_class=Door, tags=["instances"])

MOST_VERSIONS: Final = 2**31 - 1


class Step(Answer):
    """An element of the model."""

    element_id: str
    name: str


class WaitingStep(Step):
    """An element that waits for a person, a job, a timer or a message, by its task."""

    task_id: UUID


class CallerAnswer(Answer):
    """The step of another run that called this one, and waits for its end."""

    instance_id: UUID
    element_id: str
    task_id: UUID


class CalledAnswer(Answer):
    """A run that a step of this one called."""

    instance_id: UUID
    element_id: str
    task_id: UUID
    definition_key: str
    document_id: UUID
    state: str


class PassageAnswer(Answer):
    """That the run was taken to another version of its model; `undoes` is the migration that was taken back by it."""

    migration_id: UUID
    from_version: int
    to_version: int
    at: datetime
    reason: str
    undoes: UUID | None


class InstanceAnswer(Answer):
    """One run of a model for one document.

    `state` is running, suspended, cancelled, failed (ended with the error `failed_with`) or finished; `reason` says why
    an administrator suspended or cancelled it, or with `with_caller` the run that called it. Of a run that is `beside`
    the document has another one as its own.
    `waiting` and `earlier` (people's steps it has passed, the last first) are for administrators, to move it.
    """

    id: UUID
    document_id: UUID
    definition_id: UUID
    definition_key: str
    definition_version: int
    bundle_sha256: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    suspended_at: datetime | None
    reason: str | None
    with_caller: bool
    failed_with: str | None
    beside: bool
    caller: CallerAnswer | None
    called: list[CalledAnswer]
    active: list[Step]
    waiting: list[WaitingStep]
    earlier: list[Step]
    passages: list[PassageAnswer]
    rev: int


class DiagramAnswer(Answer):
    """The model with its drawing, and the ids of the elements where the run is now and has been."""

    bpmn_xml: str
    active: list[str]
    done: list[str]


class InstanceLineAnswer(Answer):
    """A procedure in a list: where it stands, the names of people's steps it waits at, how many steps are stuck."""

    id: UUID
    document_id: UUID
    definition_key: str
    definition_version: int
    state: str
    started_at: datetime
    suspended_at: datetime | None
    finished_at: datetime | None
    steps: list[str]
    incidents: int


def asked(
    call: CallDep,
    state: Annotated[InstanceState, Query(description="`stuck`: with an incident")] = InstanceState.UNFINISHED,
    definition_key: Annotated[Annotated[str, Field(max_length=200), PRINTABLE] | None, BLANK_AS_NONE] = None,
    definition_version: Annotated[Annotated[int, Field(ge=1, le=MOST_VERSIONS)] | None, BLANK_AS_NONE] = None,
    older_than_days: Annotated[int, Query(ge=0, le=LONGEST_AGE_DAYS, description="Begun at least so long ago")] = 0,
) -> InstanceQuery:
    """Read which procedures somebody asks for."""
    return InstanceQuery(
        agency_id=call.by.agency_id,
        state=state,
        key=definition_key,
        version=definition_version,
        begun_before=call.at - timedelta(days=older_than_days) if older_than_days else None,
    )


@router.get("/instances", summary="Procedures", response_model=PageOf[InstanceLineAnswer], responses=problems(403, 422))
def list_instances(
    query: Annotated[InstanceQuery, Depends(asked)], call: CallDep, page: PageDep, work: WorkDep
) -> PageOf[InstanceLineAnswer]:
    """Return the agency's procedures: those that are over the newest first, the others the oldest first."""
    access.require(call.by, "administer_instance")
    return page_of(work.instances.search(query, page), _line_answer)


def _line_answer(line: InstanceLine) -> InstanceLineAnswer:
    return InstanceLineAnswer(
        id=line.id,
        document_id=line.document_id,
        definition_key=line.definition_key,
        definition_version=line.version,
        state=line.standing,
        started_at=line.started_at,
        suspended_at=line.suspended_at,
        finished_at=line.finished_at,
        steps=list(line.steps),
        incidents=line.incidents,
    )


@router.get("/instances/{instance_id}", summary="A procedure", response_model=InstanceAnswer, responses=problems(404))
def get_instance(instance_id: InstancePath, call: CallDep, work: WorkDep, response: Response) -> InstanceAnswer:
    """Return where the procedure stands."""
    instance = _readable(instance_id, call.by, work)
    response.headers["ETag"] = etag(instance.rev)
    return instance_answer(instance, call.by, work)


def instance_answer(instance: Instance, by: Person, work: UnitOfWork) -> InstanceAnswer:
    """Return the answer for an instance; for an administrator with where its tokens are and may go back to."""
    active, _ = standing(work.instances.history(instance.id))
    waiting, earlier = _movable(instance, work) if access.may(by, "administer_instance") else ([], [])
    return InstanceAnswer(
        id=instance.id,
        document_id=instance.document_id,
        definition_id=instance.definition_id,
        definition_key=instance.definition_key,
        definition_version=work.definitions.get(instance.definition_id).version,
        bundle_sha256=instance.bundle_sha256,
        state=instance.standing,
        suspended_at=instance.suspended_at,
        reason=instance.suspended_because or instance.cancelled_because,
        with_caller=instance.with_caller,
        failed_with=instance.failed_with,
        beside=instance.beside,
        caller=_caller(instance.caller),
        called=[_called(each, each.caller) for each in work.instances.called_by(instance.id) if each.caller],
        started_at=instance.started_at,
        finished_at=instance.finished_at,
        active=[Step(element_id=element_id, name=name) for element_id, name in active.items()],
        waiting=waiting,
        earlier=earlier,
        passages=[_passage(one) for one in work.migrations.passages(instance.id)],
        rev=instance.rev,
    )


def _caller(caller: Caller | None) -> CallerAnswer | None:
    if caller is None:
        return None
    return CallerAnswer(instance_id=caller.instance_id, element_id=caller.element_id, task_id=caller.task_id)


def _called(instance: Instance, caller: Caller) -> CalledAnswer:
    return CalledAnswer(
        instance_id=instance.id,
        element_id=caller.element_id,
        task_id=caller.task_id,
        definition_key=instance.definition_key,
        document_id=instance.document_id,
        state=instance.standing,
    )


@router.get(
    "/instances/{instance_id}/diagram",
    summary="Where it stands on the diagram",
    response_model=DiagramAnswer,
    responses=problems(404),
)
def get_diagram(instance_id: InstancePath, call: CallDep, work: WorkDep) -> DiagramAnswer:
    """Return the BPMN of the version the run is of, with what is active and what is done."""
    instance = _readable(instance_id, call.by, work)
    active, done = standing(work.instances.history(instance.id))
    return DiagramAnswer(bpmn_xml=model_of(instance, work).bpmn_xml, active=list(active), done=list(done))


def standing(history: Sequence[Activity]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the elements that are active, and those that were left and are not active again, with their names."""
    lines = in_force(history)
    left = {activity.task_id for activity in lines if activity.movement is Movement.LEFT}
    active = {activity.element_id: activity.name for activity in lines if activity.task_id not in left}
    done = {activity.element_id: activity.name for activity in lines if activity.element_id not in active}
    return active, done


def _passage(passage: Passage) -> PassageAnswer:
    return PassageAnswer(
        migration_id=passage.migration_id,
        from_version=passage.from_version,
        to_version=passage.to_version,
        at=passage.at,
        reason=passage.reason,
        undoes=passage.undoes,
    )


def _movable(instance: Instance, work: UnitOfWork) -> tuple[list[WaitingStep], list[Step]]:
    if instance.finished_at is not None:
        return [], []
    names = model_of(instance, work).names
    waits = look(instance, work).waiting_elements
    return (
        [WaitingStep(task_id=task, element_id=element, name=names.get(element) or element) for task, element in waits],
        [Step(element_id=one, name=names.get(one) or one) for one in earlier_steps(instance, work)],
    )


def _readable(instance_id: InstanceId, by: Person, work: UnitOfWork) -> Instance:
    instance = work.instances.get(instance_id)
    if administers(by, instance):
        return instance
    if not access.may_read(by, work.documents.get(instance.document_id)):
        raise InstanceNotFound
    return instance
