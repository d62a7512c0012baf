"""Tables of what people and agencies sign with."""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

_HOLDS = text("ended_at IS NULL")

key_choices = Table(
    "key_choices",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    ref("person_id", "people.id", nullable=True),
    words("kind"),
    Column("certificate", LargeBinary, nullable=False),
    words("certificate_sha256", nullable=True),
    Column("chain", ARRAY(LargeBinary), nullable=False),
    Column("place", JSONB, nullable=False),
    Column("sealed", Text),
    moment("chosen_at"),
    uuid("chosen_by"),
    moment("ended_at", nullable=True),
    one_of("kind", "file", "token", "remote", "client", "plugin"),
    CheckConstraint("(kind = 'file') = (certificate_sha256 IS NULL)", name="certificate_known"),
    CheckConstraint("(certificate_sha256 IS NULL) = (certificate = '')", name="certificate_whole"),
    CheckConstraint("certificate_sha256 ~ '^[0-9a-f]{64}$'", name="digest_is_one"),
    Index(None, "agency_id", text("id DESC")),
    Index(
        "key_choices_holder_key",
        "agency_id",
        "person_id",
        unique=True,
        postgresql_where=_HOLDS,
        postgresql_nulls_not_distinct=True,
    ),
)
