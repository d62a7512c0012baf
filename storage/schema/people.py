"""Tables of agencies, people and who is signed in."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from storage.schema.columns import metadata, moment, one_of, ref, words

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
    PrimaryKeyConstraint("person_id", "position"),
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

failed_sign_ins = Table(
    "failed_sign_ins",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    words("username"),
    words("address"),
    moment("at"),
    Index(None, "username", "address", "at"),
)
