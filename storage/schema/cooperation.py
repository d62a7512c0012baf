"""Tables of what people say and keep beside a procedure: comments, watchers, forms filled in halfway."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Uuid, text

from storage.schema.columns import metadata, moment, ref, uuid, uuids, words

comments = Table(
    "comments",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    ref("document_id", "documents.id"),
    ref("work_item_id", "work_items.id", nullable=True),
    uuid("author"),
    moment("at"),
    words("text"),
    uuids("mentions"),
    CheckConstraint("char_length(text) BETWEEN 1 AND 2000", name="text_given"),
    Index(None, "document_id", text("id DESC")),
)

watches = Table(
    "watches",
    metadata,
    ref("document_id", "documents.id"),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False),
    uuid("agency_id"),
    moment("since"),
    PrimaryKeyConstraint("document_id", "person_id"),
    Index(None, "person_id"),
)

form_drafts = Table(
    "form_drafts",
    metadata,
    ref("work_item_id", "work_items.id"),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False),
    words("outcome"),
    words("data"),
    words("comment", nullable=True),
    moment("saved_at"),
    PrimaryKeyConstraint("work_item_id", "person_id"),
    CheckConstraint("octet_length(data) <= 400000", name="data_bounded"),
)
