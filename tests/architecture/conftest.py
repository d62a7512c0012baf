"""The tests that read the source run in one process, which reads and parses it once."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of this folder into one group (see scripts/check.py)."""
    for item in items:
        if "tests/architecture" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("source"))
