"""Calendars as rows: kept whole, known without a statement, and never by an old version."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, event

from engine.calendars import CalendarChanged, CalendarDay, CalendarYear, DayKind, proposed_year
from engine.ports import UnitOfWork
from storage.unit_of_work import transactions
from tests.storage.builders import NOON, Desk, a_desk, an_event
from tests.support.postgres import Database

DAY = CalendarDay(day=date(2026, 12, 24), kind=DayKind.OFF, name="Nghỉ")


def keep(work: UnitOfWork, desk: Desk, *days: CalendarDay, rev: int = 1) -> CalendarYear:
    agency_id = desk.office.agency.id
    year = replace(
        proposed_year(agency_id, 2026),
        days=days,
        confirmed_at=NOON,
        confirmed_by=desk.office.person("clerk").id,
        rev=rev,
    )
    work.calendars.save(year)
    work.record(an_event(agency_id, document_id=desk.document.id, instance_id=desk.instance.id))
    return year


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements sent while the block runs."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_a_confirmed_year_is_read_back_whole(database: Database) -> None:
    begin = database.begin()
    with begin() as work:
        desk = a_desk(work)
        agency_id = desk.office.agency.id
        assert work.calendars.lock(agency_id, 2026) == proposed_year(agency_id, 2026)
        kept = keep(work, desk, DAY)
    with begin() as work:
        assert work.calendars.get(agency_id, 2026) == kept
        again = keep(work, desk, rev=2)
    with begin() as work:
        assert work.calendars.lock(agency_id, 2026) == again


def test_a_year_two_people_confirm_first_is_kept_once(database: Database) -> None:
    with database.begin()() as work:
        desk = a_desk(work)
        keep(work, desk, DAY)
    with pytest.raises(CalendarChanged), database.begin()() as work:
        keep(work, desk)


def test_opening_work_asks_no_statement_for_the_calendar(database: Database) -> None:
    engine = database.engine()
    begin = transactions(engine)
    with begin() as work:
        desk = a_desk(work)
        keep(work, desk, DAY)
    with begin() as work:
        work.calendars.of(desk.office.agency.id)

    with begin() as work:
        work.work_items.lock(desk.item.id)
        with statements(engine) as sent:
            calendar = work.calendars.of(desk.office.agency.id)

    assert sent == []
    assert not calendar.is_worked(DAY.day)


def test_no_process_goes_on_with_a_calendar_that_was_changed(database: Database) -> None:
    here, elsewhere = database.begin(), database.begin()
    with here() as work:
        desk = a_desk(work)
    agency_id = desk.office.agency.id
    with elsewhere() as work:
        assert work.calendars.of(agency_id).is_worked(DAY.day)

    with here() as work:
        keep(work, desk, DAY)
        assert not work.calendars.of(agency_id).is_worked(DAY.day)

    with elsewhere() as work:
        assert not work.calendars.of(agency_id).is_worked(DAY.day)


def change_and_fail(work: UnitOfWork, desk: Desk) -> None:
    keep(work, desk, DAY)
    assert not work.calendars.of(desk.office.agency.id).is_worked(DAY.day)
    raise ZeroDivisionError


def test_a_change_that_was_rolled_back_is_forgotten(database: Database) -> None:
    begin = database.begin()
    with begin() as work:
        desk = a_desk(work)
    agency_id = desk.office.agency.id

    with pytest.raises(ZeroDivisionError), begin() as work:
        change_and_fail(work, desk)

    with begin() as work:
        keep(work, desk, rev=1)
    with begin() as work:
        assert work.calendars.of(agency_id).is_worked(DAY.day)


def test_items_counted_by_an_older_calendar_are_found_and_those_others_hold_left_out(database: Database) -> None:
    begin = database.begin()
    with begin() as work:
        desk = a_desk(work, due_at=NOON)
        a_desk(work, desk.office)
    agency_id = desk.office.agency.id

    with begin() as holding:
        holding.work_items.lock(desk.item.id)
        with begin() as work:
            assert work.work_items.lock_counted_before(agency_id, 1, 10) == []
    with begin() as work:
        assert [item.id for item in work.work_items.lock_counted_before(agency_id, 1, 10)] == [desk.item.id]
        assert work.work_items.lock_counted_before(agency_id, 0, 10) == []
