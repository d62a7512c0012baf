"""Messages from outside: what a procedure waits for has come."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, RequestBody
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine.actions.deliver_message import DeliverMessage, deliver_message
from engine.messages import MAX_LENGTH

router = APIRouter(route_class=Door, tags=["messages"])


class MessageBody(RequestBody):
    """A message: its name as the models write it, what it is about, what it says.

    A message without `correlation` is for a step that asks for none; it is not one for every step.
    """

    name: Annotated[str, Field(max_length=MAX_LENGTH), FILLED]
    correlation: Annotated[str, Field(max_length=MAX_LENGTH), FILLED] | None = None
    payload: dict[str, Any] = Field(default_factory=dict)


class DeliveredAnswer(Answer):
    """The procedure that got the message."""

    instance_id: UUID


@router.post(
    "/messages",
    status_code=201,
    summary="Deliver a message",
    response_model=DeliveredAnswer,
    responses=problems(403, 404, 409, 422),
)
def deliver(body: MessageBody, repeat: RepeatKeyDep, call: CallDep, work: WorkDep) -> DeliveredAnswer:
    """Give the message to the one step of one's agency that waits for it: to none if several do."""
    request = DeliverMessage(name=body.name, correlation=body.correlation, payload=body.payload, once=repeat.once(body))
    return DeliveredAnswer(instance_id=deliver_message(request, by=call.by, at=call.at, work=work))
