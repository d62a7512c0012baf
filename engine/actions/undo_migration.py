"""Undo a migration: what it has taken to another version is put back, one by one, as far as it can be."""

from dataclasses import dataclass
from datetime import datetime

from engine.drafts import FieldChecks
from engine.ids import InstanceId, MigrationId
from engine.instance_migrations import MAX_REASON, Migration, MigrationPlanInvalid
from engine.migration_plans import begun, own
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoMigration:
    """Which migration is undone, for all it has done or for the *chosen* procedures, and why."""

    migration_id: MigrationId
    reason: str
    chosen: tuple[InstanceId, ...] = ()
    once: Once | None = None


def undo_migration(request: UndoMigration, *, by: Person, at: datetime, work: UnitOfWork) -> Migration:
    """Begin a migration back; a procedure that nothing has moved since comes back exactly as it was.

    Raises:
        NotAllowed: The person is no administrator.
        MigrationNotFound: Not there, or of another agency.
        MigrationPlanInvalid: There is no reason.
        NothingToMigrate: It has done nothing that is not undone already.
    """
    undone = own(request.migration_id, by=by, work=work)
    checks = FieldChecks()
    checks.text("reason", request.reason, MAX_REASON)
    checks.done(MigrationPlanInvalid)
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.migrations.get(MigrationId(known))
    migration = Migration(
        id=MigrationId(work.new_id()),
        agency_id=by.agency_id,
        definition_key=undone.definition_key,
        target_id=None,
        mapping={},
        reason=request.reason.strip(),
        begun_at=at,
        begun_by=by.id,
        undoes=undone.id,
    )
    work.migrations.add(migration)
    return begun(migration, work.migrations.fill_back(migration, request.chosen), request.once, work=work)
