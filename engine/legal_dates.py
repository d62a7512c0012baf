"""Dates that single rules of law ask for, beside the terms of engine.deadlines."""

from dataclasses import dataclass
from datetime import date, timedelta

from engine.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """The day an applicant was told to come for a result; *first* is that of the appointment it replaced."""

    due: date
    first: date | None = None

    def put_off(self, to: date) -> "Appointment":
        """Return the appointment put off, with an apology.

        Raises:
            PutOffTwice: It was put off before.

        Source: Decree 118/2025/NĐ-CP.
        """
        if self.first is not None:
            raise PutOffTwice(first=self.first)
        return Appointment(due=to, first=self.due)

    def apology_by(self) -> date:
        """Return the last day on which the applicant can be told that the result will be late."""
        return self.due - timedelta(days=1)


def ocop_round(proposed_on: date) -> tuple[int, int]:
    """Return the year and the round (1 or 2) in which the province ranks what a commune proposed on that day.

    Source: Decision 26/2026/QĐ-TTg: proposals before 30 April, and before 30 October.
    """
    year = proposed_on.year
    if proposed_on < date(year, 4, 30):
        return year, 1
    return (year, 2) if proposed_on < date(year, 10, 30) else (year + 1, 1)


class PutOffTwice(Conflict):
    """An appointment can be put off only once."""

    code = "appointment.put_off_twice"
    template = "This appointment was put off once already, from %(first)s. It cannot be put off again."
