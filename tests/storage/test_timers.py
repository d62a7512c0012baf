"""Timers are found when they are due by the database's clock, by one worker each, and never hold others up."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.ids import AgencyId, InstanceId, TaskId
from engine.instances import Instance
from engine.ports import Begin, UnitOfWork
from engine.timers import LONGEST_PAUSE, DueTimer, Timer
from storage.clock import DatabaseClock
from storage.database import DatabaseAway, create_engine
from storage.timers import TimerAlarm
from tests.storage.builders import NOON, a_desk, a_timer, an_event, an_office, new_id
from tests.support.postgres import Database

SECOND = timedelta(seconds=1)
LONG_AGO = NOON.replace(year=2025)


def an_instance(begin: Begin, *timers: timedelta) -> tuple[Instance, list[Timer]]:
    """Keep an instance with timers due so long after a moment that has long been."""
    with begin() as work:
        instance = a_desk(work, an_office(work, code=f"H{new_id().hex[-6:]}")).instance
        made = [a_timer(instance, due_at=LONG_AGO + later) for later in timers]
        work.timers.replace(instance.id, made)
    return instance, made


def claimed(work: UnitOfWork) -> Timer | None:
    found = work.timers.claim()
    return None if found is None else found[0].timer


def test_what_is_due_the_longest_comes_first_and_with_its_instance(begin: Begin) -> None:
    an_instance(begin, 2 * SECOND)
    instance, (first,) = an_instance(begin, SECOND)

    with begin() as work:
        found = work.timers.claim()

    assert found is not None
    assert (found[0].timer, found[0].failures, found[1]) == (first, 0, instance)
    assert found[0].at > first.due_at


def test_timers_of_an_older_calendar_are_found_one_instance_after_another_without_coming_back(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work, code=f"H{new_id().hex[-6:]}")
        running = [a_desk(work, office).instance for _ in range(2)]
        for instance in running:
            work.timers.replace(instance.id, [a_timer(instance, counted_by=1)])
    first, second = sorted(instance.id for instance in running)

    with begin() as work:
        assert work.timers.find_counted_before(office.agency.id, 2) == first
        assert work.timers.find_counted_before(office.agency.id, 2, first) == second
        assert work.timers.find_counted_before(office.agency.id, 2, second) is None
        assert work.timers.find_counted_before(office.agency.id, 1) is None


def test_a_timer_is_not_due_before_its_moment_by_the_database_s_clock(database: Database, begin: Begin) -> None:
    instance, _ = an_instance(begin)
    soon = DatabaseClock(database.engine())() + timedelta(minutes=1)

    with begin() as work:
        work.timers.replace(instance.id, [a_timer(instance, due_at=soon)])
    with begin() as work:
        assert work.timers.claim() is None
        assert 50 < (work.timers.seconds_to_next() or 0) <= 61


def test_without_timers_there_is_nothing_to_wait_for(begin: Begin) -> None:
    with begin() as work:
        assert (work.timers.claim(), work.timers.seconds_to_next()) == (None, None)


def test_two_workers_that_claim_at_once_get_a_timer_each(begin: Begin) -> None:
    _, (first,) = an_instance(begin, SECOND)
    _, (second,) = an_instance(begin, 2 * SECOND)

    with begin() as one, begin() as other, begin() as third:
        assert [claimed(one), claimed(other), claimed(third)] == [first, second, None]


def test_a_timer_of_a_procedure_somebody_is_at_is_passed_over(begin: Begin) -> None:
    instance, (first,) = an_instance(begin, SECOND)
    _, (second,) = an_instance(begin, 2 * SECOND)

    with begin() as person, begin() as worker:
        person.instances.lock(instance.id)
        assert claimed(worker) == second
    with begin() as worker:
        assert claimed(worker) == first


def test_of_the_two_timers_of_one_procedure_one_is_fired_at_a_time(begin: Begin) -> None:
    an_instance(begin, SECOND, 2 * SECOND)

    with begin() as one, begin() as other:
        assert claimed(one) is not None
        assert claimed(other) is None


def test_what_is_still_waited_for_stays_and_what_is_not_goes(begin: Begin) -> None:
    instance, (gone, kept, moved) = an_instance(begin, SECOND, 2 * SECOND, 3 * SECOND)
    with begin() as work:
        found = work.timers.claim()
        assert found is not None
        work.timers.put_off(DueTimer(timer=kept, at=found[0].at, failures=0))
    later = replace(moved, due_at=moved.due_at + SECOND)

    with begin() as work:
        work.timers.replace(instance.id, [kept, later])
    with begin() as work:
        assert claimed(work) == later
        work.timers.replace(instance.id, [kept])
    with begin() as work:
        assert claimed(work) is None, "what failed before is still put off"
        assert not work.timers.try_now(instance.id, gone.task_id)
        assert work.timers.try_now(instance.id, kept.task_id)
        found = work.timers.claim()

    assert found is not None
    assert (found[0].timer, found[0].failures) == (kept, 1)


def test_a_timer_that_failed_lets_others_pass(begin: Begin) -> None:
    an_instance(begin, SECOND)
    _, (second,) = an_instance(begin, 2 * SECOND)

    with begin() as work:
        found = work.timers.claim()
        assert found is not None
        work.timers.put_off(found[0])
    with begin() as work:
        assert claimed(work) == second


@pytest.mark.parametrize(("failures", "pause"), [(0, SECOND), (3, 8 * SECOND), (500, LONGEST_PAUSE)])
def test_a_timer_that_goes_on_failing_is_left_alone_for_longer_and_longer(failures: int, pause: timedelta) -> None:
    timer = Timer(
        instance_id=InstanceId(new_id()),
        agency_id=AgencyId(new_id()),
        task_id=TaskId(new_id()),
        element_id="too_late",
        due_at=NOON,
    )

    assert DueTimer(timer=timer, at=NOON, failures=failures).pause == pause


@pytest.fixture
def alarm(database: Database) -> Iterator[TimerAlarm]:
    """Somebody who listens."""
    made = TimerAlarm(database.application_url)
    made.wait(0, threading.Event())
    yield made
    made.close()


def test_a_worker_that_sleeps_is_woken_when_a_timer_is_set(begin: Begin, alarm: TimerAlarm) -> None:
    began = time.monotonic()
    an_instance(begin, SECOND)

    alarm.wait(60, threading.Event())

    assert time.monotonic() - began < 30


def test_without_the_database_a_worker_only_sleeps() -> None:
    alarm = TimerAlarm("postgresql://nobody@127.0.0.1:9/none")

    alarm.wait(0.01, threading.Event())


def test_the_clock_is_the_database_s_whatever_the_machine_says(database: Database) -> None:
    engine = database.engine()
    clock = DatabaseClock(engine)

    with engine.connect() as connection:
        before = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        said = clock()
        again = clock()
        after = connection.execute(text("SELECT clock_timestamp()")).scalar_one()

    assert before <= said <= again
    assert again - after < SECOND


def test_a_clock_that_never_saw_the_database_says_so() -> None:
    clock = DatabaseClock(create_engine("postgresql://nobody@127.0.0.1:9/none"))

    with pytest.raises(DatabaseAway):
        clock()


def test_timers_go_with_a_transaction_that_does_not_commit(begin: Begin) -> None:
    instance, (kept,) = an_instance(begin, SECOND)

    def refused() -> None:
        with begin() as work:
            work.timers.replace(instance.id, [])
            work.record(an_event(instance.agency_id))
            raise DatabaseAway

    with pytest.raises(DatabaseAway):
        refused()
    with begin() as work:
        assert claimed(work) == kept
