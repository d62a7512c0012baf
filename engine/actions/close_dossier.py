"""Close a dossier (đóng hồ sơ): its files and its manifest are put into the locked archive, and it ends."""

from engine import dossier_access, dossier_archiving
from engine.dossiers import Dossier, DossierState
from engine.ids import DossierId
from engine.neighbours import Services
from engine.people import Person
from engine.ports import UnitOfWork


def close_dossier(dossier_id: DossierId, *, by: Person, services: Services) -> Dossier:
    """Close a dossier that is decided on, refused or withdrawn.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs: who decides closes it, or who withdrew it.
        DossierNotInState: It is under way.
        DossierMoved: It changed meanwhile.
        FileDamaged, StoreAway: The store does not give or take a content.
    """
    with services.begin() as work:
        seen = work.dossiers.get(dossier_id)
        _require(by, seen, work)
        closing = dossier_archiving.read(seen, services, work)
    archived = dossier_archiving.archive(closing, by=by.id, agency_id=by.agency_id, services=services)
    with services.begin() as work:
        return dossier_archiving.keep(archived, by=by.id, agency_id=by.agency_id, at=services.clock(), work=work)


def _require(by: Person, dossier: Dossier, work: UnitOfWork) -> None:
    if dossier.state is DossierState.WITHDRAWN and by.agency_id == dossier.agency_id:
        dossier_access.require_compose(by, dossier, work)
    else:
        dossier_access.require_handle(by, dossier, work)
