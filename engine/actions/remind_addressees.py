"""Remind the agencies that have not done what a circulated document asks."""

from datetime import datetime

from engine import access
from engine.circulating import late_ones, remind_of, sent_by
from engine.circulation_events import CirculationReminded
from engine.ids import CirculationId
from engine.people import Person
from engine.ports import UnitOfWork


def remind_addressees(circulation_id: CirculationId, *, by: Person, at: datetime, work: UnitOfWork) -> int:
    """Tell their people now; return how many agencies there are.

    Raises:
        NotAllowed, CirculationNotFound: It is not this person's to do.
        CirculationClosed: Nothing is asked any more.
    """
    access.require(by, "circulate_documents")
    circulation = sent_by(circulation_id, by, work, lock=True)
    circulation.require_open()
    late = late_ones(circulation, work.circulations.addressees(circulation.id))
    if late:
        remind_of(circulation, late, f"asked:{at.isoformat()}", at=at, work=work)
        work.record(
            CirculationReminded(
                by=by.id,
                at=at,
                agency_id=circulation.agency_id,
                circulation_id=circulation.id,
                addressees=[one.agency_id for one in late],
            )
        )
    return len(late)
