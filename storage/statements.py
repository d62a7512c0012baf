"""The statements of one transaction: what is asked is answered at once, what is only kept goes out together.

A write whose answer nobody needs waits until something is asked or the transaction commits; then all that wait go to
the server in one round trip (libpq's pipeline). They keep their order, and come before everything asked later.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, CursorResult, Executable

from engine.ids import InstanceId
from storage.database import our_error

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Statements:
    """One connection inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.locked: dict[InstanceId, int] = {}
        """The revs of the instances this transaction holds a lock on."""
        self._waiting: list[tuple[Executable, Parameters]] = []

    def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Run a statement after all that wait, and return its answer."""
        if self._waiting:
            self._send(commit=False)
        return self.connection.execute(statement, parameters)

    def later(self, statement: Executable, parameters: Parameters) -> None:
        """Run a statement before the next that is asked, or at the commit; its answer is not wanted."""
        self._waiting.append((statement, parameters))

    def finish(self) -> None:
        """Run all that wait, and commit, in one round trip."""
        self._send(commit=True)

    def _send(self, *, commit: bool) -> None:
        waiting, self._waiting = self._waiting, []
        driver = self.connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101  create_engine takes no other
        try:
            with driver.pipeline():
                for statement, parameters in waiting:
                    self.connection.execute(statement, parameters)
                if commit:
                    self.connection.commit()
        except psycopg.Error as error:
            # The pipeline tells of a failure when its answers come, past the statement and past SQLAlchemy.
            told = our_error(error)
            if told is None:
                raise
            raise told from error
