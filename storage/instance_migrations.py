"""Running procedures taken to other versions, as rows; whoever settles one holds its instance, as everybody does."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    select,
    true,
    update,
)

from engine.ids import AgencyId, DefinitionId, InstanceId, MigrationId, PersonId
from engine.incidents import Incident
from engine.instance_migrations import (
    Back,
    Hindrance,
    MigratedInstance,
    MigratedState,
    Migration,
    MigrationNotFound,
    MigrationState,
    Obstacle,
    Passage,
    Tally,
)
from engine.instances import Instance, InstanceMoved
from engine.queries import Page, PageRequest
from engine.recalls import Recall
from engine.work_items import WorkItem
from storage.queries import id_in, page_of
from storage.rows import INSTANCE_COLUMNS, instance_from
from storage.schema import definitions, incidents, instance_migrations, instances, migrated_instances, work_items
from storage.statements import AnyRow, Fixed, Statements, row_of

_ONE = (
    migrated_instances.c.migration_id == bindparam("of_migration"),
    migrated_instances.c.instance_id == bindparam("of_instance"),
)
_GET = Fixed(select(instance_migrations).where(instance_migrations.c.id == bindparam("of_migration")))
_LOCK = Fixed(
    select(instance_migrations).where(instance_migrations.c.id == bindparam("of_migration")).with_for_update()
)
# Written out, so that the planner knows the partial index serves it.
_WAITS = migrated_instances.c.state == literal_column("'waiting'")
# The instance is what is locked, as by everybody who moves one: nobody waits for two things in another order.
_CLAIMED = (
    select(migrated_instances, *(one.label(f"of_instance_{one.name}") for one in INSTANCE_COLUMNS))
    .join(instances, instances.c.id == migrated_instances.c.instance_id)
    .join(instance_migrations, instance_migrations.c.id == migrated_instances.c.migration_id)
    .where(
        migrated_instances.c.migration_id == bindparam("of_migration"),
        _WAITS,
        instance_migrations.c.state == literal_column("'running'"),
    )
    .order_by(migrated_instances.c.instance_id)
    .limit(1)
)
_CLAIM = {patient: Fixed(_CLAIMED.with_for_update(of=instances, skip_locked=not patient)) for patient in (False, True)}
# Between the look at the row and the lock of its instance, another worker may have settled it.
_STILL = Fixed(select(true().label("waits")).where(*_ONE, _WAITS))
_MIGRATED_END = len(migrated_instances.c)
_InstanceRow = row_of(one.name for one in INSTANCE_COLUMNS)
_SETTLED = ("state", "at", "obstacles", "renames", "rev", "previous_state", "claims")
_SETTLE = Fixed(
    update(migrated_instances)
    .where(*_ONE)
    .values({migrated_instances.c[name]: bindparam(f"new_{name}") for name in _SETTLED})
)
_MOVING = ("definition_id", "bundle_sha256", "state", "rev", "waits")
_MOVE = Fixed(
    update(instances)
    .where(instances.c.id == bindparam("instance_id"))
    .values(
        {
            **{instances.c[name]: bindparam(f"new_{name}") for name in _MOVING},
            instances.c.previous_state: None,
            instances.c.recall: bindparam("new_recall"),
        }
    )
)
_CAST = (
    *("element_id", "name", "name_en", "roles", "unit_id", "assignee", "excluded", "term", "due_at", "due_date"),
    *("calendar_version", "about_unit", "on_behalf_of", "by_stand_in", "needs", "handed_by", "handed_note", "rev"),
)
_RECAST = Fixed(
    update(work_items)
    .where(work_items.c.id == bindparam("work_item_id"))
    .values({work_items.c[name]: bindparam(f"new_{name}") for name in _CAST})
)


class _Settled(Exception):
    """Another worker settled the procedure while this one waited for its lock."""


class PostgresInstanceMigrations:
    """Migrations, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def running(
        self, agency_id: AgencyId, sources: Collection[DefinitionId], chosen: Collection[InstanceId], page: PageRequest
    ) -> Page[Instance]:
        """Return a page of the agency's unfinished instances of these versions, or of those chosen, by id."""
        wanted = select(*INSTANCE_COLUMNS).where(*_running(agency_id, sources, chosen))
        if page.after is not None:
            wanted = wanted.where(instances.c.id > id_in(page.after))
        return page_of(self._connection, wanted.order_by(instances.c.id), page, instance_from, lambda row: row.id)

    def count_running(self, agency_id: AgencyId, key: str) -> Mapping[DefinitionId, int]:
        """Return how many instances of the agency run by each version of a model."""
        counted = (
            select(instances.c.definition_id, func.count().label("running"))
            .join(definitions, definitions.c.id == instances.c.definition_id)
            .where(definitions.c.key == key, instances.c.agency_id == agency_id, instances.c.finished_at.is_(None))
            .group_by(instances.c.definition_id)
        )
        return {DefinitionId(row.definition_id): row.running for row in self._connection.execute(counted)}

    def add(self, migration: Migration) -> None:
        """Keep a new migration."""
        self._connection.execute(insert(instance_migrations), {**asdict(migration), "state": migration.state.value})

    def fill(self, migration: Migration, sources: Collection[DefinitionId], chosen: Collection[InstanceId]) -> int:
        """Put in the instances that ``running`` would return; return how many."""
        rows = select(
            literal(migration.id),
            instances.c.id,
            instances.c.agency_id,
            instances.c.definition_id,
            literal(migration.target_id),
            literal(MigratedState.WAITING.value),
        ).where(*_running(migration.agency_id, sources, chosen))
        return self._fill(rows)

    def fill_back(self, migration: Migration, chosen: Collection[InstanceId]) -> int:
        """Put in what the migration undone by this one has done, or of that those chosen; return how many."""
        done = migrated_instances.alias()
        rows = select(
            literal(migration.id),
            done.c.instance_id,
            done.c.agency_id,
            done.c.to_id,
            done.c.from_id,
            literal(MigratedState.WAITING.value),
        ).where(done.c.migration_id == migration.undoes, done.c.state == MigratedState.DONE.value)
        return self._fill(rows.where(done.c.instance_id.in_(chosen)) if chosen else rows)

    def _fill(self, rows: Select[Any]) -> int:
        names = ["migration_id", "instance_id", "agency_id", "from_id", "to_id", "state"]
        filled = insert(migrated_instances).from_select(names, rows).returning(migrated_instances.c.instance_id)
        counted = filled.cte("filled")
        return int(self._connection.execute(select(func.count()).select_from(counted)).scalar_one())

    def get(self, migration_id: MigrationId) -> Migration:
        """Return the migration, or raise MigrationNotFound."""
        row = self._connection.ask_one(_GET, {"of_migration": migration_id})
        if row is None:
            raise MigrationNotFound
        return _migration(row)

    def lock(self, migration_id: MigrationId) -> Migration:
        """Return the migration for changing it, or raise MigrationNotFound."""
        row = self._connection.ask_one(_LOCK, {"of_migration": migration_id})
        if row is None:
            raise MigrationNotFound
        return _migration(row)

    def save(self, migration: Migration) -> None:
        """Keep the new state of a locked migration."""
        changed = {"state": migration.state.value, "stopped_because": migration.stopped_because}
        self._connection.execute(
            update(instance_migrations).where(instance_migrations.c.id == migration.id).values(changed)
        )

    def of_agency(self, agency_id: AgencyId, page: PageRequest) -> Page[Migration]:
        """Return a page of the agency's migrations, the newest first."""
        wanted = select(instance_migrations).where(instance_migrations.c.agency_id == agency_id)
        if page.after is not None:
            wanted = wanted.where(instance_migrations.c.id < id_in(page.after))
        newest = wanted.order_by(instance_migrations.c.id.desc())
        return page_of(self._connection, newest, page, _migration, lambda row: row.id)

    def tallies(self, migration_ids: Collection[MigrationId]) -> Mapping[MigrationId, Tally]:
        """Return how far these are."""
        hindrance = migrated_instances.c.obstacles[0]["hindrance"].astext.label("hindrance")
        counted = (
            select(migrated_instances.c.migration_id, migrated_instances.c.state, hindrance, func.count().label("rows"))
            .where(migrated_instances.c.migration_id.in_(migration_ids))
            .group_by(migrated_instances.c.migration_id, migrated_instances.c.state, hindrance)
        )
        states: dict[UUID, Counter[MigratedState]] = {one: Counter() for one in migration_ids}
        hindrances: dict[UUID, Counter[Hindrance]] = {one: Counter() for one in migration_ids}
        for row in self._connection.execute(counted):
            states[row.migration_id][MigratedState(row.state)] += row.rows
            if row.hindrance is not None:
                hindrances[row.migration_id][Hindrance(row.hindrance)] += row.rows
        return {one: Tally(states=states[one], hindrances=hindrances[one]) for one in migration_ids}

    def instances(
        self, migration_id: MigrationId, page: PageRequest, state: MigratedState | None = None
    ) -> Page[MigratedInstance]:
        """Return a page of its procedures by id, all or those in this state."""
        wanted = select(migrated_instances).where(migrated_instances.c.migration_id == migration_id)
        if state is not None:
            wanted = wanted.where(migrated_instances.c.state == state.value)
        if page.after is not None:
            wanted = wanted.where(migrated_instances.c.instance_id > id_in(page.after))
        ordered = wanted.order_by(migrated_instances.c.instance_id)
        return page_of(self._connection, ordered, page, _migrated, lambda row: row.instance_id)

    def find(self, migration_id: MigrationId, instance_id: InstanceId) -> MigratedInstance | None:
        """Return what became of one procedure in a migration, or None."""
        key = {"of_migration": migration_id, "of_instance": instance_id}
        row = self._connection.execute(select(migrated_instances).where(*_ONE), key).one_or_none()
        return None if row is None else _migrated(row)

    def claim(self, migration_id: MigrationId, *, patient: bool) -> tuple[MigratedInstance, Instance] | None:
        """Return a procedure that waits and its instance, locked; None where none does, or the migration is stopped."""
        while True:
            # What another worker settled meanwhile is let go again: rolling back gives up the lock.
            with suppress(_Settled), self._connection.savepoint():
                return self._claimed(migration_id, patient=patient)

    def _claimed(self, migration_id: MigrationId, *, patient: bool) -> tuple[MigratedInstance, Instance] | None:
        row = self._connection.ask_one(_CLAIM[patient], {"of_migration": migration_id})
        if row is None:
            return None
        key = {"of_migration": migration_id, "of_instance": row.instance_id}
        if self._connection.ask_one(_STILL, key) is None:
            raise _Settled
        instance = instance_from(_InstanceRow._make(row[_MIGRATED_END:]))
        self._connection.seen.instances[instance.id] = instance
        return _migrated(row), instance

    def settle(self, migrated: MigratedInstance) -> None:
        """Keep what became of a procedure."""
        back = migrated.back
        new = {
            "state": migrated.state.value,
            "at": migrated.at,
            "obstacles": [asdict(one) for one in migrated.obstacles],
            "renames": dict(migrated.renames),
            "rev": back.rev if back else None,
            "previous_state": back.state if back else None,
            "claims": dict(back.claims) if back else None,
        }
        key = {"of_migration": migrated.migration_id, "of_instance": migrated.instance_id}
        self._connection.later(_SETTLE, {**key, **{f"new_{name}": value for name, value in new.items()}})

    def move(self, instance: Instance, recall: Recall | None) -> None:
        """Keep a locked instance as it runs by another version; raises InstanceMoved if its rev is not the next one."""
        seen = self._connection.seen
        before = seen.instances.get(instance.id)
        if before is None or before.rev != instance.rev - 1:
            raise InstanceMoved
        seen.instances[instance.id] = instance
        seen.recalls[instance.id] = (recall, None) if recall is not None else None
        changed = {f"new_{name}": getattr(instance, name) for name in _MOVING}
        offer = recall.as_data() if recall else None
        self._connection.later(_MOVE, {"instance_id": instance.id, **changed, "new_recall": offer})

    def recast(self, item: WorkItem) -> None:
        """Keep an open work item as the other version has it."""
        values = {name: getattr(item, name) for name in _CAST}
        values |= {"roles": sorted(role.value for role in item.roles), "excluded": sorted(item.excluded)}
        changed = {f"new_{name}": value for name, value in values.items()}
        self._connection.later(_RECAST, {"work_item_id": item.id, **changed})

    def rename(self, incident: Incident) -> None:
        """Keep an incident's element as the other version calls it."""
        named = update(incidents).where(incidents.c.id == incident.id).values(element_id=incident.element_id)
        self._connection.execute(named)

    def passages(self, instance_id: InstanceId) -> Sequence[Passage]:
        """Return between which versions the instance was taken, the oldest first."""
        before, after = definitions.alias(), definitions.alias()
        taken = (
            select(
                migrated_instances.c.migration_id,
                migrated_instances.c.from_id,
                migrated_instances.c.state,
                before.c.version.label("from_version"),
                after.c.version.label("to_version"),
                migrated_instances.c.at,
                instance_migrations.c.begun_by,
                instance_migrations.c.reason,
                instance_migrations.c.undoes,
            )
            .join(instance_migrations, instance_migrations.c.id == migrated_instances.c.migration_id)
            .join(before, before.c.id == migrated_instances.c.from_id)
            .join(after, after.c.id == migrated_instances.c.to_id)
            .where(migrated_instances.c.instance_id == instance_id, migrated_instances.c.state.in_(("done", "undone")))
            .order_by(migrated_instances.c.at, migrated_instances.c.migration_id)
        )
        return [
            Passage(
                migration_id=MigrationId(row.migration_id),
                from_id=DefinitionId(row.from_id),
                from_version=row.from_version,
                to_version=row.to_version,
                at=row.at,
                by=PersonId(row.begun_by),
                reason=row.reason,
                undoes=None if row.undoes is None else MigrationId(row.undoes),
                standing=row.state == MigratedState.DONE,
            )
            for row in self._connection.execute(taken)
        ]


def _running(
    agency_id: AgencyId, sources: Collection[DefinitionId], chosen: Collection[InstanceId]
) -> list[ColumnElement[bool]]:
    wanted = [
        instances.c.agency_id == agency_id,
        instances.c.definition_id.in_(sources),
        instances.c.finished_at.is_(None),
    ]
    return [*wanted, instances.c.id.in_(chosen)] if chosen else wanted


def _migration(row: AnyRow) -> Migration:
    return Migration(
        id=MigrationId(row.id),
        agency_id=AgencyId(row.agency_id),
        definition_key=row.definition_key,
        target_id=None if row.target_id is None else DefinitionId(row.target_id),
        mapping=row.mapping,
        reason=row.reason,
        begun_at=row.begun_at,
        begun_by=PersonId(row.begun_by),
        state=MigrationState(row.state),
        undoes=None if row.undoes is None else MigrationId(row.undoes),
        stopped_because=row.stopped_because,
    )


def _migrated(row: AnyRow) -> MigratedInstance:
    return MigratedInstance(
        migration_id=MigrationId(row.migration_id),
        instance_id=InstanceId(row.instance_id),
        agency_id=AgencyId(row.agency_id),
        from_id=DefinitionId(row.from_id),
        to_id=DefinitionId(row.to_id),
        state=MigratedState(row.state),
        at=row.at,
        obstacles=tuple(Obstacle(**{**one, "hindrance": Hindrance(one["hindrance"])}) for one in row.obstacles),
        renames=row.renames,
        back=None if row.rev is None else Back(rev=row.rev, state=bytes(row.previous_state), claims=row.claims),
    )
