"""Every table, with named constraints: the database defends what the engine decides.

Rows carry their agency, so that one installation can be divided by it. Who did something (an actor) is not a foreign
key: the machine acts too, and an audit outlives a person's row.
"""

from typing import Final

from storage.schema.announcements import (
    checks,
    mail_addresses,
    mails,
    notice_preferences,
    notices,
    webhook_attempts,
    webhook_deliveries,
    webhook_failures,
    webhook_secrets,
    webhooks,
)
from storage.schema.appearance import attachment_seals, copies, signature_images
from storage.schema.audit import POSITION, audit_cursors, audit_events, audit_private, requests
from storage.schema.calendars import calendar_days, calendar_years
from storage.schema.columns import metadata
from storage.schema.cooperation import comments, form_drafts, watches
from storage.schema.documents import (
    archived_files,
    directives,
    document_versions,
    documents,
    files,
    recalled_directives,
    uploads,
    validation_reports,
)
from storage.schema.instance_migrations import instance_migrations, migrated_instances
from storage.schema.people import agencies, failed_sign_ins, people, posts, sessions, stand_ins, units
from storage.schema.procedures import (
    active_definitions,
    activities,
    approvals,
    definition_files,
    definitions,
    incidents,
    instances,
    signings,
    subscriptions,
    timers,
    work_items,
)
from storage.schema.registers import deliveries, register_counters, register_entries, registers
from storage.schema.renewals import archive_proofs
from storage.schema.signing import (
    client_signatures,
    key_choices,
    page_views,
    signature_batch_items,
    signature_batches,
    signature_links,
)
from storage.schema.trust import trust_anchors
from storage.schema.verifications import verification_codes, verification_counts

AUDITED: Final = (
    "agencies",
    "files",
    "registers",
    "validation_reports",
    "units",
    "people",
    "posts",
    "sessions",
    "definitions",
    "documents",
    "document_versions",
    "archived_files",
    "register_entries",
    "directives",
    "instances",
    "work_items",
    "signings",
    "incidents",
    "deliveries",
    "calendar_years",
    "calendar_days",
    "comments",
    "watches",
    "recalled_directives",
    "active_definitions",
    "webhooks",
    "notice_preferences",
    "mail_addresses",
    "stand_ins",
    "approvals",
    "instance_migrations",
    "migrated_instances",
    "key_choices",
    "trust_anchors",
    "attachment_seals",
    "signature_images",
    "copies",
    "client_signatures",
    "verification_codes",
    "signature_batches",
    "signature_batch_items",
)
"""A change of a row of these tables cannot commit without a leaf in the same transaction."""

APPEND_ONLY: Final = (
    "audit_events",
    "activities",
    "document_versions",
    "archived_files",
    "directives",
    "recalled_directives",
    "approvals",
    "signature_images",
    "verification_codes",
)
"""Rows of these tables are never changed or removed, by nobody."""

__all__ = [
    "APPEND_ONLY",
    "AUDITED",
    "POSITION",
    "active_definitions",
    "activities",
    "agencies",
    "approvals",
    "archive_proofs",
    "archived_files",
    "attachment_seals",
    "audit_cursors",
    "audit_events",
    "audit_private",
    "calendar_days",
    "calendar_years",
    "checks",
    "client_signatures",
    "comments",
    "copies",
    "definition_files",
    "definitions",
    "deliveries",
    "directives",
    "document_versions",
    "documents",
    "failed_sign_ins",
    "files",
    "form_drafts",
    "incidents",
    "instance_migrations",
    "instances",
    "key_choices",
    "mail_addresses",
    "mails",
    "metadata",
    "migrated_instances",
    "notice_preferences",
    "notices",
    "page_views",
    "people",
    "posts",
    "recalled_directives",
    "register_counters",
    "register_entries",
    "registers",
    "requests",
    "sessions",
    "signature_batch_items",
    "signature_batches",
    "signature_images",
    "signature_links",
    "signings",
    "stand_ins",
    "subscriptions",
    "timers",
    "trust_anchors",
    "units",
    "uploads",
    "validation_reports",
    "verification_codes",
    "verification_counts",
    "watches",
    "webhook_attempts",
    "webhook_deliveries",
    "webhook_failures",
    "webhook_secrets",
    "webhooks",
    "work_items",
]
