"""Refused PINs are known to every process of the house, and can be read by none."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from engine.key_errors import PinRefusedBefore, PinWrong, TokenAway
from engine.signing_keys import KeyKind, SigningKey
from signing.pins import TypedPins
from signing.safe import FileSafe, make_key
from storage.database import create_engine
from storage.refused_pins import PostgresRefusedPins
from tests.support.postgres import Database

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
LATER = AT + timedelta(minutes=11)
PIN = "271828"


def on_token(pin: str, label: str = "Văn thư") -> SigningKey:
    return SigningKey(holder="official", kind=KeyKind.TOKEN, place={"module": "m", "token": label}, pin=pin)


@pytest.fixture
def safe(tmp_path: Path) -> FileSafe:
    made = FileSafe(tmp_path / "sealing.key", bytes)
    make_key(made.path)
    return made


@pytest.fixture
def processes(database: Database, safe: FileSafe) -> Iterator[tuple[TypedPins, TypedPins]]:
    """What two processes know: each has connections of its own and nothing else in common."""
    engines = [create_engine(database.application_url, pool_size=1) for _ in range(2)]
    first, second = (TypedPins(PostgresRefusedPins(engine), safe.mark) for engine in engines)
    yield first, second
    for engine in engines:
        engine.dispose()


def refuse(pins: TypedPins, key: SigningKey, at: datetime = AT) -> None:
    with pytest.raises(PinWrong) as refused, pins.turn(key, at):
        raise PinWrong
    assert refused.type is PinWrong, "the token was asked"


def rows(database: Database) -> list[tuple[str, str]]:
    with psycopg.connect(database.owner_url) as connection:
        return connection.execute("SELECT place, mark FROM refused_pins").fetchall()


def waits_for_a_turn(database: Database) -> bool:
    with psycopg.connect(database.owner_url) as connection:
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return connection.execute(waiting).fetchone() != (0,)


def test_what_one_process_was_refused_another_does_not_present(processes: tuple[TypedPins, TypedPins]) -> None:
    first, second = processes
    refuse(first, on_token(PIN))

    with pytest.raises(PinRefusedBefore), second.turn(on_token(PIN), AT):
        pass
    refuse(second, on_token(PIN, label="another"))
    refuse(second, on_token("314159"))
    with second.turn(on_token(PIN), AT):
        """Another PIN was refused since, so this one is typed deliberately."""


def test_a_refusal_is_forgotten_after_a_while_and_once_the_token_opened(
    processes: tuple[TypedPins, TypedPins], database: Database
) -> None:
    first, second = processes
    refuse(first, on_token(PIN))

    with second.turn(on_token(PIN), LATER):
        assert len(rows(database)) == 1

    assert rows(database) == []


def test_what_is_kept_names_neither_token_nor_pin_and_needs_the_key_of_the_safe_to_be_guessed(
    processes: tuple[TypedPins, TypedPins], database: Database, tmp_path: Path
) -> None:
    refuse(processes[0], on_token(PIN))
    other = FileSafe(tmp_path / "another.key", bytes)
    make_key(other.path)

    ((place, mark),) = rows(database)

    guessed = TypedPins(PostgresRefusedPins(create_engine(database.application_url, pool_size=1)), other.mark)
    with guessed.turn(on_token(PIN), AT):
        """By another key the same PIN is another mark: who has the rows alone cannot try one."""
    assert (len(place), len(mark)) == (64, 64)
    assert rows(database) == [(place, mark)]


def test_two_processes_that_are_given_the_same_wrong_pin_at_once_present_it_once(
    processes: tuple[TypedPins, TypedPins], database: Database
) -> None:
    presented: list[str] = []

    def present(pins: TypedPins) -> None:
        with suppress(PinWrong), pins.turn(on_token(PIN), AT):
            presented.append(PIN)
            raise PinWrong

    first, second = processes
    other = threading.Thread(target=present, args=(second,))
    with suppress(PinWrong), first.turn(on_token(PIN), AT):
        presented.append(PIN)
        other.start()
        # While the token is at work on it, the other process is there with the same PIN.
        assert any(waits_for_a_turn(database) for _ in range(5_000))
        raise PinWrong
    other.join()

    assert presented == [PIN]


def test_a_token_that_went_away_taught_nothing_of_the_pin(
    processes: tuple[TypedPins, TypedPins], database: Database
) -> None:
    first, second = processes
    with pytest.raises(TokenAway), first.turn(on_token(PIN), AT):
        raise TokenAway(token="Văn thư")

    with second.turn(on_token(PIN), AT):
        assert rows(database) == []


def test_while_the_safe_is_locked_each_process_remembers_for_itself(database: Database, tmp_path: Path) -> None:
    locked = FileSafe(tmp_path / "missing.key", bytes)
    pins = TypedPins(PostgresRefusedPins(create_engine(database.application_url, pool_size=1)), locked.mark)
    refuse(pins, on_token(PIN))

    with pytest.raises(PinRefusedBefore), pins.turn(on_token(PIN), AT):
        pass
    assert rows(database) == []


def test_marks_are_swept_when_their_time_is_over(processes: tuple[TypedPins, TypedPins], database: Database) -> None:
    refuse(processes[0], on_token(PIN))

    with database.begin()() as work:
        assert work.key_choices.forget_refused_pins(AT) == 0
        assert work.key_choices.forget_refused_pins(LATER) == 1
