"""In whose place somebody may act, as one column of a statement that reads people: no statement of its own."""

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Label, ScalarSelect, bindparam, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by

from engine.stand_ins import StandInKind
from storage.schema import people, posts, stand_ins

_NONE: Final = literal_column("'[]'::json", JSON)


def _object(**parts: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a JSON object; its keys stand in the statement itself, not among its parameters."""
    return func.json_build_object(*(one for name, part in parts.items() for one in (literal_column(f"'{name}'"), part)))


_HOLDS: Final = (
    stand_ins.c.revoked_at.is_(None),
    stand_ins.c.starts_at <= bindparam("at"),
    stand_ins.c.ends_at > bindparam("at"),
)
_POST: Final = _object(role=posts.c.role, unit=posts.c.unit_id, acting=posts.c.acting)


def posts_of(person: FromClause) -> ScalarSelect[Any]:
    """Return the posts of the people in *person* as JSON, in their order."""
    found = func.json_agg(aggregate_order_by(_POST, posts.c.position), type_=JSON)
    return select(func.coalesce(found, _NONE)).where(posts.c.person_id == person.c.id).scalar_subquery()


def _places() -> Label[Any]:
    principals, passing, passers = people.alias("principals"), stand_ins.alias("passing"), people.alias("passers")
    # Named one by one: a row as a whole would bring the password's hash along.
    of = _object(**{name: principals.c[name] for name in _OF})
    kept = _object(**{column.name: column for column in stand_ins.c})
    through = (
        select(passers.c.title)
        .join_from(passing, passers, passers.c.id == passing.c.substitute)
        .where(passing.c.id == stand_ins.c.under)
        .scalar_subquery()
    )
    place = _object(of=of, posts=posts_of(principals), stand_in=kept, through=through)
    found = func.json_agg(aggregate_order_by(place, stand_ins.c.id), type_=JSON)
    return (
        select(func.coalesce(found, _NONE))
        .join_from(stand_ins, principals, principals.c.id == stand_ins.c.principal)
        .where(stand_ins.c.substitute == people.c.id, *_HOLDS)
        .scalar_subquery()
        .label("places")
    )


_OF: Final = ("id", "agency_id", "username", "name", "title")

PLACES: Final = _places()
"""The places of the people of a statement at the moment ``at``, as JSON for `storage.rows.places_from`."""

LED_BY_ANOTHER: Final[Label[bool]] = (
    exists()
    .where(
        stand_ins.c.agency_id == people.c.agency_id,
        stand_ins.c.kind == literal_column(f"'{StandInKind.ACTING.value}'"),
        *_HOLDS,
    )
    .label("led_by_another")
)
"""Whether somebody is acting head (Q.) of the agency of the people of a statement at the moment ``at``."""
