"""Requests that made something, by their caller's key, as rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from engine.ids import PersonId
from engine.queries import IdempotencyKeyReused, Once
from storage.database import DatabaseBusy
from storage.schema import requests
from storage.statements import Statements

_FIND = select(requests.c.fingerprint, requests.c.made).where(
    requests.c.person_id == bindparam("person_id"), requests.c.key == bindparam("key")
)
_REMEMBER = insert(requests).on_conflict_do_nothing().returning(requests.c.key)


class PostgresRequests:
    """Repeated requests, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def find(self, person_id: PersonId, once: Once) -> UUID | None:
        """Return what the same request made before, or None; raises IdempotencyKeyReused for another content."""
        row = self._connection.execute(_FIND, {"person_id": person_id, "key": once.key}).one_or_none()
        if row is None:
            return None
        if row.fingerprint != once.fingerprint:
            raise IdempotencyKeyReused
        made: UUID = row.made
        return made

    def remember(self, person_id: PersonId, once: Once, made: UUID, at: datetime) -> None:
        """Note what the request made.

        Raises:
            DatabaseBusy: The same request was carried out at the same time; asked again, it finds what that one made.
        """
        kept = self._connection.execute(
            _REMEMBER,
            {"person_id": person_id, "key": once.key, "fingerprint": once.fingerprint, "made": made, "at": at},
        )
        if kept.one_or_none() is None:
            raise DatabaseBusy

    def forget(self, before: datetime) -> int:
        """Forget the requests from before this moment; return how many."""
        return self._connection.execute(delete(requests).where(requests.c.at < before)).rowcount
