"""The statements of one transaction: what is asked is answered at once, what is only kept is not waited for.

The transaction runs in libpq's pipeline: statements go to the server in their order, and only an answer that somebody
reads makes a round trip. What is run often is a `Fixed` statement, compiled once; SQLAlchemy's own way from a
statement to its rows costs as much again as the driver's (docs/decisions/0006).
"""

import re
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, Final

import psycopg
from psycopg import Cursor, RawCursor
from psycopg.pq import TransactionStatus
from psycopg.rows import RowFactory, RowMaker, tuple_row
from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    Delete,
    Engine,
    Executable,
    Insert,
    PoolProxiedConnection,
    Select,
    Table,
    Update,
    create_engine,
)
from sqlalchemy.dialects.postgresql.dml import OnConflictDoUpdate
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.visitors import iterate

from engine.documents import Document
from engine.ids import AgencyId, DocumentId, InstanceId
from engine.instances import Instance
from engine.recalls import Recall
from storage.database import DatabaseCrowded, our_error
from storage.pipelines import held_pipeline

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]

AnyRow = Any
"""A row of an answer; its columns are its attributes, of whatever type they have."""

_SAVE: Final = b"SAVEPOINT tried"
# Released too: of savepoints of one name the newest counts, so one left behind would be that of the block around it.
_KEEP: Final = b"RELEASE SAVEPOINT tried"
_CURSORS: Final = "cursors"
_MOST_CURSORS: Final = 64
_BACK: Final = "ROLLBACK TO SAVEPOINT tried; RELEASE SAVEPOINT tried"
_DIALECT: Final = create_engine("postgresql+psycopg://", paramstyle="numeric_dollar").dialect
_PLACE: Final = re.compile(r"\$(\d+)")


class Fixed:
    """A statement that is always the same but for its parameters, compiled when its module is loaded.

    An insert is given the columns it fills. Its parameters are plain: `in_` with a list, which SQLAlchemy spells out
    anew each time, is not for it.

    Attributes:
        sql: What the server prepares.
        changes: The table it changes, if it changes one and can go out together with others.
        inserts: It only adds rows there; one that may change a row instead (ON CONFLICT DO UPDATE) does not.
        updates: It only changes rows that are there.
        reads: It neither changes nor locks anything, so it may run before the transaction begins. A function that does
            has no place in it.
    """

    def __init__(self, statement: ClauseElement, *columns: str) -> None:
        compiled = statement.compile(dialect=_DIALECT, column_keys=columns or None)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101  what is no statement has no parameters
        self.sql: Final = str(compiled).encode()
        binds = compiled.binds
        self._order: Final = tuple(compiled.positiontup or ())
        self._given: Final = {name: bind.value for name, bind in binds.items() if not bind.required}
        self._processors: Final = {
            name: process
            for name, bind in binds.items()
            if isinstance(bind.type, JSON) and (process := bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT))
        }
        self.changes: Final = _changed(statement)
        self.inserts: Final = isinstance(statement, Insert) and not isinstance(
            statement._post_values_clause,  # noqa: SLF001
            OnConflictDoUpdate,
        )
        self.updates: Final = isinstance(statement, Update)
        self.reads: Final = isinstance(statement, Select) and not any(map(_acts, iterate(statement)))
        self._row: Any = None

    def rows(self, cursor: Cursor[Any]) -> RowMaker[Any]:
        """Return what makes rows, as named tuples; psycopg calls it with each answer."""
        if self._row is None:
            self._row = row_of(column.name for column in cursor.description or ())
        make: RowMaker[Any] = self._row._make
        return make

    def parameters(self, given: Mapping[str, Any]) -> list[Any]:
        """Return everything the driver needs, in order: what the caller gives and what the statement says itself."""
        if self._given or self._processors:
            written = {name: process(given[name]) for name, process in self._processors.items() if name in given}
            given = {**self._given, **given, **written}
        return [given[name] for name in self._order]


def _acts(part: object) -> bool:
    """Say whether a part of a statement, perhaps one of its WITH, changes or locks rows."""
    locks = isinstance(part, Select) and part._for_update_arg is not None  # noqa: SLF001
    return locks or isinstance(part, Insert | Update | Delete)


def _changed(statement: ClauseElement) -> Table | None:
    if not isinstance(statement, Insert | Update | Delete) or not isinstance(statement.table, Table):
        return None
    # PostgreSQL takes a statement that changes rows as a part of another, but not one that has such parts itself.
    return None if statement._independent_ctes else statement.table  # noqa: SLF001


def row_of(names: Iterable[str]) -> Any:  # noqa: ANN401 - its fields are the columns
    """Return the class of rows with these columns."""
    return namedtuple("Row", list(names))


@dataclass(frozen=True, slots=True)
class Seen:
    """What one transaction knows by now and need not ask for again.

    Attributes:
        instances: The instances it locked, as they are since.
        recalls: What it kept for taking back a step, with the state before the step.
        documents: The documents it locked, as they are since.
        organisations: The versions of the agencies' organisations, as they are since it began.
        calendars: The versions of the agencies' calendars, likewise.
    """

    instances: dict[InstanceId, Instance] = field(default_factory=dict)
    recalls: dict[InstanceId, tuple[Recall, bytes | None] | None] = field(default_factory=dict)
    documents: dict[DocumentId, Document] = field(default_factory=dict)
    organisations: dict[AgencyId, int] = field(default_factory=dict)
    calendars: dict[AgencyId, int] = field(default_factory=dict)

    def copies(self) -> "Seen":
        """Return what is known now, to be gone back to."""
        return Seen(**{one.name: dict(getattr(self, one.name)) for one in fields(self)})

    def be(self, other: "Seen") -> None:
        """Know what *other* knew, and no more."""
        for one in fields(self):
            kept = getattr(self, one.name)
            kept.clear()
            kept.update(getattr(other, one.name))


class Statements:
    """One connection and the transaction on it.

    The transaction begins with the first statement that changes or locks something: at READ COMMITTED what is read
    before needs none.

    Attributes:
        driver: The driver's connection, for who speaks to the server past us (procrastinate).

    Args:
        engine: Whose pool lends the connection.
        lent: The connection.
    """

    def __init__(self, engine: Engine, lent: PoolProxiedConnection) -> None:
        self.seen: Final = Seen()
        self._engine: Final = engine
        self._lent: Final = lent
        self._connection: Connection | None = None
        driver = lent.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101  create_engine takes no other
        if not driver.autocommit:
            # For as long as it lives: psycopg's own begin waits for an answer, ours goes out with the first statement.
            driver.autocommit = True
        self.driver: Final = driver
        self._cursors: Final[dict[tuple[bytes, RowFactory[Any]], RawCursor[Any]]] = lent.info.setdefault(_CURSORS, {})
        self._pipeline: AbstractContextManager[object] | None = None
        self._unsent: Final[list[tuple[Fixed, Mapping[str, Any]]]] = []
        self._begun = False

    def begin(self) -> None:
        """Begin the transaction, if it has not begun."""
        if not self._begun:
            with _told():
                self._pipe()
                self._execute(b"BEGIN")
            self._begun = True
            for versions in (self.seen.organisations, self.seen.calendars):
                versions.clear()  # it may wait for a lock while others change them

    def ask(self, statement: Fixed, parameters: Mapping[str, Any]) -> list[AnyRow]:
        """Run a statement and return its rows, as named tuples."""
        with _told():
            if self._begun or self._unsent or not statement.reads:
                self._send()
            given = statement.parameters(parameters)
            return self._cursor(statement.sql, statement.rows).execute(statement.sql, given, binary=True).fetchall()

    def ask_one(self, statement: Fixed, parameters: Mapping[str, Any]) -> AnyRow | None:
        """Run a statement that has one row or none, and return it."""
        rows = self.ask(statement, parameters)
        return rows[0] if rows else None

    def later(self, statement: Fixed | Executable, parameters: Mapping[str, Any]) -> None:
        """Run a statement whose answer nobody needs; if it fails, what is asked next tells, or the commit.

        It is sent with what is asked next, or with the commit, together with others that touch other rows. PostgreSQL
        does those in no order anybody may count on: where a new row takes the unique key that a change of another row
        sets free, call ``settle`` between the two.
        """
        if not isinstance(statement, Fixed):
            self.execute(statement, parameters)
            return
        if not _goes_along(statement, self._unsent):
            with _told():
                self._send()
        self._unsent.append((statement, parameters))

    def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Run a statement made for this one time, and return its answer."""
        self.begin()
        self.settle()
        if self._connection is None:
            # Made only where it is used: making and closing one costs as much as a statement.
            self._connection = Connection(self._engine, self._lent)
        return self._connection.execute(statement, parameters)

    def settle(self) -> None:
        """Wait for everything that was sent; SQLAlchemy knows no pipeline and needs each answer at once."""
        with _told():
            if self._unsent:
                self._send()
            pipeline, self._pipeline = self._pipeline, None
            if pipeline is not None:
                pipeline.__exit__(None, None, None)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Roll back to where the block began if it raises; what was seen in it is forgotten too."""
        self.begin()
        with _told():
            self._send()
            self._execute(_SAVE)
        self.settle()
        seen, kept = self.seen.copies(), False
        try:
            yield
            with _told():
                self._send()
                self._execute(_KEEP)
            self.settle()
            kept = True
        finally:
            if not kept:
                self._unsent.clear()
                self._leave_pipeline()
                if not self.driver.closed:
                    self.driver.execute(_BACK)
                self.seen.be(seen)

    def finish(self) -> None:
        """Commit, and wait until everything is known to be kept."""
        if not self._begun and not self._unsent:
            return
        with _told():
            self._send()
            self._execute(b"COMMIT")
        self.settle()
        self._begun = False

    def abandon(self) -> None:
        """Roll back what was not committed."""
        # A pipeline that was opened and began nothing, because the server went away, must not go back to the pool.
        self._leave_pipeline()
        if self._begun and not self.driver.closed:
            self.driver.execute("ROLLBACK")

    def _leave_pipeline(self) -> None:
        pipeline, self._pipeline = self._pipeline, None
        with suppress(psycopg.Error):  # What went wrong is being told already.
            if pipeline is not None:
                pipeline.__exit__(None, None, None)

    def _send(self) -> None:
        self.begin()
        self._pipe()
        unsent = self._unsent
        if not unsent:
            return
        sql = _together(tuple(statement for statement, _ in unsent))
        parameters = [value for statement, given in unsent for value in statement.parameters(given)]
        unsent.clear()
        self._execute(sql, parameters)

    def _execute(self, sql: bytes, parameters: Sequence[Any] | None = None) -> None:
        self._cursor(sql).execute(sql, parameters)

    def _cursor(self, sql: bytes, rows: RowFactory[Any] = tuple_row) -> RawCursor[Any]:
        """Return the cursor of this statement, which knows by now how its parameters and its answers are written."""
        cursor = self._cursors.get((sql, rows))
        if cursor is None:
            if len(self._cursors) == _MOST_CURSORS:
                self._cursors.clear()
            cursor = self._cursors[sql, rows] = RawCursor(self.driver, row_factory=rows)
        return cursor

    def _pipe(self) -> None:
        if self._pipeline is None:
            self._pipeline = held_pipeline(self.driver)
            self._pipeline.__enter__()


def _goes_along(statement: Fixed, unsent: Sequence[tuple[Fixed, object]]) -> bool:
    """Say whether a statement can go out with those that wait.

    Together they see the rows as they were before all of them, so none may find a row that another one changes.
    """
    if not unsent:
        return True
    if statement.changes is None or unsent[0][0].changes is None:
        return False
    same = [earlier for earlier, _ in unsent if earlier.changes is statement.changes]
    return not same or (statement.inserts and all(earlier.updates for earlier in same))


@lru_cache(maxsize=512)
def _together(statements: tuple[Fixed, ...]) -> bytes:
    """Return one statement that does what these do; their parameters follow one another."""
    parts, given = [], 0
    for statement in statements:
        shifted, given = _shifted(statement.sql.decode(), given)
        parts.append(shifted)
    first = ", ".join(f"part_{place} AS ({part})" for place, part in enumerate(parts[:-1]))
    return (f"WITH {first} {parts[-1]}" if first else parts[-1]).encode()


def _shifted(sql: str, by: int) -> tuple[str, int]:
    places = {int(place) for place in _PLACE.findall(sql)}
    return _PLACE.sub(lambda found: f"${int(found[1]) + by}", sql), by + len(places)


@contextmanager
def transaction(engine: Engine) -> Iterator[Statements]:
    """Open a transaction on a connection of the pool; what is not finished when the block ends is rolled back.

    Raises:
        DatabaseCrowded: No connection became free in time.
    """
    with _lent(engine) as connection:
        statements = Statements(engine, connection)
        try:
            yield statements
        finally:
            statements.abandon()


@contextmanager
def _lent(engine: Engine) -> Iterator[PoolProxiedConnection]:
    try:
        with _told():
            connection = engine.raw_connection()
    except PoolExhausted as cause:
        raise DatabaseCrowded from cause
    try:
        yield connection
    finally:
        if not _is_whole(connection):
            connection.invalidate()
        connection.close()


def _is_whole(lent: PoolProxiedConnection) -> bool:
    """Say whether a connection can be lent again, or SQLAlchemy has put it away already.

    It is open, and no transaction stands on it.
    """
    driver = lent.driver_connection
    return not isinstance(driver, psycopg.Connection) or driver.pgconn.transaction_status == TransactionStatus.IDLE


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
