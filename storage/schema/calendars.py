"""Tables of the calendars of offices: the years that were confirmed, and the days that differ from the week's rule."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Time,
)

from storage.schema.columns import metadata, moment, one_of, ref, uuid, words

calendar_years = Table(
    "calendar_years",
    metadata,
    ref("agency_id", "agencies.id"),
    Column("year", SmallInteger, nullable=False),
    Column("morning_start", Time, nullable=False),
    Column("morning_end", Time, nullable=False),
    Column("afternoon_start", Time, nullable=False),
    Column("afternoon_end", Time, nullable=False),
    moment("confirmed_at"),
    uuid("confirmed_by"),
    Column("rev", Integer, nullable=False),
    PrimaryKeyConstraint("agency_id", "year"),
    CheckConstraint("year BETWEEN 2000 AND 2100", name="year_in_range"),
    CheckConstraint(
        "morning_start < morning_end AND morning_end <= afternoon_start AND afternoon_start < afternoon_end",
        name="hours_in_order",
    ),
    CheckConstraint("rev >= 1", name="rev_from_one"),
)

calendar_days = Table(
    "calendar_days",
    metadata,
    uuid("agency_id"),
    Column("year", SmallInteger, nullable=False),
    Column("day", Date, nullable=False),
    words("kind"),
    words("name"),
    PrimaryKeyConstraint("agency_id", "day"),
    ForeignKeyConstraint(
        ["agency_id", "year"],
        ["calendar_years.agency_id", "calendar_years.year"],
        deferrable=True,
        initially="DEFERRED",
    ),
    one_of("kind", "off", "make_up", "morning_only"),
    CheckConstraint("year = EXTRACT(year FROM day)", name="day_of_year"),
    CheckConstraint("kind <> 'make_up' OR EXTRACT(isodow FROM day) > 5", name="make_up_on_weekend"),
    CheckConstraint("kind <> 'off' OR EXTRACT(isodow FROM day) <= 5", name="off_on_weekday"),
)
