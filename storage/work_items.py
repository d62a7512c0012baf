"""People's tasks as rows; a partial index holds the open ones, however many are done."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from engine.deadlines import end_of_day
from engine.ids import AgencyId, DocumentId, InstanceId, PersonId, StandInId, TaskId, UnitId, WorkItemId
from engine.instances import Instance
from engine.people import Person, Role
from engine.queries import ForecastCount, ForecastQuery, Page, PageRequest, WorkItemQuery
from engine.work_items import WorkItem, WorkItemNotFound, WorkItemState
from storage.calendars import version_of
from storage.candidates import desks, may_do
from storage.documents import NOT_PAUSED
from storage.queries import PlaceUnknown, id_in, limit_of, page_from, page_of, planned_once
from storage.rows import DOCUMENT_COLUMNS, INSTANCE_COLUMNS, document_from, insert_many, instance_from, written
from storage.schema import agencies, documents, form_drafts, instances, posts, work_items
from storage.statements import AnyRow, Fixed, Statements, row_of

_GET = Fixed(select(work_items).where(work_items.c.id == bindparam("work_item_id")))

# The instance is locked first, as everywhere; only then the document and the item, of which PostgreSQL then gives the
# newest version. A statement each would cost two more round trips.
_INSTANCE = (
    select(*INSTANCE_COLUMNS)
    .where(
        instances.c.id
        == select(work_items.c.instance_id).where(work_items.c.id == bindparam("work_item_id")).scalar_subquery()
    )
    .with_for_update()
    .cte("locked_instance")
)
_DOCUMENT = (
    select(*DOCUMENT_COLUMNS)
    .join(_INSTANCE, _INSTANCE.c.document_id == documents.c.id)
    .with_for_update(of=documents)
    .cte("locked_document")
)
_LOCK = Fixed(
    select(
        work_items,
        *(column.label(f"of_instance_{column.name}") for column in _INSTANCE.c),
        *(column.label(f"of_document_{column.name}") for column in _DOCUMENT.c),
        select(agencies.c.organisation).where(agencies.c.id == _INSTANCE.c.agency_id).scalar_subquery(),
        version_of(_INSTANCE.c.agency_id).scalar_subquery().label("of_calendar_version"),
    )
    .join(_INSTANCE, _INSTANCE.c.id == work_items.c.instance_id)
    .join(_DOCUMENT, _DOCUMENT.c.id == _INSTANCE.c.document_id)
    .where(work_items.c.id == bindparam("work_item_id"))
    .with_for_update(of=work_items)
)
_ITEM_END = len(work_items.c)
_INSTANCE_END = _ITEM_END + len(INSTANCE_COLUMNS)
_DocumentRow = row_of(column.name for column in DOCUMENT_COLUMNS)
_InstanceRow = row_of(column.name for column in INSTANCE_COLUMNS)
# Written out, so that the planner knows the partial index serves it.
_NOT_ENDED = work_items.c.state.in_((literal_column("'open'"), literal_column("'signing'")))
_OPEN = work_items.c.state == literal_column("'open'")
_OPEN_OF = Fixed(
    select(work_items).where(work_items.c.instance_id == bindparam("instance_id"), _NOT_ENDED).order_by(work_items.c.id)
)
_IDS = any_(bindparam("ids", type_=ARRAY(Uuid)))
_TOUCHED_INSTANCES = union(
    select(work_items.c.instance_id.label("id")).where(work_items.c.id == _IDS),
    select(instances.c.id).where(instances.c.id == _IDS),
    select(instances.c.id).where(instances.c.document_id == _IDS),
)
_TOUCHED = (
    select(work_items)
    .where(
        or_(
            work_items.c.id == _IDS,
            and_(
                work_items.c.instance_id == any_(bindparam("instances", type_=ARRAY(Uuid))),
                work_items.c.state.in_(("open", "signing")),
            ),
        )
    )
    .order_by(work_items.c.id)
)
_NAMES = tuple(str(column.name) for column in work_items.c)
_ADD = insert_many(work_items, *_NAMES)
_CHANGING = (
    "assignee",
    "state",
    "waiting_for",
    "waiting_since",
    "outcome",
    "completed_by",
    "completed_at",
    "due_date",
    "due_at",
    "calendar_version",
    "on_behalf_of",
    "by_stand_in",
    "agreed",
    "voters",
    "rev",
    "seen_at",
    "seen_by",
    "handed_by",
    "handed_note",
)
_CHANGE = (
    update(work_items)
    .where(work_items.c.id == bindparam("work_item_id"))
    .values({work_items.c[name]: bindparam(f"new_{name}") for name in _CHANGING})
)
_SAVE = Fixed(_CHANGE)
_FORGET_DRAFTS = Fixed(delete(form_drafts).where(form_drafts.c.work_item_id == bindparam("work_item_id")))
_ENDED = (WorkItemState.COMPLETED, WorkItemState.CANCELLED)


class PostgresWorkItems:
    """People's tasks, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection
        self._left: set[TaskId] = set()

    def get(self, work_item_id: WorkItemId) -> WorkItem:
        """Return the work item, or raise WorkItemNotFound."""
        row = self._connection.ask_one(_GET, {"work_item_id": work_item_id})
        if row is None:
            raise WorkItemNotFound
        return _item(row)

    def lock(self, work_item_id: WorkItemId) -> tuple[WorkItem, Instance]:
        """Return the work item and its instance, both for changing, or raise WorkItemNotFound.

        The document is locked with them; asking for it costs nothing more.
        """
        row = self._connection.ask_one(_LOCK, {"work_item_id": work_item_id})
        if row is None:
            raise WorkItemNotFound
        instance = instance_from(_InstanceRow._make(row[_ITEM_END:_INSTANCE_END]))
        seen = self._connection.seen
        seen.instances[instance.id] = instance
        seen.documents[instance.document_id] = document_from(_DocumentRow._make(row[_INSTANCE_END:-2]))
        seen.organisations[instance.agency_id], seen.calendars[instance.agency_id] = row[-2:]
        return _item(row), instance

    def open_of(self, instance_id: InstanceId) -> Sequence[WorkItem]:
        """Return the instance's items that are open or being signed."""
        return [_item(row) for row in self._connection.ask(_OPEN_OF, {"instance_id": instance_id})]

    def of_instance(self, instance_id: InstanceId) -> Sequence[WorkItem]:
        """Return all items the instance ever had, finished ones too, the oldest first."""
        had = select(work_items).where(work_items.c.instance_id == instance_id).order_by(work_items.c.id)
        return [_item(row) for row in self._connection.execute(had)]

    def add(self, items: Sequence[WorkItem]) -> None:
        """Keep new work items."""
        if not self._left.isdisjoint(item.task_id for item in items):
            # A task has one open item at a time: the one before has to be gone when this one comes.
            self._connection.settle()
        if items:
            self._connection.later(_ADD, written([_values(item) for item in items]))

    def save(self, item: WorkItem) -> None:
        """Keep the new value of a locked item."""
        values = _values(item)
        changed = {f"new_{name}": values[name] for name in _CHANGING}
        self._connection.later(_SAVE, {"work_item_id": item.id, **changed})
        if item.state in _ENDED:
            self._left.add(item.task_id)
            self._connection.later(_FORGET_DRAFTS, {"work_item_id": item.id})

    def search(self, query: WorkItemQuery, page: PageRequest) -> Page[WorkItem]:
        """Return a page of open items, the urgent and the oldest first."""
        limit = limit_of(page)
        if query.document_id is not None:
            wanted = _of_document(query, page.after)
        elif page.after is None and not query.person.places:
            return page_from(self._connection.ask(_first_page(query.person, limit), {}), limit, _item, _inbox_place)
        else:
            wanted = _inbox(query.person, page.after, limit)
        return page_of(self._connection, wanted, page, _item, _inbox_place)

    def lock_counted_before(self, agency_id: AgencyId, version: int, limit: int) -> Sequence[WorkItem]:
        """Return unfinished items whose due time is of an older calendar, for changing; not those others hold."""
        older = (
            select(work_items)
            .where(
                work_items.c.agency_id == agency_id,
                work_items.c.state.in_(("open", "signing")),
                work_items.c.due_at.is_not(None),
                work_items.c.calendar_version < version,
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_item(row) for row in self._connection.execute(older)]

    def forecast(self, query: ForecastQuery, page: PageRequest) -> Page[WorkItem]:
        """Return a page of the open items that are late once *query.until* has passed, the soonest first."""
        wanted = select(work_items).where(*_late(query))
        if page.after is not None:
            wanted = wanted.where(_due_behind(page.after))
        ordered = wanted.order_by(work_items.c.due_at, work_items.c.id)
        return page_of(self._connection, ordered, page, _item, _place)

    def touched_by(self, ids: Collection[UUID]) -> Sequence[WorkItem]:
        """Return the items among these ids, and all that are open of the documents and instances among them."""
        given = {"ids": list(ids)}
        found = [row.id for row in self._connection.execute(_TOUCHED_INSTANCES, given)]
        rows = self._connection.execute(_TOUCHED, {**given, "instances": found})
        return [_item(row) for row in rows]

    def due_until(self, day: date, page: PageRequest) -> Page[WorkItem]:
        """Return a page of every agency's open items that are due on this day or before and whose clock runs."""
        is_due = (work_items.c.state == "open", work_items.c.due_at <= end_of_day(day), _RUNS)
        wanted = select(work_items).where(*is_due)
        if page.after is not None:
            wanted = wanted.where(work_items.c.id > id_in(page.after))
        return page_of(self._connection, wanted.order_by(work_items.c.id), page, _item, lambda row: row.id)

    def forecast_counts(self, query: ForecastQuery) -> Sequence[ForecastCount]:
        """Return how many such items there are, by unit and person."""
        counted = select(_UNIT.label("unit"), work_items.c.assignee, func.count().label("items")).where(*_late(query))
        rows = self._connection.execute(counted.group_by("unit", work_items.c.assignee))
        return [
            ForecastCount(
                unit_id=None if row.unit is None else UnitId(row.unit),
                person_id=None if row.assignee is None else PersonId(row.assignee),
                count=row.items,
            )
            for row in rows
        ]


_RUNS = select(documents.c.id).where(documents.c.id == work_items.c.document_id, NOT_PAUSED).exists()
"""The clock of the document it is about is not standing."""
_ORDER = (work_items.c.urgency.desc(), work_items.c.due_at, work_items.c.id)


def _inbox(person: Person, after: str | None, limit: int) -> Select[Any]:
    """Return the statement of a page of an inbox and one row more.

    Each desk gives that many at most, in the order of its index; asked at once, the database would look at all items of
    the agency. What they give is fetched as a list of ids: a join with them might be planned as a walk over the table.
    """
    # Written out: of a parameter the planner guesses that it asks for a tenth of all items.
    most: ColumnElement[int] = literal_column(str(limit + 1))
    behind = [] if after is None else [_behind(after)]
    key = (work_items.c.id, work_items.c.urgency, work_items.c.due_at)
    firsts = [select(*key).where(_OPEN, desk, *behind).order_by(*_ORDER).limit(most) for desk in desks(person)]
    found = union(*(first.subquery().select() for first in firsts)).subquery()
    ids = func.array(select(found.c.id).scalar_subquery(), type_=ARRAY(Uuid))
    return select(work_items).where(work_items.c.id == any_(ids)).order_by(*_ORDER)


def _of_document(query: WorkItemQuery, after: str | None) -> Select[Any]:
    of_it = select(instances.c.id).where(instances.c.document_id == query.document_id)
    behind = [] if after is None else [_behind(after)]
    mine = (_OPEN, may_do(query.person), work_items.c.instance_id.in_(of_it))
    return select(work_items).where(*mine, *behind).order_by(*_ORDER)


@lru_cache(maxsize=1_000)
def _first_page(person: Person, limit: int) -> Fixed:
    """Return the statement of an inbox's first page; it is asked for more than anything else, by the same people."""
    return Fixed(planned_once(_inbox(person, None, limit).limit(literal_column(str(limit + 1)))))


_UNIT = func.coalesce(
    work_items.c.unit_id,
    select(posts.c.unit_id)
    .where(posts.c.person_id == work_items.c.assignee, posts.c.unit_id.is_not(None))
    .order_by(posts.c.position)
    .limit(1)
    .scalar_subquery(),
)
"""The unit an item is with: the one it was given to, else that of its assignee's first post in one."""


def _late(query: ForecastQuery) -> list[ColumnElement[bool]]:
    late = [
        work_items.c.agency_id == query.agency_id,
        work_items.c.state == "open",
        work_items.c.due_at <= query.until,
        _RUNS,
    ]
    if query.unit_id is not None:
        late.append(literal(query.unit_id) == _UNIT)
    if query.person_id is not None:
        late.append(work_items.c.assignee == query.person_id)
    return late


def _inbox_place(row: AnyRow) -> str:
    return f"{row.urgency}.{_place(row)}"


def _place(row: AnyRow) -> str:
    return f"{row.due_at.timestamp() if row.due_at else ''}/{row.id}"


def _behind(after: str) -> ColumnElement[bool]:
    urgency, _, place = after.partition(".")
    if urgency not in ("0", "1", "2", "3"):
        raise PlaceUnknown(after=after)
    same = work_items.c.urgency == int(urgency)
    return or_(work_items.c.urgency < int(urgency), and_(same, _due_behind(place)))


def _due_behind(place: str) -> ColumnElement[bool]:
    """Return the condition to stand behind a place: what has no limit comes last."""
    written, _, item = place.partition("/")
    behind = work_items.c.id > id_in(item)
    if not written:
        return and_(work_items.c.due_at.is_(None), behind)
    try:
        due = datetime.fromtimestamp(float(written), UTC)
    except (ValueError, OverflowError, OSError) as cause:
        raise PlaceUnknown(after=place) from cause
    return or_(work_items.c.due_at > due, work_items.c.due_at.is_(None), and_(work_items.c.due_at == due, behind))


def _values(item: WorkItem) -> dict[str, Any]:
    return {
        **{name: getattr(item, name) for name in _NAMES},
        "roles": sorted(role.value for role in item.roles),
        "excluded": sorted(item.excluded),
        "state": item.state.value,
        "voters": sorted(item.voters),
    }


def _item(row: Row[Any]) -> WorkItem:
    return WorkItem(
        id=WorkItemId(row.id),
        agency_id=AgencyId(row.agency_id),
        instance_id=InstanceId(row.instance_id),
        task_id=TaskId(row.task_id),
        element_id=row.element_id,
        name=row.name,
        name_en=row.name_en,
        document_id=DocumentId(row.document_id),
        roles=frozenset(Role(role) for role in row.roles),
        unit_id=None if row.unit_id is None else UnitId(row.unit_id),
        assignee=_person(row.assignee),
        excluded=frozenset(row.excluded),
        urgency=row.urgency,
        opened_at=row.opened_at,
        due_at=row.due_at,
        term=row.term,
        calendar_version=row.calendar_version,
        state=WorkItemState(row.state),
        waiting_for=row.waiting_for,
        waiting_since=row.waiting_since,
        outcome=row.outcome,
        completed_by=_person(row.completed_by),
        completed_at=row.completed_at,
        procedure=row.procedure,
        document_type=row.document_type,
        about_unit=None if row.about_unit is None else UnitId(row.about_unit),
        on_behalf_of=None if row.on_behalf_of is None else PersonId(row.on_behalf_of),
        by_stand_in=None if row.by_stand_in is None else StandInId(row.by_stand_in),
        needs=row.needs,
        agreed=row.agreed,
        voters=frozenset(row.voters),
        rev=row.rev,
        opened_by=_person(row.opened_by),
        seen_at=row.seen_at,
        seen_by=_person(row.seen_by),
        handed_by=_person(row.handed_by),
        handed_note=row.handed_note,
    )


def _person(person_id: UUID | None) -> PersonId | None:
    return None if person_id is None else PersonId(person_id)
