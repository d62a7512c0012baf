"""Continue a migration that was stopped, or that no worker is at any more."""

from datetime import datetime

from engine.ids import MigrationId
from engine.instance_migrations import MigratedState, Migration, MigrationNotStopped
from engine.migration_events import MigrationContinued
from engine.migration_plans import defer_work, own
from engine.people import Person
from engine.ports import UnitOfWork


def continue_migration(migration_id: MigrationId, *, by: Person, at: datetime, work: UnitOfWork) -> Migration:
    """Have the workers take the procedures that still wait.

    Raises:
        NotAllowed, MigrationNotFound: As for every migration.
        MigrationNotStopped: It runs, or is over.
    """
    own(migration_id, by=by, work=work)
    migration = work.migrations.lock(migration_id)
    if not work.migrations.tallies([migration_id])[migration_id].count(MigratedState.WAITING):
        raise MigrationNotStopped
    continued = migration.continued()
    work.migrations.save(continued)
    defer_work(migration.id, work)
    work.record(MigrationContinued(by=by.id, at=at, agency_id=migration.agency_id, migration_id=migration.id))
    return continued
