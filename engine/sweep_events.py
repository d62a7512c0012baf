"""What happens when the machine tidies up, in the past tense."""

from dataclasses import dataclass

from engine.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsSwept(Event):
    """Sessions that had run out were forgotten."""

    action = "session.swept"
    subject_type = "agency"
    sessions: int
