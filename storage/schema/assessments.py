"""Tables of what is reported of indicators, stage by stage, with evidence; the first is frozen at submission."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Integer, PrimaryKeyConstraint, Table, text

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

assessments = Table(
    "assessments",
    metadata,
    ref("dossier_id", "dossiers.id"),
    words("indicator"),
    words("stage"),
    words("value", nullable=True),
    words("note", nullable=True),
    words("opinion", nullable=True),
    uuid("by"),
    moment("at"),
    Column("rev", Integer, nullable=False),
    PrimaryKeyConstraint("dossier_id", "indicator", "stage"),
    one_of("stage", "self", "verified", "appraised"),
    one_of("opinion", "agreed", "agreed_on_condition", "not_agreed"),
    CheckConstraint("value ~ '^([0-9]+([.][0-9]+)?|true|false|n/a)$'", name="value_is_one"),
    CheckConstraint("char_length(note) BETWEEN 1 AND 2000", name="note_given"),
)

evidence_files = Table(
    "evidence_files",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    ref("dossier_id", "dossiers.id"),
    words("indicator"),
    words("stage"),
    ref("file_id", "files.id"),
    words("name"),
    moment("added_at"),
    uuid("added_by"),
    moment("removed_at", nullable=True),
    uuid("removed_by", nullable=True),
    one_of("stage", "self", "verified", "appraised"),
    CheckConstraint("char_length(name) BETWEEN 1 AND 200", name="name_given"),
    CheckConstraint("(removed_at IS NULL) = (removed_by IS NULL)", name="removed_whole"),
    Index(
        "evidence_files_once_idx",
        "dossier_id",
        "indicator",
        "stage",
        "file_id",
        unique=True,
        postgresql_where=text("removed_at IS NULL"),
    ),
    Index(None, "file_id"),
)
