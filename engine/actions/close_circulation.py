"""Close a circulation: nothing is asked any more, and nobody is reminded."""

from datetime import datetime

from engine import access
from engine.circulating import sent_by
from engine.circulation_events import CirculationEnded
from engine.circulations import Circulation
from engine.ids import CirculationId
from engine.people import Person
from engine.ports import UnitOfWork


def close_circulation(circulation_id: CirculationId, *, by: Person, at: datetime, work: UnitOfWork) -> Circulation:
    """Keep that it is closed.

    Raises:
        NotAllowed, CirculationNotFound: It is not this person's to do.
        CirculationClosed: It is closed.
    """
    access.require(by, "circulate_documents")
    closed = sent_by(circulation_id, by, work, lock=True).closed(at)
    work.circulations.save(closed)
    work.record(CirculationEnded(by=by.id, at=at, agency_id=closed.agency_id, circulation_id=closed.id))
    return closed
