"""Administration of running procedures: standing still, going on, ending, another step, other data."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, RequestBody
from api.rest.instances import InstanceAnswer, instance_answer
from api.rest.paths import InstancePath
from api.rest.routes import Door
from engine.actions.cancel_instance import cancel_instance
from engine.actions.change_instance_data import ChangeInstanceData, change_instance_data
from engine.actions.move_token import MoveToken, move_token
from engine.actions.resume_instance import resume_instance
from engine.actions.suspend_instance import suspend_instance
from engine.administration import MAX_REASON, Administration
from engine.ids import TaskId

router = APIRouter(route_class=Door, tags=["instances"], responses=problems(403, 404, 409, 422))


class ReasonBody(RequestBody):
    """Why."""

    reason: Annotated[str, Field(max_length=MAX_REASON), FILLED]


class MoveBody(ReasonBody):
    """Which waiting task is taken away, and the element its token comes to."""

    from_task_id: UUID
    to_element_id: Annotated[str, Field(max_length=500)]


class DataBody(ReasonBody):
    """New values by their names."""

    data: dict[str, Any]


@router.post("/instances/{instance_id}/suspend", summary="Suspend", response_model=InstanceAnswer)
def suspend(instance_id: InstancePath, body: ReasonBody, call: CallDep, work: WorkDep) -> InstanceAnswer:
    """Let nothing move the procedure until it is resumed; people are told the reason."""
    asked = Administration(instance_id=instance_id, reason=body.reason)
    return instance_answer(suspend_instance(asked, by=call.by, at=call.at, work=work), call.by, work)


@router.post("/instances/{instance_id}/resume", summary="Resume", response_model=InstanceAnswer)
def resume(instance_id: InstancePath, body: ReasonBody, call: CallDep, work: WorkDep) -> InstanceAnswer:
    """Let the suspended procedure go on, with all that waited meanwhile."""
    asked = Administration(instance_id=instance_id, reason=body.reason)
    return instance_answer(resume_instance(asked, by=call.by, at=call.at, work=work), call.by, work)


@router.post("/instances/{instance_id}/cancel", summary="Cancel", response_model=InstanceAnswer)
def cancel(instance_id: InstancePath, body: ReasonBody, call: CallDep, work: WorkDep) -> InstanceAnswer:
    """End the procedure here; an outgoing document without signature and number is cancelled with it."""
    asked = Administration(instance_id=instance_id, reason=body.reason)
    return instance_answer(cancel_instance(asked, by=call.by, at=call.at, work=work), call.by, work)


@router.post("/instances/{instance_id}/move", summary="Move to another step", response_model=InstanceAnswer)
def move(instance_id: InstancePath, body: MoveBody, call: CallDep, work: WorkDep) -> InstanceAnswer:
    """Take the procedure from a step it waits at to another step of the same level."""
    asked = MoveToken(
        instance_id=instance_id,
        reason=body.reason,
        from_task_id=TaskId(body.from_task_id),
        to_element_id=body.to_element_id,
    )
    return instance_answer(move_token(asked, by=call.by, at=call.at, work=work), call.by, work)


@router.post("/instances/{instance_id}/data", summary="Change its data", response_model=InstanceAnswer)
def change_data(instance_id: InstancePath, body: DataBody, call: CallDep, work: WorkDep) -> InstanceAnswer:
    """Put new values in place of those the procedure knows; names that are not given stay as they are."""
    asked = ChangeInstanceData(instance_id=instance_id, reason=body.reason, data=body.data)
    return instance_answer(change_instance_data(asked, by=call.by, at=call.at, work=work), call.by, work)
