"""The table of how long archived files can be proven."""

from sqlalchemy import CheckConstraint, Column, Index, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from storage.schema.columns import metadata, moment, ref, words

_SEALED = text("renew_at IS NOT NULL")

archive_proofs = Table(
    "archive_proofs",
    metadata,
    ref("document_id", "documents.id"),
    ref("agency_id", "agencies.id"),
    ref("file_id", "files.id"),
    Column("stamps", JSONB, nullable=False),
    Column("algorithms", ARRAY(Text), nullable=False),
    moment("algorithms_end_at", nullable=True),
    moment("stamped_at", nullable=True),
    moment("proven_until", nullable=True),
    moment("renew_at", nullable=True),
    moment("failed_since", nullable=True),
    words("failure", nullable=True),
    Column("facts", JSONB, nullable=False),
    PrimaryKeyConstraint("document_id"),
    CheckConstraint(
        "(proven_until IS NULL) = (renew_at IS NULL) AND (stamped_at IS NULL) = (proven_until IS NULL)",
        name="sealed_whole",
    ),
    CheckConstraint("(failed_since IS NULL) = (failure IS NULL)", name="failed_whole"),
    Index("archive_proofs_due_idx", "renew_at", "document_id", postgresql_where=_SEALED),
    Index("archive_proofs_plan_idx", "agency_id", "renew_at", "document_id", postgresql_where=_SEALED),
    Index(None, "file_id"),
)
