"""A due timer moves its procedure once, whatever people and other workers do meanwhile; a failing one is put off."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.timers import fire_next
from api.wiring import House, now
from api.worker import once
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.fire_timer import fire_timer
from engine.actions.put_off_timer import UNSAID, put_off_timer
from engine.actions.retry_incident import retry_incident
from engine.definitions import DefinitionInvalid
from engine.errors import VanthuError
from engine.ids import SYSTEM, DocumentId
from engine.incidents import Incident, IncidentState
from engine.runtime.errors import TaskNotOpen, TimerNotDue
from engine.timers import DueTimer
from engine.work_items import WorkItemNotOpen
from storage.database import DatabaseBusy
from tests.engine.runtime.drawing import event, flows, human, service
from tests.support.house import Crowd, RunJobs
from tests.support.models import after, boundary, deployed, every, instance_of, standing
from tests.support.office import Office

HANDLED_IN_TIME = (
    event("start", "begin"),
    human("handle"),
    boundary("overdue", "handle", after("PT30M")),
    human("hurry"),
    event("end", "finished"),
    flows("begin > handle > finished", "overdue > hurry > finished"),
)
REMINDED = (
    event("start", "begin"),
    human("handle"),
    boundary("remind", "handle", after("PT30M"), interrupting=False),
    human("hurry"),
    event("end", "finished"),
    event("end", "reminded"),
    flows("begin > handle > finished", "remind > hurry > reminded"),
)


@pytest.fixture
def yesterday(house: House, people: Crowd, run_jobs: RunJobs) -> Office:
    """People who worked an hour ago: what they gave half an hour is due now."""
    services = replace(house.services, clock=lambda: now() - timedelta(hours=1))
    return Office(house=replace(house, services=services), people=people, run_jobs=run_jobs)


def fire(office: Office) -> bool:
    return fire_next(office.house.services, once)


def incidents(office: Office, document_id: DocumentId) -> list[Incident]:
    with office.house.services.begin() as work:
        return list(work.incidents.of_instance(instance_of(document_id, work).id))


def claim(office: Office) -> DueTimer:
    """Return the timer that is due, claimed by nobody."""
    with office.house.services.begin() as work:
        found = work.timers.claim()
    assert found is not None
    return found[0]


def test_a_timer_takes_the_work_away_and_gives_it_to_others(office: Office, yesterday: Office) -> None:
    deployed(office, *HANDLED_IN_TIME)
    document_id = yesterday.register().document.id

    assert fire(office)

    assert standing(office, document_id) == ["hurry"]
    assert not fire(office)


def test_a_timer_that_only_reminds_leaves_the_work_where_it_is(office: Office, yesterday: Office) -> None:
    deployed(office, *REMINDED)
    document_id = yesterday.register().document.id

    assert fire(office)

    assert standing(office, document_id) == ["handle", "hurry"]
    assert not fire(office)


def test_a_fired_timer_is_one_leaf_of_the_machine(office: Office, yesterday: Office) -> None:
    deployed(office, *HANDLED_IN_TIME)
    document_id = yesterday.register().document.id
    fire(office)

    with office.house.services.begin() as work:
        instance = instance_of(document_id, work)
        leaves = work.audit.about(instance.agency_id, [str(instance.id)])

    assert [(leaf.action, leaf.actor) for leaf in leaves] == [("timer.fired", SYSTEM)]


def test_a_timer_waits_for_its_moment_and_goes_with_its_step(office: Office) -> None:
    deployed(office, *HANDLED_IN_TIME)
    document_id = office.register().document.id
    with office.house.services.begin() as work:
        seconds = work.timers.seconds_to_next()

    assert seconds is not None
    assert seconds > 0
    assert not fire(office)
    office.complete(document_id, "handle", "done", "vanthu")
    with office.house.services.begin() as work:
        assert work.timers.seconds_to_next() is None


def test_work_that_a_timer_took_away_is_not_done_after_it(office: Office, yesterday: Office) -> None:
    deployed(office, *HANDLED_IN_TIME)
    document_id = yesterday.register().document.id
    taken = office.item(document_id, "handle")
    fire(office)

    request = CompleteWorkItem(work_item_id=taken.id, outcome="done", data={})
    with pytest.raises(WorkItemNotOpen), office.house.services.begin() as work:
        complete_work_item(request, by=office.people["vanthu"], at=now(), work=work)


@pytest.mark.parametrize("cycle", ["R/PT0.001S", "R3/PT1S"])
def test_a_timer_that_would_ring_all_the_time_is_refused_at_deployment(office: Office, cycle: str) -> None:
    ringing = boundary("ring", "handle", every(cycle), interrupting=False)

    with pytest.raises(DefinitionInvalid) as refused:
        deployed(
            office,
            event("start", "begin"),
            human("handle"),
            ringing,
            event("end", "finished"),
            event("end", "rung"),
            flows("begin > handle > finished", "ring > rung"),
        )

    assert [finding.element_id for finding in refused.value.findings] == ["ring"]


def test_a_timer_that_cannot_go_on_is_put_off_and_people_are_told(office: Office, yesterday: Office) -> None:
    deployed(
        office,
        event("start", "begin"),
        human("handle"),
        boundary("overdue", "handle", after("PT30M")),
        service("number", "take_number"),
        event("end", "finished"),
        flows("begin > handle > finished", "overdue > number > finished"),
    )
    document_id = yesterday.register().document.id

    assert fire(office)
    assert not fire(office), "no hot loop"

    (incident,) = incidents(office, document_id)
    assert (incident.operation, incident.element_id, incident.code) == ("fire_timer", "overdue", "operation.misplaced")
    assert standing(office, document_id) == ["handle"]
    assert retry(office, incident).state is IncidentState.RETRYING
    assert fire(office)
    assert [(known.state, known.count) for known in incidents(office, document_id)] == [(IncidentState.OPEN, 2)]


def retry(office: Office, incident: Incident) -> Incident:
    services = office.house.services
    with services.begin() as work:
        return retry_incident(incident.id, by=office.people["quantri"], at=services.clock(), work=work)


def put_off(office: Office, due: DueTimer, error: VanthuError) -> None:
    services = office.house.services
    with services.begin() as work:
        put_off_timer(due, error, at=services.clock(), work=work)


def test_what_is_stuck_about_a_timer_is_over_when_the_step_is_done(office: Office, yesterday: Office) -> None:
    deployed(office, *HANDLED_IN_TIME)
    document_id = yesterday.register().document.id
    due = claim(office)
    put_off(office, due, TaskNotOpen())
    assert incidents(office, document_id) == [], "it may be over at the next try"
    put_off(office, replace(due, failures=UNSAID), TaskNotOpen())
    (incident,) = incidents(office, document_id)
    assert incident.state is IncidentState.OPEN

    office.complete(document_id, "handle", "done", "vanthu")

    assert [known.state for known in incidents(office, document_id)] == [IncidentState.RESOLVED]


def test_what_was_stuck_is_over_once_the_timer_fires(office: Office, yesterday: Office) -> None:
    deployed(office, *REMINDED)
    document_id = yesterday.register().document.id
    put_off(office, replace(claim(office), failures=UNSAID), DatabaseBusy())
    (incident,) = incidents(office, document_id)

    retry(office, incident)
    fire(office)

    assert [known.state for known in incidents(office, document_id)] == [IncidentState.RESOLVED]
    assert standing(office, document_id) == ["handle", "hurry"]


def test_a_row_that_does_not_say_what_the_state_says_fires_nothing(office: Office, yesterday: Office) -> None:
    deployed(office, *HANDLED_IN_TIME)
    document_id = yesterday.register().document.id
    due = claim(office)
    early = due.timer.due_at - timedelta(seconds=1)

    with pytest.raises(TimerNotDue), office.house.services.begin() as work:
        fire_timer(due, work.instances.lock(due.timer.instance_id), at=early, work=work)

    assert standing(office, document_id) == ["handle"]
