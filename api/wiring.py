"""Wiring: the one place where ports meet what implements them, once per process."""

import gc
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.passwords import Argon2Hasher
from api.settings import Settings, SettingWrong
from engine.neighbours import PasswordHasher, PdfRoom, Services
from engine.pdfs import Corner
from engine.ports import Begin
from engine.trust_anchors import TrustAnchor
from engine.validations import Level
from signing.algorithms import Algorithms, AlgorithmsUnreadable
from signing.pins import TypedPins
from signing.pool import RoomPool
from signing.safe import FileSafe
from signing.settings import FONTS, KeyPlaces, RoomSettings
from storage.clock import DatabaseClock
from storage.database import create_engine
from storage.objects import LocalObjectStore
from storage.refused_pins import PostgresRefusedPins
from storage.unit_of_work import transactions

if TYPE_CHECKING:
    from storage.s3 import S3ObjectStore

_NEW_OBJECTS: Final = 50_000
"""After how many new objects the collector looks for rings of them; a request makes some thousands and no rings."""
OUTSIDERS_SECONDS: Final = 20
OUTSIDERS_MEMORY_MB: Final = 1_024
OUTSIDERS_NICENESS: Final = 10
NO_TSA: Final = "http://127.0.0.1:9/no-time-stamp-service"
"""Where nobody answers: documents then wait for a time-stamp service to be set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything one process of Vanthu is built of."""

    settings: Settings
    services: Services
    hasher: PasswordHasher
    outsiders: PdfRoom
    """Where files of outsiders are read: beside the processes that sign, without keys and without a network."""


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


@contextmanager
def open_house(settings: Settings, *, connections: int = 10) -> Iterator[House]:
    """Build the house, and close its processes and connections when the block ends.

    Args:
        settings: Those of this process; `database_url` must be set.
        connections: How many transactions may run at once.
    """
    engine = create_engine(database_url(settings), pool_size=connections)
    timekeeper = create_engine(database_url(settings), pool_size=1)
    begin = transactions(engine)
    anchors = partial(trusted_anchors, begin)
    pins = TypedPins(PostgresRefusedPins(engine), safe(settings).mark)
    pdfs = RoomPool(
        room_settings(settings), processes=settings.signing_processes, clock=now, anchors=anchors, pins=pins
    )
    outsiders = RoomPool(
        outsiders_settings(settings), processes=1, clock=now, anchors=anchors, seconds_per_call=OUTSIDERS_SECONDS
    )
    try:
        # What is loaded by now stays for good; the collector need not look at it again with every request.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS)
        services = Services(
            begin=begin,
            store=object_store(settings),
            pdfs=pdfs,
            safe=safe(settings),
            clock=DatabaseClock(timekeeper),
            public_url=settings.public_url.rstrip("/") if settings.public_url else None,
            code_on_uploads=Corner(settings.code_on_uploads) if settings.code_on_uploads else None,
        )
        yield House(settings=settings, services=services, hasher=Argon2Hasher(), outsiders=outsiders)
    finally:
        outsiders.close()
        pdfs.close()
        timekeeper.dispose()
        engine.dispose()


def trusted_anchors(begin: Begin) -> Sequence[TrustAnchor]:
    """Return the authorities administrators added, as they stand now."""
    with begin() as work:
        return work.trust_anchors.in_force()


def database_url(settings: Settings) -> str:
    """Return the address for the application's role.

    Raises:
        SettingWrong: It is not set.
    """
    if settings.database_url is None:
        raise SettingWrong("DATABASE_URL", "the address of PostgreSQL for the application's role is expected")
    return settings.database_url


def object_store(settings: Settings) -> "LocalObjectStore | S3ObjectStore":
    """Return the store of contents: S3 where an endpoint is set, else a folder in the data folder."""
    retention = timedelta(days=settings.retention_days)
    if settings.s3_endpoint is None:
        return LocalObjectStore(folder=settings.data / "objects", retention=retention)
    # Its library takes a quarter of a second to load, which an installation without S3 need not wait for.
    from storage.s3 import S3ObjectStore, S3Settings  # noqa: PLC0415

    return S3ObjectStore(
        S3Settings(
            endpoint=settings.s3_endpoint,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
            secure=settings.s3_secure,
            prefix=settings.s3_prefix,
            retention=retention,
        )
    )


def safe(settings: Settings) -> FileSafe:
    """Return what seals the secrets that are kept in the database."""
    return FileSafe(settings.secrets_key or settings.data / "secrets" / "sealing.key", secrets.token_bytes)


def room_settings(settings: Settings) -> RoomSettings:
    """Return where the PDF processes find fonts, keys, trusted roots and the time-stamp service."""
    return RoomSettings(
        fonts=FONTS,
        keys=settings.keys or settings.data / "keys",
        passphrase=settings.key_passphrase or "",
        roots=_roots(settings.trust or settings.data / "trust"),
        tsa_urls=timestamp_urls(settings),
        level=Level(settings.signature_level),
        archive_level=Level(settings.archive_level),
        algorithms=algorithms(settings),
        places=key_places(settings),
    )


def key_places(settings: Settings) -> KeyPlaces:
    """Return where keys are that lie in no file."""
    return KeyPlaces(
        modules={name: Path(path) for name, path in settings.pkcs11_modules},
        pins={name: Path(path) for name, path in settings.pkcs11_pin_file},
        refused_pins=settings.data / "refused-pins",
        services=dict(settings.csc_services),
    )


def timestamp_urls(settings: Settings) -> tuple[str, ...]:
    """Return the addresses of the time-stamp authorities, in the order they are asked."""
    return settings.tsa_url or (NO_TSA,)


def algorithms(settings: Settings) -> Algorithms:
    """Return which algorithms may sign and be trusted, and until when.

    Raises:
        SettingWrong: The file that is set cannot be used.
    """
    if settings.algorithms is None:
        return Algorithms.load()
    try:
        return Algorithms.load(settings.algorithms)
    except (OSError, AlgorithmsUnreadable) as cause:
        raise SettingWrong("ALGORITHMS", f"a file like signing/algorithms.toml is expected ({cause})") from cause


def outsiders_settings(settings: Settings) -> RoomSettings:
    """Return the same for the process that reads outsiders' files: it knows our trust, no key and no address."""
    return replace(
        room_settings(settings),
        keys=Path(os.devnull),
        passphrase="",
        tsa_urls=(),
        online=False,
        memory_mb=OUTSIDERS_MEMORY_MB,
        niceness=OUTSIDERS_NICENESS,
    )


def _roots(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.pem"))) if folder.is_dir() else ()
