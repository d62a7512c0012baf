"""Who may know of a dossier and work on it: one place for the rules, mirrored by the list in storage.

Where it is composed, everybody of the agency reads and composes it, but for cases of citizens, which only the registry,
the leaders and who opened them read. Where it is decided on, who reads the document it is handled with, once it was
submitted.
"""

from typing import Final

from engine import access
from engine.access import READS_WHOLE_AGENCY
from engine.assessments import Stage
from engine.dossier_errors import DossierNotFound
from engine.dossiers import Dossier, DossierKind, DossierState
from engine.ids import AgencyId
from engine.localities import Locality, LocalityKind
from engine.people import Person
from engine.ports import UnitOfWork

WHOLE: Final = READS_WHOLE_AGENCY
"""Whose posts read every dossier of their agency, and every one submitted to it."""


def may_read(person: Person, dossier: Dossier, work: UnitOfWork) -> bool:
    """Say whether the person may read the dossier and all its files."""
    whole = bool(person.powers & WHOLE)
    if person.agency_id == dossier.agency_id and (
        whole or dossier.kind is not DossierKind.CASE or dossier.opened_by == person.id
    ):
        return True
    if person.agency_id != dossier.receiver_id or dossier.state is DossierState.DRAFT:
        return False
    received = dossier.received_document_id
    return whole or (received is not None and access.may_read(person, work.documents.get(received)))


def require_read(person: Person, dossier: Dossier, work: UnitOfWork) -> None:
    """Raise DossierNotFound unless the person may read it: not there and not to be known are one answer."""
    if not may_read(person, dossier, work):
        raise DossierNotFound


def may_open_for(agency_id: AgencyId, work: UnitOfWork) -> list[Locality]:
    """Return the communes the agency speaks for and their villages: only they are recognised by a dossier of it."""
    own = {one.id for one in work.localities.of_agency(agency_id) if one.kind is LocalityKind.COMMUNE}
    return [one for one in work.localities.all() if {one.id, one.parent_id} & own] if own else []


def require_compose(person: Person, dossier: Dossier, work: UnitOfWork) -> None:
    """Raise unless the person may change what the dossier consists of.

    Raises:
        DossierNotFound: They may not know of it.
        NotAllowed: They are not of the agency that composes it, or their posts only read.
    """
    require_read(person, dossier, work)
    access.require(person, "compose_dossiers")
    if person.agency_id != dossier.agency_id:
        raise access.NotAllowed


def require_handle(person: Person, dossier: Dossier, work: UnitOfWork) -> None:
    """Raise unless the person may handle the dossier where it is decided on.

    Raises:
        DossierNotFound: They may not know of it.
        NotAllowed: They are not of the agency that decides, or their posts only read.
    """
    require_read(person, dossier, work)
    access.require(person, "handle_dossiers")
    if person.agency_id != dossier.receiver_id:
        raise access.NotAllowed


def require_report(person: Person, stage: Stage, dossier: Dossier, work: UnitOfWork) -> None:
    """Raise as require_compose where the commune reports of itself, else as require_handle."""
    if stage is Stage.SELF:
        require_compose(person, dossier, work)
    else:
        require_handle(person, dossier, work)
