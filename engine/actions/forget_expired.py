"""Forget what has run out: sessions, counted wrong passwords, keys of requests that nobody repeats any more."""

from datetime import datetime, timedelta
from typing import Final

from engine.actions.sign_in import NOWHERE, OF_NAME
from engine.ids import SYSTEM
from engine.ports import UnitOfWork
from engine.sweep_events import SessionsSwept
from engine.verifications import WINDOW as COUNTED_TOGETHER

REQUESTS_KEPT: Final = timedelta(days=30)
"""How long a request with an Idempotency-Key is known; a client that repeats it later makes a new thing."""


def forget_expired(*, at: datetime, work: UnitOfWork) -> int:
    """Forget what is of no use after *at* and return how many rows that were; a second time does nothing."""
    sessions = work.people.forget_sessions(at)
    if sessions:
        work.record(SessionsSwept(by=SYSTEM, at=at, agency_id=NOWHERE, sessions=sessions))
    failed = work.people.forget_tries(at - OF_NAME.window)
    counted = work.verifications.forget_counts(at - COUNTED_TOGETHER)
    return sessions + failed + counted + work.requests.forget(at - REQUESTS_KEPT)
