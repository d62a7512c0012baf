"""Tables of surveys, contributions, drafts before the public and meetings; answers do not know whose they are."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

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

public_drafts = Table(
    "public_drafts",
    metadata,
    ref("dossier_id", "dossiers.id"),
    Column("ordinal", Integer, nullable=False),
    uuid("agency_id"),
    uuid("locality_id"),
    words("code"),
    words("place"),
    Column("until", Date, nullable=False),
    moment("published_at"),
    uuid("published_by"),
    Column("reported", JSONB, nullable=False),
    PrimaryKeyConstraint("dossier_id", "ordinal"),
    CheckConstraint("ordinal >= 1", name="ordinal_from_one"),
    Index(None, "code"),
    Index(None, "until"),
)

public_opinions = Table(
    "public_opinions",
    metadata,
    ref("dossier_id", "dossiers.id"),
    Column("number", Integer, nullable=False),
    Column("draft", Integer, nullable=False),
    Column("agreed", Boolean, nullable=False),
    words("text"),
    moment("given_at"),
    words("response", nullable=True),
    moment("responded_at", nullable=True),
    uuid("responded_by", nullable=True),
    Column("rev", Integer, nullable=False),
    PrimaryKeyConstraint("dossier_id", "number"),
    ForeignKeyConstraint(
        ["dossier_id", "draft"],
        ["public_drafts.dossier_id", "public_drafts.ordinal"],
        name="public_opinions_draft_fkey",
        deferrable=True,
        initially="DEFERRED",
    ),
    CheckConstraint("number >= 1", name="number_from_one"),
    CheckConstraint("char_length(text) <= 2000 AND (agreed OR text <> '')", name="text_is_one"),
    CheckConstraint(
        "(response IS NULL) = (responded_at IS NULL) AND (response IS NULL) = (responded_by IS NULL)",
        name="responded_whole",
    ),
)

proposal_meetings = Table(
    "proposal_meetings",
    metadata,
    ref("dossier_id", "dossiers.id"),
    Column("ordinal", Integer, nullable=False),
    moment("held_at"),
    words("place"),
    words("chair"),
    words("secretary"),
    Column("present", Integer, nullable=False),
    Column("agreed", Integer, nullable=False),
    Column("disagreed", Integer, nullable=False),
    words("said"),
    ref("file_id", "files.id"),
    moment("recorded_at"),
    uuid("recorded_by"),
    Column("wanted", Numeric, nullable=False, server_default="90"),
    PrimaryKeyConstraint("dossier_id", "ordinal"),
    CheckConstraint("wanted > 0 AND wanted <= 100", name="wanted_is_percent"),
    CheckConstraint(
        "present >= 1 AND agreed >= 0 AND disagreed >= 0 AND agreed + disagreed <= present", name="counted_right"
    ),
    CheckConstraint("ordinal >= 1", name="ordinal_from_one"),
)
