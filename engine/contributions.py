"""Contributions (ý kiến tham gia): what organisations and village meetings say of a draft before it is proposed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from engine.errors import FieldError, Invalid
from engine.ids import ContributionId, DossierId, FileId, PersonId

MAX_TEXT: Final = 5_000
MAX_NAME: Final = 200
MAX_PEOPLE: Final = 100_000


class ContributionSource(StrEnum):
    """From whom it came."""

    ORGANISATION = "organisation"
    VILLAGE_MEETING = "village_meeting"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One contribution; *name* is that of an organisation or a village, never of a person.

    Attributes:
        present, agreed: Of a meeting: how many there were, and how many agreed to the draft.
        response: How the commune took it up.
        file_id: Minutes or letter, if there is one.
    """

    id: ContributionId
    dossier_id: DossierId
    source: ContributionSource
    name: str
    held_on: date
    present: int
    agreed: int
    text: str
    recorded_at: datetime
    recorded_by: PersonId
    response: str | None = None
    file_id: FileId | None = None


def errors_in(name: str, text: str, present: int, agreed: int) -> list[FieldError]:
    """Return what is wrong with a contribution."""
    found = []
    if not 0 < len(name.strip()) <= MAX_NAME:
        found.append(FieldError(field="name", code="required", message="Name the organisation or the village."))
    if len(text) > MAX_TEXT:
        found.append(FieldError(field="text", code="too_long", message="At most 5000 characters."))
    if not 0 <= present <= MAX_PEOPLE:
        found.append(FieldError(field="present", code="outside", message="People are counted from 0 to 100000."))
    if not 0 <= agreed <= max(present, 0):
        message = "At most as many agree as are present."
        found.append(FieldError(field="agreed", code="outside", message=message))
    return found


class ContributionInvalid(Invalid):
    """Some fields of a contribution are wrong; all are named."""

    code = "contribution.invalid"
    template = "The contribution cannot be kept so. Correct what is marked and send it again."
