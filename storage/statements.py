"""The statements of one transaction: what is asked is answered at once, what is only kept is not waited for.

The transaction runs in libpq's pipeline: statements go to the server in their order, and only an answer that somebody
reads makes a round trip. What is run often is a `Fixed` statement, compiled once; SQLAlchemy's own way from a
statement to its rows costs as much again as the driver's (docs/decisions/0006).
"""

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import Cursor
from psycopg.rows import RowMaker
from sqlalchemy import JSON, Connection, CursorResult, Executable, create_engine
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from engine.documents import Document
from engine.ids import AgencyId, DocumentId, InstanceId
from storage.database import our_error

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]

AnyRow = Any
"""A row of an answer; its columns are its attributes, of whatever type they have."""

_DIALECT: Final = create_engine("postgresql+psycopg://").dialect


class Fixed:
    """A statement that is always the same but for its parameters, compiled when its module is loaded.

    An insert is given the columns it fills. Its parameters are plain: `in_` with a list, which SQLAlchemy spells out
    anew each time, is not for it.
    """

    def __init__(self, statement: ClauseElement, *columns: str) -> None:
        compiled = statement.compile(dialect=_DIALECT, column_keys=columns or None)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101  what is no statement has no parameters
        self.sql: Final = str(compiled)
        binds = compiled.binds
        self._given: Final = {name: bind.value for name, bind in binds.items() if not bind.required}
        self._processors: Final = {
            name: process
            for name, bind in binds.items()
            if isinstance(bind.type, JSON) and (process := bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT))
        }

        self._row: Any = None

    def rows(self, cursor: Cursor[Any]) -> RowMaker[Any]:
        """Return what makes rows, as named tuples; psycopg calls it with each answer."""
        if self._row is None:
            self._row = row_of(column.name for column in cursor.description or ())
        make: RowMaker[Any] = self._row._make
        return make

    def parameters(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return everything the driver needs: what the caller gives and what the statement says itself."""
        if not (self._given or self._processors):
            return given
        written = {name: process(given[name]) for name, process in self._processors.items() if name in given}
        return {**self._given, **given, **written}


def row_of(names: Iterable[str]) -> Any:  # noqa: ANN401 - its fields are the columns
    """Return the class of rows with these columns."""
    return namedtuple("Row", list(names))


@dataclass(frozen=True, slots=True)
class Seen:
    """What one transaction knows by now and need not ask for again.

    Attributes:
        instances: The revs of the instances it locked.
        documents: The documents it locked, as they are since.
        organisations: The versions of the agencies' organisations.
        calendars: The versions of the agencies' calendars.
    """

    instances: dict[InstanceId, int] = field(default_factory=dict)
    documents: dict[DocumentId, Document] = field(default_factory=dict)
    organisations: dict[AgencyId, int] = field(default_factory=dict)
    calendars: dict[AgencyId, int] = field(default_factory=dict)


class Statements:
    """One connection inside a transaction.

    Args:
        connection: In autocommit: psycopg's own begin waits for an answer, ours goes out with the first statement.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.seen: Final = Seen()
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101  create_engine takes no other
        self._driver: Final = driver
        self._writer: Final = driver.cursor()
        self._pipeline: AbstractContextManager[object] | None = None
        with _told():
            self._pipe()
            self._writer.execute("BEGIN")
        self._ended = False

    def ask(self, statement: Fixed, parameters: Mapping[str, Any]) -> list[AnyRow]:
        """Run a statement and return its rows, as named tuples."""
        with _told():
            self._pipe()
            cursor = self._driver.cursor(row_factory=statement.rows)
            return cursor.execute(statement.sql, statement.parameters(parameters)).fetchall()

    def ask_one(self, statement: Fixed, parameters: Mapping[str, Any]) -> AnyRow | None:
        """Run a statement that has one row or none, and return it."""
        rows = self.ask(statement, parameters)
        return rows[0] if rows else None

    def later(self, statement: Fixed | Executable, parameters: Mapping[str, Any]) -> None:
        """Run a statement whose answer nobody needs; if it fails, what is asked next tells, or the commit."""
        if isinstance(statement, Fixed):
            with _told():
                self._pipe()
                self._writer.execute(statement.sql, statement.parameters(parameters))
        else:
            self.execute(statement, parameters)

    def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Run a statement made for this one time, and return its answer."""
        self.settle()
        return self.connection.execute(statement, parameters)

    def settle(self) -> None:
        """Wait for everything that was sent; SQLAlchemy knows no pipeline and needs each answer at once."""
        pipeline, self._pipeline = self._pipeline, None
        if pipeline is not None:
            with _told():
                pipeline.__exit__(None, None, None)

    def finish(self) -> None:
        """Commit, and wait until everything is known to be kept."""
        with _told():
            self._pipe()
            self._writer.execute("COMMIT")
        self.settle()
        self._ended = True

    def abandon(self) -> None:
        """Roll back what was not committed."""
        if self._ended:
            return
        pipeline, self._pipeline = self._pipeline, None
        with suppress(psycopg.Error):  # What went wrong is being told already.
            if pipeline is not None:
                pipeline.__exit__(None, None, None)
        if not self._driver.closed:
            self._driver.execute("ROLLBACK")

    def _pipe(self) -> None:
        if self._pipeline is None:
            self._pipeline = self._driver.pipeline()
            self._pipeline.__enter__()


@contextmanager
def transaction(connection: Connection) -> Iterator[Statements]:
    """Open a transaction on a connection in autocommit; what is not finished when the block ends is rolled back."""
    statements = Statements(connection)
    try:
        yield statements
    finally:
        statements.abandon()


@contextmanager
def _told() -> Iterator[None]:
    """Tell the driver's failures as ours, as storage.database does for what goes through SQLAlchemy."""
    try:
        yield
    except psycopg.Error as error:
        ours = our_error(error)
        if ours is None:
            raise
        raise ours from error
