"""Submit a dossier that no covering document goes with: it is listed, digested and frozen."""

from datetime import datetime

from engine import dossier_access, submitting
from engine.dossier_errors import DossierMoved, SubmittedByProcedure
from engine.dossiers import Dossier
from engine.ids import DossierId
from engine.people import Person
from engine.ports import UnitOfWork


def submit_dossier(
    dossier_id: DossierId, *, by: Person, at: datetime, work: UnitOfWork, rev: int | None = None
) -> Dossier:
    """Submit the dossier to the agency that decides on it.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose.
        SubmittedByProcedure: A document that covers it is signed; its procedure submits it.
        DossierMoved: It changed since *rev*.
        DossierNotInState, SubmittedTooLate, PartsMissing: It cannot be submitted.
    """
    dossier = work.dossiers.lock(dossier_id)
    dossier_access.require_compose(by, dossier, work)
    if rev not in (None, dossier.rev):
        raise DossierMoved
    if dossier.own_document_id is not None:
        raise SubmittedByProcedure
    return submitting.submit(dossier, by=by.id, at=at, work=work)
