"""The real house for tests: PostgreSQL, a folder of contents, PDF processes, the demonstration's province and PKI."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import argon2
import psycopg
import pytest
from psycopg import sql

from api import demo, worker
from api.demo import DemoFolder
from api.passwords import Argon2Hasher
from api.province import province
from api.settings import Settings
from api.wiring import (
    House,
    database_url,
    now,
    object_store,
    outsiders_settings,
    room_settings,
    safe,
    trusted_anchors,
)
from engine.neighbours import Services
from engine.people import Person
from signing.pool import RoomPool
from signing.safe import make_key
from storage import embedded
from storage.embedded import APPLICATION, EmbeddedServer
from storage.unit_of_work import transactions
from tests.support.postgres import Database
from tests.support.rewound import Rewound

PROVINCE = "vanthu_province"
HOUSE = "vanthu_house"
PASSWORD = "a password of the tests"
CACHE = Path(".cache")
HASHER = Argon2Hasher(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""Passwords are hashed as ever, only not slowly: every test signs several people in."""


@pytest.fixture(scope="session")
def demo_folder(worker_id: str) -> DemoFolder:
    """Keys of the province, made once for each test process and kept from run to run."""
    return DemoFolder(root=(CACHE / f"demo-{worker_id}").resolve())


@pytest.fixture(scope="session")
def signing_settings(demo_folder: DemoFolder) -> Iterator[Settings]:
    """Settings with keys and trust; CRL, OCSP and time-stamps are served while the tests run."""
    settings = demo.demo_settings(Settings(data=demo_folder.root), demo_folder, "", "")
    command = [sys.executable, "-m", "signing.demo_services", str(demo_folder.pki), str(demo_folder.pki_port(0))]
    with subprocess.Popen(command) as services:
        _await_answer(f"http://127.0.0.1:{demo_folder.pki_port(0)}/")
        yield settings
        services.terminate()


@dataclass(frozen=True, slots=True)
class Rooms:
    """The processes in which PDFs are read, made and signed, and that for files of outsiders."""

    office: RoomPool
    outsiders: RoomPool


@pytest.fixture(scope="session")
def pdf_rooms(signing_settings: Settings) -> Iterator[Rooms]:
    """The processes for PDFs; each starts with its first call."""
    office = RoomPool(room_settings(signing_settings), processes=1, clock=now)
    outsiders = RoomPool(outsiders_settings(signing_settings), processes=1, clock=now)
    yield Rooms(office, outsiders)
    outsiders.close()
    office.close()


@pytest.fixture(scope="session")
def province_template(postgres: EmbeddedServer, template: str, pdf_rooms: Rooms, signing_settings: Settings) -> str:
    """The name of the database in which the province is founded and the shipped models are deployed."""
    with _admin(postgres) as admin:
        embedded.make_database(admin, PROVINCE, template=template)
    database = Database(server=postgres, name=PROVINCE)
    with _house(database, pdf_rooms, replace(signing_settings, data=CACHE / "nothing")) as house:
        demo.settle(house, PASSWORD)
    for engine in database.engines:
        engine.dispose()
    return PROVINCE


NewHouse = Callable[[str, Path], AbstractContextManager[House]]


@pytest.fixture(scope="session")
def new_house(
    postgres: EmbeddedServer, province_template: str, pdf_rooms: Rooms, signing_settings: Settings
) -> NewHouse:
    """Make a settled house with a database of this name and its data in this folder; both go with its block."""

    @contextmanager
    def make(name: str, folder: Path) -> Iterator[House]:
        database = Database(server=postgres, name=name)
        with _admin(postgres) as admin:
            embedded.make_database(admin, database.name, template=province_template)
        with _house(database, pdf_rooms, replace(signing_settings, data=folder)) as built:
            yield built
        for engine in database.engines:
            engine.dispose()
        with _admin(postgres) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))

    return make


@pytest.fixture(scope="session")
def rewound(postgres: EmbeddedServer, province_template: str) -> Rewound:
    """The database of the houses that tests have one after the other."""
    with _admin(postgres) as admin:
        embedded.make_database(admin, HOUSE, template=province_template)
    return Rewound.remember(postgres.url("postgres", HOUSE))


@pytest.fixture
def house(
    postgres: EmbeddedServer, rewound: Rewound, pdf_rooms: Rooms, signing_settings: Settings, tmp_path: Path
) -> Iterator[House]:
    """A settled house of the test's own."""
    database = Database(server=postgres, name=HOUSE)
    with _house(database, pdf_rooms, replace(signing_settings, data=tmp_path)) as built:
        yield built
    for engine in database.engines:
        engine.dispose()
    rewound.rewind()


RunJobs = Callable[[], None]


@pytest.fixture
def run_jobs(house: House) -> Iterator[RunJobs]:
    """Run every job that is due, and those that follow from it, by the real worker."""
    with jobs_of(house) as run:
        yield run


@contextmanager
def jobs_of(house: House, concurrency: int = 2) -> Iterator[RunJobs]:
    """Give what runs every job of the house that is due, and those that follow from it, by the real worker."""
    url = database_url(house.settings)
    with worker.open_worker(house) as app:

        def run() -> None:
            while due_jobs(url):
                app.run_worker(wait=False, concurrency=concurrency, install_signal_handlers=False, listen_notify=False)

        yield run


def due_jobs(url: str) -> int:
    """Return how many jobs wait that are due now."""
    with psycopg.connect(url) as connection:
        due = connection.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND task_name <> 'rescue'"
            " AND coalesce(scheduled_at, now()) <= now()"
        ).fetchone()
    assert due is not None
    return int(due[0])


@dataclass(frozen=True, slots=True)
class Crowd:
    """The province's people by user name."""

    people: dict[str, Person]

    def __getitem__(self, username: str) -> Person:
        return self.people[username]


@pytest.fixture(scope="session")
def people() -> Crowd:
    """Everybody in the province."""
    return Crowd({person.username: person for office in province() for person in office.people})


@contextmanager
def _house(database: Database, rooms: Rooms, settings: Settings) -> Iterator[House]:
    settings = replace(settings, database_url=database.server.url(APPLICATION, database.name), hosts=("testserver",))
    store = object_store(settings)
    store.prepare()
    sealing = safe(settings)
    make_key(sealing.path)
    begin = transactions(database.engine())
    # The houses of a session share the processes; the one that is open says whom it trusts.
    before, trusted = rooms.office.anchors, partial(trusted_anchors, begin)
    rooms.office.anchors = rooms.outsiders.anchors = trusted
    services = Services(begin=begin, store=store, pdfs=rooms.office, safe=sealing, clock=now)
    yield House(settings=settings, services=services, hasher=HASHER, outsiders=rooms.outsiders)
    rooms.office.anchors = rooms.outsiders.anchors = before


def _await_answer(url: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  our own service
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _admin(server: EmbeddedServer) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(server.url("postgres", "postgres"), autocommit=True)
