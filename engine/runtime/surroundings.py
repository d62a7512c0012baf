"""What a run asks of the transaction around it: inline operations, a way back from a failed one, the calendar."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.calendars import WorkCalendar

Result = Mapping[str, object]
"""What an operation found out."""

Inline = Callable[[str, Mapping[str, Any], Mapping[str, Any]], Result]
"""Does an inline operation: its name, the parameters, the data of the instance; returns what it found out."""


class OperationEnded(Exception):
    """An inline operation ended with an error that a model may expect; what it had changed is undone."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _unguarded(act: Callable[[], Result]) -> Result:
    return act()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The transaction as a run sees it.

    Attributes:
        inline: Does inline operations; what it raises passes through.
        guard: Does one whose failure the model may expect; raises OperationEnded where it ended so.
        calendar: The calendar of the agency, asked for when something is counted by it.
    """

    inline: Inline
    guard: Callable[[Callable[[], Result]], Result] = _unguarded
    calendar: Callable[[], WorkCalendar] = WorkCalendar

    @classmethod
    def of(cls, given: "Inline | Surroundings") -> "Surroundings":
        """Return what is given, or surroundings that have these inline operations and nothing else."""
        return given if isinstance(given, Surroundings) else cls(inline=given)
