"""Found an agency: its units, people, posts and registers, and the procedures it works by."""

from collections.abc import Sequence
from datetime import datetime

from engine.events import AgencyFounded
from engine.ids import SYSTEM
from engine.people import Agency, Unit
from engine.ports import UnitOfWork
from engine.queries import NewPerson


def found_agency(
    agency: Agency, units: Sequence[Unit], people: Sequence[NewPerson], *, at: datetime, work: UnitOfWork
) -> None:
    """Keep a new agency with its people and its two registers; done by whoever installs Vanthu."""
    work.people.found(agency, units, people)
    work.record(AgencyFounded(by=SYSTEM, at=at, agency_id=agency.id, units=len(units), people=len(people)))
