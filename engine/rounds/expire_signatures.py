"""Expire signatures: what was prepared to be signed no longer holds its document once it cannot be signed."""

from typing import Final

from engine.actions.expire_signature import expire_signature
from engine.client_signing import give_up_if_replaced
from engine.ids import SYSTEM
from engine.neighbours import Services
from engine.signing_ends import give_up_if_over
from engine.signing_keys import PIN_REMEMBERED

AT_ONCE: Final = 100


def expire_signatures(*, services: Services) -> int:
    """End all whose time is over, whose key was replaced or whose right ended, each in a transaction of its own.

    Return how many.
    """
    with services.begin() as work:
        work.key_choices.forget_refused_pins(services.clock() - PIN_REMEMBERED)
        due = work.client_signatures.due(services.clock(), AT_ONCE)
        replaced = work.client_signatures.of_replaced_keys(None, AT_ONCE)
        if due:
            work.client_signatures.forget_links(services.clock())
    for signature_id in due:
        with services.begin() as work:
            expire_signature(signature_id, at=services.clock(), work=work)
    # Who chooses a key gives them up at once; here are those that were prepared at that very moment.
    for signature_id in replaced:
        with services.begin() as work:
            give_up_if_replaced(signature_id, by=SYSTEM, at=services.clock(), work=work)
    return len(due) + len(replaced) + end_signatures(services=services)


def end_signatures(*, services: Services) -> int:
    """Give up what nobody may sign any more by the right it was prepared under; return how many."""
    with services.begin() as work:
        doubtful = work.signings.rights_ended(services.clock(), AT_ONCE)
    ended = 0
    for work_item_id in doubtful:
        with services.begin() as work:
            ended += give_up_if_over(work_item_id, by=SYSTEM, at=services.clock(), work=work) is not None
    return ended
