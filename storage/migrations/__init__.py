"""Migrations: the steps from one form of the database to the next, run by the role that owns the tables."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from storage.embedded import APPLICATION


def upgrade(owner_url: str, *, application: str = APPLICATION, to: str = "head") -> None:
    """Bring the database up to *to*; nothing happens if it is there. Processes that do it at once wait for one another.

    Args:
        owner_url: Address with the role that owns the tables.
        application: The role the API and the workers use; it gets its rights here.
        to: A revision, or 'head'.
    """
    _run(command.upgrade, owner_url, application, to)
    if to == "head":
        _go_on_counting(owner_url)


def downgrade(owner_url: str, *, application: str = APPLICATION, to: str = "base") -> None:
    """Take the database back to *to*; what the later forms kept is lost."""
    _run(command.downgrade, owner_url, application, to)


def check(owner_url: str, *, application: str = APPLICATION) -> None:
    """Raise alembic's CommandError if the migrations do not lead to the tables of storage.schema."""
    _run(lambda config, _: command.check(config), owner_url, application, "")


_AHEAD = text(
    "SELECT max(position) FROM audit_events"
    " HAVING max(position) >= audit_epoch() + (pg_current_xact_id())::text::bigint"
)


def _go_on_counting(owner_url: str) -> None:
    """Have positions of new leaves begin behind the highest there is.

    A restored database may be on a server that counts its transactions from another number; readers of the log would
    take what is new for old.
    """
    engine = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        highest = connection.execute(_AHEAD).scalar_one_or_none()
        if highest is not None:
            connection.exec_driver_sql(
                "CREATE OR REPLACE FUNCTION audit_epoch() RETURNS bigint LANGUAGE sql STABLE"
                f" RETURN {int(highest)}::bigint"
            )
    engine.dispose()


def _run(step: Callable[[Config, str], object], owner_url: str, application: str, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    # A migration that waits for a lock makes everybody behind it wait too, so it gives up soon and can be repeated.
    limits = {"options": "-c lock_timeout=5000 -c statement_timeout=600000"}
    url = make_url(owner_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool, connect_args=limits)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        config.attributes["application"] = application
        step(config, to)
