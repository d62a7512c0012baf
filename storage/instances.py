"""Running procedures and their history as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Row,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from engine.ids import DocumentId, InstanceId, PersonId, TaskId
from engine.instances import (
    Activity,
    Caller,
    Instance,
    InstanceLine,
    InstanceMoved,
    InstanceNotFound,
    InstanceState,
    Movement,
    standing_of,
)
from engine.queries import InstanceQuery, Page, PageRequest
from engine.recalls import Recall
from storage.queries import id_in, page_of
from storage.rows import INSTANCE_COLUMNS, insert_many, instance_from, written
from storage.schema import activities, definitions, incidents, instances, migrated_instances, work_items
from storage.statements import Fixed, Statements

_ONE = select(*INSTANCE_COLUMNS).where(instances.c.id == bindparam("instance_id"))
_GET = Fixed(_ONE)
_LOCK = Fixed(_ONE.with_for_update())
_OF_DOCUMENT = Fixed(
    select(*INSTANCE_COLUMNS).where(instances.c.document_id == bindparam("document_id"), ~instances.c.beside)
)
_BESIDE = Fixed(
    select(*INSTANCE_COLUMNS)
    .where(instances.c.document_id == bindparam("document_id"), instances.c.beside)
    .order_by(instances.c.id)
)
_BY_CALLER = select(*INSTANCE_COLUMNS).where(instances.c.caller_id == bindparam("caller")).order_by(instances.c.id)
_CALLED = Fixed(_BY_CALLER)
_CALLED_BY_TASK = Fixed(_BY_CALLER.where(instances.c.caller_task == bindparam("task")))
_CHANGING = (
    *("state", "finished_at", "rev", "waits", "suspended_at", "suspended_because", "cancelled_because"),
    *("with_caller", "failed_with"),
)
_OF_CALLER = ("caller_id", "caller_task", "caller_element", "call_depth")
_SAVE = Fixed(
    update(instances)
    .where(instances.c.id == bindparam("instance_id"), instances.c.rev == bindparam("new_rev") - 1)
    .values(
        {
            **{instances.c[name]: bindparam(f"new_{name}") for name in _CHANGING},
            # The state that stands there now is the one before; it need not travel.
            instances.c.previous_state: case((bindparam("new_keeps", type_=Boolean), instances.c.state), else_=None),
            instances.c.recall: bindparam("new_recall"),
        }
    )
)
_STANDING = ("rev", "suspended_at", "suspended_because", "with_caller")
_STAND = Fixed(
    update(instances)
    .where(instances.c.id == bindparam("instance_id"), instances.c.rev == bindparam("new_rev") - 1)
    .values({instances.c[name]: bindparam(f"new_{name}") for name in _STANDING})
)
_RECALL = Fixed(
    select(instances.c.recall, instances.c.previous_state).where(instances.c.id == bindparam("instance_id"))
)
_HISTORY = Fixed(
    select(activities).where(activities.c.instance_id == bindparam("instance_id")).order_by(activities.c.id)
)
_RENAMES = Fixed(
    select(migrated_instances.c.at, migrated_instances.c.renames)
    .where(
        migrated_instances.c.instance_id == bindparam("instance_id"),
        migrated_instances.c.at.is_not(None),
        migrated_instances.c.renames != literal_column("'{}'"),
    )
    .order_by(migrated_instances.c.at)
)
_RECORD = insert_many(activities, *(column.name for column in activities.c if column.name != "id"))
_NAMES = tuple(column.name for column in INSTANCE_COLUMNS)
_ADD = Fixed(insert(instances).inline(), *_NAMES)


_STEPS = (
    select(func.coalesce(func.array_agg(aggregate_order_by(work_items.c.name, work_items.c.id)), []))
    .where(work_items.c.instance_id == instances.c.id, work_items.c.state.in_(("open", "signing")))
    .scalar_subquery()
)
_INCIDENTS = (
    select(func.count())
    .where(incidents.c.instance_id == instances.c.id, incidents.c.state != "resolved")
    .scalar_subquery()
)
_SHOWN = (
    "id",
    "document_id",
    "definition_key",
    "started_at",
    "suspended_at",
    "finished_at",
    "cancelled_because",
    "failed_with",
)
_LINES = select(
    *(instances.c[name] for name in _SHOWN),
    definitions.c.version,
    _STEPS.label("steps"),
    _INCIDENTS.label("incidents"),
).join_from(instances, definitions)
_UNFINISHED, _STANDS = instances.c.finished_at.is_(None), instances.c.suspended_at.is_not(None)
_CANCELLED = instances.c.cancelled_because.is_not(None)
_IN_STATE: Final[Mapping[InstanceState, Sequence[ColumnElement[bool]]]] = {
    InstanceState.UNFINISHED: (_UNFINISHED,),
    InstanceState.RUNNING: (_UNFINISHED, ~_STANDS),
    InstanceState.SUSPENDED: (_UNFINISHED, _STANDS),
    InstanceState.STUCK: (_UNFINISHED, _INCIDENTS > 0),
    InstanceState.FINISHED: (~_UNFINISHED, ~_CANCELLED),
    InstanceState.CANCELLED: (_CANCELLED,),
}


class PostgresInstances:
    """Running procedures, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, instance_id: InstanceId) -> Instance:
        """Return the instance, or raise InstanceNotFound."""
        held = self._connection.seen.instances.get(instance_id)
        return held if held is not None else _found(self._connection.ask_one(_GET, {"instance_id": instance_id}))

    def lock(self, instance_id: InstanceId) -> Instance:
        """Return the instance for moving it, or raise InstanceNotFound."""
        locked = _found(self._connection.ask_one(_LOCK, {"instance_id": instance_id}))
        self._connection.seen.instances[locked.id] = locked
        return locked

    def find_of_document(self, document_id: DocumentId) -> Instance | None:
        """Return the document's own procedure, or None."""
        row = self._connection.ask_one(_OF_DOCUMENT, {"document_id": document_id})
        return None if row is None else instance_from(row)

    def beside(self, document_id: DocumentId) -> Sequence[Instance]:
        """Return what works on the document beside its own procedure, the oldest first."""
        return [instance_from(row) for row in self._connection.ask(_BESIDE, {"document_id": document_id})]

    def called_by(self, instance_id: InstanceId, task_id: TaskId | None = None) -> Sequence[Instance]:
        """Return what the instance called, by all its steps or by this task, the oldest first."""
        if task_id is None:
            return [instance_from(row) for row in self._connection.ask(_CALLED, {"caller": instance_id})]
        rows = self._connection.ask(_CALLED_BY_TASK, {"caller": instance_id, "task": task_id})
        return [instance_from(row) for row in rows]

    def add(self, instance: Instance) -> None:
        """Keep a new instance."""
        values = {name: getattr(instance, name) for name in _NAMES if name not in _OF_CALLER}
        self._connection.later(_ADD, {**values, **_caller_values(instance.caller)})

    def save(self, instance: Instance, recall: Recall | None = None) -> None:
        """Keep the new value of a locked instance; raises InstanceMoved if its rev is not the next one."""
        before = self._require_next(instance)
        keeps = recall is not None and recall.hindrance is None
        kept = (recall, before.state if keeps else None) if recall is not None else None
        self._connection.seen.recalls[instance.id] = kept
        changed = {f"new_{name}": getattr(instance, name) for name in _CHANGING}
        self._connection.later(
            _SAVE,
            {
                "instance_id": instance.id,
                **changed,
                "new_keeps": keeps,
                "new_recall": recall.as_data() if recall else None,
            },
        )

    def stand(self, instance: Instance) -> None:
        """Keep since when and why a locked instance stands still, or that it does not; nothing else of it changes."""
        self._require_next(instance)
        changed = {f"new_{name}": getattr(instance, name) for name in _STANDING}
        self._connection.later(_STAND, {"instance_id": instance.id, **changed})

    def _require_next(self, instance: Instance) -> Instance:
        """Return the instance as it was, and take this one as seen from now on."""
        # The row is locked, so what was read with the lock is what is there: no need to ask whether it was changed.
        seen = self._connection.seen.instances
        before = seen.get(instance.id)
        if before is None or before.rev != instance.rev - 1:
            raise InstanceMoved
        seen[instance.id] = instance
        return before

    def find_recall(self, instance_id: InstanceId) -> tuple[Recall, bytes | None] | None:
        """Return what the last trigger kept for a recall, with the state before it, or None."""
        recalls = self._connection.seen.recalls
        if instance_id in recalls:
            return recalls[instance_id]
        row = self._connection.ask_one(_RECALL, {"instance_id": instance_id})
        if row is None or row.recall is None:
            return None
        state = None if row.previous_state is None else bytes(row.previous_state)
        return Recall.from_data(row.recall), state

    def record(self, activities: Sequence[Activity]) -> None:
        """Append lines of history."""
        if activities:
            self._connection.later(_RECORD, written([_activity_values(activity) for activity in activities]))

    def search(self, query: InstanceQuery, page: PageRequest) -> Page[InstanceLine]:
        """Return a page of these procedures: those that are over the newest first, the others the oldest first."""
        over = query.state in (InstanceState.FINISHED, InstanceState.CANCELLED)
        wanted = _LINES.where(instances.c.agency_id == query.agency_id, *_asked_for(query))
        if page.after is not None:
            behind = id_in(page.after)
            wanted = wanted.where(instances.c.id < behind if over else instances.c.id > behind)
        ordered = wanted.order_by(instances.c.id.desc() if over else instances.c.id)
        return page_of(self._connection, ordered, page, _line, lambda row: row.id)

    def history(self, instance_id: InstanceId) -> Sequence[Activity]:
        """Return the history, the oldest first; elements have the ids of the version that the instance runs by."""
        lines = [_activity(row) for row in self._connection.ask(_HISTORY, {"instance_id": instance_id})]
        for passage in self._connection.ask(_RENAMES, {"instance_id": instance_id}):
            lines = [_renamed(line, passage.renames) if line.at < passage.at else line for line in lines]
        return lines


def _asked_for(query: InstanceQuery) -> list[ColumnElement[bool]]:
    conditions = [*_IN_STATE[query.state]]
    if query.key is not None:
        conditions.append(instances.c.definition_key == query.key)
    if query.version is not None:
        conditions.append(definitions.c.version == query.version)
    if query.begun_before is not None:
        conditions.append(instances.c.started_at < query.begun_before)
    return conditions


def _line(row: Row[Any]) -> InstanceLine:
    return InstanceLine(
        id=InstanceId(row.id),
        document_id=DocumentId(row.document_id),
        definition_key=row.definition_key,
        version=row.version,
        standing=standing_of(row.finished_at, row.cancelled_because, row.failed_with, row.suspended_at),
        started_at=row.started_at,
        suspended_at=row.suspended_at,
        finished_at=row.finished_at,
        steps=tuple(row.steps),
        incidents=row.incidents,
    )


def _caller_values(caller: Caller | None) -> dict[str, Any]:
    if caller is None:
        return dict.fromkeys(_OF_CALLER)
    return dict(zip(_OF_CALLER, (caller.instance_id, caller.task_id, caller.element_id, caller.depth), strict=True))


def _found(row: Row[Any] | None) -> Instance:
    if row is None:
        raise InstanceNotFound
    return instance_from(row)


def _renamed(line: Activity, names: Mapping[str, str]) -> Activity:
    return replace(line, element_id=names[line.element_id]) if line.element_id in names else line


def _activity_values(activity: Activity) -> dict[str, Any]:
    return {
        "instance_id": activity.instance_id,
        "agency_id": activity.agency_id,
        "task_id": activity.task_id,
        "element_id": activity.element_id,
        "name": activity.name,
        "kind": activity.kind,
        "movement": activity.movement.value,
        "at": activity.at,
        "actor": activity.actor,
        "outcome": activity.outcome,
    }


def _activity(row: Row[Any]) -> Activity:
    return Activity(
        instance_id=InstanceId(row.instance_id),
        agency_id=row.agency_id,
        task_id=TaskId(row.task_id),
        element_id=row.element_id,
        name=row.name,
        kind=row.kind,
        movement=Movement(row.movement),
        at=row.at,
        actor=PersonId(row.actor),
        outcome=row.outcome,
    )
