"""Give a council its last day."""

from datetime import date, datetime

from engine import access
from engine.conducting import council_of
from engine.council_events import CouncilEnded
from engine.councils import Council, CouncilMoved
from engine.ids import CouncilId
from engine.people import Person
from engine.ports import UnitOfWork


def end_council(
    council_id: CouncilId, last_day: date, *, rev: int | None = None, by: Person, at: datetime, work: UnitOfWork
) -> Council:
    """Keep until when the council may be convened; what was convened before goes on.

    Raises:
        NotAllowed: Councils are not this person's work.
        CouncilNotFound, CouncilMoved, CouncilEndsBeforeItBegins: As they say.
    """
    access.require(by, "found_councils")
    council = council_of(council_id, by, work)
    if rev not in (None, council.rev):
        raise CouncilMoved
    ended = council.ended(last_day)
    work.councils.save(ended)
    work.record(CouncilEnded(by=by.id, at=at, agency_id=council.agency_id, council_id=council.id, last_day=last_day))
    return ended
