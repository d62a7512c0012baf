"""Tables of the one-stop office: procedures as they were set, cases, who handed them in, slips, feedback, the index."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

case_procedures = Table(
    "case_procedures",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    words("code"),
    Column("version", Integer, nullable=False),
    Column("offered", Boolean, nullable=False),
    Column("settings", JSONB, nullable=False),
    moment("made_at"),
    uuid("made_by"),
    UniqueConstraint("agency_id", "code", "version"),
    CheckConstraint("version >= 1", name="version_from_one"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    words("code"),
    words("track_code"),
    ref("procedure_id", "case_procedures.id"),
    ref("document_id", "documents.id"),
    words("channel"),
    words("return_by"),
    moment("submitted_at"),
    words("state"),
    moment("received_at", nullable=True),
    moment("due", nullable=True),
    moment("first_due", nullable=True),
    moment("apologised_at", nullable=True),
    Column("pauses", JSONB, nullable=False, server_default=text("'[]'")),
    Column("step", Integer, nullable=False),
    moment("ready_at", nullable=True),
    ref("result_id", "documents.id", nullable=True),
    moment("returned_at", nullable=True),
    words("returned_by", nullable=True),
    words("satisfaction", nullable=True),
    Column("rev", Integer, nullable=False),
    UniqueConstraint("agency_id", "code"),
    UniqueConstraint("track_code"),
    UniqueConstraint("document_id"),
    one_of("channel", "direct", "post", "online"),
    one_of("return_by", "counter", "post", "page"),
    one_of("returned_by", "counter", "post", "page"),
    one_of("satisfaction", "very_satisfied", "satisfied", "not_satisfied"),
    one_of(
        "state",
        "submitted",
        "supplement_required",
        "refused",
        "received",
        "processing",
        "waiting_supplement",
        "pending_sign",
        "result_ready",
        "returned",
        "stopped",
        "withdrawn",
    ),
    CheckConstraint("track_code ~ '^[0-9a-hjkmnp-tv-z]{26}$'", name="track_code_is_one"),
    CheckConstraint(
        "(received_at IS NULL) = (due IS NULL) AND (due IS NULL) = (first_due IS NULL)", name="received_whole"
    ),
    CheckConstraint("apologised_at IS NULL OR due > first_due", name="put_off_is_later"),
    CheckConstraint("(returned_at IS NULL) = (returned_by IS NULL)", name="returned_whole"),
    CheckConstraint("returned_at IS NULL OR ready_at IS NOT NULL", name="returned_when_ready"),
    CheckConstraint("satisfaction IS NULL OR returned_at IS NOT NULL", name="rated_when_returned"),
    Index(None, "agency_id", text("id DESC")),
    Index(None, "agency_id", "state", text("id DESC")),
)

case_applicants = Table(
    "case_applicants",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    words("name"),
    words("identity"),
    words("address"),
    words("phone"),
    words("email"),
    Column("answers", JSONB, nullable=False),
    CheckConstraint("name <> '' AND identity ~ '^[0-9]{9,12}$'", name="named"),
    Index(None, "identity"),
)
"""Who handed in a case, and nowhere else: lists, subjects and leaves do not say."""

case_papers = Table(
    "case_papers",
    metadata,
    ref("case_id", "cases.id"),
    Column("place", Integer, nullable=False),
    words("code"),
    Column("originals", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    PrimaryKeyConstraint("case_id", "place"),
    CheckConstraint("originals >= 0 AND copies >= 0", name="counts_not_negative"),
)

case_steps = Table(
    "case_steps",
    metadata,
    ref("case_id", "cases.id"),
    Column("place", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    words("name"),
    words("role"),
    uuid("unit_id", nullable=True),
    Column("half_days", Integer, nullable=False),
    moment("began_at"),
    moment("due"),
    moment("ended_at", nullable=True),
    uuid("ended_by", nullable=True),
    PrimaryKeyConstraint("case_id", "place"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"),
)

case_slips = Table(
    "case_slips",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("case_id", "cases.id"),
    ref("agency_id", "agencies.id"),
    words("kind"),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    moment("issued_at"),
    uuid("issued_by"),
    moment("due", nullable=True),
    words("reason"),
    UniqueConstraint("agency_id", "kind", "year", "number"),
    one_of("kind", "receipt", "supplement", "refusal", "apology"),
    CheckConstraint("number >= 1", name="number_from_one"),
    CheckConstraint("kind IN ('receipt') OR reason <> ''", name="reason_given"),
    Index(None, "case_id", "id"),
)

case_slip_files = Table(
    "case_slip_files",
    metadata,
    Column("slip_id", Uuid, ForeignKey("case_slips.id", deferrable=True, initially="DEFERRED"), primary_key=True),
    words("key_id", nullable=True),
    words("digest", nullable=True),
    ref("prepared_file_id", "files.id", nullable=True),
    words("prepared", nullable=True),
    ref("file_id", "files.id", nullable=True),
    words("version_id", nullable=True),
    moment("kept_at", nullable=True),
    words("because"),
    CheckConstraint("(file_id IS NULL) = (kept_at IS NULL)", name="kept_whole"),
    CheckConstraint(
        "(digest IS NULL) = (key_id IS NULL) AND (digest IS NULL) = (prepared_file_id IS NULL)"
        " AND (digest IS NULL) = (prepared IS NULL)",
        name="asked_whole",
    ),
    CheckConstraint("digest IS NOT NULL OR (file_id IS NOT NULL AND because <> '')", name="sealed_or_said_why"),
    Index(None, "file_id"),
)
"""The file of a slip: prepared for the agency's key, then kept and never changed."""

case_counters = Table(
    "case_counters",
    metadata,
    ref("agency_id", "agencies.id"),
    words("series"),
    Column("period", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("agency_id", "series", "period"),
    CheckConstraint("last >= 1", name="last_from_one"),
)
"""The last number of a series in a day (written 20261123) or a year."""

case_feedback = Table(
    "case_feedback",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("case_id", "cases.id"),
    ref("agency_id", "agencies.id"),
    moment("sent_at"),
    Column("due", Date, nullable=False),
    words("text"),
    words("answer", nullable=True),
    moment("answered_at", nullable=True),
    uuid("answered_by", nullable=True),
    CheckConstraint("char_length(text) BETWEEN 1 AND 2000", name="text_given"),
    CheckConstraint(
        "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)", name="answered_whole"
    ),
    Index(None, "case_id", "id"),
    Index("case_feedback_open_idx", "agency_id", "due", postgresql_where=text("answered_at IS NULL")),
)

case_opinions = Table(
    "case_opinions",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("case_id", "cases.id"),
    ref("agency_id", "agencies.id"),
    ref("document_id", "documents.id"),
    words("number"),
    words("question"),
    Column("half_days", Integer, nullable=False),
    uuid("asked_by"),
    moment("asked_at"),
    moment("due"),
    moment("silent_at", nullable=True),
    words("view", nullable=True),
    words("text"),
    uuid("answered_by", nullable=True),
    moment("answered_at", nullable=True),
    moment("ended_at", nullable=True),
    UniqueConstraint("document_id"),
    one_of("view", "agreed", "not_agreed"),
    CheckConstraint("char_length(question) BETWEEN 1 AND 2000", name="question_given"),
    CheckConstraint("half_days >= 1", name="half_days_from_one"),
    CheckConstraint(
        "(answered_at IS NULL) = (view IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)"
        " AND (answered_at IS NOT NULL OR text = '')",
        name="answered_whole",
    ),
    CheckConstraint("view <> 'not_agreed' OR text <> ''", name="refusal_reasoned"),
    CheckConstraint("ended_at IS NULL OR answered_at IS NULL", name="answered_or_ended"),
    Index(None, "case_id", "id"),
    Index(
        "case_opinions_open_idx",
        "case_id",
        "agency_id",
        unique=True,
        postgresql_where=text("answered_at IS NULL AND ended_at IS NULL"),
    ),
)
"""Opinions of other agencies on a case; of one agency there is at most one that is open."""

case_opinion_files = Table(
    "case_opinion_files",
    metadata,
    ref("opinion_id", "case_opinions.id"),
    words("goes_with"),
    Column("place", Integer, nullable=False),
    ref("file_id", "files.id"),
    words("name"),
    PrimaryKeyConstraint("opinion_id", "goes_with", "place"),
    one_of("goes_with", "question", "answer"),
    CheckConstraint("name <> ''", name="named"),
    Index(None, "file_id"),
)

service_index_entries = Table(
    "service_index_entries",
    metadata,
    ref("agency_id", "agencies.id"),
    Column("year", Integer, nullable=False),
    words("item"),
    Column("points", Numeric(5, 2), nullable=False),
    moment("entered_at"),
    uuid("entered_by"),
    PrimaryKeyConstraint("agency_id", "year", "item"),
    CheckConstraint("points BETWEEN 0 AND 100", name="points_within"),
)
