"""Expire signatures: what was prepared to be signed elsewhere, and was not in time, no longer holds its document."""

from typing import Final

from engine.actions.expire_signature import expire_signature
from engine.neighbours import Services

AT_ONCE: Final = 100


def expire_signatures(*, services: Services) -> int:
    """End all whose time is over, each in a transaction of its own; return how many there were."""
    with services.begin() as work:
        due = work.client_signatures.due(services.clock(), AT_ONCE)
        if due:
            work.client_signatures.forget_links(services.clock())
    for signature_id in due:
        with services.begin() as work:
            expire_signature(signature_id, at=services.clock(), work=work)
    return len(due)
