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


class PutOffTwice(Conflict):
    """An appointment can be put off only once."""

    code = "appointment.put_off_twice"
    template = "This appointment was put off once already, from %(first)s. It cannot be put off again."
