"""Move a token: an administrator takes a procedure from a step it waits at to another one."""

from dataclasses import dataclass
from datetime import datetime

from engine import administration, procedures
from engine.administration import Administration
from engine.administration_events import TokenMoved
from engine.events import Private
from engine.ids import TaskId
from engine.instances import Instance
from engine.operations.places import place
from engine.people import Person
from engine.ports import UnitOfWork
from engine.runtime.errors import TaskNotOpen


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveToken(Administration):
    """Which waiting task is taken away, and the element of the same scope its token comes to."""

    from_task_id: TaskId
    to_element_id: str


def move_token(asked: MoveToken, *, by: Person, at: datetime, work: UnitOfWork) -> Instance:
    """Take the procedure to the other step, suspended or not; the document comes to the state it has there.

    What waited at the step before is over: its work item is cancelled, its job's result let go, its incident ended.

    Raises:
        InstanceNotFound, NotAllowed, AdministrationInvalid: As for every administration of instances.
        InstanceEnded: It is over.
        TaskNotOpen: The task does not wait, or only listens beside the way.
        StateUnfit: A signature or a number stands between where the document is and that step.
        MoveImpossible: No token can be put to that element, or there is none.
        Refusal, Fault: Whatever stopped the steps that follow; nothing was changed.
    """
    before = administration.lock(asked, by=by, work=work)
    move = procedures.prepare(before, by=by.id, at=at, work=work, even_suspended=True)
    waiting = dict(procedures.look(before, work).waiting_elements)
    if asked.from_task_id not in waiting:
        raise TaskNotOpen
    place(move, asked.to_element_id)
    procedures.carry(move, lambda run: run.move(asked.from_task_id, asked.to_element_id, at))
    administration.settle_gone(before, move.instance, work)
    work.record(
        TokenMoved(
            by=by.id,
            at=at,
            agency_id=before.agency_id,
            instance_id=before.id,
            document_id=before.document_id,
            from_element=waiting[asked.from_task_id],
            to_element=asked.to_element_id,
            reason=Private(value=asked.why),
            effects=tuple(move.effects),
        )
    )
    return move.instance
