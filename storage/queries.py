"""How lists are asked for: page by key, never by counting; what a person may read; words without their marks."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Row, Select, and_, func, or_, select, true
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse

from engine.access import READS_WHOLE_AGENCY
from engine.errors import Invalid
from engine.people import Person
from engine.queries import Page, PageRequest
from engine.stand_ins import Scope
from storage.schema import documents
from storage.statements import AnyRow, Statements

MAX_LIMIT = 200
MAX_WORDS = 12

Value = TypeVar("Value")


class PlaceUnknown(Invalid):
    """The caller wants to go on from a place that no page ended with."""

    code = "page.place_unknown"
    template = "A list cannot be continued from '%(after)s'. Start again from its first page."


def page_of(
    connection: Statements,
    statement: Select[Any],
    page: PageRequest,
    value: Callable[[Row[Any]], Value],
    place: Callable[[Row[Any]], object],
) -> Page[Value]:
    """Run an ordered *statement* that starts behind the page's place; one row more than asked tells if it goes on."""
    limit = limit_of(page)
    return page_from(connection.execute(statement.limit(limit + 1)).all(), limit, value, place)


def limit_of(page: PageRequest) -> int:
    """Return how many rows the page shows."""
    return min(max(page.limit, 1), MAX_LIMIT)


def page_from(
    rows: Sequence[AnyRow], limit: int, value: Callable[[AnyRow], Value], place: Callable[[AnyRow], object]
) -> Page[Value]:
    """Return the page of *limit* rows at most; one row more than that tells that the list goes on."""
    shown = rows[:limit]
    return Page(items=tuple(value(row) for row in shown), next=str(place(shown[-1])) if len(rows) > limit else None)


def planned_once(statement: Select[Any]) -> Select[Any]:
    """Hide the values of the parameters from the planner, each behind a SELECT of its own.

    Where it sees them it may find that a plan for just these values looks cheaper, and then makes one each time: of an
    inbox among many items that takes four times as long as reading the page.
    """
    return cast("Select[Any]", replacement_traverse(statement, {}, _behind_select))


def _behind_select(element: ExternallyTraversible, **_: Any) -> Any:  # noqa: ANN401 - as the library calls it
    return select(element).scalar_subquery() if isinstance(element, BindParameter) else None


def id_in(after: str) -> UUID:
    """Read the place of a list that is ordered by id. Raises PlaceUnknown."""
    try:
        return UUID(after)
    except ValueError as cause:
        raise PlaceUnknown(after=after) from cause


def number_in(after: str) -> int:
    """Read the place of a list that is ordered by a number. Raises PlaceUnknown."""
    if not (after.isascii() and after.isdigit() and len(after) <= 9):  # noqa: PLR2004 - what an integer column holds
        raise PlaceUnknown(after=after)
    return int(after)


def readable_by(person: Person) -> ColumnElement[bool]:
    """Return the condition of engine.access.may_read on rows of documents."""
    own = documents.c.agency_id == person.agency_id
    if person.powers & READS_WHOLE_AGENCY:
        return own
    in_places = [and_(_read_by(place.of), *_in_scope(place.by.scope)) for place in person.places]
    return and_(own, or_(_read_by(person), *in_places))


def _read_by(person: Person) -> ColumnElement[bool]:
    if person.powers & READS_WHOLE_AGENCY:
        return true()
    return or_(
        documents.c.reader_units.overlap(sorted(person.units)),
        documents.c.reader_people.contains([person.id]),
        documents.c.created_by == person.id,
    )


def _in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if scope.document_types:
        conditions.append(documents.c.type.in_(sorted(scope.document_types)))
    if scope.units:
        units = sorted(scope.units)
        received = and_(documents.c.unit_id.is_(None), documents.c.reader_units.overlap(units))
        conditions.append(or_(documents.c.unit_id.in_(units), received))
    return conditions


def has_words(column: ColumnElement[str], text: str) -> list[ColumnElement[bool]]:
    """Return the conditions that the folded *column* has every word of *text*, in any order."""
    words = text.split()[:MAX_WORDS]
    return [column.like(func.concat("%", func.vanthu_fold(_escaped(word)), "%")) for word in words]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
