"""Opinions on steps that several people must agree on, as rows that are only added."""

from collections.abc import Collection, Sequence

from sqlalchemy import insert, select

from engine.approvals import Approval
from engine.ids import WorkItemId
from storage.schema import approvals
from storage.statements import Statements

_NAMES = tuple(column.name for column in approvals.c if column.name != "id")


class PostgresApprovals:
    """Opinions, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, approval: Approval) -> None:
        """Keep a new opinion."""
        self._connection.execute(insert(approvals).inline(), {name: getattr(approval, name) for name in _NAMES})

    def of_items(self, work_item_ids: Collection[WorkItemId]) -> Sequence[Approval]:
        """Return the opinions on these work items, the oldest first."""
        wanted = select(approvals).where(approvals.c.work_item_id.in_(work_item_ids)).order_by(approvals.c.id)
        return [Approval(**{name: getattr(row, name) for name in _NAMES}) for row in self._connection.execute(wanted)]
