"""Tables of what others are told: webhooks, notices and their mail; of what was found of the neighbours."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    words("url"),
    Column("kinds", ARRAY(Text), nullable=False),
    words("state"),
    moment("registered_at"),
    uuid("registered_by"),
    one_of("state", "active", "disabled", "removed"),
    CheckConstraint("url ~ '^https?://'", name="url_is_http"),
    CheckConstraint("cardinality(kinds) > 0", name="tells_something"),
    Index("webhooks_agency_id_idx", "agency_id", "id"),
)

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    ref("webhook_id", "webhooks.id"),
    words("secret"),
    PrimaryKeyConstraint("webhook_id"),
)

webhook_failures = Table(
    "webhook_failures",
    metadata,
    ref("webhook_id", "webhooks.id"),
    moment("since"),
    PrimaryKeyConstraint("webhook_id"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("webhook_id", "webhooks.id"),
    uuid("event_id"),
    words("kind"),
    words("state"),
    Column("attempts", Integer, nullable=False),
    moment("made_at"),
    moment("next_at"),
    UniqueConstraint("webhook_id", "event_id"),
    one_of("state", "waiting", "delivered", "failed"),
    CheckConstraint("attempts >= 0", name="attempts_from_zero"),
    Index("webhook_deliveries_made_at_idx", "made_at"),
    Index("webhook_deliveries_webhook_id_id_idx", "webhook_id", text("id DESC")),
    Index("webhook_deliveries_waiting_idx", "webhook_id", "next_at", postgresql_where=text("state = 'waiting'")),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    ref("delivery_id", "webhook_deliveries.id"),
    Column("ordinal", Integer, nullable=False),
    moment("at"),
    Column("took_ms", Integer, nullable=False),
    Column("status", Integer),
    words("code", nullable=True),
    words("answer"),
    PrimaryKeyConstraint("delivery_id", "ordinal"),
    CheckConstraint("length(answer) <= 500", name="answer_short"),
)

_SHOWN = "app = 'at_once'"

notices = Table(
    "notices",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    ref("person_id", "people.id"),
    words("kind"),
    words("source"),
    words("template"),
    Column("facts", JSONB, nullable=False),
    words("path"),
    uuid("work_item_id", nullable=True),
    uuid("document_id", nullable=True),
    moment("at"),
    words("app", nullable=True),
    words("mail", nullable=True),
    uuid("mail_id", nullable=True),
    moment("read_at", nullable=True),
    UniqueConstraint("person_id", "source"),
    CheckConstraint("(app IS NULL) = (mail IS NULL)", name="settled_whole"),
    one_of("app", "off", "at_once"),
    one_of("mail", "off", "at_once", "daily"),
    Index("notices_at_idx", "at"),
    Index("notices_list_idx", "person_id", text("id DESC"), postgresql_where=text(_SHOWN)),
    Index("notices_unread_idx", "person_id", postgresql_where=text(f"{_SHOWN} AND read_at IS NULL")),
    Index("notices_unsettled_idx", "id", postgresql_where=text("app IS NULL")),
    Index("notices_daily_idx", "person_id", "id", postgresql_where=text("mail = 'daily' AND mail_id IS NULL")),
    Index("notices_work_item_id_idx", "work_item_id", postgresql_where=text("read_at IS NULL")),
    Index("notices_mail_id_idx", "mail_id", postgresql_where=text("mail_id IS NOT NULL")),
)

notice_preferences = Table(
    "notice_preferences",
    metadata,
    ref("person_id", "people.id"),
    words("kind"),
    words("app"),
    words("mail"),
    PrimaryKeyConstraint("person_id", "kind"),
    one_of("app", "off", "at_once"),
    one_of("mail", "off", "at_once", "daily"),
)

mail_addresses = Table(
    "mail_addresses",
    metadata,
    ref("person_id", "people.id"),
    words("address"),
    PrimaryKeyConstraint("person_id"),
)

mails = Table(
    "mails",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("person_id", "people.id"),
    words("kind"),
    words("state"),
    Column("attempts", Integer, nullable=False),
    moment("made_at"),
    moment("next_at"),
    words("code", nullable=True),
    one_of("kind", "at_once", "daily"),
    one_of("state", "waiting", "sent", "failed"),
    Index("mails_made_at_idx", "made_at"),
    Index("mails_waiting_idx", "next_at", postgresql_where=text("state = 'waiting'")),
)

checks = Table(
    "checks",
    metadata,
    Column("name", Text, primary_key=True),
    uuid("agency_id", nullable=True),
    words("subject"),
    words("state"),
    words("code"),
    words("template"),
    Column("facts", JSONB, nullable=False),
    moment("since"),
    moment("checked_at"),
    Column("took_ms", Integer, nullable=False),
    one_of("state", "good", "warning", "bad"),
)
