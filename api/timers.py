"""Timers in a worker: it sleeps until the earliest is due or one is set, and fires it; nobody polls instances."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from engine.actions.fire_timer import fire_timer
from engine.actions.put_off_timer import put_off_timer
from engine.errors import VanthuError
from engine.neighbours import Services
from engine.timers import DueTimer
from storage.timers import TimerAlarm

log = structlog.get_logger()

SLOW_POLL_S: Final = 5.0
"""How long a worker sleeps at most; what it was not told of, it finds then."""
SHORTEST_S: Final = 0.05
"""How long it sleeps at least: a due timer it did not get is somebody else's at this moment."""

Attempt = Callable[[Callable[[], None], Callable[[VanthuError], None]], None]
"""Does the first; where it fails, raises a VanthuError that may be over soon, or gives the second any other."""


def fire_next(services: Services, attempt: Attempt) -> bool:
    """Fire the timer that is due the longest, in one transaction; say whether there was one.

    A timer that fails is put off, so that it does not stand in the way of others.

    Raises:
        VanthuError: The database is away, or a failed timer cannot be put off now.
    """
    claimed: list[DueTimer] = []
    failed: list[VanthuError] = []

    def act() -> None:
        with services.begin() as work:
            found = work.timers.claim()
            if found is not None:
                due, instance = found
                claimed.append(due)
                fire_timer(due, instance, at=due.at, work=work)

    try:
        attempt(act, failed.append)
    except VanthuError as error:
        failed.append(error)
    for cause in failed:
        if not claimed:
            raise cause
        with services.begin() as work:
            put_off_timer(claimed[0], cause, at=services.clock(), work=work)
    return bool(claimed)


def seconds_to_next(services: Services, attempt: Attempt) -> float:
    """Return how long to sleep until the next timer, or until the next look. Raises VanthuError."""
    failed: list[VanthuError] = []
    found: list[float] = []

    def act() -> None:
        with services.begin() as work:
            seconds = work.timers.seconds_to_next()
        found.append(SLOW_POLL_S if seconds is None else min(max(seconds, SHORTEST_S), SLOW_POLL_S))

    attempt(act, failed.append)
    if failed:
        raise failed[0]
    return found[0]


class TimerWatch:
    """The thread of a worker that fires timers."""

    def __init__(self, services: Services, url: str, attempt: Attempt) -> None:
        self._services = services
        self._attempt = attempt
        self._alarm = TimerAlarm(url)
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Watch while the block runs."""
        thread = threading.Thread(target=self._watch, name="timers", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(SLOW_POLL_S)

    def _watch(self) -> None:
        while not self._stop.is_set():
            self._alarm.wait(self._round(), self._stop)
        self._alarm.close()

    def _round(self) -> float:
        """Fire all that is due; return how many seconds to sleep then."""
        try:
            while not self._stop.is_set() and fire_next(self._services, self._attempt):
                pass
            return seconds_to_next(self._services, self._attempt)
        except VanthuError as error:
            log.warning("timers.failed", code=error.code)
            return random.uniform(0.5, 1.5)  # noqa: S311 - no secret
