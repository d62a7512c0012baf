"""Readers of the whole audit log, and where each stands."""

from sqlalchemy import bindparam, delete, insert, literal_column, select, update

from engine.audit import Place
from engine.ids import EventId
from storage.schema import POSITION, audit_cursors
from storage.statements import Statements

_FIRST = "00000000-0000-0000-0000-000000000000"
_ADD = insert(audit_cursors).values(
    name=bindparam("name"), position=literal_column(POSITION), event_id=bindparam("event_id")
)
_LOCK = select(audit_cursors).where(audit_cursors.c.name == bindparam("called")).with_for_update(skip_locked=True)
_SAVE = (
    update(audit_cursors)
    .where(audit_cursors.c.name == bindparam("called"))
    .values(position=bindparam("at_position"), event_id=bindparam("at_event"))
)


class PostgresAuditCursors:
    """Where the readers stand, as one transaction sees it."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, name: str) -> None:
        """Begin a reader here: what is recorded from now on is new to it."""
        self._connection.execute(_ADD, {"name": name, "event_id": _FIRST})

    def lock(self, name: str) -> Place | None:
        """Return where the reader stands, for moving it; None if there is none, or another process moves it."""
        row = self._connection.execute(_LOCK, {"called": name}).one_or_none()
        return None if row is None else Place(position=row.position, event_id=EventId(row.event_id))

    def save(self, name: str, place: Place) -> None:
        """Move a locked reader."""
        moved = {"called": name, "at_position": place.position, "at_event": place.event_id}
        self._connection.later(_SAVE, moved)

    def remove(self, name: str) -> None:
        """Forget the reader."""
        self._connection.execute(delete(audit_cursors).where(audit_cursors.c.name == name))
