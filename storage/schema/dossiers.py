"""Tables of dossiers: their parts, their files, what was submitted when; triggers freeze what was submitted."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Uuid,
    text,
)

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

dossiers = Table(
    "dossiers",
    metadata,
    Column("id", Uuid, primary_key=True),
    words("kind"),
    ref("agency_id", "agencies.id"),
    ref("receiver_id", "agencies.id"),
    uuid("locality_id", nullable=True),
    words("subject"),
    words("rules_id"),
    ref("own_document_id", "documents.id", nullable=True),
    ref("received_document_id", "documents.id", nullable=True),
    words("state"),
    Column("submit_by", Date),
    moment("opened_at"),
    uuid("opened_by"),
    Column("rev", Integer, nullable=False),
    one_of("kind", "ntm", "ocop", "case"),
    one_of(
        "state",
        *("draft", "submitted", "supplement_asked", "complete", "decided", "refused", "withdrawn", "closed"),
    ),
    CheckConstraint("char_length(subject) BETWEEN 1 AND 500", name="subject_given"),
    CheckConstraint("rules_id <> ''", name="rules_named"),
    Index(None, "agency_id", text("id DESC")),
    Index(None, "receiver_id", text("id DESC")),
    Index(
        "dossiers_own_document_id_idx",
        "own_document_id",
        unique=True,
        postgresql_where=text("own_document_id IS NOT NULL"),
    ),
    Index(
        "dossiers_received_document_id_idx",
        "received_document_id",
        unique=True,
        postgresql_where=text("received_document_id IS NOT NULL"),
    ),
)

dossier_parts = Table(
    "dossier_parts",
    metadata,
    ref("dossier_id", "dossiers.id"),
    words("code"),
    Column("position", Integer, nullable=False),
    words("name"),
    Column("required", Boolean, nullable=False),
    Column("photos", Boolean, nullable=False),
    PrimaryKeyConstraint("dossier_id", "code"),
    CheckConstraint("position >= 0", name="position_from_zero"),
)

dossier_files = Table(
    "dossier_files",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    ref("dossier_id", "dossiers.id"),
    words("part"),
    ref("file_id", "files.id"),
    words("name"),
    moment("added_at"),
    uuid("added_by"),
    moment("removed_at", nullable=True),
    uuid("removed_by", nullable=True),
    ForeignKeyConstraint(
        ["dossier_id", "part"],
        ["dossier_parts.dossier_id", "dossier_parts.code"],
        deferrable=True,
        initially="DEFERRED",
        name="dossier_files_part_fkey",
    ),
    CheckConstraint("char_length(name) BETWEEN 1 AND 200", name="name_given"),
    CheckConstraint("(removed_at IS NULL) = (removed_by IS NULL)", name="removed_whole"),
    Index(
        "dossier_files_once_idx",
        "dossier_id",
        "part",
        "file_id",
        unique=True,
        postgresql_where=text("removed_at IS NULL"),
    ),
    Index(None, "file_id"),
)

dossier_submissions = Table(
    "dossier_submissions",
    metadata,
    ref("dossier_id", "dossiers.id"),
    Column("ordinal", Integer, nullable=False),
    moment("at"),
    uuid("by"),
    words("manifest_sha256"),
    Column("manifest", LargeBinary, nullable=False),
    moment("asked_at", nullable=True),
    uuid("asked_by", nullable=True),
    words("reason", nullable=True),
    Column("until", Date),
    PrimaryKeyConstraint("dossier_id", "ordinal"),
    CheckConstraint("ordinal >= 1", name="ordinal_from_one"),
    CheckConstraint("manifest_sha256 = encode(sha256(manifest), 'hex')", name="digest_is_of_manifest"),
    CheckConstraint(
        "(asked_at IS NULL) = (asked_by IS NULL) AND (asked_at IS NULL) = (reason IS NULL)", name="asked_whole"
    ),
)

archived_dossier_files = Table(
    "archived_dossier_files",
    metadata,
    ref("dossier_id", "dossiers.id"),
    ref("file_id", "files.id"),
    words("version_id", nullable=True),
    moment("archived_at"),
    PrimaryKeyConstraint("dossier_id", "file_id"),
)
