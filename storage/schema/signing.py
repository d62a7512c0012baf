"""Tables of what people and agencies sign with, and of what they sign on their own computers."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
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
    CheckConstraint("kind = 'file' OR certificate_sha256 IS NOT NULL", name="certificate_known"),
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

_COUNTS = text("state IN ('open', 'accepted')")

client_signatures = Table(
    "client_signatures",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    ref("document_id", "documents.id"),
    ref("instance_id", "instances.id"),
    ref("work_item_id", "work_items.id"),
    words("kind"),
    words("role"),
    words("field"),
    words("outcome"),
    words("key_id"),
    Column("certificate", LargeBinary, nullable=False),
    Column("chain", ARRAY(LargeBinary), nullable=False),
    words("certificate_sha256"),
    words("digest"),
    words("digest_algorithm"),
    ref("base_file_id", "files.id"),
    ref("prepared_file_id", "files.id"),
    words("prepared"),
    Column("to_sign", LargeBinary, nullable=False),
    moment("asked_at"),
    uuid("asked_by"),
    moment("expires_at"),
    words("state"),
    Column("cms", LargeBinary),
    ref("signed_file_id", "files.id", nullable=True),
    moment("ended_at", nullable=True),
    one_of("kind", "client", "plugin"),
    one_of("role", "official", "seal"),
    one_of("state", "open", "accepted", "cancelled", "expired"),
    one_of("digest_algorithm", "sha256", "sha384", "sha512"),
    CheckConstraint(
        "digest ~ '^[0-9a-f]+$' AND length(digest) ="
        " CASE WHEN kind = 'plugin' OR digest_algorithm = 'sha256' THEN 64"
        " WHEN digest_algorithm = 'sha384' THEN 96 ELSE 128 END",
        name="digest_is_one",
    ),
    CheckConstraint("certificate_sha256 ~ '^[0-9a-f]{64}$'", name="certificate_pinned"),
    CheckConstraint("(kind = 'client') = (to_sign <> '' AND prepared <> '')", name="prepared_whole"),
    CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="end_has_time"),
    CheckConstraint(
        "(state = 'accepted' AND kind = 'client') = (cms IS NOT NULL)"
        " AND (state = 'accepted' AND kind = 'plugin') = (signed_file_id IS NOT NULL)",
        name="accepted_whole",
    ),
    CheckConstraint("expires_at > asked_at", name="expires_after_asked"),
    Index("client_signatures_one_for_an_item", "work_item_id", unique=True, postgresql_where=_COUNTS),
    Index(None, "work_item_id"),
    Index("client_signatures_waiting", "expires_at", postgresql_where=text("state = 'open'")),
)

signature_links = Table(
    "signature_links",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    ref("signature_id", "client_signatures.id"),
    uuid("agency_id"),
    words("use"),
    moment("made_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),
    one_of("use", "fetch", "hand_in"),
    CheckConstraint("token_sha256 ~ '^[0-9a-f]{64}$'", name="token_hashed"),
    CheckConstraint("expires_at > made_at", name="expires_after_made"),
    Index(None, "signature_id"),
)

signature_batches = Table(
    "signature_batches",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    ref("by", "people.id"),
    words("key"),
    Column("every_page_up_to", Integer, nullable=False),
    moment("begun_at"),
    Index(None, "agency_id", text("id DESC")),
    Index(None, "by", text("id DESC")),
)

signature_batch_items = Table(
    "signature_batch_items",
    metadata,
    ref("batch_id", "signature_batches.id"),
    Column("place", Integer, nullable=False),
    ref("work_item_id", "work_items.id"),
    ref("document_id", "documents.id"),
    words("file_id"),
    words("state"),
    ref("signature_id", "signings.id", nullable=True),
    words("code", nullable=True),
    words("message", nullable=True),
    PrimaryKeyConstraint("batch_id", "place"),
    UniqueConstraint("batch_id", "work_item_id"),
    one_of("state", "waiting", "prepared", "failed", "skipped"),
    CheckConstraint("place BETWEEN 0 AND 49", name="place_within"),
    CheckConstraint("(state = 'prepared') = (signature_id IS NOT NULL)", name="prepared_whole"),
    CheckConstraint("(code IS NULL) = (message IS NULL)", name="trouble_whole"),
    CheckConstraint("state NOT IN ('failed', 'skipped') OR code IS NOT NULL", name="stopped_whole"),
    CheckConstraint("file_id ~ '^[0-9a-f]{64}$'", name="file_is_digest"),
    Index(None, "work_item_id"),
)

# Who had which page before them; what of it counts has a leaf of its own (engine.actions.view_page).
page_views = Table(
    "page_views",
    metadata,
    ref("person_id", "people.id"),
    ref("document_id", "documents.id"),
    words("file_id"),
    Column("pages", JSONB, nullable=False),
    PrimaryKeyConstraint("person_id", "document_id", "file_id"),
    CheckConstraint("file_id ~ '^[0-9a-f]{64}$'", name="file_is_digest"),
)

# Marks of PINs that tokens refused, for minutes (storage.refused_pins); neither place nor PIN can be read from them.
refused_pins = Table(
    "refused_pins",
    metadata,
    Column("place", Text, primary_key=True),
    words("mark"),
    moment("refused_at"),
    CheckConstraint("place ~ '^[0-9a-f]{64}$'", name="place_marked"),
    CheckConstraint("mark ~ '^[0-9a-f]{64}$'", name="mark_is_one"),
)
