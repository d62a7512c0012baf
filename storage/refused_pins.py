"""Which PIN a token refused last, as a mark that every process of the house sees; see signing.pins.

It is no noun of the office but a memory of minutes, so it has no leaf; who signed with what has one of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from storage.schema import refused_pins

PATIENCE_S: Final = 150
"""So long one process waits for the others at a token: a little more than a call of the signing processes may take."""
_PATIENT = text(f"SET statement_timeout = '{PATIENCE_S}s'; SET lock_timeout = '{PATIENCE_S}s'")
_ALONE = select(func.pg_advisory_lock(func.hashtextextended(bindparam("place"), 0)))
_IS_PLACE = refused_pins.c.place == bindparam("at_place")
_LAST = select(refused_pins.c.mark, refused_pins.c.refused_at).where(_IS_PLACE)
_NEW = insert(refused_pins)
_REMEMBER = _NEW.on_conflict_do_update(
    index_elements=["place"], set_={"mark": _NEW.excluded.mark, "refused_at": _NEW.excluded.refused_at}
)
_FORGET = delete(refused_pins).where(_IS_PLACE)


class PostgresRefusedPins:
    """Keeps the marks; a token is held by an advisory lock, which PostgreSQL frees when a process dies."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def alone(self, place: str) -> Iterator["PostgresRefusal"]:
        """Let the block run while no other process's does for this place.

        The token is used in the block, for seconds perhaps. So the connection is one of its own, with no transaction
        open and out of the pool; closing it frees the lock, whatever happened.

        Raises:
            DatabaseBusy: Another process held the token for too long.
            DatabaseAway: There is no knowing what was refused, so nothing is presented.
        """
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.detach()
            connection.execute(_PATIENT)
            connection.execute(_ALONE, {"place": place})
            yield PostgresRefusal(connection, place)


class PostgresRefusal:
    """What is known of one token, whose turn it is."""

    def __init__(self, connection: Connection, place: str) -> None:
        self._connection = connection
        self._place = place

    def last(self) -> tuple[str, datetime] | None:
        """Return the mark of the PIN that was refused last, and when; None where the token opened since."""
        row = self._connection.execute(_LAST, {"at_place": self._place}).one_or_none()
        return None if row is None else (row.mark, row.refused_at)

    def remember(self, mark: str, at: datetime) -> None:
        """Keep that this PIN was refused."""
        self._connection.execute(_REMEMBER, {"place": self._place, "mark": mark, "refused_at": at})

    def forget(self) -> None:
        """Keep nothing: the token opened."""
        self._connection.execute(_FORGET, {"at_place": self._place})
