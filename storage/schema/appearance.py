"""Tables of what signatures look like, of sealed attachments, and of copies."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, UniqueConstraint, Uuid, text

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

attachment_seals = Table(
    "attachment_seals",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    ref("document_id", "documents.id"),
    ref("work_item_id", "work_items.id"),
    Column("place", Integer, nullable=False),
    ref("file_id", "files.id"),
    words("text"),
    words("key_id"),
    words("digest"),
    ref("prepared_file_id", "files.id"),
    words("prepared"),
    moment("asked_at"),
    uuid("asked_by"),
    words("state"),
    ref("signed_file_id", "files.id", nullable=True),
    moment("signed_at", nullable=True),
    # One attachment has one digest for each time its document is sealed, however often somebody asks.
    UniqueConstraint("work_item_id", "place"),
    one_of("state", "digested", "signed"),
    CheckConstraint("place >= 0", name="place_from_zero"),
    CheckConstraint("digest ~ '^([0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$'", name="digest_is_one"),
    CheckConstraint("(state = 'signed') = (signed_file_id IS NOT NULL AND signed_at IS NOT NULL)", name="signed_whole"),
    Index(None, "document_id", "id"),
    Index(None, "signed_file_id", postgresql_where=text("signed_file_id IS NOT NULL")),
)

signature_images = Table(
    "signature_images",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    uuid("owner_id"),
    words("kind"),
    ref("file_id", "files.id", nullable=True),
    moment("set_at"),
    uuid("set_by"),
    one_of("kind", "hand", "seal"),
    CheckConstraint("(kind = 'seal') = (owner_id = agency_id)", name="seal_is_the_agency_s"),
    Index(None, "owner_id", text("id DESC")),
)
"""The images a person's hand or an agency's seal had, each from its moment on; without a file, that beside the key."""

copies = Table(
    "copies",
    metadata,
    Column("document_id", Uuid, primary_key=True),
    uuid("agency_id"),
    ref("of_document_id", "documents.id"),
    words("form"),
    words("source"),
    words("target"),
    Column("first_page", Integer),
    Column("last_page", Integer),
    Column("attachments", Integer, nullable=False),
    uuid("asked_by"),
    moment("asked_at"),
    uuid("decided_by", nullable=True),
    moment("decided_at", nullable=True),
    one_of("form", "SY", "SL", "TrS"),
    one_of("source", "paper", "electronic"),
    one_of("target", "paper", "electronic"),
    CheckConstraint(
        "source = 'paper' OR target = 'paper' OR form = 'TrS'",
        name="electronic_copies_of_electronic_are_extracts",
    ),
    CheckConstraint(
        "(first_page IS NULL) = (last_page IS NULL) AND (first_page IS NULL OR form = 'TrS')"
        " AND (first_page IS NULL OR first_page BETWEEN 1 AND last_page)",
        name="extract_has_pages",
    ),
    CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_whole"),
    CheckConstraint("attachments >= 0", name="attachments_counted"),
    Index(None, "of_document_id", "document_id"),
)
