"""Tables of document templates and of the public register."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

document_templates = Table(
    "document_templates",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    words("code"),
    Column("version", Integer, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("effective_from", Date, nullable=False),
    moment("made_at"),
    uuid("made_by"),
    UniqueConstraint("agency_id", "code", "version"),
    CheckConstraint("version >= 1", name="version_from_one"),
    CheckConstraint("code ~ '^[a-z][a-z0-9_]{0,59}$'", name="code_is_one"),
)
"""The versions of templates that agencies made their own; those that come with Vanthu are in its files."""

publications = Table(
    "publications",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    ref("document_id", "documents.id"),
    words("code"),
    words("kind"),
    words("title"),
    words("holder"),
    words("award"),
    words("number"),
    Column("issued_on", Date, nullable=False),
    moment("published_at"),
    uuid("published_by"),
    words("subject_id", nullable=True),
    Column("facts", JSONB, nullable=False, server_default=text("'[]'")),
    words("certificate", nullable=True),
    ref("revoked_by", "publications.id", nullable=True),
    moment("revoked_at", nullable=True),
    Column("announced", JSONB),
    Column("rev", Integer, nullable=False),
    UniqueConstraint("document_id"),
    UniqueConstraint("code"),
    one_of("kind", "recognition", "revocation", "rating", "other"),
    CheckConstraint("(revoked_by IS NULL) = (revoked_at IS NULL)", name="revoked_whole"),
    CheckConstraint("revoked_by IS NULL OR revoked_by <> id", name="revoked_by_another"),
    CheckConstraint("title <> '' AND holder <> '' AND number <> ''", name="told_whole"),
    CheckConstraint("rev >= 0", name="rev_from_zero"),
    Index(None, "subject_id", "id"),
)
"""The public register: what was decided, for everybody to read."""
