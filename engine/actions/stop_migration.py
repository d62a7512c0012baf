"""Stop a migration: the workers take no further procedure; what is taken stays taken."""

from datetime import datetime

from engine.ids import MigrationId
from engine.instance_migrations import MigratedState, Migration, MigrationNotRunning
from engine.migration_events import MigrationStopped
from engine.migration_plans import own
from engine.people import Person
from engine.ports import UnitOfWork


def stop_migration(migration_id: MigrationId, *, by: Person, at: datetime, work: UnitOfWork) -> Migration:
    """Stop it behind the procedures that are being taken at this moment.

    Raises:
        NotAllowed, MigrationNotFound: As for every migration.
        MigrationNotRunning: It is stopped already, or over.
    """
    own(migration_id, by=by, work=work)
    migration = work.migrations.lock(migration_id)
    if not work.migrations.tallies([migration_id])[migration_id].count(MigratedState.WAITING):
        raise MigrationNotRunning
    stopped = migration.stopped()
    work.migrations.save(stopped)
    work.record(MigrationStopped(by=by.id, at=at, agency_id=migration.agency_id, migration_id=migration.id))
    return stopped
