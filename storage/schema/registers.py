"""Tables of the number books and of deliveries between agencies."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

registers = Table(
    "registers",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    words("direction"),
    words("name"),
    UniqueConstraint("agency_id", "direction"),
    one_of("direction", "incoming", "outgoing", "copies"),
)

register_counters = Table(
    "register_counters",
    metadata,
    ref("register_id", "registers.id"),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("register_id", "year"),
    CheckConstraint("last >= 1", name="last_from_one"),
)

register_entries = Table(
    "register_entries",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("register_id", "registers.id"),
    uuid("agency_id"),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    words("printed"),
    ref("document_id", "documents.id"),
    moment("entered_at"),
    uuid("entered_by"),
    Column("entered_on", Date, nullable=False),
    moment("cancelled_at", nullable=True),
    words("cancelled_reason", nullable=True),
    UniqueConstraint("register_id", "year", "number"),
    CheckConstraint("number >= 1", name="number_from_one"),
    CheckConstraint("(cancelled_at IS NULL) = (cancelled_reason IS NULL)", name="cancelled_whole"),
    CheckConstraint("extract(year FROM entered_on) = year", name="year_of_entry"),
    Index(
        "register_entries_document_id_idx", "document_id", unique=True, postgresql_where=text("cancelled_at IS NULL")
    ),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("from_agency", "agencies.id"),
    ref("to_agency", "agencies.id"),
    ref("outgoing_id", "documents.id"),
    ref("incoming_id", "documents.id"),
    words("state"),
    moment("sent_at"),
    moment("state_at"),
    words("reason", nullable=True),
    # One document goes to one agency once, however often the job that delivers it runs.
    UniqueConstraint("outgoing_id", "to_agency"),
    UniqueConstraint("incoming_id"),
    one_of("state", "01", "02", "03", "04", "05", "06"),
    CheckConstraint("state <> '02' OR reason IS NOT NULL", name="refusal_has_reason"),
)
