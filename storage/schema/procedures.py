"""Tables of procedure models, running procedures, their history and what they wait for."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from storage.schema.columns import metadata, moment, one_of, ref, uuid, uuids, words

definitions = Table(
    "definitions",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    words("key"),
    Column("version", Integer, nullable=False),
    words("name"),
    words("bundle_sha256"),
    moment("deployed_at"),
    uuid("deployed_by"),
    UniqueConstraint("agency_id", "key", "version"),
    CheckConstraint("version >= 1", name="version_from_one"),
    CheckConstraint("bundle_sha256 ~ '^[0-9a-f]{64}$'", name="bundle_is_digest"),
)

active_definitions = Table(
    "active_definitions",
    metadata,
    Column("key", Text, primary_key=True),
    ref("definition_id", "definitions.id"),
    uuid("agency_id"),
    moment("activated_at"),
    uuid("activated_by"),
    # The message that starts it; of each there is one procedure.
    Column("started_by", Text, unique=True),
)

definition_files = Table(
    "definition_files",
    metadata,
    ref("definition_id", "definitions.id"),
    words("name"),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("definition_id", "name"),
)

instances = Table(
    "instances",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    ref("definition_id", "definitions.id"),
    words("definition_key"),
    words("bundle_sha256"),
    ref("document_id", "documents.id"),
    Column("state", LargeBinary, nullable=False),
    moment("started_at"),
    moment("finished_at", nullable=True),
    Column("rev", Integer, nullable=False),
    Column("waits", Text, nullable=False, server_default=text("''")),
    # What taking the last step back needs; read for that alone (engine.recalls).
    Column("previous_state", LargeBinary),
    Column("recall", JSONB(none_as_null=True)),
    moment("suspended_at", nullable=True),
    words("suspended_because", nullable=True),
    words("cancelled_because", nullable=True),
    Index("instances_unfinished_idx", "agency_id", "id", postgresql_where=text("finished_at IS NULL")),
    # The step of another instance that called this one.
    ref("caller_id", "instances.id", nullable=True),
    uuid("caller_task", nullable=True),
    words("caller_element", nullable=True),
    Column("call_depth", SmallInteger),
    Column("beside", Boolean, nullable=False, server_default=text("false")),
    Column("with_caller", Boolean, nullable=False, server_default=text("false")),
    words("failed_with", nullable=True),
    # A document has one procedure of its own; others may be called to work on it beside that.
    Index("instances_document_id_idx", "document_id", unique=True, postgresql_where=text("NOT beside")),
    Index("instances_beside_idx", "document_id", postgresql_where=text("beside")),
    Index("instances_caller_id_idx", "caller_id", postgresql_where=text("caller_id IS NOT NULL")),
    CheckConstraint(
        "(caller_id IS NULL) = (caller_task IS NULL) AND (caller_id IS NULL) = (caller_element IS NULL)"
        " AND (caller_id IS NULL) = (call_depth IS NULL)",
        name="caller_whole",
    ),
    CheckConstraint("call_depth >= 1", name="depth_from_one"),
    CheckConstraint("NOT with_caller OR caller_id IS NOT NULL", name="caller_known"),
    CheckConstraint(
        "failed_with IS NULL OR (finished_at IS NOT NULL AND cancelled_because IS NULL)", name="failed_is_over"
    ),
    CheckConstraint("rev >= 0", name="rev_from_zero"),
    CheckConstraint("previous_state IS NULL OR recall IS NOT NULL", name="recall_whole"),
    CheckConstraint("(suspended_at IS NULL) = (suspended_because IS NULL)", name="suspended_whole"),
    CheckConstraint("suspended_at IS NULL OR finished_at IS NULL", name="suspended_before_end"),
    CheckConstraint("cancelled_because IS NULL OR finished_at IS NOT NULL", name="cancelled_is_over"),
    Index("instances_running_idx", "definition_id", "id", postgresql_where=text("finished_at IS NULL")),
    # Each step writes the row anew, next to where it was.
    postgresql_with={"fillfactor": 70},
)

timers = Table(
    "timers",
    metadata,
    ref("instance_id", "instances.id"),
    uuid("task_id"),
    uuid("agency_id"),
    words("element_id"),
    moment("due_at"),
    moment("try_at"),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    # Version of the calendar it was counted by; NULL: it counts no working time.
    Column("counted_by", Integer),
    PrimaryKeyConstraint("instance_id", "task_id"),
    # Whatever a worker's clock says, it cannot plan to fire a timer before its time.
    CheckConstraint("try_at >= due_at", name="not_before_due"),
    CheckConstraint("failures >= 0", name="failures_counted"),
    Index(None, "try_at"),
    Index("timers_counted_by_idx", "agency_id", "counted_by", postgresql_where=text("counted_by IS NOT NULL")),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    ref("instance_id", "instances.id"),
    uuid("task_id"),
    uuid("agency_id"),
    words("element_id"),
    words("kind"),
    words("name"),
    words("correlation", nullable=True),
    PrimaryKeyConstraint("instance_id", "task_id"),
    one_of("kind", "message", "signal"),
    CheckConstraint("length(name) <= 200 AND length(correlation) <= 200", name="words_fit_index"),
    Index(None, "agency_id", "name", "correlation"),
)

activities = Table(
    "activities",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    ref("instance_id", "instances.id"),
    uuid("agency_id"),
    uuid("task_id"),
    words("element_id"),
    words("name"),
    words("kind"),
    words("movement"),
    moment("at"),
    uuid("actor"),
    words("outcome", nullable=True),
    one_of("movement", "entered", "left", "recalled"),
    Index(None, "instance_id", "id"),
)

_INBOX_ORDER = (text("urgency DESC"), "due_at", "id")

work_items = Table(
    "work_items",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    ref("instance_id", "instances.id"),
    uuid("task_id"),
    words("element_id"),
    words("name"),
    words("name_en"),
    uuid("document_id"),
    Column("roles", ARRAY(Text), nullable=False),
    uuid("unit_id", nullable=True),
    uuid("assignee", nullable=True),
    uuids("excluded"),
    Column("urgency", SmallInteger, nullable=False),
    moment("opened_at"),
    Column("due_date", Date),
    moment("due_at", nullable=True),
    words("term", nullable=True),
    Column("calendar_version", Integer, nullable=False, server_default=text("0")),
    words("state"),
    words("waiting_for", nullable=True),
    moment("waiting_since", nullable=True),
    words("outcome", nullable=True),
    uuid("completed_by", nullable=True),
    moment("completed_at", nullable=True),
    words("procedure"),
    words("document_type"),
    uuid("about_unit", nullable=True),
    uuid("on_behalf_of", nullable=True),
    uuid("by_stand_in", nullable=True),
    Column("needs", SmallInteger, nullable=False, server_default=text("1")),
    Column("agreed", SmallInteger, nullable=False, server_default=text("0")),
    uuids("voters"),
    Column("rev", Integer, nullable=False),
    uuid("opened_by", nullable=True),
    moment("seen_at", nullable=True),
    uuid("seen_by", nullable=True),
    uuid("handed_by", nullable=True),
    words("handed_note", nullable=True),
    one_of("state", "open", "signing", "completed", "cancelled"),
    CheckConstraint("term IS NULL OR due_at IS NOT NULL", name="term_ends"),
    CheckConstraint("(due_at IS NULL) = (due_date IS NULL)", name="due_whole"),
    CheckConstraint("(on_behalf_of IS NULL) = (by_stand_in IS NULL)", name="in_place_whole"),
    CheckConstraint(
        "completed_by IS NULL OR on_behalf_of IS NULL OR on_behalf_of <> ALL (excluded)", name="not_done_for_excluded"
    ),
    CheckConstraint("needs >= 1 AND agreed BETWEEN 0 AND needs", name="needs_counted"),
    CheckConstraint("cardinality(roles) > 0 OR assignee IS NOT NULL", name="somebody_may"),
    CheckConstraint("(waiting_for IS NULL) = (waiting_since IS NULL)", name="waiting_whole"),
    CheckConstraint(
        "(state = 'completed') = (outcome IS NOT NULL AND completed_by IS NOT NULL)", name="completed_whole"
    ),
    CheckConstraint("(state IN ('completed', 'cancelled')) = (completed_at IS NOT NULL)", name="end_has_time"),
    CheckConstraint("completed_by IS NULL OR completed_by <> ALL (excluded)", name="not_done_by_excluded"),
    CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen_whole"),
    CheckConstraint(
        "(handed_note IS NULL OR handed_by IS NOT NULL) AND (handed_by IS NULL OR assignee IS NOT NULL)",
        name="handed_whole",
    ),
    # A task waits for one person once; only the end of its item lets another be opened.
    Index("work_items_task_id_idx", "task_id", unique=True, postgresql_where=text("state IN ('open', 'signing')")),
    Index("work_items_instance_id_idx", "instance_id", postgresql_where=text("state IN ('open', 'signing')")),
    Index("work_items_due_idx", "agency_id", "due_at", "id", postgresql_where=text("state = 'open'")),
    # An inbox is read from these, each in its order (storage.candidates): what is somebody's, what is nobody's yet.
    Index(
        "work_items_assignee_idx",
        "assignee",
        *_INBOX_ORDER,
        postgresql_where=text("state = 'open' AND assignee IS NOT NULL"),
    ),
    Index(
        "work_items_on_behalf_of_idx",
        "on_behalf_of",
        *_INBOX_ORDER,
        postgresql_where=text("state = 'open' AND on_behalf_of IS NOT NULL"),
    ),
    Index(
        "work_items_one_role_idx",
        "agency_id",
        text("(roles[1])"),
        text("coalesce(unit_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
        *_INBOX_ORDER,
        postgresql_where=text("state = 'open' AND assignee IS NULL AND cardinality(roles) = 1"),
    ),
    Index(
        "work_items_several_roles_idx",
        "agency_id",
        *_INBOX_ORDER,
        postgresql_where=text("state = 'open' AND assignee IS NULL AND cardinality(roles) > 1"),
    ),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    ref("work_item_id", "work_items.id"),
    uuid("agency_id"),
    uuid("person_id"),
    words("outcome"),
    moment("at"),
    uuid("on_behalf_of", nullable=True),
    uuid("by_stand_in", nullable=True),
    UniqueConstraint("work_item_id", "person_id"),
    CheckConstraint("(on_behalf_of IS NULL) = (by_stand_in IS NULL)", name="in_place_whole"),
    CheckConstraint("on_behalf_of <> person_id", name="two_people"),
)

signings = Table(
    "signings",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    ref("document_id", "documents.id"),
    ref("instance_id", "instances.id"),
    Column("work_item_id", Uuid, ForeignKey("work_items.id"), nullable=False, unique=True),
    words("field"),
    words("outcome"),
    words("key_id"),
    words("digest"),
    ref("prepared_file_id", "files.id"),
    words("prepared"),
    moment("asked_at"),
    uuid("asked_by"),
    words("state"),
    ref("signed_file_id", "files.id", nullable=True),
    moment("signed_at", nullable=True),
    one_of("state", "digested", "signed"),
    CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest_is_one"),
    CheckConstraint("(state = 'signed') = (signed_file_id IS NOT NULL AND signed_at IS NOT NULL)", name="signed_whole"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Uuid, primary_key=True),
    uuid("agency_id"),
    ref("instance_id", "instances.id"),
    uuid("document_id"),
    uuid("task_id"),
    words("element_id"),
    words("operation"),
    words("parameters"),
    words("code"),
    words("message"),
    moment("first_seen"),
    moment("last_seen"),
    Column("times", Integer, nullable=False),
    words("state"),
    one_of("state", "open", "retrying", "resolved"),
    uuid("skip_by", nullable=True),
    moment("skip_at", nullable=True),
    words("skip_because", nullable=True),
    CheckConstraint("times >= 1", name="times_from_one"),
    CheckConstraint(
        "(skip_by IS NULL) = (skip_at IS NULL) AND (skip_by IS NULL) = (skip_because IS NULL)", name="skip_whole"
    ),
    CheckConstraint("last_seen >= first_seen", name="seen_in_order"),
    Index("incidents_task_id_idx", "task_id", unique=True, postgresql_where=text("state <> 'resolved'")),
    Index(None, "agency_id", text("id DESC")),
)
