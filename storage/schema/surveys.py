"""Tables of surveys and contributions; the answers of a survey do not know whose they are."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Uuid,
    false,
    text,
)

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

surveys = Table(
    "surveys",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("dossier_id", "dossiers.id"),
    uuid("agency_id"),
    words("surveyor"),
    Column("households", Integer, nullable=False),
    Column("coverage", Numeric, nullable=False),
    Column("rate", Numeric, nullable=False),
    words("certainty"),
    moment("opened_at"),
    uuid("opened_by"),
    Column("closes_on", Date),
    moment("closed_at", nullable=True),
    uuid("closed_by", nullable=True),
    CheckConstraint("households >= 1", name="households_from_one"),
    CheckConstraint("coverage BETWEEN 0 AND 100 AND rate BETWEEN 0 AND 100", name="shares_are_percent"),
    CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_whole"),
    Index("surveys_one_open_idx", "dossier_id", unique=True, postgresql_where=text("closed_at IS NULL")),
)

survey_households = Table(
    "survey_households",
    metadata,
    ref("survey_id", "surveys.id"),
    Column("number", Integer, nullable=False),
    words("code_sha256"),
    Column("answered", Boolean, nullable=False, server_default=false()),
    words("channel", nullable=True),
    PrimaryKeyConstraint("survey_id", "number"),
    one_of("channel", "web", "paper"),
    CheckConstraint("number >= 1", name="number_from_one"),
    CheckConstraint("answered = (channel IS NOT NULL)", name="answered_whole"),
    Index("survey_households_code_idx", "code_sha256", unique=True),
)

survey_answers = Table(
    "survey_answers",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    ref("survey_id", "surveys.id"),
    Column("satisfied", Boolean, nullable=False),
    words("comment", nullable=True),
    CheckConstraint("char_length(comment) BETWEEN 1 AND 1000", name="comment_given"),
    Index(None, "survey_id"),
)

contributions = Table(
    "contributions",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("dossier_id", "dossiers.id"),
    words("source"),
    words("name"),
    Column("held_on", Date, nullable=False),
    Column("present", Integer, nullable=False),
    Column("agreed", Integer, nullable=False),
    words("text"),
    words("response", nullable=True),
    ref("file_id", "files.id", nullable=True),
    moment("recorded_at"),
    uuid("recorded_by"),
    one_of("source", "organisation", "village_meeting", "people"),
    CheckConstraint("agreed BETWEEN 0 AND present", name="agreed_were_present"),
    Index(None, "dossier_id", "id"),
)
