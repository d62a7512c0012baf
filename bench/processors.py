"""Processor time of a piece of work: this process and the server's processes that serve it (Linux).

A wall clock tells more of who else is at the machine than of the work.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import psycopg

_SERVED_BY: Final = "SELECT pid FROM pg_stat_activity WHERE usename = 'vanthu_app'"

Spent = Callable[[], float]
"""Seconds of processor time spent so far, both sides together."""


def both_sides(owner: psycopg.Connection) -> Spent:
    """Return the clock of this process and of the server's processes that serve the application now."""
    pids: Sequence[int] = [pid for (pid,) in owner.execute(_SERVED_BY)]
    files = [Path(f"/proc/{pid}/schedstat") for pid in pids]

    def spent() -> float:
        return time.process_time() + sum(int(file.read_text().split()[0]) for file in files) / 1e9

    return spent
