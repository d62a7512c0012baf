"""What the engine needs of storage for procedures taken to other versions; the words are those of engine.ports."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from engine.ids import AgencyId, DefinitionId, InstanceId, MigrationId
from engine.incidents import Incident
from engine.instance_migrations import (
    MigratedInstance,
    MigratedState,
    Migration,
    Passage,
    Tally,
)
from engine.instances import Instance
from engine.queries import Page, PageRequest
from engine.recalls import Recall
from engine.work_items import WorkItem


class InstanceMigrations(Protocol):
    """Migrations, and what became of each of their procedures; whoever settles one holds its instance."""

    def running(
        self, agency_id: AgencyId, sources: Collection[DefinitionId], chosen: Collection[InstanceId], page: PageRequest
    ) -> Page[Instance]:
        """Return a page of the agency's unfinished instances of these versions, or of those chosen, by id."""

    def count_running(self, agency_id: AgencyId, key: str) -> Mapping[DefinitionId, int]:
        """Return how many instances of the agency run by each version of a model."""

    def add(self, migration: Migration) -> None:
        """Keep a new migration."""

    def fill(self, migration: Migration, sources: Collection[DefinitionId], chosen: Collection[InstanceId]) -> int:
        """Put in the instances that ``running`` would return; return how many."""

    def fill_back(self, migration: Migration, chosen: Collection[InstanceId]) -> int:
        """Put in what the migration undone by this one has done, or of that those chosen; return how many."""

    def get(self, migration_id: MigrationId) -> Migration:
        """Return the migration, or raise MigrationNotFound."""

    def lock(self, migration_id: MigrationId) -> Migration:
        """Return the migration for changing it, or raise MigrationNotFound."""

    def save(self, migration: Migration) -> None:
        """Keep the new state of a locked migration."""

    def of_agency(self, agency_id: AgencyId, page: PageRequest) -> Page[Migration]:
        """Return a page of the agency's migrations, the newest first."""

    def tallies(self, migration_ids: Collection[MigrationId]) -> Mapping[MigrationId, Tally]:
        """Return how far these are."""

    def instances(
        self, migration_id: MigrationId, page: PageRequest, state: MigratedState | None = None
    ) -> Page[MigratedInstance]:
        """Return a page of its procedures by id, all or those in this state."""

    def find(self, migration_id: MigrationId, instance_id: InstanceId) -> MigratedInstance | None:
        """Return what became of one procedure in a migration, or None."""

    def claim(self, migration_id: MigrationId, *, patient: bool) -> tuple[MigratedInstance, Instance] | None:
        """Return a procedure that waits and its instance, locked; None where none does, or the migration is stopped.

        Instances that somebody is at are passed over, unless *patient*.
        """

    def settle(self, migrated: MigratedInstance) -> None:
        """Keep what became of a procedure."""

    def move(self, instance: Instance, recall: Recall | None) -> None:
        """Keep a locked instance as it runs by another version; raises InstanceMoved as ``Instances.save``."""

    def recast(self, item: WorkItem) -> None:
        """Keep an open work item as the other version has it."""

    def rename(self, incident: Incident) -> None:
        """Keep an incident's element as the other version calls it."""

    def passages(self, instance_id: InstanceId) -> Sequence[Passage]:
        """Return between which versions the instance was taken, the oldest first."""
