"""The table of authorities that administrators made trusted."""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, Uuid, text

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

trust_anchors = Table(
    "trust_anchors",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    words("subject"),
    Column("certificate", LargeBinary, nullable=False),
    words("sha256"),
    words("purpose"),
    words("source"),
    moment("trusted_from"),
    moment("not_after"),
    moment("added_at"),
    uuid("added_by"),
    words("reason"),
    moment("removed_at", nullable=True),
    uuid("removed_by", nullable=True),
    words("removed_because", nullable=True),
    moment("trusted_until", nullable=True),
    one_of("purpose", "signatures", "timestamps", "any"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_one"),
    CheckConstraint("reason <> ''", name="reason_given"),
    CheckConstraint("trusted_until > trusted_from", name="trusted_a_while"),
    CheckConstraint(
        "(removed_at IS NULL) = (removed_by IS NULL) AND (removed_at IS NULL) = (removed_because IS NULL)",
        name="removed_whole",
    ),
    Index(
        "trust_anchors_in_force_idx",
        "sha256",
        "purpose",
        unique=True,
        postgresql_where=text("removed_at IS NULL"),
    ),
)
