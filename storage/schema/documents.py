"""Tables of contents and documents."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    false,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.schema.columns import metadata, moment, one_of, ref, uuid, uuids, words

files = Table(
    "files",
    metadata,
    Column("id", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    words("media_type"),
    Column("pages", Integer, nullable=False),
    Column("signatures", Integer, nullable=False),
    moment("stored_at"),
    uuid("stored_by"),
    uuid("agency_id"),
    CheckConstraint("id ~ '^[0-9a-f]{64}$'", name="id_is_digest"),
    CheckConstraint("size >= 0 AND pages >= 0 AND signatures >= 0", name="counts_not_negative"),
)

uploads = Table(
    "uploads",
    metadata,
    ref("file_id", "files.id"),
    uuid("person_id"),
    PrimaryKeyConstraint("file_id", "person_id"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    words("direction"),
    words("state"),
    words("type"),
    words("subject"),
    Column("urgency", SmallInteger, nullable=False),
    ref("file_id", "files.id"),
    Column("version", Integer, nullable=False),
    Column("attachments", JSONB, nullable=False, server_default=text("'[]'")),
    uuids("reader_units"),
    uuids("reader_people"),
    Column("pauses", JSONB, nullable=False, server_default=text("'[]'")),
    moment("created_at"),
    uuid("created_by"),
    Column("rev", Integer, nullable=False),
    Column("issued_date", Date),
    # Incoming
    words("code_number", nullable=True),
    words("code_notation", nullable=True),
    words("organ_name", nullable=True),
    Column("due_date", Date),
    Column("due_by_noon", Boolean, nullable=False, server_default=false()),
    Column("arrival_number", Integer),
    Column("arrival_date", Date),
    uuid("delivery_id", nullable=True),
    words("result", nullable=True),
    # Outgoing
    uuid("drafter", nullable=True),
    ref("unit_id", "units.id", nullable=True),
    uuid("signer", nullable=True),
    uuid("signer_under", nullable=True),
    words("body", nullable=True),
    uuids("recipients"),
    Column("others", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    uuids("replies_to"),
    Column("further", JSONB, nullable=False, server_default=text("'[]'")),
    Column("in_order", Boolean, nullable=False, server_default=true()),
    words("capacity", nullable=True),
    words("collective", nullable=True),
    Column("initials", JSONB, nullable=False, server_default=text("'[]'")),
    words("number", nullable=True),
    Column("reserved_to_head", Boolean, nullable=False, server_default=false()),
    Column(
        "search",
        Text,
        Computed(
            "vanthu_fold(subject || ' ' || coalesce(organ_name, '') || ' ' || coalesce(number, '') || ' ' ||"
            " coalesce(code_number || '/' || code_notation, '') || ' ' || coalesce(arrival_number::text, ''))",
            persisted=True,
        ),
        nullable=False,
    ),
    # No index names the state, so a step that changes nothing else leaves all of them alone (a HOT update).
    Column(
        "ended",
        Boolean,
        Computed("state = 'closed'::text OR state = 'refused'::text OR state = 'stopped'::text", persisted=True),
        nullable=False,
    ),
    one_of("direction", "incoming", "outgoing"),
    CheckConstraint("urgency BETWEEN 0 AND 3", name="urgency_known"),
    CheckConstraint("subject <> ''", name="subject_given"),
    CheckConstraint("version >= 1 AND rev >= 0", name="counts_from_start"),
    CheckConstraint(
        "CASE direction WHEN 'incoming'"
        " THEN state IN ('received', 'registered', 'directed', 'assigned', 'in_progress', 'closed', 'refused',"
        " 'stopped')"
        " ELSE state IN ('draft', 'in_review', 'to_sign', 'signing', 'signed', 'numbered', 'sealed', 'issued',"
        " 'recalled', 'cancelled') END",
        name="state_known",
    ),
    CheckConstraint(
        "(direction = 'incoming') = (code_number IS NOT NULL AND code_notation IS NOT NULL AND organ_name IS NOT NULL)",
        name="incoming_whole",
    ),
    CheckConstraint(
        "(direction = 'outgoing') = (drafter IS NOT NULL AND unit_id IS NOT NULL AND signer IS NOT NULL)",
        name="outgoing_whole",
    ),
    CheckConstraint("(arrival_number IS NULL) = (arrival_date IS NULL)", name="arrival_whole"),
    CheckConstraint(
        "direction = 'outgoing' OR state IN ('received', 'refused', 'stopped') OR arrival_number IS NOT NULL",
        name="registered_before_handled",
    ),
    CheckConstraint("direction = 'incoming' OR (number IS NULL) = (issued_date IS NULL)", name="number_whole"),
    CheckConstraint(
        "direction = 'incoming' OR type IN ('SY', 'SL', 'TrS')"
        " OR CASE WHEN state IN ('numbered', 'sealed', 'issued', 'recalled')"
        " THEN number IS NOT NULL ELSE number IS NULL OR state = 'cancelled' END",
        name="number_fits_state",
    ),
    CheckConstraint("signer <> drafter OR type IN ('SY', 'SL', 'TrS')", name="drafter_does_not_sign"),
    Index(None, "agency_id", text("id DESC")),
    Index(
        "documents_due_idx",
        "agency_id",
        "due_date",
        "id",
        postgresql_where=text("due_date IS NOT NULL AND NOT ended"),
    ),
    Index("documents_search_idx", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
    Index("documents_reader_units_idx", "reader_units", postgresql_using="gin"),
    Index("documents_reader_people_idx", "reader_people", postgresql_using="gin"),
    Index("documents_replies_to_idx", "replies_to", postgresql_using="gin"),
    Index(
        "documents_attachments_idx",
        "attachments",
        postgresql_using="gin",
        postgresql_ops={"attachments": "jsonb_path_ops"},
    ),
    Index(
        "documents_same_paper_idx",
        "agency_id",
        "code_number",
        "code_notation",
        postgresql_where=text("arrival_number IS NOT NULL"),
    ),
    postgresql_with={"fillfactor": 85},
)

document_versions = Table(
    "document_versions",
    metadata,
    ref("document_id", "documents.id"),
    Column("ordinal", Integer, nullable=False),
    words("kind"),
    ref("file_id", "files.id"),
    moment("made_at"),
    uuid("made_by"),
    PrimaryKeyConstraint("document_id", "ordinal"),
    one_of("kind", "original", "prepared", "initialled", "signed", "numbered", "sealed", "final", "renewed"),
    CheckConstraint("ordinal >= 1", name="ordinal_from_one"),
    Index(None, "file_id"),
)

archived_files = Table(
    "archived_files",
    metadata,
    ref("document_id", "documents.id"),
    ref("file_id", "files.id"),
    words("version_id", nullable=True),
    moment("archived_at"),
    PrimaryKeyConstraint("document_id", "file_id"),
    Index(None, "file_id"),
)

validation_reports = Table(
    "validation_reports",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    ref("document_id", "documents.id"),
    ref("file_id", "files.id"),
    Column("report", JSONB, nullable=False),
    Index(None, "document_id", text("id DESC")),
)

directives = Table(
    "directives",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    ref("document_id", "documents.id"),
    uuid("agency_id"),
    moment("given_at"),
    uuid("given_by"),
    ref("lead_unit", "units.id"),
    uuids("coordinating_units"),
    Column("due_date", Date),
    words("note", nullable=True),
    Index(None, "document_id", "id"),
)

recalled_directives = Table(
    "recalled_directives",
    metadata,
    Column("directive_id", BigInteger, ForeignKey("directives.id"), primary_key=True),
    moment("recalled_at"),
)
"""Directives whose step was taken back; they stay on record and hold no more."""
