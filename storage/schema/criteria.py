"""The tables of localities, of what they are judged by and what they are recognised as."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from engine.criteria import Tier
from engine.localities import Region
from engine.targets import TargetState
from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

localities = Table(
    "localities",
    metadata,
    Column("id", Uuid, primary_key=True),
    words("code"),
    words("kind"),
    words("name"),
    words("region"),
    ref("parent_id", "localities.id", nullable=True),
    words("group", nullable=True),
    words("area_class", nullable=True),
    Column("hardship", Boolean, nullable=False),
    Column("households", Integer, nullable=False),
    ref("agency_id", "agencies.id", nullable=True),
    Column("rev", Integer, nullable=False),
    UniqueConstraint("code"),
    one_of("kind", "province", "commune", "village"),
    one_of("region", *(region.value for region in Region)),
    CheckConstraint("(kind = 'province') = (parent_id IS NULL)", name="parent_whole"),
    CheckConstraint("""(kind = 'province') = ("group" IS NULL)""", name="group_whole"),
    CheckConstraint(
        """"group" IS NULL OR ("group" = 'group_3') = coalesce(area_class IN ('II', 'III'), false)""", name="group_fits"
    ),
    CheckConstraint("households >= 0", name="households_counted"),
    Index(None, "agency_id"),
)

criteria_sets = Table(
    "criteria_sets",
    metadata,
    Column("id", Text, primary_key=True),
    ref("agency_id", "agencies.id"),
    words("tier"),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    words("supersedes", nullable=True),
    Column("content", JSONB, nullable=False),
    words("sha256"),
    moment("loaded_at"),
    uuid("loaded_by"),
    one_of("tier", *(tier.value for tier in Tier)),
    CheckConstraint("effective_to >= effective_from", name="ends_after_start"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_one"),
    CheckConstraint("id ~ '^[a-z0-9-]+/[0-9]+$'", name="id_has_version"),
    UniqueConstraint("supersedes"),
)

achievements = Table(
    "achievements",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    ref("locality_id", "localities.id"),
    words("tier"),
    words("decision"),
    Column("decided_on", Date, nullable=False),
    moment("recorded_at"),
    uuid("recorded_by"),
    ref("document_id", "documents.id", nullable=True),
    words("criteria_set", nullable=True),
    Column("basis", Text, nullable=False, server_default=text("''")),
    Column("revoked_on", Date),
    words("revocation", nullable=True),
    ref("revocation_document_id", "documents.id", nullable=True),
    ref("proposal_document_id", "documents.id", nullable=True),
    moment("withdrawn_at", nullable=True),
    Column("rev", Integer, nullable=False, server_default=text("0")),
    one_of("tier", *(tier.value for tier in Tier)),
    CheckConstraint("decision <> ''", name="decision_given"),
    CheckConstraint("(revoked_on IS NULL) = (revocation IS NULL)", name="revoked_whole"),
    CheckConstraint("revoked_on >= decided_on", name="revoked_after"),
    # What came out of a procedure here is revoked, and what was revoked was there.
    CheckConstraint("withdrawn_at IS NULL OR document_id IS NULL AND revoked_on IS NULL", name="withdrawn_was_by_hand"),
    Index(
        "achievements_in_force_idx",
        "locality_id",
        "tier",
        unique=True,
        postgresql_where=text("revoked_on IS NULL AND withdrawn_at IS NULL"),
    ),
)

achievement_corrections = Table(
    "achievement_corrections",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("achievement_id", "achievements.id"),
    uuid("agency_id"),
    moment("at"),
    uuid("by"),
    words("reason"),
    Column("withdraws", Boolean, nullable=False),
    words("tier"),
    words("decision"),
    Column("decided_on", Date, nullable=False),
    words("basis"),
    one_of("tier", *(tier.value for tier in Tier)),
    CheckConstraint("reason <> ''", name="reason_given"),
    Index(None, "achievement_id", "id"),
)

targets = Table(
    "targets",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("agency_id", "agencies.id"),
    ref("locality_id", "localities.id"),
    words("tier"),
    Column("year", Integer, nullable=False),
    ref("document_id", "documents.id"),
    words("criteria_set"),
    Column("criteria_met", ARRAY(Integer), nullable=False),
    Column("registered_on", Date, nullable=False),
    uuid("registered_by"),
    words("state"),
    Column("answered_on", Date),
    uuid("answered_by", nullable=True),
    words("reason", nullable=True),
    one_of("tier", *(tier.value for tier in Tier)),
    one_of("state", *(state.value for state in TargetState)),
    CheckConstraint("date_part('year', registered_on) < year", name="registered_before"),
    CheckConstraint(
        "(state = 'registered') = (answered_on IS NULL) AND (answered_on IS NULL) = (answered_by IS NULL)",
        name="answered_whole",
    ),
    UniqueConstraint("document_id"),
    Index(
        "targets_standing_idx", "locality_id", "tier", "year", unique=True, postgresql_where=text("state <> 'refused'")
    ),
    Index(None, "year"),
)

tier_plans = Table(
    "tier_plans",
    metadata,
    Column("agency_id", Uuid, ForeignKey("agencies.id", deferrable=True, initially="DEFERRED"), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("tier", Text, primary_key=True),
    Column("planned", Integer, nullable=False),
    Column("rev", Integer, nullable=False),
    one_of("tier", *(tier.value for tier in Tier)),
    CheckConstraint("planned BETWEEN 0 AND 10000", name="planned_counted"),
)
