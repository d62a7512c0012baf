"""Which work items a person may do, as a condition on their rows."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Text, and_, cast, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY

from engine.people import Person, Place, Role
from engine.stand_ins import Scope
from storage.schema import work_items


def may_do(person: Person) -> ColumnElement[bool]:
    """Return the condition of engine.access.require_act on rows of work_items."""
    own = or_(_is_open_to(person), work_items.c.on_behalf_of == person.id)
    in_places = [_may_do_in(place, person) for place in person.places]
    return and_(
        work_items.c.agency_id == person.agency_id,
        or_(own, *in_places),
        literal(person.id) != work_items.c.excluded.all_(),
        literal(person.id) != work_items.c.voters.all_(),
    )


def _may_do_in(place: Place, person: Person) -> ColumnElement[bool]:
    """Return the condition that *person* may do the item in this place."""
    theirs = and_(work_items.c.on_behalf_of == place.of.id, work_items.c.assignee == person.id)
    return and_(
        or_(_is_open_to(place.of), theirs),
        literal(place.of.id) != work_items.c.excluded.all_(),
        literal(place.of.id) != work_items.c.voters.all_(),
        *_in_scope(place.by.scope),
    )


def _in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if scope.document_types:
        conditions.append(work_items.c.document_type.in_(sorted(scope.document_types)))
    if scope.units:
        conditions.append(work_items.c.about_unit.in_(sorted(scope.units)))
    if scope.steps:
        step = work_items.c.procedure + "/" + work_items.c.element_id
        conditions.append(or_(work_items.c.procedure.in_(sorted(scope.steps)), step.in_(sorted(scope.steps))))
    return conditions


def _is_open_to(person: Person) -> ColumnElement[bool]:
    """Return the condition that the item is the person's, or nobody's yet and theirs by post."""
    everywhere = and_(work_items.c.unit_id.is_(None), _has_one_of(person.roles))
    in_units = [
        and_(work_items.c.unit_id == unit, _has_one_of({post.role for post in person.posts if post.unit_id == unit}))
        for unit in sorted(person.units)
    ]
    candidate = and_(work_items.c.assignee.is_(None), or_(everywhere, *in_units))
    return or_(and_(work_items.c.assignee == person.id, work_items.c.on_behalf_of.is_(None)), candidate)


def _has_one_of(roles: Collection[Role]) -> ColumnElement[bool]:
    named = cast(sorted(role.value for role in roles), ARRAY(Text))
    return work_items.c.roles.op("&&", is_comparison=True)(named)
