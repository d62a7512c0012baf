"""How alembic runs our migrations: on the connection it is given, one transaction each."""

from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection

from storage.schema import metadata

# Any number nobody else uses: it names the lock that keeps two migrating processes apart.
_LOCK = 0x76616E746875


def _is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Leave the tables of the job queue to the job queue."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


def _migrate(connection: Connection) -> None:
    # The lock belongs to the session, so it outlives this transaction, and ends with the connection.
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": _LOCK})
    connection.rollback()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        compare_server_default=True,
        include_name=_is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


_migrate(context.config.attributes["connection"])
