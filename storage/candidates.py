"""Which work items a person may do: as a condition on their rows, and as lists, each in the order of an inbox."""

from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, func, literal, literal_column, or_
from sqlalchemy.dialects.postgresql import ARRAY

from engine.people import Person, Place, Role
from engine.stand_ins import Scope
from storage.schema import work_items

_UNASSIGNED = work_items.c.assignee.is_(None)
_OF_ONE_ROLE = func.cardinality(work_items.c.roles) == literal_column("1")
_OF_SEVERAL = func.cardinality(work_items.c.roles) > literal_column("1")
_THE_ROLE = work_items.c.roles[literal_column("1")]
# Not IS NULL: behind that, PostgreSQL does not see that an index is in order.
_UNIT_OR_NONE = func.coalesce(work_items.c.unit_id, literal_column(f"'{UUID(int=0)}'::uuid"))


def may_do(person: Person) -> ColumnElement[bool]:
    """Return the condition of engine.access.require_act on rows of work_items."""
    own = or_(_is_open_to(person), and_(work_items.c.on_behalf_of == person.id, *_kept_by(person)))
    in_places = [_may_do_in(place, person) for place in person.places]
    return and_(work_items.c.agency_id == person.agency_id, or_(own, *in_places), _not_kept_from(person))


def desks(person: Person) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that together hold for what the person may do, as `may_do` does.

    Each is served by one index in the order of an inbox, however many items there are (storage.schema.procedures); an
    item may meet several.
    """
    yield and_(work_items.c.on_behalf_of == person.id, *_kept_by(person), _ours(person))
    for desk in _own_desks(person):
        yield and_(desk, _ours(person))
    for place in person.places:
        of_place = (_ours(person), _not_kept_from(place.of), *_in_scope(place.by.scope))
        yield and_(work_items.c.assignee == person.id, work_items.c.on_behalf_of == place.of.id, *of_place)
        for desk in _own_desks(place.of):
            yield and_(desk, *of_place)


def _own_desks(person: Person) -> Iterator[ColumnElement[bool]]:
    """Yield what is the person's, and what is nobody's yet and theirs by one of their posts."""
    yield and_(work_items.c.assignee == person.id, work_items.c.on_behalf_of.is_(None), *_kept_by(person))
    here = work_items.c.agency_id == person.agency_id
    serving = person.serving
    wanted = {(post.role, None) for post in serving} | {(post.role, post.unit_id) for post in serving}
    for role, unit in sorted(wanted, key=str):
        of_unit = literal(unit or UUID(int=0)) == _UNIT_OR_NONE
        yield and_(here, _UNASSIGNED, _OF_ONE_ROLE, literal(role.value) == _THE_ROLE, of_unit)
    yield and_(here, _UNASSIGNED, _OF_SEVERAL, _is_open_to(person))


def _ours(person: Person) -> ColumnElement[bool]:
    return and_(work_items.c.agency_id == person.agency_id, _not_kept_from(person))


def _not_kept_from(person: Person) -> ColumnElement[bool]:
    kept = (work_items.c.excluded, work_items.c.voters)
    return and_(*(literal(person.id) != people.all_() for people in kept))


def _may_do_in(place: Place, person: Person) -> ColumnElement[bool]:
    """Return the condition that *person* may do the item in this place."""
    theirs = and_(work_items.c.on_behalf_of == place.of.id, work_items.c.assignee == person.id)
    return and_(or_(_is_open_to(place.of), theirs), _not_kept_from(place.of), *_in_scope(place.by.scope))


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
    candidate = and_(work_items.c.assignee.is_(None), _by_post(person))
    named = and_(work_items.c.assignee == person.id, work_items.c.on_behalf_of.is_(None), *_kept_by(person))
    return or_(named, candidate)


def _kept_by(person: Person) -> list[ColumnElement[bool]]:
    """Return the condition that what names the person is not work of the head, in whose post somebody else acts."""
    return [or_(~_has_one_of({Role.HEAD}), _by_post(person))] if person.replaced else []


def _by_post(person: Person) -> ColumnElement[bool]:
    serving = person.serving
    everywhere = and_(work_items.c.unit_id.is_(None), _has_one_of({post.role for post in serving}))
    in_units = [
        and_(work_items.c.unit_id == unit, _has_one_of({post.role for post in serving if post.unit_id == unit}))
        for unit in sorted({post.unit_id for post in serving if post.unit_id is not None})
    ]
    return or_(everywhere, *in_units)


def _has_one_of(roles: Collection[Role]) -> ColumnElement[bool]:
    named = cast(sorted(role.value for role in roles), ARRAY(Text))
    return work_items.c.roles.op("&&", is_comparison=True)(named)
