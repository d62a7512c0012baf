"""Who waits for which message or signal, as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select

from engine.ids import AgencyId, InstanceId, TaskId
from engine.messages import SendingKind, Subscription
from storage.rows import insert_many, written
from storage.schema import subscriptions
from storage.statements import AnyRow, Fixed, Statements

_FORGET = Fixed(delete(subscriptions).where(subscriptions.c.instance_id == bindparam("of_instance")))
_NAMES = tuple(str(column.name) for column in subscriptions.c)
_ADD = insert_many(subscriptions, *_NAMES)
_WAITING = select(subscriptions).where(
    subscriptions.c.agency_id == bindparam("agency"),
    subscriptions.c.kind == bindparam("kind"),
    subscriptions.c.name == bindparam("name"),
)
_SAME = Fixed(_WAITING.where(subscriptions.c.correlation == bindparam("correlation")))
_WITHOUT = Fixed(_WAITING.where(subscriptions.c.correlation.is_(None)))
_OF_INSTANCE = Fixed(select(subscriptions).where(subscriptions.c.instance_id == bindparam("of_instance")))
_OF_TASK = Fixed(
    select(subscriptions).where(
        subscriptions.c.instance_id == bindparam("of_instance"), subscriptions.c.task_id == bindparam("of_task")
    )
)


class PostgresMessages:
    """Who waits for messages and signals, as one transaction sees it."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def replace(self, instance_id: InstanceId, kept: Sequence[Subscription]) -> None:
        """Make *kept* all that a locked instance waits for."""
        self._connection.later(_FORGET, {"of_instance": instance_id})
        if kept:
            self._connection.later(_ADD, written([_values(each) for each in kept]))

    def waiting(
        self, agency_id: AgencyId, kind: SendingKind, name: str, correlation: str | None = None
    ) -> Sequence[Subscription]:
        """Return the steps of the agency that wait for exactly this."""
        asked = {"agency": agency_id, "kind": kind.value, "name": name}
        if correlation is None:
            rows = self._connection.ask(_WITHOUT, asked)
        else:
            rows = self._connection.ask(_SAME, {**asked, "correlation": correlation})
        return [_subscription(row) for row in rows]

    def of_instance(self, instance_id: InstanceId) -> Sequence[Subscription]:
        """Return all that an instance waits for."""
        return [_subscription(row) for row in self._connection.ask(_OF_INSTANCE, {"of_instance": instance_id})]

    def find_of_task(self, instance_id: InstanceId, task_id: TaskId) -> Subscription | None:
        """Return what this step waits for, or None."""
        row = self._connection.ask_one(_OF_TASK, {"of_instance": instance_id, "of_task": task_id})
        return None if row is None else _subscription(row)


def _values(subscription: Subscription) -> dict[str, Any]:
    kept = {name: getattr(subscription, name) for name in _NAMES}
    return {**kept, "kind": subscription.kind.value}


def _subscription(row: AnyRow) -> Subscription:
    return Subscription(
        instance_id=InstanceId(row.instance_id),
        agency_id=AgencyId(row.agency_id),
        task_id=TaskId(row.task_id),
        element_id=row.element_id,
        kind=SendingKind(row.kind),
        name=row.name,
        correlation=row.correlation,
    )
