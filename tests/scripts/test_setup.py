"""Set-up does again only what its sources changed, and says in a sentence what it lacks."""

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


@pytest.mark.parametrize("arguments", [[], ["production"], ["demo", "test"]])
def test_set_up_for_anything_but_demo_or_test_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert setup.main(arguments) == 2
    assert "usage" in capsys.readouterr().err
