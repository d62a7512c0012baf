"""Forget what people and others were told long ago: notices, mails, deliveries of webhooks; never what still waits."""

from datetime import timedelta
from typing import Final

from engine.neighbours import Services

AT_ONCE: Final = 5_000
"""Rows of one kind that one transaction removes."""


def forget_told(kept: timedelta, *, services: Services) -> int:
    """Remove what is older than *kept*, part by part; return how many rows that were. The audit log stays whole."""
    count = 0
    while True:
        with services.begin() as work:
            before = services.clock() - kept
            parts = (
                work.notices.forget(before, AT_ONCE),
                work.mails.forget(before, AT_ONCE),
                work.webhooks.forget(before, AT_ONCE),
            )
        count += sum(parts)
        if max(parts) < AT_ONCE:
            return count
