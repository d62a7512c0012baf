"""Whose turn it is with an OCOP product: to score it, or to sign the commune's proposal of it."""

from typing import Final

from engine.dossiers import Dossier, DossierState
from engine.ids import DocumentId
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


def is_being_proposed(dossier: Dossier, work: UnitOfWork) -> bool:
    """Say whether form 03 is made or the commune's proposal signed: nobody is at the slip, nothing is submitted."""
    if dossier.state is not DossierState.DRAFT or dossier.own_document_id is None:
        return False
    instance = work.instances.find_of_document(dossier.own_document_id)
    return instance is not None and not work.work_items.open_of(instance.id)


def find_commune_proposal(dossier: Dossier, work: UnitOfWork) -> DocumentId | None:
    """Return the document of the commune's proposal that is drafted, signed or issued now, None before and after."""
    instance = work.instances.find_of_document(dossier.own_document_id) if dossier.own_document_id else None
    called = work.instances.called_by(instance.id) if instance else ()
    return next((one.document_id for one in called if one.finished_at is None), None)
