"""Timers in working time: they are counted again when the calendar changes, and stand while the document does."""

from datetime import datetime, timedelta

import pytest

from engine.actions.fire_timer import fire_timer
from engine.actions.pause_document import PauseDocument, pause_document
from engine.actions.recompute_due_times import recompute_due_times
from engine.actions.resume_document import resume_document
from engine.actions.save_calendar import SaveCalendar, save_calendar
from engine.calendars import CalendarDay, DayKind
from engine.deadlines import VIETNAM, Term, half_days_between, office_date, working_day_from
from engine.ids import DocumentId
from engine.timers import DueTimer, Timer
from tests.engine.runtime.drawing import event, flows, human
from tests.support.models import after, boundary, deployed, instance_of
from tests.support.office import Office


def timed(element_id: str, duration: str, clock: str = "") -> str:
    """A timer at the border of the step."""
    drawn = boundary(element_id, "handle", after(duration))
    return drawn.replace("<boundaryEvent ", f'<boundaryEvent vanthu:clock="{clock}" ') if clock else drawn


HANDLES = (
    event("start", "begin"),
    human("handle"),
    timed("working", "3 days"),
    timed("computed", "half_days(7)"),
    timed("walking", "P3D", "document"),
    timed("always", "P3D"),
    timed("on_the_wall", "3 days", "wall"),
    event("end", "finished"),
    flows(*(f"{one} > finished" for one in ("working", "computed", "walking", "always", "on_the_wall"))),
    flows("begin > handle > finished"),
)
FOLLOWING = {"working", "computed", "walking"}


def timers(office: Office, document_id: DocumentId) -> dict[str, Timer]:
    with office.house.services.begin() as work:
        return {one.element_id: one for one in work.timers.of_instance(instance_of(document_id, work).id)}


def due(office: Office, document_id: DocumentId) -> dict[str, datetime]:
    return {name: timer.due_at for name, timer in timers(office, document_id).items()}


def pause(office: Office, document_id: DocumentId, at: datetime) -> None:
    with office.house.services.begin() as work:
        asked = PauseDocument(document_id=document_id, reason="Chờ bổ sung hồ sơ")
        pause_document(asked, by=office.people["vanthu"], at=at, work=work)


def go_on(office: Office, document_id: DocumentId, at: datetime) -> None:
    with office.house.services.begin() as work:
        resume_document(document_id, by=office.people["vanthu"], at=at, work=work)


@pytest.fixture
def handled(office: Office) -> DocumentId:
    """A document whose one step has all these timers."""
    deployed(office, *HANDLES)
    return office.register().document.id


def test_three_working_days_end_when_a_term_of_three_days_does(office: Office, handled: DocumentId) -> None:
    with office.house.services.begin() as work:
        instance = instance_of(handled, work)
        calendar = work.calendars.of(instance.agency_id)

    found = due(office, handled)

    assert found["working"] == Term(days=3).ends(calendar, instance.started_at)
    assert half_days_between(calendar, instance.started_at, found["computed"]) == 7
    assert found["always"] == instance.started_at + timedelta(days=3)


def test_a_change_of_the_calendar_counts_timers_in_working_time_again(office: Office, handled: DocumentId) -> None:
    before = due(office, handled)
    people, services = office.people, office.house.services
    with services.begin() as work:
        instance = instance_of(handled, work)
        calendar = work.calendars.of(instance.agency_id)
        today = office_date(instance.started_at)
        tomorrow = working_day_from(calendar, today + timedelta(days=1))
        year = work.calendars.get(instance.agency_id, tomorrow.year)
        days = [*year.days, CalendarDay(day=tomorrow, kind=DayKind.OFF, name="Nghỉ bão")]
        request = SaveCalendar(year=tomorrow.year, days=days, hours=year.hours, rev=year.rev)
        save_calendar(request, by=people["quantri"], at=services.clock(), work=work)

    assert recompute_due_times(people["quantri"].agency_id, services=services)

    changed = {name for name, moment in due(office, handled).items() if moment != before[name]}
    assert changed == {"working", "computed", "on_the_wall"}
    assert recompute_due_times(people["quantri"].agency_id, services=services) == 0


def test_a_pause_lets_those_timers_stand_that_follow_the_document(office: Office, handled: DocumentId) -> None:
    before, now = due(office, handled), office.house.services.clock()

    pause(office, handled, now)
    assert FOLLOWING.isdisjoint(due(office, handled))
    go_on(office, handled, now + timedelta(days=21))

    later = due(office, handled)
    assert {name for name, moment in later.items() if moment != before[name]} == FOLLOWING
    assert later["walking"] - before["walking"] == timedelta(days=21)
    assert later["working"] - before["working"] >= timedelta(days=19)


def test_a_timer_set_during_a_pause_begins_when_the_clock_goes_on(office: Office) -> None:
    way = flows("begin > prepare > handle > finished", *(f"{one} > finished" for one in FOLLOWING))
    deployed(office, HANDLES[0], human("prepare"), *HANDLES[1:5], event("end", "finished"), way)
    document_id, now = office.register().document.id, office.house.services.clock()
    pause(office, document_id, now - timedelta(hours=1))
    office.complete(document_id, "prepare", "done", "vanthu")
    assert timers(office, document_id) == {}

    ended = now + timedelta(days=7)
    go_on(office, document_id, ended)

    with office.house.services.begin() as work:
        calendar = work.calendars.of(instance_of(document_id, work).agency_id)
    assert due(office, document_id)["working"] == Term(days=3).ends(calendar, ended)
    assert due(office, document_id)["walking"] == ended + timedelta(days=3)


def test_a_timer_that_was_put_off_by_a_pause_fires_when_it_is_due_then(office: Office, handled: DocumentId) -> None:
    now = office.house.services.clock()
    pause(office, handled, now)
    go_on(office, handled, now + timedelta(days=21))
    waiting = timers(office, handled)["walking"]

    with office.house.services.begin() as work:
        instance = work.instances.lock(waiting.instance_id)
        moment = waiting.due_at.astimezone(VIETNAM)
        fire_timer(DueTimer(timer=waiting, at=moment, failures=0), instance, at=moment, work=work)

    assert timers(office, handled) == {}
