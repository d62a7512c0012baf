"""One clock for every host: the database's, read now and then and carried on by the machine's own count of seconds."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, text

from storage.database import DatabaseAway

KEEP_S: Final = 30.0
PAUSE_S: Final = 1.0
_READ = text("SELECT clock_timestamp()")


class DatabaseClock:
    """Says the present moment by the database's clock; what a host's own clock says plays no part.

    It is ahead of the database by at most one round trip, so what is reckoned from it is late rather than early.
    """

    def __init__(self, engine: Engine) -> None:
        """Take an engine of the clock's own: it is asked while other connections are in use."""
        self._engine = engine
        self._read: tuple[datetime, float] | None = None
        self._ask_at = 0.0

    def __call__(self) -> datetime:
        """Return the present moment, aware, in UTC.

        Raises:
            DatabaseAway: The database did not answer yet; once it has, an old reading has to do while it is away.
        """
        now = time.monotonic()
        if self._read is None or now >= self._ask_at:
            self._ask()
        if self._read is None:
            raise DatabaseAway
        moment, read_at = self._read
        return moment + timedelta(seconds=time.monotonic() - read_at)

    def _ask(self) -> None:
        began = time.monotonic()
        try:
            with self._engine.connect() as connection:
                moment: datetime = connection.execute(_READ).scalar_one()
        except DatabaseAway:
            self._ask_at = began + PAUSE_S
        else:
            self._read = (moment.astimezone(UTC), began)
            self._ask_at = began + KEEP_S
