"""People's tasks as rows; a partial index holds the open ones, however many are done."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Text,
    and_,
    bindparam,
    cast,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from engine.ids import AgencyId, DocumentId, InstanceId, PersonId, TaskId, UnitId, WorkItemId
from engine.instances import Instance
from engine.people import Person, Role
from engine.queries import Page, PageRequest, WorkItemQuery
from engine.work_items import WorkItem, WorkItemNotFound, WorkItemState
from storage.queries import PlaceUnknown, id_in, page_of
from storage.rows import DOCUMENT_COLUMNS, document_from, insert_many, instance_from, written
from storage.schema import agencies, documents, instances, work_items
from storage.statements import Fixed, Statements, row_of

_GET = Fixed(select(work_items).where(work_items.c.id == bindparam("work_item_id")))

# The instance is locked first, as everywhere; only then the document and the item, of which PostgreSQL then gives the
# newest version. A statement each would cost two more round trips.
_INSTANCE = (
    select(instances)
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
    )
    .join(_INSTANCE, _INSTANCE.c.id == work_items.c.instance_id)
    .join(_DOCUMENT, _DOCUMENT.c.id == _INSTANCE.c.document_id)
    .where(work_items.c.id == bindparam("work_item_id"))
    .with_for_update(of=work_items)
)
_ITEM_END = len(work_items.c)
_INSTANCE_END = _ITEM_END + len(instances.c)
_DocumentRow = row_of(column.name for column in DOCUMENT_COLUMNS)
_InstanceRow = row_of(column.name for column in instances.c)
# Written out, so that the planner knows the partial index serves it.
_NOT_ENDED = work_items.c.state.in_((literal_column("'open'"), literal_column("'signing'")))
_OPEN_OF = Fixed(
    select(work_items).where(work_items.c.instance_id == bindparam("instance_id"), _NOT_ENDED).order_by(work_items.c.id)
)
_ADD = insert_many(work_items, *(column.name for column in work_items.c))
_CHANGING = (
    "assignee",
    "state",
    "waiting_for",
    "waiting_since",
    "outcome",
    "completed_by",
    "completed_at",
    "due_date",
    "rev",
)
_SAVE = Fixed(
    update(work_items)
    .where(work_items.c.id == bindparam("work_item_id"))
    .values({work_items.c[name]: bindparam(f"new_{name}") for name in _CHANGING})
)


class PostgresWorkItems:
    """People's tasks, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

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
        seen.instances[instance.id] = instance.rev
        seen.documents[instance.document_id] = document_from(_DocumentRow._make(row[_INSTANCE_END:-1]))
        seen.organisations[instance.agency_id] = row[-1]
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
        if items:
            self._connection.later(_ADD, written([_values(item) for item in items]))

    def save(self, item: WorkItem) -> None:
        """Keep the new value of a locked item."""
        values = _values(item)
        changed = {f"new_{name}": values[name] for name in _CHANGING}
        self._connection.later(_SAVE, {"work_item_id": item.id, **changed})

    def search(self, query: WorkItemQuery, page: PageRequest) -> Page[WorkItem]:
        """Return a page of open items, the urgent and the oldest first."""
        wanted = select(work_items).where(work_items.c.state == "open", _may_do(query.person))
        if query.document_id is not None:
            wanted = wanted.where(work_items.c.document_id == query.document_id)
        if page.after is not None:
            wanted = wanted.where(_behind(page.after))
        ordered = wanted.order_by(work_items.c.urgency.desc(), work_items.c.id)
        return page_of(self._connection, ordered, page, _item, lambda row: f"{row.urgency}.{row.id}")


def _behind(after: str) -> ColumnElement[bool]:
    urgency, _, item = after.partition(".")
    if urgency not in ("0", "1", "2", "3"):
        raise PlaceUnknown(after=after)
    same = work_items.c.urgency == int(urgency)
    return or_(work_items.c.urgency < int(urgency), and_(same, work_items.c.id > id_in(item)))


def _may_do(person: Person) -> ColumnElement[bool]:
    """Return the condition of engine.access.require_act on rows of work_items."""
    everywhere = and_(work_items.c.unit_id.is_(None), _has_one_of(person.roles))
    in_units = [
        and_(work_items.c.unit_id == unit, _has_one_of({post.role for post in person.posts if post.unit_id == unit}))
        for unit in sorted(person.units)
    ]
    candidate = and_(work_items.c.assignee.is_(None), or_(everywhere, *in_units))
    return and_(
        work_items.c.agency_id == person.agency_id,
        or_(work_items.c.assignee == person.id, candidate),
        literal(person.id) != work_items.c.excluded.all_(),
    )


def _has_one_of(roles: Collection[Role]) -> ColumnElement[bool]:
    named = cast(sorted(role.value for role in roles), ARRAY(Text))
    return work_items.c.roles.op("&&", is_comparison=True)(named)


def _values(item: WorkItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "agency_id": item.agency_id,
        "instance_id": item.instance_id,
        "task_id": item.task_id,
        "element_id": item.element_id,
        "name": item.name,
        "name_en": item.name_en,
        "document_id": item.document_id,
        "roles": sorted(role.value for role in item.roles),
        "unit_id": item.unit_id,
        "assignee": item.assignee,
        "excluded": sorted(item.excluded),
        "urgency": item.urgency,
        "opened_at": item.opened_at,
        "due_date": item.due_date,
        "state": item.state.value,
        "waiting_for": item.waiting_for,
        "waiting_since": item.waiting_since,
        "outcome": item.outcome,
        "completed_by": item.completed_by,
        "completed_at": item.completed_at,
        "rev": item.rev,
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
        assignee=None if row.assignee is None else PersonId(row.assignee),
        excluded=frozenset(row.excluded),
        urgency=row.urgency,
        opened_at=row.opened_at,
        due_date=row.due_date,
        state=WorkItemState(row.state),
        waiting_for=row.waiting_for,
        waiting_since=row.waiting_since,
        outcome=row.outcome,
        completed_by=None if row.completed_by is None else PersonId(row.completed_by),
        completed_at=row.completed_at,
        rev=row.rev,
    )
