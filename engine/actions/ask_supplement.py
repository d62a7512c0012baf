"""Ask for a supplement of a dossier: what is missing, and until which day."""

from dataclasses import dataclass
from datetime import date, datetime

from engine import dossier_access, submitting
from engine.dossier_errors import DossierMoved
from engine.dossiers import Dossier
from engine.ids import DossierId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSupplement:
    """What is asked to be supplied; *until* is the last day for it, in Việt Nam."""

    dossier_id: DossierId
    reason: str
    until: date | None = None
    rev: int | None = None


def ask_supplement(request: AskSupplement, *, by: Person, at: datetime, work: UnitOfWork) -> Dossier:
    """Ask for it, in the agency that decides; files may change again until the dossier is submitted anew.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to handle.
        DossierMoved: It changed since *rev*.
        DossierNotInState, SupplementInvalid: Nothing can be asked now, or not so.
    """
    dossier = work.dossiers.lock(request.dossier_id)
    dossier_access.require_handle(by, dossier, work)
    if request.rev not in (None, dossier.rev):
        raise DossierMoved
    return submitting.ask_supplement(dossier, request.reason, request.until, by=by.id, at=at, work=work)
