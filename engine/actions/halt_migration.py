"""Halt a migration by itself: something went wrong that is no reason of one procedure."""

from datetime import datetime

from engine.errors import VanthuError
from engine.ids import SYSTEM, MigrationId
from engine.instance_migrations import MigrationState
from engine.migration_events import MigrationStopped
from engine.ports import UnitOfWork


def halt_migration(migration_id: MigrationId, cause: VanthuError, *, at: datetime, work: UnitOfWork) -> None:
    """Stop it with the cause in words, for a person to continue; if it is stopped already nothing changes."""
    migration = work.migrations.lock(migration_id)
    if migration.state is MigrationState.STOPPED:
        return
    work.migrations.save(migration.stopped(str(cause)))
    work.record(
        MigrationStopped(by=SYSTEM, at=at, agency_id=migration.agency_id, migration_id=migration.id, code=cause.code)
    )
