"""Sweep the open bucket: contents that no record names, left by a request that was refused or died after its put."""

from datetime import timedelta
from itertools import islice
from typing import Final

from engine.neighbours import WORK, Services

GRACE: Final = timedelta(days=1)
"""A content younger than this may still be about to be recorded; putting it again makes it young."""
AT_ONCE: Final = 1_000


def sweep_contents(*, services: Services) -> int:
    """Delete contents of the open bucket that no record names and that nobody put within GRACE; return how many."""
    before, swept = services.clock() - GRACE, 0
    old = iter(services.store.contents(WORK, before))
    while batch := list(islice(old, AT_ONCE)):
        with services.begin() as work:
            orphans = set(batch) - work.files.known(batch)
        for file_id in orphans:
            swept += services.store.delete(WORK, file_id, before)
    return swept
