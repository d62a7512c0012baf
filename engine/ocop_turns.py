"""Whose turn it is to score an OCOP product."""

from typing import Final

from engine.dossiers import Dossier
from engine.ocop_proposals import NotScoredNow
from engine.people import Person
from engine.ports import UnitOfWork

SCORES: Final = "score"
"""The step of the procedure at which a member scores."""


def has_turn(dossier: Dossier, person: Person, work: UnitOfWork) -> bool:
    """Say whether a step waits for this member to score the product."""
    received = dossier.received_document_id
    instance = work.instances.find_of_document(received) if received else None
    items = work.work_items.open_of(instance.id) if instance else ()
    return any(item.element_id == SCORES and item.assignee == person.id for item in items)


def require_turn(dossier: Dossier, person: Person, work: UnitOfWork) -> None:
    """Raise NotScoredNow unless it is this member's turn."""
    if not has_turn(dossier, person, work):
        raise NotScoredNow
