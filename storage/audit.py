"""The audit log as rows: appended once, read in pages; private values lie beside it and can be erased."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Row, bindparam, func, insert, literal_column, select, tuple_

from engine.audit import AuditEvent, Place, PrivateValue, ReadLeaf
from engine.ids import AgencyId, EventId, PersonId
from engine.queries import EVERYTHING, AuditQuery, Page, PageRequest
from storage.queries import id_in, page_of
from storage.rows import insert_many, written
from storage.schema import audit_events, audit_private
from storage.statements import Fixed, Statements

_ADD = Fixed(insert(audit_events).inline(), *(column.name for column in audit_events.c if column.name != "position"))
_ADD_PRIVATE = insert_many(audit_private, *(column.name for column in audit_private.c))

# Every transaction below the oldest one that still writes has ended, so all its leaves can be seen. A later one may
# commit before an earlier one; it is read when both have.
_COMPLETE_BELOW = literal_column("audit_epoch() + (pg_snapshot_xmin(pg_current_snapshot()))::text::bigint", BigInteger)
_AFTER = (
    select(audit_events)
    .where(
        audit_events.c.position >= bindparam("position"),
        tuple_(audit_events.c.position, audit_events.c.id)
        > tuple_(bindparam("position", type_=BigInteger), bindparam("event_id", type_=audit_events.c.id.type)),
        audit_events.c.position < _COMPLETE_BELOW,
    )
    .order_by(audit_events.c.position, audit_events.c.id)
    .limit(bindparam("most"))
)
_NEWEST = select(func.coalesce(func.max(audit_events.c.position), 0)).where(audit_events.c.position < _COMPLETE_BELOW)


_AHEAD = select(
    func.coalesce(func.max(audit_events.c.position), 0)
    >= literal_column("audit_epoch() + (pg_snapshot_xmax(pg_current_snapshot()))::text::bigint", BigInteger)
)
LAST = EventId(UUID(int=2**128 - 1))
"""Behind every event of a position."""


def _asked(query: AuditQuery) -> list[ColumnElement[bool]]:
    leaf = audit_events.c
    asked: list[ColumnElement[bool]] = []
    if query.subjects is not None:
        asked.append(leaf.subject_id.in_(query.subjects))
    if query.actor is not None:
        asked.append(leaf.actor == query.actor)
    if query.action is not None:
        asked.append(leaf.action == query.action)
    if query.since is not None:
        asked.append(leaf.at >= query.since)
    if query.before is not None:
        asked.append(leaf.at < query.before)
    return asked


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

    def search(
        self, agency_id: AgencyId, page: PageRequest, *, subject_id: str | None = None, query: AuditQuery = EVERYTHING
    ) -> Page[AuditEvent]:
        """Return a page of the agency's leaves, the newest first; of one subject, or of those the query asks for."""
        wanted = select(audit_events).where(audit_events.c.agency_id == agency_id, *_asked(query))
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

    def after(self, place: Place, limit: int) -> Sequence[ReadLeaf]:
        """Return the leaves behind a reader's place, in the order of their transactions, without private values."""
        wanted = {"position": place.position, "event_id": place.event_id, "most": limit}
        return [
            ReadLeaf(place=Place(position=row.position, event_id=EventId(row.id)), event=_event(row, ()))
            for row in self._connection.execute(_AFTER, wanted)
        ]

    def newest(self) -> Place:
        """Return the place behind everything that can be read by now."""
        return Place(position=int(self._connection.execute(_NEWEST).scalar_one()), event_id=LAST)

    def counts_anew(self) -> bool:
        """Say whether leaves stand where no transaction has come yet: the database was restored on another server."""
        return bool(self._connection.execute(_AHEAD).scalar_one())

    def several(self, event_ids: Collection[EventId]) -> Mapping[EventId, AuditEvent]:
        """Return these leaves by id, without private values."""
        wanted = select(audit_events).where(audit_events.c.id.in_(event_ids))
        return {EventId(row.id): _event(row, ()) for row in self._connection.execute(wanted)}

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
