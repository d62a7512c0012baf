"""What happens when running procedures are taken to another version, in the past tense; see engine.events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.events import Event, Private
from engine.ids import DefinitionId, DocumentId, InstanceId, MigrationId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationBegun(Event):
    """Somebody had procedures taken to another version, or put back what an earlier migration did (*undoes*)."""

    action = "migration.begun"
    subject_type = "migration"
    migration_id: MigrationId
    key: str
    target_id: DefinitionId | None
    mapping: Mapping[str, str | None]
    instances: int
    undoes: MigrationId | None
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationStopped(Event):
    """A migration was stopped by somebody, or by itself because of a failure with this *code*."""

    action = "migration.stopped"
    subject_type = "migration"
    migration_id: MigrationId
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationContinued(Event):
    """Somebody let a stopped migration go on."""

    action = "migration.continued"
    subject_type = "migration"
    migration_id: MigrationId


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceMigrated(Event):
    """A procedure was taken to another version; *released* are the work items taken from those who had them."""

    action = "instance.migrated"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    migration_id: MigrationId
    from_version: int
    to_version: int
    renames: Mapping[str, str]
    released: Sequence[WorkItemId]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceMigrationUndone(Event):
    """A procedure was put back to the version it came from; *exactly* as it was, if nothing had moved it since."""

    action = "instance.migration_undone"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    migration_id: MigrationId
    undoes: MigrationId
    from_version: int
    to_version: int
    renames: Mapping[str, str]
    released: Sequence[WorkItemId]
    exactly: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceMigrationRefused(Event):
    """A procedure could not be taken to the other version, and stays as it was."""

    action = "instance.migration_refused"
    subject_type = "instance"
    instance_id: InstanceId
    document_id: DocumentId
    migration_id: MigrationId
    hindrances: Sequence[str]
