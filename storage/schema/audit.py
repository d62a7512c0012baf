"""Tables of the audit log and of its readers, and of requests that must not be carried out twice."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)

from storage.schema.columns import metadata, moment, ref, uuid, words

POSITION = "audit_epoch() + (pg_current_xact_id())::text::bigint"
"""Where the present transaction stands among all that ever wrote."""

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
    # That of its transaction among all: what is below the oldest one that still writes is complete.
    Column("position", BigInteger, nullable=False, server_default=text(POSITION)),
    # RFC 6962: a leaf is hashed behind a zero octet. The database will not keep a leaf whose hash is not its own.
    CheckConstraint("leaf_hash = sha256('\\x00'::bytea || leaf)", name="hash_is_of_leaf"),
    Index(None, "agency_id", text("id DESC")),
    Index(None, "agency_id", "subject_id", text("id DESC")),
    Index(None, "position"),
)

audit_cursors = Table(
    "audit_cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    uuid("event_id"),
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
