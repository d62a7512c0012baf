"""People, a timer, a message and an administrator at one procedure at once: one moves it, and the log says who."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from api.timers import fire_next
from api.wiring import House, now
from api.worker import once
from engine import procedures
from engine.actions.cancel_instance import cancel_instance
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.deliver_message import DeliverMessage, deliver_message
from engine.actions.move_token import MoveToken, move_token
from engine.actions.resume_instance import resume_instance
from engine.actions.suspend_instance import suspend_instance
from engine.administration import Administration
from engine.errors import Refusal
from engine.ids import DocumentId, FileId
from engine.ports import UnitOfWork
from engine.work_items import WorkItem, WorkItemState
from tests.engine.actions.test_timer_races import together
from tests.engine.runtime.drawing import event, flows, human
from tests.support.house import Crowd, RunJobs
from tests.support.models import NAMES, after, boundary, deployed, instance_of
from tests.support.office import Office, a_pdf

BODY = (
    event("start", "begin"),
    human("handle"),
    boundary("late", "handle", after("PT30M")),
    boundary("heard", "handle", '<messageEventDefinition messageRef="reply"/>'),
    *(human(name) for name in ("done", "overdue", "answered")),
    event("end", "finished"),
    flows("begin > handle > done > finished", "late > overdue > finished", "heard > answered > finished"),
)
LEADS_TO = {
    "work_item.completed": "done",
    "timer.fired": "overdue",
    "message.delivered": "answered",
    "instance.moved": "done",
}
"""What moves the procedure on, by the leaf that says so, and where to."""
LEAVES = {
    "complete": "work_item.completed",
    "fire": "timer.fired",
    "message": "message.delivered",
    "move": "instance.moved",
    "suspend": "instance.suspended",
    "resume": "instance.resumed",
    "cancel": "instance.cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One document, its clerk's work, and the office around it."""

    office: Office
    document_id: DocumentId
    item: WorkItem

    def act(self, name: str, work: UnitOfWork) -> None:
        """Do what *name* says in the transaction."""
        people, at, item = self.office.people, self.office.house.services.clock(), self.item
        asked = Administration(instance_id=item.instance_id, reason="Có văn bản mới")
        match name:
            case "complete":
                request = CompleteWorkItem(work_item_id=item.id, outcome="done", data={})
                complete_work_item(request, by=people["vanthu"], at=at, work=work)
            case "message":
                deliver_message(DeliverMessage(name=NAMES[0]), by=people["vanthu"], at=at, work=work)
            case "move":
                taken = MoveToken(
                    instance_id=item.instance_id, reason=asked.reason, from_task_id=item.task_id, to_element_id="done"
                )
                move_token(taken, by=people["quantri"], at=at, work=work)
            case "suspend":
                suspend_instance(asked, by=people["quantri"], at=at, work=work)
            case "resume":
                resume_instance(asked, by=people["quantri"], at=at, work=work)
            case _:
                cancel_instance(asked, by=people["quantri"], at=at, work=work)

    def doing(self, name: str, done: Counter[str]) -> Callable[[], object]:
        """Return what does it in a transaction of its own and notes that it was done."""
        services = self.office.house.services

        def do() -> None:
            if name == "fire":
                if fire_next(services, once):
                    done.update(["fire"])
                return
            with services.begin() as work:
                self.act(name, work)
            done.update([name])

        return do

    def require_intact(self, done: Counter[str]) -> str:
        """Check what must hold whoever came first; return where the procedure stands, 'over' where it is cancelled."""
        with self.office.house.services.begin() as work:
            instance = instance_of(self.document_id, work)
            items = work.work_items.of_instance(instance.id)
            leaves = Counter(
                leaf.action
                for leaf in work.audit.about(instance.agency_id, [str(instance.id), *(str(item.id) for item in items)])
            )
            waiting = [task.task_id for task in procedures.look(instance, work).open_tasks]
        assert {name: leaves[leaf] for name, leaf in LEAVES.items()} == {name: done[name] for name in LEAVES}
        assert sum(leaves[leaf] for leaf in LEADS_TO) == len(items) - 1 <= 1
        assert 0 <= leaves["instance.suspended"] - leaves["instance.resumed"] <= 1
        standing = [item for item in items if item.state is WorkItemState.OPEN]
        if leaves["instance.cancelled"]:
            assert instance.finished_at is not None
            assert standing == []
            return "over"
        assert [item.task_id for item in standing] == waiting
        (step,) = standing
        went = [target for leaf, target in LEADS_TO.items() if leaves[leaf]]
        assert step.element_id == next(iter(went), "handle")
        return step.element_id


@pytest.fixture
def racing(house: House, people: Crowd, run_jobs: RunJobs) -> tuple[Office, FileId]:
    """An office in which every document registered has a timer that is due, and a file to register."""
    early = replace(house, services=replace(house.services, clock=lambda: now() - timedelta(hours=1)))
    office = Office(house=early, people=people, run_jobs=run_jobs)
    deployed(office, *BODY)
    return office, office.upload(a_pdf())


MOVES = ("complete", "fire", "message", "move", "suspend", "resume", "cancel", "complete", "fire", "suspend", "resume")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=some.lists(some.lists(some.sampled_from(MOVES), min_size=2, max_size=4), min_size=1, max_size=3))
def test_whatever_comes_together_moves_it_once_and_every_leaf_is_one_that_was_done(
    racing: tuple[Office, FileId], rounds: list[list[str]]
) -> None:
    office, file_id = racing
    document_id = office.register(file_id=file_id).document.id
    case = Case(office=office, document_id=document_id, item=office.item(document_id, "handle"))
    done: Counter[str] = Counter()

    for names in rounds:
        together([case.doing(name, done) for name in names])
        case.require_intact(done)

    for name in ("resume", "fire"):
        if name != "resume" or done["suspend"] > done["resume"]:
            try:
                case.doing(name, done)()
            except Refusal:
                assert done["cancel"]
    assert case.require_intact(done) != "handle", "what nobody did, the timer ends"
