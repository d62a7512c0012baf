"""The error tree: a Refusal is the rules saying no, a Fault is us or a neighbour failing.

Each class has a stable ``code`` and a sentence for people; the doors alone know HTTP and translate the sentence
by its template. The whole tree is listed in ``docs/errors.md``.

- VanthuError
    - Refusal
        - Conflict        what is asked does not fit the present state
        - NotFound        not there, or not for this person to know
        - Forbidden       seen, but not to be done by this person
        - Invalid         the input is wrong; carries every field error at once
    - Fault
        - NeighbourAway   a service we depend on does not answer
        - OurFault        we are wrong
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class VanthuError(Exception):
    """What Vanthu raises on purpose; *template* is the sentence, with the facts as named placeholders."""

    code: ClassVar[str]
    template: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.template % facts)


class Refusal(VanthuError):
    """The rules say no; nothing was changed."""


class Fault(VanthuError):
    """We, or a neighbour, failed; nothing was changed."""


class Conflict(Refusal):
    """What is asked does not fit the present state."""


class NotFound(Refusal):
    """The thing is not there, or this person is not to know that it is: one answer for both."""


class Forbidden(Refusal):
    """The person may see the thing but not do this to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """What is wrong with one field: its path ('lead_unit', 'recipients/0'), a stable code, a sentence."""

    field: str
    code: str
    message: str


class Invalid(Refusal):
    """The input is wrong; *errors* names every wrong field at once."""

    def __init__(self, *, errors: Sequence[FieldError] = (), **facts: object) -> None:
        super().__init__(**facts)
        self.errors = tuple(errors)


class NeighbourAway(Fault):
    """A service we depend on does not answer; the same call may succeed later."""


class OurFault(Fault):
    """We are wrong: a bug, a damaged record, a missing piece of the installation."""
