"""Tables of agencies, people, in whose place they act, and who is signed in."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from storage.schema.columns import metadata, moment, one_of, ref, uuid, uuids, words

agencies = Table(
    "agencies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    words("name"),
    words("symbol"),
    words("place"),
    words("parent_name", nullable=True),
    # Renewed by triggers whenever a unit, a person or a post of the agency changes.
    Column("organisation", BigInteger, nullable=False, server_default=text("nextval('organisation_versions')")),
)

units = Table(
    "units",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    words("name"),
    words("symbol"),
    Column("position", Integer, nullable=False),
    UniqueConstraint("agency_id", "position"),
)

people = Table(
    "people",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    Column("username", Text, nullable=False, unique=True),
    words("name"),
    words("title"),
    words("password_hash"),
    Column("position", Integer, nullable=False),
    UniqueConstraint("agency_id", "position"),
    CheckConstraint("password_hash LIKE '$argon2%'", name="password_hashed"),
)

posts = Table(
    "posts",
    metadata,
    ref("person_id", "people.id"),
    Column("position", Integer, nullable=False),
    ref("agency_id", "agencies.id"),
    words("role"),
    ref("unit_id", "units.id", nullable=True),
    Column("acting", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("person_id", "position"),
    CheckConstraint("NOT acting OR role = 'head'", name="acting_heads_only"),
    one_of(
        "role",
        "clerk",
        "chief_of_office",
        "head_of_unit",
        "specialist",
        "deputy_head",
        "head",
        "auditor",
        "administrator",
    ),
    Index(None, "agency_id", "role"),
)

_HOLDS = text("revoked_at IS NULL")

stand_ins = Table(
    "stand_ins",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    ref("principal", "people.id"),
    ref("substitute", "people.id"),
    words("kind"),
    Column("document_types", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    uuids("units"),
    Column("steps", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    moment("starts_at"),
    moment("ends_at"),
    words("basis"),
    words("basis_number", nullable=True),
    Column("basis_issued_on", Date),
    ref("basis_document_id", "documents.id", nullable=True),
    Column("may_pass_on", Boolean, nullable=False),
    ref("under", "stand_ins.id", nullable=True),
    moment("recorded_at"),
    uuid("recorded_by"),
    moment("revoked_at", nullable=True),
    uuid("revoked_by", nullable=True),
    one_of("kind", "absence", "deputy", "by_order", "authorised", "acting"),
    CheckConstraint("principal <> substitute", name="two_people"),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    CheckConstraint("basis <> ''", name="basis_given"),
    CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_whole"),
    CheckConstraint(
        "kind <> 'authorised' OR basis_number IS NOT NULL AND basis_issued_on IS NOT NULL AND NOT may_pass_on"
        " AND cardinality(document_types) + cardinality(units) + cardinality(steps) > 0",
        name="authorised_in_writing",
    ),
    CheckConstraint(
        "kind <> 'acting' OR basis_number IS NOT NULL AND basis_issued_on IS NOT NULL AND NOT may_pass_on"
        " AND under IS NULL AND cardinality(document_types) + cardinality(units) + cardinality(steps) = 0",
        name="acting_whole",
    ),
    Index(None, "agency_id", text("id DESC")),
    Index("stand_ins_substitute_idx", "substitute", "ends_at", postgresql_where=_HOLDS),
    Index("stand_ins_principal_idx", "principal", "ends_at", postgresql_where=_HOLDS),
    Index("stand_ins_acting_idx", "agency_id", "ends_at", postgresql_where=text(f"kind = 'acting' AND {_HOLDS}")),
    Index("stand_ins_under_idx", "under", postgresql_where=text("under IS NOT NULL")),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("person_id", "people.id"),
    Column("token_sha256", Text, nullable=False, unique=True),
    moment("created_at"),
    moment("expires_at"),
    CheckConstraint("token_sha256 ~ '^[0-9a-f]{64}$'", name="token_hashed"),
    CheckConstraint("expires_at > created_at", name="ends_after_start"),
    Index(None, "person_id"),
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("counter", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    moment("since"),
    Column("judging", ARRAY(DateTime(timezone=True)), nullable=False, server_default=text("'{}'")),
    CheckConstraint("tries >= 0", name="tries_from_none"),
    Index(None, "since"),
)
