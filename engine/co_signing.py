"""Several signers of one draft: whom a drafter may name beside the first one, and the field each of them signs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.access import AUDITS
from engine.competence import Matter
from engine.drafts import FieldChecks, Further, Signer, find_signer
from engine.heads import in_office
from engine.ids import PersonId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signatories import Signatory
from engine.signatures import MOST_SIGNERS, signer_field

MAX_CAPACITY = 100
MAX_COLLECTIVE = 200
MINUTES = "BB"
"""Minutes are written by their secretary, who signs them beside the chair: there the drafter may sign too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherSigner:
    """Somebody the drafter names to sign beside the first signer; see `engine.signatories.Signatory`."""

    person: PersonId
    capacity: str | None = None
    countersigns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Everything a draft says of who signs it and how, who drafted it, and about what."""

    drafter: Person
    matter: Matter
    first: PersonId
    further: Sequence[FurtherSigner]
    capacity: str | None
    collective: str | None


def signatories(named: Sequence[FurtherSigner]) -> tuple[Signatory, ...]:
    """Return them with the fields they sign in: who countersigns comes after all who sign."""
    ordered = sorted(named, key=lambda one: one.countersigns)
    return tuple(
        Signatory(
            person=one.person,
            field=signer_field(place),
            capacity=(one.capacity or "").strip() or None,
            countersigns=one.countersigns,
        )
        for place, one in enumerate(ordered, start=2)
    )


def check_naming(
    naming: Naming, signer: Signer | None, *, at: datetime, work: UnitOfWork, check: FieldChecks
) -> tuple[Further, ...]:
    """Return who signs beside the first signer, with their rights; note everything that is wrong."""
    _check_words(naming, signer, check)
    if len(naming.further) >= MOST_SIGNERS:
        check.add("further_signers", "too_many", f"At most {MOST_SIGNERS} people sign one document.")
        return ()
    people = {person.id: person for person in work.people.of_agency(naming.drafter.agency_id)} if naming.further else {}
    found = []
    for place, one in enumerate(naming.further):
        person, field = people.get(one.person), f"further_signers/{place}"
        wrong = _wrong(one, person, naming)
        if wrong is not None:
            check.add(field, *wrong)
        elif person is not None:
            right = find_signer(person, naming.matter, at, work)
            if right is None and not (one.capacity or "").strip() and in_office(person, at, work) != person:
                check.no_signer(field, person, at, work)
            elif right is None and not (one.capacity or "").strip():
                check.add(field, "capacity", "Say in what capacity this person signs, as in 'Thư ký'.")
            found.append((one, person, right.competence if right else None))
    if len(found) < len(naming.further):
        return ()
    rights = {person.id: (person, competence) for _, person, competence in found}
    return tuple(
        Further(person=rights[one.person][0], signatory=one, competence=rights[one.person][1])
        for one in signatories(naming.further)
    )


def _check_words(naming: Naming, signer: Signer | None, check: FieldChecks) -> None:
    if naming.capacity is not None:
        check.text("capacity", naming.capacity, MAX_CAPACITY)
    for place, one in enumerate(naming.further):
        if (one.capacity or "").strip():
            check.text(f"further_signers/{place}", one.capacity or "", MAX_CAPACITY)
    if naming.collective is not None:
        check.text("collective", naming.collective, MAX_COLLECTIVE)
        if signer is not None and not signer.competence.may_be_collective:
            check.add("collective", "not_theirs", "Only the head and deputies sign in the name of a collective (TM.).")


def _wrong(one: FurtherSigner, person: Person | None, naming: Naming) -> tuple[str, str] | None:
    named = [naming.first, *(other.person for other in naming.further)]
    if person is None or not person.roles - AUDITS:
        return "not_found", "There is no such person to sign here. Choose somebody from the list."
    if named.count(one.person) > 1:
        return "twice", "This person is named twice. Everybody signs once."
    if one.person == naming.drafter.id and naming.matter.type != MINUTES:
        return "drafter", "Who drafted a document may not sign it, but for the secretary of minutes (BB)."
    return None
