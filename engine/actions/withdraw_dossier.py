"""Take a dossier back before it is decided on."""

from datetime import datetime

from engine import dossier_access, submitting
from engine.dossier_errors import DossierInvalid, DossierMoved
from engine.dossiers import MAX_REASON, Dossier
from engine.drafts import FieldChecks
from engine.ids import DossierId
from engine.people import Person
from engine.ports import UnitOfWork


def withdraw_dossier(
    dossier_id: DossierId, reason: str, *, by: Person, at: datetime, work: UnitOfWork, rev: int | None = None
) -> Dossier:
    """Withdraw the dossier, with the reason; it can be opened again only as a new one.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose.
        DossierInvalid: No reason is given.
        DossierMoved: It changed since *rev*.
        DossierNotInState: It is decided on, or done with.
    """
    dossier = work.dossiers.lock(dossier_id)
    dossier_access.require_compose(by, dossier, work)
    if rev not in (None, dossier.rev):
        raise DossierMoved
    check = FieldChecks()
    check.text("reason", reason, MAX_REASON)
    check.done(DossierInvalid)
    return submitting.withdraw(dossier, reason.strip(), by=by.id, at=at, work=work)
