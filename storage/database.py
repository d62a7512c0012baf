"""Connections to PostgreSQL: with limits on every wait, and with its failures told as ours."""

import select
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import psycopg
from psycopg import errors as postgres
from sqlalchemy import Engine, event, make_url
from sqlalchemy import create_engine as _create_engine
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError

from engine.errors import Conflict, NeighbourAway, OurFault, VanthuError


class DatabaseAway(NeighbourAway):
    """PostgreSQL does not answer, or gave up on us."""

    code = "database.away"
    template = "The database does not answer. Nothing was changed; try again in a minute."


class DatabaseCrowded(NeighbourAway):
    """All connections of this process are in use, and none became free in time."""

    code = "database.crowded"
    template = "Too many people are working at this moment. Nothing was changed; try again in a moment."


class DatabaseBusy(Conflict):
    """Somebody else holds the row for too long, or two transactions waited for each other."""

    code = "database.busy"
    template = "Somebody else is changing the same record. Nothing was changed; try again in a moment."


class ChangeNotRecorded(OurFault):
    """Something was changed and no event recorded; the database refused to commit it."""

    code = "audit.change_not_recorded"
    template = "The change of %(table)s was not entered in the audit log, so it was not made. Tell the administrator."


_NOTICED = MappingProxyType(
    {
        "client_connection_check_interval": 1_000,
        "tcp_keepalives_idle": 5,
        "tcp_keepalives_interval": 2,
        "tcp_keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
)


def _options(settings: Mapping[str, int]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


KEEPALIVE: Final[Mapping[str, str | int]] = MappingProxyType(
    {
        "connect_timeout": 5,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        "options": _options(_NOTICED),
    }
)
"""How soon each side notices that the other host does not answer, or is gone without a word: within eleven seconds.

The server notices within one that a process of ours was killed, in the middle of a statement too, and frees its locks.
Left alone it would look only when it has an answer to send.
"""

NO_LEAF = "VT001"
"""What the database raises for a change without a leaf (migration 0003)."""

_BUSY = (postgres.LockNotAvailable, postgres.DeadlockDetected, postgres.SerializationFailure)
_AWAY = (psycopg.OperationalError, postgres.IdleInTransactionSessionTimeout)


def create_engine(
    url: str,
    *,
    pool_size: int = 5,
    statement_limit_s: float = 15.0,
    lock_limit_s: float = 5.0,
    idle_limit_s: float = 60.0,
) -> Engine:
    """Open a pool of connections to *url* (libpq URI); no connection is made yet.

    Args:
        url: Address with role and password.
        pool_size: Connections kept; as many again are made for a rush. The next caller waits *lock_limit_s*.
        statement_limit_s: A statement that runs longer is stopped.
        lock_limit_s: Who waits longer for a row gets DatabaseBusy.
        idle_limit_s: A transaction that does nothing for so long is closed, and its locks are freed.
    """
    limits = {
        "statement_timeout": round(statement_limit_s * 1000),
        "lock_timeout": round(lock_limit_s * 1000),
        "idle_in_transaction_session_timeout": round(idle_limit_s * 1000),
    }
    engine = _create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=lock_limit_s,
        pool_use_lifo=True,
        pool_reset_on_return=None,  # who borrows ends the transaction (storage.statements)
        hide_parameters=True,  # an error goes to the log, where no name and no content may stand
        connect_args={**KEEPALIVE, "application_name": "vanthu", "options": _options({**_NOTICED, **limits})},
    )
    event.listen(engine, "handle_error", _tell)
    event.listen(engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: DBAPIConnection, record: object, proxy: object) -> None:
    """Have the pool replace a connection that the server closed while it lay idle.

    Asking the server would cost a round trip each time; a server that closes a connection says so on it, and an idle
    connection on which something can be read is one of those.
    """
    del record, proxy
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        raise DisconnectionError


def _tell(context: ExceptionContext) -> None:
    """Raise our own error in place of the driver's, where the failure is not a mistake of ours."""
    told = our_error(context.original_exception)
    if told is not None:
        raise told from context.original_exception


def our_error(error: BaseException) -> VanthuError | None:
    """Return our own error for one of the driver's, or None where it is a mistake of ours."""
    match error:
        case _ if isinstance(error, _BUSY):
            return DatabaseBusy()
        case _ if isinstance(error, _AWAY):
            return DatabaseAway()
        case psycopg.Error() if error.sqlstate == NO_LEAF:
            return ChangeNotRecorded(table=error.diag.table_name)
        case _:
            return None
