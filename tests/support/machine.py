"""What a test needs of the machine: 'requires' names programs; where one is missing, the test is left out or fails.

On a developer's machine a missing program leaves its tests out, and pytest's summary says so in one line for all of
them. With CI=true a missing program is a failure, so that nothing goes untested unnoticed.
"""

import os
import shutil

import pytest

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys, which take longest, and keep the tests that share a slow server in one process.

    First of all plugins: pytest-xdist reads the groups in its own turn of this hook.
    """
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)
    for item in items:
        if item.get_closest_marker("s3") is not None:
            item.add_marker(pytest.mark.xdist_group("s3"))
        elif "demo" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("demo"))


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
