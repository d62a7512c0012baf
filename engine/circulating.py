"""Circulating: whom a document is sent to, who there is told of it, and who may know of it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from engine import access
from engine.circulation_events import CirculationEvent, CirculationReminded, CirculationReminderArrived
from engine.circulations import Addressee, Circulation, CirculationAnswer, CirculationNotFound
from engine.concerned import staff_now
from engine.documents import OutgoingDocument, OutgoingState
from engine.ids import AgencyId, CirculationId, FileId, PersonId
from engine.localities import CommuneGroup, LocalityKind
from engine.notices import News, NoticeKind
from engine.notify import called, notify
from engine.people import Person, Role
from engine.ports import UnitOfWork

TOLD: Final = frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE, Role.HEAD})
"""Who of an agency is told of what it is asked."""

READS: Final = TOLD | {Role.DEPUTY_HEAD}
"""Who reads for an agency: once one of them had it before them, the agency has read it."""


MOST_SHOWN: Final = 10
"""So many requests stand in an inbox; the list has all."""


def communes(groups: Collection[CommuneGroup], work: UnitOfWork) -> tuple[AgencyId, ...]:
    """Return the agencies of this installation that speak for communes, of these groups where some are named."""
    found = (
        locality.agency_id
        for locality in work.localities.all(LocalityKind.COMMUNE)
        if not groups or locality.group in groups
    )
    return tuple(dict.fromkeys(agency_id for agency_id in found if agency_id is not None))


def may_circulate(person: Person, document: OutgoingDocument) -> bool:
    """Say whether the person may send this document to localities now."""
    is_issued = document.state is OutgoingState.ISSUED
    return is_issued and access.may(person, "circulate_documents") and access.may_read(person, document)


def sent_by(circulation_id: CirculationId, by: Person, work: UnitOfWork, *, lock: bool = False) -> Circulation:
    """Return what the person's agency circulated. Raises CirculationNotFound, also where they may not read it."""
    store = work.circulations
    circulation = store.lock(circulation_id) if lock else store.get(circulation_id)
    document = work.documents.get(circulation.document_id)
    if circulation.agency_id != by.agency_id or not access.may_read(by, document):
        raise CirculationNotFound
    return circulation


def sent_to(
    circulation_id: CirculationId, by: Person, work: UnitOfWork, *, lock: bool = False
) -> tuple[Circulation, Addressee]:
    """Return what was sent to the person's agency. Raises CirculationNotFound, also where they may not read it."""
    store = work.circulations
    circulation = store.lock(circulation_id) if lock else store.get(circulation_id)
    addressee = store.find_addressee(circulation.id, by.agency_id)
    if addressee is None or addressee.incoming_id is None:
        raise CirculationNotFound
    if not access.may_read(by, work.documents.get(addressee.incoming_id)):
        raise CirculationNotFound
    return circulation, addressee


def awaited_of(person: Person, work: UnitOfWork) -> Sequence[Circulation]:
    """Return what the person's agency is still to read or answer, to those who read for it."""
    return work.circulations.awaited(person.agency_id, MOST_SHOWN) if access.may(person, "circulate_documents") else ()


def late_ones(circulation: Circulation, addressees: Iterable[Addressee]) -> list[Addressee]:
    """Return those that have it and have not done what is asked."""
    return [one for one in addressees if one.incoming_id is not None and not one.has_done(circulation.asks)]


def to_remind(circulation: Circulation, addressees: Iterable[Addressee], today: date) -> list[Addressee]:
    """Return those that have not done what is asked and were not reminded today; nobody is reminded twice a day."""
    return [one for one in late_ones(circulation, addressees) if not one.was_reminded_on(today)]


def remind_of(
    circulation: Circulation,
    addressees: Sequence[Addressee],
    source: str,
    *,
    by: PersonId,
    at: datetime,
    work: UnitOfWork,
) -> None:
    """Tell the people of these agencies what is still asked of them; once for each *source*; both logs say so."""
    document = work.documents.get(circulation.document_id)
    day = f"{circulation.due:%d/%m/%Y}" if circulation.due else "–"
    for one in addressees:
        news = News(
            agency_id=one.agency_id,
            kind=NoticeKind.DUE,
            source=f"circulation:{circulation.id}:{one.agency_id}:{source}",
            template="%(document)s still waits for your agency's answer, due on %(day)s.",
            facts={"document": called(document), "day": day},
            path=f"/received-circulations/{circulation.id}",
            document_id=one.incoming_id,
        )
        people = [person.id for person in staff_now(one.agency_id, at, work) if person.powers & TOLD]
        notify(people, news, at=at, work=work)
    work.circulations.save_addressees([one.reminded(at) for one in addressees])
    for event in _reminders(circulation, addressees, by, at):
        work.record(event)


def _reminders(
    circulation: Circulation, addressees: Sequence[Addressee], by: PersonId, at: datetime
) -> Iterator[CirculationEvent]:
    """Give the leaves: of who reminds, and of each agency that is reminded, whose webhooks read its own log."""
    for one in addressees:
        yield CirculationReminderArrived(
            by=by,
            at=at,
            agency_id=one.agency_id,
            circulation_id=circulation.id,
            from_agency=circulation.agency_id,
            document_id=one.incoming_id,
        )
    yield CirculationReminded(
        by=by,
        at=at,
        agency_id=circulation.agency_id,
        circulation_id=circulation.id,
        addressees=[one.agency_id for one in addressees],
    )


def answer_file(circulation_id: CirculationId, file_id: FileId, by: Person, work: UnitOfWork) -> CirculationAnswer:
    """Return the answer with this file, for the agency that asked or the one that answered.

    Raises:
        CirculationNotFound: It is neither theirs to know nor with such a file.
    """
    try:
        circulation, own = sent_by(circulation_id, by, work), None
    except CirculationNotFound:
        circulation, addressee = sent_to(circulation_id, by, work)
        own = addressee.agency_id
    given = work.circulations.answers(circulation.id, own)
    found = next((one for one in given if one.file_id == file_id), None)
    if found is None:
        raise CirculationNotFound
    return found
