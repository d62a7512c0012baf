"""The real PostgreSQL of the tests: one server for each test process, one new database for each test that asks."""

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine

from engine.ports import Begin
from storage import embedded, migrations
from storage.database import create_engine
from storage.embedded import APPLICATION, OWNER, EmbeddedServer
from storage.unit_of_work import transactions
from tests.support.rewound import Rewound

TEMPLATE = "vanthu_template"
EMPTY = "vanthu_empty"
_NUMBERS = itertools.count()


@dataclass(slots=True, kw_only=True)
class Database:
    """A migrated, empty database of one test's own; what the test commits goes with it."""

    server: EmbeddedServer
    name: str
    engines: list[Engine] = field(default_factory=list)

    @property
    def application_url(self) -> str:
        """The address for the API and the workers."""
        return self.server.url(APPLICATION, self.name)

    @property
    def owner_url(self) -> str:
        """The address for migrations."""
        return self.server.url(OWNER, self.name)

    def engine(
        self,
        url: str | None = None,
        *,
        pool_size: int = 5,
        lock_limit_s: float = 5.0,
        statement_limit_s: float = 15.0,
    ) -> Engine:
        """Open a pool on this database (as the application, unless another address is given) for the test."""
        made = create_engine(
            url or self.application_url,
            pool_size=pool_size,
            lock_limit_s=lock_limit_s,
            statement_limit_s=statement_limit_s,
        )
        self.engines.append(made)
        return made

    def begin(self) -> Begin:
        """Return what opens units of work on this database."""
        return transactions(self.engine())


NewDatabase = Callable[..., Database]


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedServer]:
    """The server of this test process; nothing in it outlives the run, so it never waits for the disk."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, embedded.running(Path(folder), durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: EmbeddedServer) -> str:
    """The name of the migrated database that every test's own is copied from."""
    with _admin(postgres) as admin:
        embedded.make_database(admin, TEMPLATE)
    migrations.upgrade(postgres.url(OWNER, TEMPLATE))
    return TEMPLATE


@contextlib.contextmanager
def databases(server: EmbeddedServer, template: str) -> Iterator[NewDatabase]:
    """Make new databases while the block runs, migrated or (``empty=True``) not; they go with it."""
    made: list[Database] = []

    def make(*, empty: bool = False) -> Database:
        database = Database(server=server, name=f"test_{next(_NUMBERS)}")
        with _admin(server) as admin:
            embedded.make_database(admin, database.name, template=None if empty else template)
        made.append(database)
        return database

    yield make
    for database in made:
        for engine in database.engines:
            engine.dispose()
        with _admin(server) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))


@pytest.fixture
def new_database(postgres: EmbeddedServer, template: str) -> Iterator[NewDatabase]:
    """Make more databases than one: ``new_database()`` migrated, ``new_database(empty=True)`` not."""
    with databases(postgres, template) as make:
        yield make


@pytest.fixture(scope="session")
def emptied(postgres: EmbeddedServer, template: str) -> Rewound:
    """The database that tests have one after the other, each time as empty as the migrations left it."""
    with _admin(postgres) as admin:
        embedded.make_database(admin, EMPTY, template=template)
    return Rewound.remember(postgres.url("postgres", EMPTY))


@pytest.fixture
def database(postgres: EmbeddedServer, emptied: Rewound) -> Iterator[Database]:
    """A migrated, empty database of the test's own; a test that changes tables needs a new one."""
    database = Database(server=postgres, name=EMPTY)
    yield database
    for engine in database.engines:
        engine.dispose()
    emptied.rewind()


@pytest.fixture
def begin(database: Database) -> Begin:
    """What opens units of work on the test's own database."""
    return database.begin()


def _admin(server: EmbeddedServer) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(server.url("postgres", "postgres"), autocommit=True)
