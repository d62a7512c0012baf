"""Who may see and set the image of a signature or seal: everybody their own, administrators all of their agency."""

from uuid import UUID

from engine import access
from engine.access import NotAllowed
from engine.ids import AgencyId
from engine.people import Person, PersonNotFound
from engine.ports import UnitOfWork
from engine.signature_images import ImageKind


def require_owner(owner: UUID, by: Person, work: UnitOfWork) -> ImageKind:
    """Return whose image it is; raise unless the person may see and set it.

    Raises:
        NotAllowed: They only read, or it is neither their own nor are they an administrator.
        PersonNotFound: There is no such person in the agency.
    """
    if owner == by.id and access.may(by, "store_file"):
        return ImageKind.HAND
    if not access.may(by, "set_signature_images"):
        raise NotAllowed
    if owner == by.agency_id:
        return ImageKind.SEAL
    if owner not in {person.id for person in work.people.of_agency(AgencyId(by.agency_id))}:
        raise PersonNotFound
    return ImageKind.HAND
