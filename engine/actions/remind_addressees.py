"""Remind the agencies that have not done what a circulated document asks."""

from datetime import datetime

from engine import access
from engine.circulating import late_ones, remind_of, sent_by, to_remind
from engine.circulations import RemindedToday
from engine.deadlines import office_date
from engine.ids import CirculationId
from engine.people import Person
from engine.ports import UnitOfWork


def remind_addressees(circulation_id: CirculationId, *, by: Person, at: datetime, work: UnitOfWork) -> int:
    """Tell their people now, but nobody twice a day; return how many agencies were reminded.

    Raises:
        NotAllowed, CirculationNotFound: It is not this person's to do.
        CirculationClosed: Nothing is asked any more.
        RemindedToday: Who has not done it was reminded today already.
    """
    access.require(by, "circulate_documents")
    circulation = sent_by(circulation_id, by, work, lock=True)
    circulation.require_open()
    addressees = work.circulations.addressees(circulation.id)
    late = to_remind(circulation, addressees, office_date(at))
    if not late and late_ones(circulation, addressees):
        raise RemindedToday
    if late:
        remind_of(circulation, late, f"asked:{at.isoformat()}", by=by.id, at=at, work=work)
    return len(late)
