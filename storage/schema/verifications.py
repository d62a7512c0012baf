"""Tables of what outsiders verify: the codes on documents, and how often somebody asked."""

from sqlalchemy import CheckConstraint, Column, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from storage.schema.columns import metadata, moment, ref

verification_codes = Table(
    "verification_codes",
    metadata,
    Column("code", Text, primary_key=True),
    ref("document_id", "documents.id"),
    UniqueConstraint("document_id"),
    CheckConstraint("code ~ '^[0-9a-hjkmnp-tv-z]{26}$'", name="code_is_one"),
)

verification_counts = Table(
    "verification_counts",
    metadata,
    Column("counter", Text, nullable=False),
    moment("window"),
    Column("taken", Integer, nullable=False),
    PrimaryKeyConstraint("counter", "window"),
    CheckConstraint("taken >= 1", name="taken_from_one"),
    # Nothing is lost with it: after a crash of the server everybody begins anew.
    prefixes=["UNLOGGED"],
)
