"""What goes over the wire to PostgreSQL, as libpq itself writes it down."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.pq import Trace
from sqlalchemy import event

from api.settings import Settings
from api.wiring import database_url
from engine.ports import Begin
from storage.database import create_engine
from storage.unit_of_work import transactions


@dataclass(slots=True)
class Wire:
    """A connection that is listened to.

    Attributes:
        begin: Opens transactions on it.
        trace: What libpq wrote, a line for each message; ``F`` is to the server, ``B`` from it.
        lent: How often a connection was lent.
        held: How many are lent now.
        most_held: How many were at once.
    """

    begin: Begin
    trace: Path
    lent: int = 0
    held: int = 0
    most_held: int = 0

    def forget(self) -> None:
        """Count from here."""
        self.trace.write_text("", encoding="utf-8")
        self.lent = self.most_held = 0

    def statements(self) -> int:
        """Return how many statements the server was given, begin and commit among them."""
        return sum(1 for line in self._messages() if line[:1] == ["F"] and line[2] in ("Execute", "Query"))

    def round_trips(self) -> int:
        """Return how often the client waited: how often it said something after the server had.

        The answers to what it said last are written down with what it says next.
        """
        directions = [line[0] for line in self._messages() if line[0] in ("F", "B") and line[2] != "Terminate"]
        return sum(1 for direction, _ in itertools.groupby(directions) if direction == "F")

    def _messages(self) -> list[list[str]]:
        return [line.split() for line in self.trace.read_text("utf-8", "replace").splitlines() if line.strip()]


@contextmanager
def listened_to(settings: Settings, trace: Path) -> Iterator[Wire]:
    """Open one connection to the database of *settings* and write down what goes over it."""
    with trace.open("a") as file:

        def listen(driver: psycopg.Connection, record: object) -> None:
            del record
            driver.pgconn.trace(file.fileno())
            driver.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS | Trace.REGRESS_MODE)

        def lend(*_: object) -> None:
            wire.lent += 1
            wire.held += 1
            wire.most_held = max(wire.most_held, wire.held)

        def take_back(*_: object) -> None:
            wire.held -= 1

        engine = create_engine(database_url(settings), pool_size=1)
        wire = Wire(begin=transactions(engine), trace=trace)
        event.listen(engine, "connect", listen)
        event.listen(engine, "checkout", lend)
        event.listen(engine, "checkin", take_back)
        try:
            yield wire
        finally:
            engine.dispose()
