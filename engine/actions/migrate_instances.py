"""Migrate instances: the workers' part of a migration, procedure by procedure, each in a transaction of its own."""

from dataclasses import replace
from typing import Any, Final

from engine import procedures
from engine.errors import Conflict, NeighbourAway, VanthuError
from engine.ids import InstanceId, MigrationId
from engine.instance_migrations import Hindrance, MigratedInstance, MigratedState, Migration, Obstacle
from engine.instances import Instance
from engine.migrating import Tried, take, tell, try_out
from engine.migration_events import InstanceMigrated, InstanceMigrationRefused, InstanceMigrationUndone
from engine.migration_plans import MIGRATE, Ways, way_back
from engine.neighbours import Services
from engine.operations.move import Move
from engine.ports import UnitOfWork

SLICE: Final = 25
"""How many procedures one job takes before it lets other jobs come."""


def migrate_instances(
    migration_id: MigrationId, *, services: Services, again: tuple[type[VanthuError], ...] = (NeighbourAway, Conflict)
) -> int:
    """Take up to SLICE procedures; return how many. If more may wait, the job is deferred again behind others.

    Killed at any moment it takes none twice: a procedure is settled in the transaction that takes it.

    Args:
        migration_id: The migration.
        services: Where it runs.
        again: What may be over at the next try; whatever else is wrong with a procedure is why it stays.

    Raises:
        VanthuError: One of *again*; the procedures taken before it are taken.
    """
    ways = Ways()
    for count in range(SLICE):
        if not _next(migration_id, ways, services, again):
            return count
    with services.begin() as work:
        work.jobs.defer(MIGRATE, {"migration_id": str(migration_id)})
    return SLICE


def _next(migration_id: MigrationId, ways: Ways, services: Services, again: tuple[type[VanthuError], ...]) -> bool:
    """Take the next procedure, or note why it cannot be; False where none waits."""
    at_hand: list[InstanceId] = []
    try:
        with services.begin() as work:
            claimed = work.migrations.claim(migration_id, patient=False)
            claimed = claimed or work.migrations.claim(migration_id, patient=True)
            if claimed is None:
                return False
            at_hand.append(claimed[1].id)
            _settle(*claimed, ways, services, work)
    except VanthuError as error:
        if isinstance(error, again) or not at_hand:
            raise
        _failed(migration_id, at_hand[0], error, services)
    return True


def _settle(migrated: MigratedInstance, instance: Instance, ways: Ways, services: Services, work: UnitOfWork) -> None:
    migration, at = work.migrations.get(migrated.migration_id), services.clock()
    document = work.documents.lock(instance.document_id)
    move = procedures.move_of(instance, document, migration.begun_by, at, work)
    undone = work.migrations.find(migration.undoes, instance.id) if migration.undoes else None
    if undone is not None:
        taken, back = way_back(undone, ways, work), undone.back
    else:
        taken, back = ways.between(migrated.from_id, migrated.to_id, migration.mapping, work), None
    tried = try_out(move, taken, expected=migrated.from_id, back=back)
    obstacles = tried.obstacles
    if undone is not None and undone.state is not MigratedState.DONE:
        obstacles = (Obstacle(hindrance=Hindrance.ELSEWHERE),)
    if obstacles:
        _refuse(migrated, obstacles, move)
        return
    exactly = back is not None and back.rev == instance.rev
    kept = take(move, tried, work.definitions.get(migrated.to_id))
    done = MigratedState.DONE
    work.migrations.settle(replace(migrated, state=done, at=at, renames=taken.renames(), back=kept))
    if undone is not None:
        work.migrations.settle(replace(undone, state=MigratedState.UNDONE, back=None))
    versions = _versions(migrated, work)
    tell(tried.casts, versions[1], move)
    _record(migration, tried, move, exactly=exactly, versions=versions)


def _versions(migrated: MigratedInstance, work: UnitOfWork) -> tuple[int, int]:
    before, after = (work.definitions.get(one).version for one in (migrated.from_id, migrated.to_id))
    return before, after


def _record(migration: Migration, tried: Tried, move: Move, *, exactly: bool, versions: tuple[int, int]) -> None:
    shared: dict[str, Any] = {
        "by": move.by,
        "at": move.at,
        "agency_id": move.instance.agency_id,
        "instance_id": move.instance.id,
        "document_id": move.instance.document_id,
        "migration_id": migration.id,
        "from_version": versions[0],
        "to_version": versions[1],
        "renames": tried.way.renames(),
        "released": [cast.after.id for cast in tried.casts if cast.released],
    }
    if migration.undoes is None:
        move.work.record(InstanceMigrated(**shared))
    else:
        move.work.record(InstanceMigrationUndone(**shared, undoes=migration.undoes, exactly=exactly))


def _refuse(migrated: MigratedInstance, obstacles: tuple[Obstacle, ...], move: Move) -> None:
    """Note why a procedure stays as it is."""
    move.work.migrations.settle(replace(migrated, state=MigratedState.REFUSED, at=move.at, obstacles=obstacles))
    move.work.record(
        InstanceMigrationRefused(
            by=move.by,
            at=move.at,
            agency_id=migrated.agency_id,
            instance_id=migrated.instance_id,
            document_id=move.instance.document_id,
            migration_id=migrated.migration_id,
            hindrances=sorted({one.hindrance.value for one in obstacles}),
        )
    )


def _failed(migration_id: MigrationId, instance_id: InstanceId, error: VanthuError, services: Services) -> None:
    with services.begin() as work:
        instance = work.instances.lock(instance_id)
        migrated = work.migrations.find(migration_id, instance_id)
        if migrated is None or migrated.state is not MigratedState.WAITING:
            return
        migration = work.migrations.get(migration_id)
        document = work.documents.get(instance.document_id)
        move = procedures.move_of(instance, document, migration.begun_by, services.clock(), work)
        _refuse(migrated, (Obstacle(hindrance=Hindrance.FAILED, cause=str(error)),), move)
