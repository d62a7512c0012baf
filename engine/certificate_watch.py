"""The watch over certificates: whose may not sign, or not for long, named when work is given out and not when it fails.

It says what the last look around found (engine.rounds.look_around), so it asks nobody.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from engine.checks import Check, CheckState, certificate_check
from engine.competence import signatories_of
from engine.documents import Document, OutgoingDocument, OutgoingState
from engine.ids import PersonId
from engine.people import Person
from engine.ports import UnitOfWork

UNSIGNED: Final = frozenset({OutgoingState.DRAFT, OutgoingState.IN_REVIEW, OutgoingState.TO_SIGN})
UNSEALED: Final = frozenset({OutgoingState.SIGNED, OutgoingState.NUMBERED})


def flaws_of(people: Collection[PersonId], work: UnitOfWork) -> Mapping[PersonId, Check]:
    """Return what was found wrong with the certificates of those of these people that have a flaw."""
    names = {certificate_check(str(person)): person for person in people}
    found = work.checks.several(list(names)) if names else ()
    return {names[check.name]: check for check in found if check.found.state is not CheckState.GOOD}


def flaws_ahead(document: Document, work: UnitOfWork) -> Sequence[Check]:
    """Return what was found wrong with the certificates the document is to be signed or sealed with next."""
    if not isinstance(document, OutgoingDocument):
        return ()
    if document.state in UNSIGNED:
        return tuple(flaws_of([one.person for one in signatories_of(document)], work).values())
    return _flaws_of_key(str(document.agency_id), work) if document.state in UNSEALED else ()


def own_flaws(person: Person, *, seals: bool, work: UnitOfWork) -> Sequence[Check]:
    """Return what was found wrong with the certificates the person signs with, and seals with where they may."""
    own = tuple(flaws_of([person.id], work).values()) if person.signs else ()
    return (*own, *(_flaws_of_key(str(person.agency_id), work) if seals else ()))


def _flaws_of_key(holder: str, work: UnitOfWork) -> Sequence[Check]:
    found = work.checks.several([certificate_check(holder)])
    return tuple(check for check in found if check.found.state is not CheckState.GOOD)
