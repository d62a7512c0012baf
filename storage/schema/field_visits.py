"""Tables of field visits; once its minutes are made, the database lets nobody change a visit."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.schema.columns import metadata, moment, ref, uuid, words

field_visits = Table(
    "field_visits",
    metadata,
    Column("id", Uuid, primary_key=True),
    ref("dossier_id", "dossiers.id"),
    uuid("agency_id"),
    uuid("unit_id"),
    Column("first_day", Date),
    Column("last_day", Date),
    words("place"),
    Column("participants", JSONB, nullable=False),
    Column("findings", JSONB, nullable=False),
    words("remark"),
    moment("opened_at"),
    uuid("opened_by"),
    moment("recorded_at", nullable=True),
    uuid("recorded_by", nullable=True),
    ref("minutes_id", "files.id", nullable=True),
    Column("rev", Integer, nullable=False),
    CheckConstraint("last_day >= first_day", name="days_in_order"),
    CheckConstraint(
        "(recorded_at IS NULL) = (recorded_by IS NULL) AND (recorded_at IS NULL) = (minutes_id IS NULL)"
        " AND (recorded_at IS NULL OR first_day IS NOT NULL AND last_day IS NOT NULL)",
        name="recorded_whole",
    ),
    CheckConstraint("char_length(place) <= 200 AND char_length(remark) <= 2000", name="texts_bounded"),
    Index(None, "dossier_id"),
)

field_visit_photos = Table(
    "field_visit_photos",
    metadata,
    ref("visit_id", "field_visits.id"),
    Column("place", Integer, nullable=False),
    ref("file_id", "files.id"),
    words("caption"),
    PrimaryKeyConstraint("visit_id", "place"),
    UniqueConstraint("visit_id", "file_id"),
    CheckConstraint("place BETWEEN 1 AND 50", name="place_within"),
    CheckConstraint("char_length(caption) <= 300", name="caption_bounded"),
    Index(None, "file_id"),
)
