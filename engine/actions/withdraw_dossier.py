"""Take a dossier back before it is decided on."""

from datetime import datetime
from typing import Final

from engine import dossier_access, submitting
from engine.agendas import leave_agendas
from engine.dossier_errors import DossierInvalid, DossierMoved
from engine.dossiers import MAX_REASON, Dossier
from engine.drafts import FieldChecks
from engine.ids import DossierId
from engine.people import Person
from engine.ports import UnitOfWork

WITHDRAWN: Final = "Hồ sơ đã được rút"
"""What stands in the log of a council as the reason."""


def withdraw_dossier(
    dossier_id: DossierId, reason: str, *, by: Person, at: datetime, work: UnitOfWork, rev: int | None = None
) -> Dossier:
    """Withdraw the dossier, with the reason; it can be opened again only as a new one. Councils vote on it no more.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose.
        DossierInvalid: No reason is given.
        DossierMoved: It changed since *rev*.
        DossierNotInState: It is decided on, or done with.
        SessionMoved: A council was convened on it at this very moment.
    """
    dossier = work.dossiers.lock(dossier_id)
    dossier_access.require_compose(by, dossier, work)
    if rev not in (None, dossier.rev):
        raise DossierMoved
    check = FieldChecks()
    check.text("reason", reason, MAX_REASON)
    check.done(DossierInvalid)
    withdrawn = submitting.withdraw(dossier, reason.strip(), by=by.id, at=at, work=work)
    # At once, and not when its procedure learns of it: nothing is voted on that is not asked for any more.
    if withdrawn.received_document_id is not None:
        leave_agendas(withdrawn.received_document_id, WITHDRAWN, by=by.id, at=at, work=work)
    return withdrawn
