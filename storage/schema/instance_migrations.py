"""Tables of running procedures taken from one version of their model to another."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

instance_migrations = Table(
    "instance_migrations",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    words("definition_key"),
    ref("target_id", "definitions.id", nullable=True),
    Column("mapping", JSONB, nullable=False),
    words("reason"),
    moment("begun_at"),
    uuid("begun_by"),
    words("state"),
    ref("undoes", "instance_migrations.id", nullable=True),
    words("stopped_because", nullable=True),
    one_of("state", "running", "stopped"),
    CheckConstraint("reason <> ''", name="reason_given"),
    CheckConstraint("(target_id IS NULL) = (undoes IS NOT NULL)", name="forth_or_back"),
    CheckConstraint("stopped_because IS NULL OR state = 'stopped'", name="stopped_whole"),
    Index(None, "agency_id", text("id DESC")),
)

migrated_instances = Table(
    "migrated_instances",
    metadata,
    ref("migration_id", "instance_migrations.id"),
    ref("instance_id", "instances.id"),
    uuid("agency_id"),
    ref("from_id", "definitions.id"),
    ref("to_id", "definitions.id"),
    words("state"),
    moment("at", nullable=True),
    Column("obstacles", JSONB, nullable=False, server_default=text("'[]'")),
    Column("renames", JSONB, nullable=False, server_default=text("'{}'")),
    # What putting it back exactly needs.
    Column("rev", Integer),
    Column("previous_state", LargeBinary),
    Column("claims", JSONB(none_as_null=True)),
    PrimaryKeyConstraint("migration_id", "instance_id"),
    one_of("state", "waiting", "done", "refused", "undone"),
    CheckConstraint("(state = 'waiting') = (at IS NULL)", name="settled_has_time"),
    CheckConstraint("(state = 'refused') = (obstacles <> '[]')", name="refused_says_why"),
    CheckConstraint(
        "(rev IS NULL) = (previous_state IS NULL) AND (rev IS NULL) = (claims IS NULL)"
        " AND (state = 'done') = (rev IS NOT NULL)",
        name="back_whole",
    ),
    Index(None, "instance_id"),
    Index(
        "migrated_instances_waiting_idx",
        "migration_id",
        "instance_id",
        postgresql_where=text("state = 'waiting'"),
    ),
)
