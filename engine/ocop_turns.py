"""Whose turn it is to score an OCOP product."""

from typing import Final

from engine.dossiers import Dossier
from engine.ocop_proposals import NotScoredNow
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem

SCORES: Final = "score"
"""The step of the procedure at which a member scores."""


def find_turn(dossier: Dossier, person: Person, work: UnitOfWork) -> WorkItem | None:
    """Return the work item in which this member is to score the product now, or None."""
    received = dossier.received_document_id
    instance = work.instances.find_of_document(received) if received else None
    items = work.work_items.open_of(instance.id) if instance else ()
    return next((item for item in items if item.element_id == SCORES and item.assignee == person.id), None)


def require_turn(dossier: Dossier, person: Person, work: UnitOfWork) -> WorkItem:
    """Return the work item of this member's turn; raises NotScoredNow unless it is theirs."""
    item = find_turn(dossier, person, work)
    if item is None:
        raise NotScoredNow
    return item
