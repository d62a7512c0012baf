"""People who act on the same work at once: whatever the order, one wins and nothing is lost (real transactions)."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from engine.actions.claim_work_item import claim_work_item
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.hand_over_work_item import HandOverWorkItem, hand_over_work_item
from engine.actions.open_work_item import open_work_item
from engine.actions.recall_work_item import recall_work_item
from engine.actions.refuse_handover import refuse_handover
from engine.actions.release_work_item import release_work_item
from engine.actions.resume_instance import resume_instance
from engine.actions.suspend_instance import suspend_instance
from engine.administration import Administration
from engine.documents import IncomingState
from engine.errors import Refusal
from engine.ids import DocumentId
from engine.instances import Instance, Movement, in_force
from engine.people import Person
from engine.ports import UnitOfWork
from engine.procedures import model_of
from engine.runtime.run import Run
from engine.work_items import WorkItem, WorkItemState
from tests.support.office import Office

LEADERS: Final = ("chutich", "phochutich", "chanhvanphong")
STATES: Final = {"direct": IncomingState.REGISTERED, "assign": IncomingState.DIRECTED, "handle": IncomingState.ASSIGNED}
"""Where the document stands while it waits at a step."""

Deed = tuple[str, str]
"""Who does what."""

deeds = some.tuples(
    some.sampled_from((*LEADERS, "truongphong")),
    some.sampled_from(("complete", "claim", "release", "hand over", "refuse", "recall", "open")),
) | some.tuples(some.just("quantri"), some.sampled_from(("suspend", "resume")))


def act(deed: Deed, items: dict[str, WorkItem], office: Office) -> str | None:
    """Do the deed in a transaction of its own, to the items as they were before; return it if it was done."""
    services = office.house.services
    by, verb = office.people[deed[0]], deed[1]
    item = items.get("assign" if deed[0] == "truongphong" else "direct")
    if item is None:
        return None
    try:
        with services.begin() as work:
            DEEDS[verb](item, by, office, work)
    except Refusal:
        return None
    return f"{item.element_id} {verb}"


def complete(item: WorkItem, by: Person, office: Office, work: UnitOfWork) -> None:
    (unit,) = office.people["truongphong"].units
    data = {"direct": {"lead_unit": str(unit)}, "assign": {"handler": str(office.people["chuyenvien"].id)}}
    request = CompleteWorkItem(work_item_id=item.id, outcome="assign", data=data[item.element_id])
    complete_work_item(request, by=by, at=office.house.services.clock(), work=work)


def hand_over(item: WorkItem, by: Person, office: Office, work: UnitOfWork) -> None:
    to = office.people[LEADERS[LEADERS.index(by.username) - 1] if by.username in LEADERS else "truongphong.ocop"]
    request = HandOverWorkItem(work_item_id=item.id, to=to.id, note="Nhờ tiếp")
    hand_over_work_item(request, by=by, at=office.house.services.clock(), work=work)


def administered(item: WorkItem) -> Administration:
    return Administration(instance_id=item.instance_id, reason="Chờ ý kiến")


DEEDS: Final[dict[str, Callable[[WorkItem, Person, Office, UnitOfWork], object]]] = {
    "complete": complete,
    "hand over": hand_over,
    "claim": lambda item, by, office, work: claim_work_item(
        item.id, by=by, at=office.house.services.clock(), work=work
    ),
    "release": lambda item, by, office, work: release_work_item(
        item.id, by=by, at=office.house.services.clock(), work=work
    ),
    "refuse": lambda item, by, office, work: refuse_handover(
        item.id, "Bận", by=by, at=office.house.services.clock(), work=work
    ),
    "recall": lambda item, by, office, work: recall_work_item(
        item.id, by=by, at=office.house.services.clock(), work=work
    ),
    "open": lambda item, by, office, work: open_work_item(item.id, by=by, at=office.house.services.clock(), work=work),
    "suspend": lambda item, by, office, work: suspend_instance(
        administered(item), by=by, at=office.house.services.clock(), work=work
    ),
    "resume": lambda item, by, office, work: resume_instance(
        administered(item), by=by, at=office.house.services.clock(), work=work
    ),
}
LEAVES: Final = {
    "complete": "work_item.completed",
    "recall": "work_item.recalled",
    "suspend": "instance.suspended",
    "resume": "instance.resumed",
}


def latest(document_id: DocumentId, office: Office) -> tuple[Instance, dict[str, WorkItem]]:
    """Return the instance and the newest item of each step."""
    with office.house.services.begin() as work:
        instance = work.instances.find_of_document(document_id)
        assert instance is not None
        return instance, {item.element_id: item for item in work.work_items.of_instance(instance.id)}


def at_once(pair: tuple[Deed, Deed], document_id: DocumentId, office: Office, pool: ThreadPoolExecutor) -> list[str]:
    """Have two people act at the same moment on what both saw; return what was done."""
    _, items = latest(document_id, office)
    together = Barrier(2)

    def one(deed: Deed) -> str | None:
        together.wait(timeout=30)
        return act(deed, items, office)

    return [done for done in pool.map(one, pair) if done]


def require_intact(document_id: DocumentId, done: Counter[str], office: Office) -> None:
    """Check what must hold whoever won: one step waits, engine and lists agree on it, and history tells all of it."""
    with office.house.services.begin() as work:
        instance = work.instances.find_of_document(document_id)
        assert instance is not None
        history, items = work.instances.history(instance.id), work.work_items.of_instance(instance.id)
        waiting = Run.resume(model_of(instance, work), instance.state, lambda *_: {}).open_tasks
        document = work.documents.get(document_id)
        directives = work.directives.of_document(document_id)
        about = [str(instance.id), *(str(item.id) for item in items)]
        leaves = Counter(leaf.action for leaf in work.audit.about(instance.agency_id, about))
    counted = Counter(each.partition(" ")[2] for each in done.elements())
    assert {deed: leaves[leaf] for deed, leaf in LEAVES.items()} == {deed: counted[deed] for deed in LEAVES}
    assert (instance.suspended_at is not None) == (counted["suspend"] > counted["resume"])
    (open_item,) = [item for item in items if item.state is WorkItemState.OPEN]
    assert [task.task_id for task in waiting] == [open_item.task_id]
    assert document.state is STATES[open_item.element_id]
    assert len(directives) == (open_item.element_id != "direct")
    for step in ("direct", "assign"):
        lines = [line.movement for line in history if line.element_id == step]
        assert lines.count(Movement.LEFT) == done[f"{step} complete"]
        assert lines.count(Movement.RECALLED) == done[f"{step} recall"]
    ended = [line.element_id for line in in_force(history) if line.movement is Movement.LEFT]
    finished = [item.element_id for item in items if item.state is WorkItemState.COMPLETED]
    assert sorted(finished) == sorted(step for step in ended if step in ("direct", "assign"))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=some.lists(some.tuples(deeds, deeds), min_size=1, max_size=6))
def test_two_at_once_leave_one_winner_an_intact_procedure_and_one_line_of_history(
    office: Office, pairs: list[tuple[Deed, Deed]]
) -> None:
    document_id = office.register(type="CV").document.id
    office.run_jobs()
    done: Counter[str] = Counter()

    with ThreadPoolExecutor(2) as pool:
        for pair in pairs:
            done.update(at_once(pair, document_id, office, pool))
            require_intact(document_id, done, office)


def test_of_two_who_take_back_and_go_on_at_once_one_wins(office: Office) -> None:
    (unit,) = office.people["truongphong"].units
    for _ in range(6):
        document_id = office.register().document.id
        office.run_jobs()
        office.complete(document_id, "direct", "assign", "chutich", lead_unit=str(unit))
        with ThreadPoolExecutor(2) as pool:
            pair = (("chutich", "recall"), ("truongphong", "complete"))
            done = at_once(pair, document_id, office, pool)

        assert done in (["direct recall"], ["assign complete"])
        require_intact(document_id, Counter([*done, "direct complete"]), office)


def test_of_two_who_take_back_at_once_one_wins(office: Office) -> None:
    (unit,) = office.people["truongphong"].units
    document_id = office.register().document.id
    office.run_jobs()
    office.complete(document_id, "direct", "assign", "chutich", lead_unit=str(unit))

    with ThreadPoolExecutor(2) as pool:
        done = at_once((("chutich", "recall"), ("chutich", "recall")), document_id, office, pool)

    assert done == ["direct recall"]
    require_intact(document_id, Counter([*done, "direct complete"]), office)
