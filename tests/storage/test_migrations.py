"""The way to the present form of the database, and back."""

import subprocess
import sys

from sqlalchemy import inspect

from storage import migrations
from storage.schema import metadata
from tests.support.postgres import Database, NewDatabase


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine(database.owner_url)).get_table_names())


def test_the_migrations_lead_to_the_tables_of_the_schema(database: Database) -> None:
    migrations.check(database.owner_url)

    assert set(metadata.tables) < tables(database)


def test_up_down_and_up_again(new_database: NewDatabase) -> None:
    database = new_database(empty=True)

    migrations.upgrade(database.owner_url)
    migrations.downgrade(database.owner_url)

    assert tables(database) == {"alembic_version"}
    migrations.upgrade(database.owner_url)
    migrations.check(database.owner_url)


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    migrations.upgrade(database.owner_url)

    migrations.check(database.owner_url)


def test_processes_that_migrate_at_once_wait_for_one_another(new_database: NewDatabase) -> None:
    database = new_database(empty=True)

    command = [sys.executable, "-c", "import sys; from storage.migrations import upgrade; upgrade(sys.argv[1])"]
    both = [subprocess.Popen([*command, database.owner_url]) for _ in range(2)]

    assert [process.wait(60) for process in both] == [0, 0]
    migrations.check(database.owner_url)
