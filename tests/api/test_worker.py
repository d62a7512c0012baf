"""The worker: what fails is tried again, then a person sees why."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from api import stuck, worker
from api.problems import Unexpected
from api.timers import fire_next, seconds_to_next
from api.wiring import House, now, room_settings
from engine.actions.cancel_instance import cancel_instance
from engine.actions.run_operation import RunOperation
from engine.administration import Administration
from engine.errors import VanthuError
from engine.instances import InstanceHalted
from engine.queries import PageRequest
from engine.signatures import SigningStopped, TimestampUnavailable
from engine.work_items import WorkItemNotFound, WorkItemState
from signing.pool import RoomPool
from storage.database import DatabaseAway, create_engine
from storage.unit_of_work import transactions
from tests.engine.runtime.drawing import event, flows, human
from tests.journeys.errands import until
from tests.support.house import Crowd, RunJobs
from tests.support.models import after, boundary, deployed, standing
from tests.support.office import Office


def fail(error: Exception) -> None:
    raise error


def test_what_may_be_over_soon_is_left_to_the_queue_to_try_again() -> None:
    told: list[VanthuError] = []

    with pytest.raises(SigningStopped):
        worker.attempt(lambda: fail(SigningStopped(operation="sign")), last=False, give_up=told.append)

    assert told == []


def test_what_is_away_is_tried_for_ever_and_after_a_while_people_are_told() -> None:
    told: list[VanthuError] = []

    with pytest.raises(TimestampUnavailable):
        worker.attempt(lambda: fail(TimestampUnavailable()), last=True, give_up=told.append)

    assert [error.code for error in told] == [TimestampUnavailable.code]


def test_what_an_administrator_suspended_is_tried_for_ever_and_nobody_is_told() -> None:
    told: list[VanthuError] = []

    with pytest.raises(InstanceHalted):
        worker.attempt(lambda: fail(InstanceHalted(reason="x")), last=True, give_up=told.append)

    assert told == []


def test_what_fails_late_in_a_cancelled_procedure_is_no_incident(office: Office) -> None:
    services, made = office.house.services, office.register()
    with services.begin() as work:
        asked = Administration(instance_id=made.instance_id, reason="x")
        cancel_instance(asked, by=office.people["quantri"], at=services.clock(), work=work)
        task_id = work.work_items.of_instance(made.instance_id)[0].task_id
    step = RunOperation(instance_id=made.instance_id, task_id=task_id, element_id="x", operation="archive")

    stuck.open_incident(step, TimestampUnavailable(), services)

    with services.begin() as work:
        assert work.incidents.of_instance(made.instance_id) == []


@pytest.mark.parametrize("error", [SigningStopped(operation="sign"), WorkItemNotFound()])
def test_what_is_not_over_at_the_last_try_or_never_will_be_is_given_up(error: VanthuError) -> None:
    told: list[VanthuError] = []

    worker.attempt(lambda: fail(error), last=True, give_up=told.append)

    assert told == [error]


def test_a_bug_is_given_up_as_what_nobody_thought_of() -> None:
    told: list[VanthuError] = []

    worker.attempt(lambda: fail(ZeroDivisionError()), last=False, give_up=told.append)

    assert [type(error) for error in told] == [Unexpected]


def test_giving_up_opens_an_incident_that_says_why(office: Office) -> None:
    document_id = office.register().document.id
    item = office.item(document_id, "direct")
    request = RunOperation(instance_id=item.instance_id, task_id=item.task_id, element_id="direct", operation="archive")

    stuck.open_incident(request, TimestampUnavailable(), office.house.services)

    with office.house.services.begin() as work:
        incidents = work.incidents.search(item.agency_id, PageRequest()).items
    assert [(incident.code, incident.message) for incident in incidents] == [
        (TimestampUnavailable.code, str(TimestampUnavailable()))
    ]


def test_a_worker_fires_timers_as_they_come(office: Office) -> None:
    deployed(
        office,
        event("start", "begin"),
        human("handle"),
        boundary("overdue", "handle", after("PT0.2S")),
        human("hurry"),
        event("end", "finished"),
        flows("begin > handle > finished", "overdue > hurry > finished"),
    )

    with worker.watch_timers(office.house):
        document_id = office.register().document.id
        until(lambda: standing(office, document_id) == ["hurry"], "the timer to fire")


def test_while_the_database_is_away_timers_wait(house: House) -> None:
    nowhere = transactions(create_engine("postgresql://nobody@127.0.0.1:9/none"))
    services = replace(house.services, begin=nowhere)

    with pytest.raises(DatabaseAway):
        fire_next(services, worker.once)
    with pytest.raises(DatabaseAway):
        seconds_to_next(services, worker.once)


@pytest.fixture
def without_time(house: House) -> Iterator[House]:
    """The house while its time-stamp service is away."""
    settings = replace(house.settings, tsa_url=("http://127.0.0.1:9/away",))
    pool = RoomPool(room_settings(settings), processes=1, clock=now)
    yield replace(house, settings=settings, services=replace(house.services, pdfs=pool))
    pool.close()


def test_a_signature_waits_for_the_time_stamp_service_and_goes_on_when_it_is_back(
    house: House, without_time: House, people: Crowd, run_jobs: RunJobs
) -> None:
    office = Office(house=house, people=people, run_jobs=lambda: None)
    document_id = replace(office, run_jobs=run_jobs).reviewed()
    item = office.sign(document_id, "sign", "chutich")

    with pytest.raises(TimestampUnavailable):
        stuck.sign_item(item.id, without_time.services)
    waiting = office.item(document_id, "sign")
    run_jobs()

    assert (waiting.state, waiting.waiting_for) == (WorkItemState.SIGNING, str(TimestampUnavailable()))
    assert office.item(document_id, "number")
