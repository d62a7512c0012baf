"""One transaction over everything: begun, committed or rolled back here and nowhere else."""

import contextlib
import secrets
from collections.abc import Iterator
from functools import partial
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine.audit import AuditEvent, audit_event
from engine.definitions import Definition
from engine.events import Event
from engine.ids import EventId
from engine.ports import Begin
from storage.audit import PostgresAuditLog
from storage.database import DatabaseCrowded
from storage.definitions import PostgresDefinitions
from storage.deliveries import PostgresDeliveries
from storage.directives import PostgresDirectives
from storage.documents import PostgresDocuments
from storage.files import PostgresFiles
from storage.incidents import PostgresIncidents
from storage.instances import PostgresInstances
from storage.jobs import JobQueue
from storage.people import PostgresPeople
from storage.registers import PostgresRegisters
from storage.requests import PostgresRequests
from storage.signings import PostgresSignings
from storage.statements import Statements
from storage.work_items import PostgresWorkItems

_new_salt = partial(secrets.token_bytes, 16)


def transactions(engine: Engine) -> Begin:
    """Return what opens a transaction on *engine*: it commits when the block ends and rolls back when it raises.

    A change without a recorded event is refused by the database when the block ends (ChangeNotRecorded).
    """
    known: dict[UUID, Definition] = {}

    @contextlib.contextmanager
    def begin() -> Iterator[PostgresUnitOfWork]:
        with _connected(engine) as connection:
            work = PostgresUnitOfWork(Statements(connection), known)
            yield work
            work.finish()

    return begin


@contextlib.contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except PoolExhausted as cause:
        raise DatabaseCrowded from cause
    # What is not committed when the connection goes back is rolled back. Begun by hand, since SQLAlchemy would not
    # notice a transaction in which only the job queue wrote, past it, and would not commit it.
    with connection:
        connection.begin()
        yield connection


class PostgresUnitOfWork:
    """Everything the engine may read or change, in one transaction of PostgreSQL."""

    def __init__(self, connection: Statements, known_definitions: dict[UUID, Definition]) -> None:
        self._connection = connection
        self._leaves: list[AuditEvent] = []
        self.recorded: list[Event] = []
        self.people = PostgresPeople(connection, self.new_id)
        self.files = PostgresFiles(connection)
        self.documents = PostgresDocuments(connection)
        self.registers = PostgresRegisters(connection)
        self.directives = PostgresDirectives(connection)
        self.definitions = PostgresDefinitions(connection, known_definitions)
        self.instances = PostgresInstances(connection)
        self.work_items = PostgresWorkItems(connection)
        self.signings = PostgresSignings(connection)
        self.incidents = PostgresIncidents(connection)
        self.deliveries = PostgresDeliveries(connection)
        self.audit = PostgresAuditLog(connection)
        self.jobs = JobQueue(connection.connection)
        self.requests = PostgresRequests(connection)

    def new_id(self) -> UUID:
        """Return a fresh UUIDv7."""
        return uuid_utils.compat.uuid7()

    def record(self, event: Event) -> None:
        """Append the event to the audit log, in this same transaction; without one no change commits."""
        self._leaves.append(audit_event(EventId(self.new_id()), event, _new_salt))
        self.recorded.append(event)

    def finish(self) -> None:
        """Write the leaves and commit; the database refuses a change that has none."""
        self.audit.append(self._leaves)
        self._connection.finish()
