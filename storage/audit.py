"""The audit log as rows: appended once, read in pages; private values lie beside it and can be erased."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select

from engine.audit import AuditEvent, PrivateValue
from engine.ids import AgencyId, EventId, PersonId
from engine.queries import Page, PageRequest
from storage.queries import id_in, page_of
from storage.rows import insert_many, written
from storage.schema import audit_events, audit_private
from storage.statements import Fixed, Statements

_ADD = Fixed(insert(audit_events).inline(), *(column.name for column in audit_events.c))
_ADD_PRIVATE = insert_many(audit_private, *(column.name for column in audit_private.c))


class PostgresAuditLog:
    """The leaves, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def append(self, events: Sequence[AuditEvent]) -> None:
        """Append leaves, and keep their private values beside them."""
        if not events:
            return
        for event in events:
            self._connection.later(_ADD, _values(event))
        private = [values for event in events for values in _private_values(event)]
        if private:
            self._connection.later(_ADD_PRIVATE, written(private))

    def search(self, agency_id: AgencyId, page: PageRequest, *, subject_id: str | None = None) -> Page[AuditEvent]:
        """Return a page of the agency's leaves, the newest first."""
        wanted = select(audit_events).where(audit_events.c.agency_id == agency_id)
        if subject_id is not None:
            wanted = wanted.where(audit_events.c.subject_id == subject_id)
        if page.after is not None:
            wanted = wanted.where(audit_events.c.id < id_in(page.after))
        rows = page_of(
            self._connection, wanted.order_by(audit_events.c.id.desc()), page, lambda row: row, lambda row: row.id
        )
        private = self._private_of([row.id for row in rows.items])
        return Page(items=tuple(_event(row, private[row.id]) for row in rows.items), next=rows.next)

    def about(self, agency_id: AgencyId, subject_ids: Collection[str]) -> Sequence[AuditEvent]:
        """Return the agency's leaves about any of these subjects, the oldest first, with what private is still kept."""
        wanted = select(audit_events).where(
            audit_events.c.agency_id == agency_id, audit_events.c.subject_id.in_(subject_ids)
        )
        rows = self._connection.execute(wanted.order_by(audit_events.c.id)).all()
        private = self._private_of([row.id for row in rows])
        return [_event(row, private[row.id]) for row in rows]

    def _private_of(self, events: Sequence[UUID]) -> dict[UUID, list[PrivateValue]]:
        found: defaultdict[UUID, list[PrivateValue]] = defaultdict(list)
        if events:
            kept = select(audit_private).where(audit_private.c.event_id.in_(events)).order_by(audit_private.c.path)
            for row in self._connection.execute(kept):
                found[row.event_id].append(PrivateValue(path=row.path, salt=bytes(row.salt), value=row.value))
        return found


def _values(event: AuditEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "at": event.at,
        "actor": event.actor,
        "agency_id": event.agency_id,
        "action": event.action,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "leaf": event.leaf,
        "leaf_hash": event.leaf_hash,
    }


def _private_values(event: AuditEvent) -> list[dict[str, Any]]:
    return [
        {"event_id": event.id, "path": private.path, "salt": private.salt, "value": private.value}
        for private in event.private
    ]


def _event(row: Row[Any], private: Sequence[PrivateValue]) -> AuditEvent:
    return AuditEvent(
        id=EventId(row.id),
        at=row.at,
        actor=PersonId(row.actor),
        agency_id=AgencyId(row.agency_id),
        action=row.action,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        leaf=bytes(row.leaf),
        leaf_hash=bytes(row.leaf_hash),
        private=tuple(private),
    )
