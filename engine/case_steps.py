"""The steps a case went through, for the control slip: who had it from when to when, and how long was planned."""

from dataclasses import dataclass, replace
from datetime import datetime

from engine.ids import CaseId, PersonId, UnitId
from engine.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """One step of a case, once for each time it was reached; *place* counts them from 1.

    Attributes:
        number: Number of the configured step, from 1.
        due: When it was to be done, as it was planned when it began; a supplement asked for meanwhile moves it.
        ended_by: Who did it; None while it is at it.
    """

    case_id: CaseId
    place: int
    number: int
    name: str
    role: Role
    unit_id: UnitId | None
    half_days: int
    began_at: datetime
    due: datetime
    ended_at: datetime | None = None
    ended_by: PersonId | None = None

    def ended(self, at: datetime, by: PersonId) -> "StepTaken":
        """Return this step as done."""
        return replace(self, ended_at=at, ended_by=by)

    def was_late(self, at: datetime) -> bool:
        """Say whether it took longer than planned, or does so at the moment *at*."""
        return (self.ended_at or at) > self.due
