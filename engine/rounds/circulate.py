"""Send circulated documents to those who have not got them yet, and remind those who are late."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine import procedures
from engine.circulating import remind_of, to_remind
from engine.circulations import Addressee
from engine.deadlines import office_date
from engine.documents import Document, OutgoingDocument
from engine.ids import SYSTEM, CirculationId, PersonId
from engine.neighbours import Services
from engine.operations.deliver import deliver
from engine.operations.move import Data
from engine.ports import UnitOfWork
from engine.rounds.remind import FARTHEST, next_working_day

SENT_AT_ONCE: Final = 20
"""Agencies to which one transaction delivers, so that no lock is held for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Carrier:
    """What delivers without a procedure of the document: the machine, in one transaction."""

    by: PersonId
    at: datetime
    work: UnitOfWork
    start_procedure: Callable[[str, Document, Data], object]


def send_circulated(*, services: Services) -> int:
    """Deliver to those to whom nothing was sent yet; return how many agencies there were."""
    sent = 0
    while True:
        with services.begin() as work:
            waiting = work.circulations.lock_unsent(SENT_AT_ONCE)
            for one in waiting:
                _send(one, services.clock(), work)
        sent += len(waiting)
        if len(waiting) < SENT_AT_ONCE:
            return sent


def remind_late(*, services: Services) -> int:
    """Remind, once on the working day before and once the day has passed; return of how many circulations."""
    with services.begin() as work:
        due = work.circulations.due_until(office_date(services.clock() + FARTHEST))
    return sum(_remind(circulation_id, services) for circulation_id in due)


def _send(addressee: Addressee, at: datetime, work: UnitOfWork) -> None:
    circulation = work.circulations.get(addressee.circulation_id)
    document = work.documents.get(circulation.document_id)
    assert isinstance(document, OutgoingDocument)  # noqa: S101  only issued documents are circulated

    def begin(key: str, arrived: Document, data: Data) -> object:
        return procedures.start(procedures.Beginning(key=key, data=data), arrived, by=SYSTEM, at=at, work=work)

    known = {one.to_agency: one for one in work.deliveries.of_outgoing(document.id)}
    delivery = known.get(addressee.agency_id)
    if delivery is None:
        carrier = _Carrier(by=SYSTEM, at=at, work=work, start_procedure=begin)
        made = deliver(document, carrier, [addressee.agency_id])
        if not made:
            return
        delivery = made[0]
    work.circulations.save_addressees([replace(addressee, incoming_id=delivery.incoming_id)])


def _remind(circulation_id: CirculationId, services: Services) -> bool:
    with services.begin() as work:
        at = services.clock()
        circulation, today = work.circulations.lock(circulation_id), office_date(at)
        if circulation.due is None or circulation.closed_at is not None:
            return False
        over = today > circulation.due
        if not over and circulation.due > next_working_day(work.calendars.of(circulation.agency_id), today):
            return False
        reminders = 2 if over else 1
        waiting = to_remind(circulation, work.circulations.addressees(circulation.id), today)
        late = [one for one in waiting if one.reminders < reminders]
        if not late:
            return False
        remind_of(circulation, late, "over" if over else "soon", by=SYSTEM, at=at, work=work)
        return True
