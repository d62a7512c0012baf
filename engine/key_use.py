"""Which key somebody signs with now, opened for use."""

from dataclasses import replace
from uuid import UUID

from engine.ids import AgencyId, PersonId
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.signing_keys import SigningKey, holder_of


def key_of(agency_id: AgencyId, person_id: PersonId | None, *, services: Services, work: UnitOfWork) -> SigningKey:
    """Return the key of the person, or of the agency where that is None: the chosen one, else the file called so.

    Raises:
        SafeLocked: Its secret cannot be opened.
    """
    choice = work.key_choices.find(agency_id, person_id)
    if choice is None:
        return SigningKey(holder=holder_of(agency_id, person_id))
    secret = None if choice.sealed is None else services.safe.open(choice.sealed)
    return replace(choice.key, secret=secret)


def image_of(owner: UUID, services: Services) -> bytes | None:
    """Return what the signature or seal of a person or an agency looks like; None is the image beside the key."""
    with services.begin() as work:
        image = work.signature_images.find(owner)
    return services.read(image.file_id) if image and image.file_id else None
