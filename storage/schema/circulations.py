"""Tables of documents that are circulated to localities."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Uuid,
    text,
)

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

circulations = Table(
    "circulations",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    ref("document_id", "documents.id"),
    words("asks"),
    words("note"),
    Column("due", Date),
    uuid("begun_by"),
    moment("begun_at"),
    moment("closed_at", nullable=True),
    Column("rev", Integer, nullable=False),
    one_of("asks", "read", "answer"),
    Index(None, "agency_id", text("id DESC")),
    Index("circulations_due_idx", "due", "id", postgresql_where=text("closed_at IS NULL AND due IS NOT NULL")),
)

circulation_addressees = Table(
    "circulation_addressees",
    metadata,
    ref("circulation_id", "circulations.id"),
    ref("agency_id", "agencies.id"),
    ref("incoming_id", "documents.id", nullable=True),
    moment("read_at", nullable=True),
    Column("readers", Integer, nullable=False),
    moment("answered_at", nullable=True),
    moment("reminded_at", nullable=True),
    Column("reminders", Integer, nullable=False),
    PrimaryKeyConstraint("circulation_id", "agency_id"),
    CheckConstraint("readers >= 0 AND (read_at IS NULL OR readers > 0)", name="readers_counted"),
    CheckConstraint("(reminders = 0) = (reminded_at IS NULL)", name="reminders_counted"),
    Index(None, "agency_id", text("circulation_id DESC")),
    Index(None, "incoming_id"),
    Index("circulation_addressees_unsent_idx", "circulation_id", postgresql_where=text("incoming_id IS NULL")),
)

circulation_readings = Table(
    "circulation_readings",
    metadata,
    ref("circulation_id", "circulations.id"),
    ref("person_id", "people.id"),
    moment("at"),
    PrimaryKeyConstraint("circulation_id", "person_id"),
)

circulation_answers = Table(
    "circulation_answers",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    ref("circulation_id", "circulations.id"),
    ref("agency_id", "agencies.id"),
    ref("by", "people.id"),
    moment("at"),
    words("text"),
    ref("document_id", "documents.id", nullable=True),
    ref("file_id", "files.id", nullable=True),
    words("file_name", nullable=True),
    CheckConstraint("text <> '' OR document_id IS NOT NULL OR file_id IS NOT NULL", name="says_something"),
    CheckConstraint("(file_id IS NULL) = (file_name IS NULL)", name="file_named"),
    Index(None, "circulation_id", "id"),
)
