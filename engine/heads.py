"""Who leads an agency: its head, or who was appointed to act in the head's post (Q.); one of them signs at a time.

Source: Decree 30/2020/NĐ-CP, art. 13.
"""

from datetime import datetime

from engine.competence import HeadReplaced
from engine.deadlines import office_date
from engine.ids import AgencyId, PersonId
from engine.people import Person, Role
from engine.ports import UnitOfWork


def head_of(agency_id: AgencyId, work: UnitOfWork) -> Person | None:
    """Return whose post the head's is, if it is anybody's: their title is printed, whoever acts in it."""
    return next((person for person in work.people.of_agency(agency_id) if person.holds(Role.HEAD)), None)


def head_in_office(agency_id: AgencyId, at: datetime, work: UnitOfWork) -> Person | None:
    """Return who signs as head at this moment: the acting head in force, else the head; None where there is neither."""
    acting = work.stand_ins.find_acting_head(agency_id, at)
    return work.people.get(acting.substitute) if acting else head_of(agency_id, work)


def now_in_post(person: Person, at: datetime, work: UnitOfWork) -> Person:
    """Return the acting head in the place of a head; procedures name their signer beforehand, maybe weeks ago."""
    acting = work.stand_ins.find_acting_head(person.agency_id, at) if person.holds(Role.HEAD) else None
    return work.people.get(acting.substitute) if acting else person


def in_office(person: Person, at: datetime, work: UnitOfWork) -> Person:
    """Return the person as they may sign now: without the post of the head while somebody else acts in it."""
    if not person.holds(Role.HEAD) or work.stand_ins.find_acting_head(person.agency_id, at) is None:
        return person
    return person.without(Role.HEAD)


def placed_now(person_id: PersonId, at: datetime, work: UnitOfWork) -> Person:
    """Return somebody who need not be signed in as they may act at this moment: their places, and whether replaced."""
    return work.stand_ins.placed(work.people.get(person_id), at)


def require_not_replaced(person: Person, at: datetime, work: UnitOfWork) -> None:
    """Raise HeadReplaced where the person is the head, and somebody else acts in the post at this moment."""
    acting = work.stand_ins.find_acting_head(person.agency_id, at) if person.holds(Role.HEAD) else None
    if acting is not None:
        raise HeadReplaced(
            name=work.people.get(acting.substitute).name,
            since=office_date(acting.starts_at).strftime("%d/%m/%Y"),
            basis=acting.basis.number or acting.basis.text,
        )
