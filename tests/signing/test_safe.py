"""Secrets sealed for the database."""

import secrets
import stat
from pathlib import Path

import pytest

from engine.neighbours import SafeLocked
from signing.safe import FileSafe, make_key


def test_what_is_sealed_opens_again_and_says_nothing_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "sealing.key"
    make_key(path)
    safe = FileSafe(path, secrets.token_bytes)

    sealed = safe.seal("whsec_abc")

    assert "abc" not in sealed
    assert FileSafe(path, secrets.token_bytes).open(sealed) == "whsec_abc"
    assert safe.seal("whsec_abc") != sealed
    assert len(safe.random(24)) == 24


def test_a_key_is_its_owners_alone_and_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "sealing.key"
    make_key(path)
    first = path.read_bytes()
    make_key(path)

    assert path.read_bytes() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_mark_is_always_the_same_and_another_for_each_key(tmp_path: Path) -> None:
    make_key(tmp_path / "one")
    make_key(tmp_path / "other")
    one, again, other = (FileSafe(tmp_path / name, secrets.token_bytes) for name in ("one", "one", "other"))

    assert one.mark("192.0.2.1") == again.mark("192.0.2.1") != other.mark("192.0.2.1")
    (tmp_path / "empty").touch()
    for name in ("none", "empty"):
        with pytest.raises(SafeLocked):
            FileSafe(tmp_path / name, secrets.token_bytes).mark("x")


def test_without_its_key_or_with_another_nothing_opens(tmp_path: Path) -> None:
    make_key(tmp_path / "one")
    make_key(tmp_path / "other")
    (tmp_path / "damaged").write_bytes(b"x")
    sealed = FileSafe(tmp_path / "one", secrets.token_bytes).seal("s")

    for name in ("none", "other", "damaged"):
        with pytest.raises(SafeLocked):
            FileSafe(tmp_path / name, secrets.token_bytes).open(sealed)
