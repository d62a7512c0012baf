"""What a test needs of the machine: 'requires' names programs; where one is missing, the test is left out or fails.

On a developer's machine a missing program leaves its tests out, and pytest's summary says so in one line for all of
them. With CI=true a missing program is a failure, so that nothing goes untested unnoticed.
"""

import os
import shutil

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from scripts.debian import PACKAGE_OF, missing_packages

NEEDED_BY = {
    "browser": ("chromium",),
    "s3": ("ceph", "ceph-mon", "ceph-osd", "radosgw"),
}
"""What a test so marked, or with a fixture of that name, needs besides what it names itself."""


def requires(*programs: str) -> pytest.MarkDecorator:
    """Mark a test as needing *programs*, each of them a key of ``scripts.debian.PACKAGE_OF``."""
    unknown = sorted(set(programs) - set(PACKAGE_OF))
    if unknown:
        raise ValueError(f"name the Debian packages of {unknown} in scripts/debian.py first")
    return pytest.mark.requires(*programs)


def lacking(programs: set[str]) -> str | None:
    """Return the sentence for a machine without some of *programs*, or None; it is the same for every test."""
    if all(shutil.which(program) for program in programs):
        return None
    return f"this machine lacks {' '.join(missing_packages())}: 'make test' as root on Debian installs them"


TOGETHER = {
    "s3": ("tests/journeys/test_archive.py", "tests/storage/test_objects.py"),
    "demo": (
        "tests/journeys/test_browser.py",
        "tests/journeys/test_dossiers.py",
        "tests/journeys/test_incoming_document.py",
        "tests/journeys/test_large_upload.py",
        "tests/journeys/test_outgoing_document.py",
    ),
}
"""Files whose tests share a server that takes long to start (the fixture of that name), so one process runs them."""


class TogetherScheduling(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist ships no types
    """Hands out single tests, those of TOGETHER as one; the groups of pytest-xdist do not work with pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        return next((name for name, files in TOGETHER.items() if nodeid.startswith(files)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TogetherScheduling:
    """Hand tests out to the processes."""
    return TogetherScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys, which take longest; a test that needs a slow server must stand in TOGETHER."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)
    for item in items:
        for name, files in TOGETHER.items():
            needed = name in getattr(item, "fixturenames", ()) or item.get_closest_marker(name) is not None
            if needed and item.nodeid.startswith("tests/") and not item.nodeid.startswith(files):
                raise pytest.UsageError(f"{item.nodeid} needs '{name}': add its file to TOGETHER")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out, or in CI fail, a test whose programs are not there."""
    asked = {mark.name for mark in item.iter_markers()} | set(getattr(item, "fixturenames", ()))
    named = [mark.args for mark in item.iter_markers("requires")]
    implied = [needed for name, needed in NEEDED_BY.items() if name in asked]
    programs = {program for needed in (*named, *implied) for program in needed}
    sentence = lacking(programs)
    if sentence is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
