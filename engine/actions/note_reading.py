"""Note that somebody of an agency had a circulated document before them; who reads for it marks it as read."""

from dataclasses import replace
from datetime import datetime

from engine.circulating import READS, sent_to
from engine.circulation_events import CirculationRead
from engine.circulations import Addressee
from engine.ids import CirculationId
from engine.people import Person
from engine.ports import UnitOfWork


def note_reading(circulation_id: CirculationId, *, by: Person, at: datetime, work: UnitOfWork) -> Addressee:
    """Keep the first time of each person; the first of who takes documents in or directs is the agency's read mark.

    Raises:
        CirculationNotFound: It was not sent to this person's agency, or has not arrived.
    """
    circulation, addressee = sent_to(circulation_id, by, work, lock=True)
    if not work.circulations.add_reading(circulation.id, by.id, at):
        return addressee
    read_at = at if by.powers & READS else None
    read = replace(addressee, read_at=addressee.read_at or read_at, readers=addressee.readers + 1)
    work.circulations.save_addressees([read])
    work.record(
        CirculationRead(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            circulation_id=circulation.id,
            document_id=addressee.incoming_id,
        )
    )
    return read
