"""Propose an OCOP product to the province, by the step of the commune's procedure that waits for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from engine import dossier_access, procedures
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.documents import Document
from engine.dossiers import Dossier, DossierState
from engine.ids import DossierId
from engine.ocop_proposals import SlipNotRegistered
from engine.ocop_submitting import submit_locked
from engine.people import Person
from engine.ports import UnitOfWork

SUBMITS: Final = {"check": "propose", "supply": "done"}
"""At which steps of the commune's procedure it is submitted, and by which outcome."""


def submit_ocop_dossier(dossier_id: DossierId, *, by: Person, at: datetime, work: UnitOfWork) -> Dossier:
    """Have the dossier submitted, and return it as it is now.

    The machine makes form 03; the first time a proposal is drafted, too, and the dossier is submitted when the head of
    the commune has signed that and it is issued. Its registration slip is an incoming document of the province then.
    A supplement is submitted as soon as form 03 is made anew.

    One that was opened before communes had a procedure for it is submitted as it is.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose.
        SlipNotRegistered: The commune's registry has not entered the slip, or something is awaited of the entity.
        ProposalInvalid: The commune's findings or the samples are not there.
        WorkItemNotYours, DossierNotInState, SubmittedTooLate, PartsMissing: It cannot be submitted.
    """
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_compose(by, dossier, work)
    if dossier.own_document_id is None:
        dossier, proposal = work.dossiers.lock(dossier_id), work.ocop.proposals.lock(dossier_id)

        def start(key: str, document: Document, data: Mapping[str, object]) -> object:
            return procedures.start(procedures.Beginning(key=key, data=data), document, by=by.id, at=at, work=work)

        return submit_locked(dossier, proposal, start, by=by.id, at=at, work=work)
    dossier.in_state(DossierState.SUBMITTED)
    instance = work.instances.find_of_document(dossier.own_document_id)
    items = work.work_items.open_of(instance.id) if instance else ()
    item = next((one for one in items if one.element_id in SUBMITS), None)
    if item is None:
        raise SlipNotRegistered
    request = CompleteWorkItem(work_item_id=item.id, outcome=SUBMITS[item.element_id], data={})
    complete_work_item(request, by=by, at=at, work=work)
    return work.dossiers.get(dossier_id)
