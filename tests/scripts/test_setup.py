"""Set-up does again only what its sources changed, and says in a sentence what it lacks."""

import sys
from pathlib import Path

import pytest

from scripts import setup


def test_a_stamp_counts_only_for_the_files_it_was_made_from(tmp_path: Path) -> None:
    lock, stamp = tmp_path / "a.lock", tmp_path / "stamp"
    lock.write_text("one==1\n")
    stamp.write_text(setup.digest(lock))

    assert setup.made_from(stamp, setup.digest(lock))

    lock.write_text("one==2\n")

    assert not setup.made_from(stamp, setup.digest(lock))


def test_without_a_stamp_everything_is_to_be_done(tmp_path: Path) -> None:
    assert not setup.made_from(tmp_path / "stamp", "")


def test_a_file_of_another_name_gives_another_digest(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("same")
    second.write_text("same")

    assert setup.digest(first) != setup.digest(second)


def test_a_step_that_fails_shows_what_was_printed_and_what_to_do() -> None:
    with pytest.raises(setup.SetupFailed, match=r"(?s)no such pin.*Is an index reachable\?"):
        setup.run(["sh", "-c", "echo no such pin; exit 3"], otherwise="Is an index reachable?")


@pytest.mark.parametrize("arguments", [[], ["production"], ["demo", "test"], ["demo", "--fast"]])
def test_set_up_for_anything_but_demo_or_test_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert setup.main(arguments) == 2
    assert "usage" in capsys.readouterr().err


@pytest.fixture
def slow(tmp_path: Path) -> str:
    """Return a Python that says it takes a thousand seconds."""
    return a_program(tmp_path / "slow", "echo 1000")


def a_program(path: Path, says: str) -> str:
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)
    return str(path)


def test_a_python_that_is_clearly_faster_is_taken_and_named(slow: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.fastest([slow, sys.executable]) == sys.executable
    assert f"{sys.executable} runs" in capsys.readouterr().out


def test_a_python_that_is_hardly_faster_is_not(slow: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.fastest([slow, a_program(tmp_path / "hardly", "echo 900")]) == slow
    assert capsys.readouterr().out == ""


def test_a_python_that_lacks_what_is_needed_is_not(slow: str, tmp_path: Path) -> None:
    assert setup.fastest([slow, a_program(tmp_path / "lacking", "exit 1")]) == slow


def test_only_the_python_that_runs_set_up_is_certain_to_be_tried() -> None:
    assert setup.pythons_to_try()[0] == sys.executable
