"""Which key somebody signs with now, opened for use."""

from dataclasses import replace

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
