"""One transaction: all or nothing, never without its leaf, and one after the other where two want the same."""

import concurrent.futures
import threading
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text

from engine.errors import Conflict
from engine.ids import InstanceId
from engine.instances import InstanceMoved
from engine.ports import Begin
from engine.queries import PageRequest
from engine.work_items import WorkItemNotOpen, WorkItemState
from storage.database import ChangeNotRecorded, DatabaseAway, DatabaseBusy, DatabaseCrowded
from storage.unit_of_work import transactions
from tests.storage.builders import NOON, a_desk, a_work_item, an_event, an_office, incoming, new_id
from tests.support.postgres import Database


def test_what_is_changed_and_recorded_stays(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)

    with begin() as work:
        assert work.people.get_agency(office.agency.id) == office.agency


def test_a_change_without_a_recorded_event_does_not_commit(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
    document = incoming(office)

    with pytest.raises(ChangeNotRecorded, match="documents"), begin() as work:
        work.documents.add(document)

    with begin() as work:
        assert not work.files.may_be_used_by(office.file_id, office.person("clerk"))


def test_a_change_without_a_leaf_does_not_commit_past_the_unit_of_work_either(database: Database) -> None:
    with database.begin()() as work:
        office = an_office(work)

    for url in (database.application_url, database.owner_url):
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE agencies SET name = 'X' WHERE id = %s", [office.agency.id])
            with pytest.raises(psycopg.Error, match="no leaf in the audit log") as refused:
                connection.commit()
            assert refused.value.sqlstate == "VT001"


def test_the_leaf_of_an_earlier_transaction_does_not_cover_a_later_change(database: Database) -> None:
    engine = database.engine(pool_size=1)
    begin = transactions(engine)
    with begin() as work:
        office = an_office(work)

    with pytest.raises(ChangeNotRecorded), begin() as work:
        work.documents.add(incoming(office))


def test_a_refusal_rolls_everything_back(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
    document = incoming(office)

    def refused() -> None:
        with begin() as work:
            work.documents.add(document)
            work.record(an_event(office.agency.id))
            raise WorkItemNotOpen(state="completed")

    with pytest.raises(WorkItemNotOpen):
        refused()

    with begin() as work:
        assert work.documents.duplicates(document) == []
        assert len(work.audit.search(office.agency.id, PageRequest()).items) == 1


def test_reading_needs_no_event(begin: Begin) -> None:
    with begin() as work:
        assert work.people.agencies() == []


def test_ids_grow_with_time(begin: Begin) -> None:
    with begin() as work:
        ids = [work.new_id() for _ in range(1000)]

    assert ids == sorted(set(ids))
    assert {one.version for one in ids} == {7}


def test_of_two_who_complete_one_item_the_second_waits_and_sees_it_done(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
    locked, let_go = threading.Event(), threading.Event()

    def first() -> None:
        with begin() as work:
            item, instance = work.work_items.lock(desk.item.id)
            locked.set()
            assert let_go.wait(10)
            work.work_items.save(item.completed("assign", desk.office.person("head").id, NOON))
            work.instances.save(instance.moved(b"next", finished=False, at=NOON))
            work.record(an_event(desk.office.agency.id))

    def second() -> WorkItemState:
        assert locked.wait(10)
        with begin() as work:
            let_go.set()
            item, instance = work.work_items.lock(desk.item.id)
            assert instance.state == b"next"
            assert instance.rev == 1
            return item.state

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        done, seen = pool.submit(first), pool.submit(second)
        done.result(20)

        assert seen.result(20) is WorkItemState.COMPLETED


def test_an_instance_that_moved_meanwhile_is_not_overwritten(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
    moved = desk.instance.moved(b"one", finished=False, at=NOON)
    with begin() as work:
        work.instances.lock(moved.id)
        work.instances.save(moved)
        work.record(an_event(desk.office.agency.id))

    with begin() as work:
        work.instances.lock(moved.id)
        with pytest.raises(InstanceMoved):
            work.instances.save(moved)


def test_an_instance_that_was_not_locked_is_not_overwritten(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)

    with begin() as work, pytest.raises(InstanceMoved):
        work.instances.save(desk.instance.moved(b"one", finished=False, at=NOON))


def test_who_waits_too_long_for_a_row_is_told_so(database: Database) -> None:
    with database.begin()() as work:
        desk = a_desk(work)
    hasty = transactions(database.engine(lock_limit_s=0.05))

    with database.begin()() as work:
        work.work_items.lock(desk.item.id)

        with pytest.raises(DatabaseBusy), hasty() as other:
            other.work_items.lock(desk.item.id)


def test_two_who_wait_for_each_other_do_not_wait_for_ever(database: Database) -> None:
    begin = database.begin()
    with begin() as work:
        office = an_office(work)
        desk, other = a_desk(work, office), a_desk(work, office)
    both = threading.Barrier(2)

    def lock(first: InstanceId, then: InstanceId) -> bool:
        try:
            with begin() as work:
                work.instances.lock(first)
                both.wait(10)
                work.instances.lock(then)
        except DatabaseBusy as busy:
            return isinstance(busy, Conflict)
        return False

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = [
            pool.submit(lock, desk.instance.id, other.instance.id),
            pool.submit(lock, other.instance.id, desk.instance.id),
        ]

        assert sorted(result.result(20) for result in results) == [False, True]


def test_a_statement_that_runs_too_long_is_stopped(database: Database) -> None:
    engine = database.engine(statement_limit_s=0.05)

    with pytest.raises(DatabaseAway), engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(60)"))


def test_a_server_that_is_not_there_is_told_as_away(database: Database) -> None:
    begin = transactions(database.engine("postgresql://vanthu_app:x@127.0.0.1:1/vanthu"))

    with pytest.raises(DatabaseAway), begin():
        pass


def test_who_finds_every_connection_in_use_is_told_that_it_is_crowded(database: Database) -> None:
    begin = transactions(database.engine(pool_size=1, lock_limit_s=0.05))

    with begin(), begin(), pytest.raises(DatabaseCrowded), begin():
        pass


def test_a_connection_the_server_closed_is_replaced(database: Database) -> None:
    begin = database.begin()
    with begin() as work:
        office = an_office(work)
    with psycopg.connect(database.server.url("postgres", database.name), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = 'vanthu_app'")

    with begin() as work:
        assert work.people.find_agency(office.agency.id) == office.agency


def test_a_row_that_points_nowhere_does_not_commit(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)

    def stray() -> None:
        with begin() as work:
            work.work_items.add([a_work_item(replace(desk.instance, id=InstanceId(new_id())))])
            work.record(an_event(desk.office.agency.id))

    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="work_items_instance_id_fkey"):
        stray()
