"""Readers of the whole log miss nothing and read nothing twice, in whatever order transactions commit."""

import threading

import psycopg

from engine.audit import Place
from engine.ids import AgencyId, EventId
from engine.ports import Begin, UnitOfWork
from storage import migrations
from tests.storage.builders import an_event, an_office, new_id
from tests.support.postgres import Database

READER = "notices"


def read_on(begin: Begin, limit: int = 100) -> list[EventId]:
    """Read what is new to the reader, and move it."""
    with begin() as work:
        place = work.cursors.lock(READER)
        assert place is not None
        read = work.audit.after(place, limit)
        if read:
            work.cursors.save(READER, read[-1].place)
    return [leaf.event.id for leaf in read]


def recorded(work: UnitOfWork, agency_id: AgencyId) -> None:
    work.record(an_event(agency_id))


def test_a_reader_reads_each_leaf_once_in_pages(begin: Begin) -> None:
    for _ in range(5):
        with begin() as work:
            recorded(work, AgencyId(new_id()))

    pages = [read_on(begin, limit=2) for _ in range(4)]

    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert len({event for page in pages for event in page}) == 5


def test_what_commits_late_is_read_though_later_transactions_were_there_before(begin: Begin) -> None:
    agency = AgencyId(new_id())
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with begin() as work:
            # Its leaf and its transaction are older than those of everybody after it; it commits last.
            an_office(work)
            work.people.agencies()
            written.set()
            may_commit.wait(20)

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    for _ in range(3):
        with begin() as work:
            recorded(work, agency)
    before = read_on(begin)
    may_commit.set()
    thread.join()
    after = read_on(begin)

    assert (before, len(after), read_on(begin)) == ([], 4, [])


def test_only_one_process_moves_a_reader_at_a_time(begin: Begin) -> None:
    with begin() as first, begin() as second:
        assert first.cursors.lock(READER) is not None
        assert second.cursors.lock(READER) is None


def test_a_new_reader_begins_with_what_is_recorded_from_then_on(begin: Begin) -> None:
    with begin() as work:
        recorded(work, AgencyId(new_id()))
    with begin() as work:
        work.cursors.add("webhook:1")
    with begin() as work:
        recorded(work, AgencyId(new_id()))

    with begin() as work:
        place = work.cursors.lock("webhook:1")
        assert place is not None
        assert len(work.audit.after(place, 10)) == 1
        work.cursors.remove("webhook:1")
        assert work.cursors.lock("webhook:1") is None


def test_after_a_restore_on_a_server_that_counts_lower_migrate_goes_on_counting(
    database: Database, begin: Begin
) -> None:
    far = 2**40
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO audit_events (id, at, actor, agency_id, action, subject_type, subject_id, leaf, leaf_hash,"
            " position) SELECT gen_random_uuid(), now(), gen_random_uuid(), gen_random_uuid(), 'a.b', 'x', 'x', '{}',"
            " sha256('\\x00'::bytea || '{}'), %s",
            (far,),
        )
    with begin() as work:
        assert work.audit.counts_anew()

    migrations.upgrade(database.owner_url)

    with begin() as work:
        assert not work.audit.counts_anew()
        recorded(work, AgencyId(new_id()))
    with begin() as work:
        (read,) = work.audit.after(Place(position=far, event_id=EventId(new_id())), 10)[-1:]
        assert read.place.position > far
    assert len(read_on(begin)) == 2
