"""Tables of the audit log, and of requests that must not be carried out twice."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Uuid,
    text,
)

from storage.schema.columns import metadata, moment, ref, uuid, words

audit_events = Table(
    "audit_events",
    metadata,
    Column("id", Uuid, primary_key=True),
    moment("at"),
    uuid("actor"),
    uuid("agency_id"),
    words("action"),
    words("subject_type"),
    words("subject_id"),
    Column("leaf", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    # RFC 6962: a leaf is hashed behind a zero octet. The database will not keep a leaf whose hash is not its own.
    CheckConstraint("leaf_hash = sha256('\\x00'::bytea || leaf)", name="hash_is_of_leaf"),
    Index(None, "agency_id", text("id DESC")),
    Index(None, "agency_id", "subject_id", text("id DESC")),
)

audit_private = Table(
    "audit_private",
    metadata,
    ref("event_id", "audit_events.id"),
    words("path"),
    Column("salt", LargeBinary, nullable=False),
    words("value"),
    PrimaryKeyConstraint("event_id", "path"),
    CheckConstraint("length(salt) >= 16", name="salt_long_enough"),
)

requests = Table(
    "requests",
    metadata,
    uuid("person_id"),
    words("key"),
    words("fingerprint"),
    uuid("made"),
    moment("at"),
    PrimaryKeyConstraint("person_id", "key"),
)
