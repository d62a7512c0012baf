"""People and workers at the same timer at the same moment, in any order: exactly one of them moves the procedure."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.timers import fire_next
from api.wiring import House, now
from api.worker import once
from engine.access import NotAllowed
from engine.actions.claim_work_item import claim_work_item
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.release_work_item import release_work_item
from engine.errors import Refusal
from engine.ids import DocumentId, FileId
from engine.work_items import WorkItem, WorkItemNotOpen, WorkItemNotYours, WorkItemState
from tests.engine.actions.test_fire_timer import HANDLED_IN_TIME
from tests.support.house import Crowd, RunJobs
from tests.support.models import deployed, instance_of
from tests.support.office import Office, a_pdf

ACTS = ("complete", "claim", "release", "fire", "fire again", "complete too")
EXPECTED = (WorkItemNotOpen, WorkItemNotYours, NotAllowed)
"""What those who come too late are told."""


@pytest.fixture
def racing(house: House, people: Crowd, run_jobs: RunJobs) -> tuple[Office, FileId]:
    """An office in which every document registered has a timer that is due, and a file to register."""
    early = replace(house, services=replace(house.services, clock=lambda: now() - timedelta(hours=1)))
    office = Office(house=early, people=people, run_jobs=run_jobs)
    deployed(office, *HANDLED_IN_TIME)
    return office, office.upload(a_pdf())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=2, max_size=5, unique=True))
def test_whoever_comes_together_the_step_ends_once(racing: tuple[Office, FileId], acts: list[str]) -> None:
    office, file_id = racing
    document_id = office.register(file_id=file_id).document.id
    item = office.item(document_id, "handle")

    told = together([act(office, item, name) for name in acts])

    refused = [error for error in told if error is not None]
    assert [error for error in refused if not isinstance(error, EXPECTED)] == []
    ended, leaves = outcome(office, document_id, item)
    if ended is WorkItemState.OPEN:
        # A timer passes over an instance that somebody else holds at the moment; whoever completes waits for it.
        assert not {"complete", "complete too"} & set(acts)
    completed, fired = int(ended is WorkItemState.COMPLETED), int(ended is WorkItemState.CANCELLED)
    assert (leaves["work_item.completed"], leaves["timer.fired"]) == (completed, fired)
    while fire_next(office.house.services, once):
        pass
    after, leaves = outcome(office, document_id, item)
    assert after is not WorkItemState.OPEN, "what nobody did, the timer ends"
    assert leaves["work_item.completed"] + leaves["timer.fired"] == 1
    with office.house.services.begin() as work:
        assert work.timers.seconds_to_next() is None


def act(office: Office, item: WorkItem, name: str) -> Callable[[], object]:
    services, clerk = office.house.services, office.people["vanthu"]

    def complete() -> None:
        request = CompleteWorkItem(work_item_id=item.id, outcome="done", data={})
        with services.begin() as work:
            complete_work_item(request, by=clerk, at=services.clock(), work=work)

    def claim() -> None:
        with services.begin() as work:
            claim_work_item(item.id, by=clerk, at=services.clock(), work=work)

    def release() -> None:
        with services.begin() as work:
            release_work_item(item.id, by=clerk, at=services.clock(), work=work)

    def fire() -> None:
        fire_next(services, once)

    return {"complete": complete, "claim": claim, "release": release}.get(name.split(maxsplit=1)[0], fire)


def together(acts: list[Callable[[], object]]) -> list[Refusal | None]:
    """Do everything at the same moment; return what each was refused with."""
    start = threading.Barrier(len(acts))

    def one(do: Callable[[], object]) -> Refusal | None:
        start.wait(30)
        try:
            do()
        except Refusal as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def outcome(office: Office, document_id: DocumentId, item: WorkItem) -> tuple[WorkItemState, Counter[str]]:
    with office.house.services.begin() as work:
        instance = instance_of(document_id, work)
        state = work.work_items.get(item.id).state
        leaves = work.audit.about(instance.agency_id, [str(instance.id), str(item.id)])
    return state, Counter(leaf.action for leaf in leaves)
