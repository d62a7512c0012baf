"""Workers share out the procedures of a migration: each is claimed by one, and what another settled is let go."""

import threading

import psycopg

from engine.ids import MigrationId
from engine.instance_migrations import MigratedInstance, MigratedState, Migration
from engine.instances import Instance
from engine.ports import Begin, UnitOfWork
from tests.storage.builders import NOON, Desk, a_desk, an_event, new_id
from tests.support.postgres import Database


def two_waiting(begin: Begin) -> tuple[MigrationId, Instance, Instance]:
    """Keep a migration of two procedures; return it with them in the order in which they are claimed."""
    with begin() as work:
        desk = a_desk(work)
        other = a_desk(work, desk.office)
        migration = a_migration(desk)
        work.migrations.add(migration)
        assert work.migrations.fill(migration, [desk.instance.definition_id], []) == 2
    first, second = sorted((desk.instance, other.instance), key=lambda one: one.id)
    return migration.id, first, second


def a_migration(desk: Desk) -> Migration:
    return Migration(
        id=MigrationId(new_id()),
        agency_id=desk.office.agency.id,
        definition_key=desk.instance.definition_key,
        target_id=desk.instance.definition_id,
        mapping={},
        reason="Quy trình mới",
        begun_at=NOON,
        begun_by=desk.office.person("clerk").id,
    )


def settle(work: UnitOfWork, waiting: MigratedInstance) -> None:
    work.migrations.settle(
        MigratedInstance(
            migration_id=waiting.migration_id,
            instance_id=waiting.instance_id,
            agency_id=waiting.agency_id,
            from_id=waiting.from_id,
            to_id=waiting.to_id,
            state=MigratedState.UNDONE,
            at=NOON,
        )
    )
    work.record(an_event(waiting.agency_id, instance_id=waiting.instance_id))


def claimed(work: UnitOfWork, migration_id: MigrationId, *, patient: bool = False) -> tuple[MigratedInstance, Instance]:
    found = work.migrations.claim(migration_id, patient=patient)
    assert found is not None
    return found


def test_two_workers_claim_a_procedure_each_and_a_third_none(begin: Begin) -> None:
    migration_id, first, second = two_waiting(begin)

    with begin() as one, begin() as other, begin() as third:
        assert claimed(one, migration_id)[1].id == first.id
        assert claimed(other, migration_id)[1].id == second.id
        assert third.migrations.claim(migration_id, patient=False) is None


def test_who_waited_for_a_procedure_that_was_settled_meanwhile_lets_it_go_and_claims_the_next(
    begin: Begin, database: Database
) -> None:
    migration_id, first, second = two_waiting(begin)
    found: list[Instance] = []
    may_end, has_claimed = threading.Event(), threading.Event()

    def wait_in_line() -> None:
        with begin() as late:
            found.append(claimed(late, migration_id, patient=True)[1])
            has_claimed.set()
            may_end.wait(30)

    with begin() as early:
        waiting, _ = claimed(early, migration_id)
        thread = threading.Thread(target=wait_in_line)
        thread.start()
        until_somebody_waits(database)
        settle(early, waiting)

    assert has_claimed.wait(30)
    assert [one.id for one in found] == [second.id]
    assert locked(database, second)
    assert not locked(database, first), "the settled one is locked by nobody"
    may_end.set()
    thread.join()


def until_somebody_waits(database: Database) -> None:
    """Return once a statement of the application waits for a lock."""
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with psycopg.connect(database.owner_url, autocommit=True) as watcher:
        while watcher.execute(asked).fetchone() == (0,):
            watcher.execute("SELECT pg_sleep(0.02)")


def locked(database: Database, instance: Instance) -> bool:
    """Say whether some transaction holds the row of the instance."""
    taken = "SELECT id FROM instances WHERE id = %s FOR UPDATE SKIP LOCKED"
    with psycopg.connect(database.owner_url) as connection:
        return connection.execute(taken, [instance.id]).fetchone() is None
