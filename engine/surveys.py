"""Surveys of satisfaction: one answer for each household, by a code nobody can guess, counted exactly.

Which household answered is known, what it answered is not: the answer carries neither its number nor its moment.
Surveyor is the Fatherland Front of the commune. Source: QĐ 18/2022/QĐ-TTg; domain rules, 5.3.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from engine.deadlines import office_date
from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.ids import AgencyId, DossierId, PersonId, SurveyId

MAX_HOUSEHOLDS: Final = 50_000
MAX_COMMENT: Final = 1_000
CODE_LENGTH: Final = 16
_LETTERS: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghjkmnpqrstvwxyz")


class Channel(StrEnum):
    """How a household answered."""

    WEB = "web"
    PAPER = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many households answered, and how many of these are satisfied."""

    answered: int = 0
    satisfied: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A survey of the households of a dossier's locality.

    Attributes:
        surveyor: Who asks, as in 'Ủy ban MTTQ Việt Nam xã Hoằng Thử'.
        households: How many there are in all; each has a number from 1 and a code.
        coverage, rate: Percent of households that must answer, and of answers that must be satisfied.
        certainty: How sure these two are.
        closes_on: The last day of answers, in Việt Nam; None: until it is closed.
        count: What came of it; exact once it is closed.
    """

    id: SurveyId
    dossier_id: DossierId
    agency_id: AgencyId
    surveyor: str
    households: int
    coverage: Decimal
    rate: Decimal
    certainty: str
    opened_at: datetime
    opened_by: PersonId
    closes_on: date | None = None
    closed_at: datetime | None = None
    closed_by: PersonId | None = None
    count: Count = Count()

    def require_open(self, at: datetime) -> None:
        """Raise SurveyClosed unless it takes answers at the moment *at*."""
        if self.closed_at is not None or (self.closes_on is not None and office_date(at) > self.closes_on):
            raise SurveyClosed

    def closed(self, by: PersonId, at: datetime) -> "Survey":
        """Return it as closed; raises SurveyClosed where it is."""
        if self.closed_at is not None:
            raise SurveyClosed
        return replace(self, closed_at=at, closed_by=by)

    @property
    def covered(self) -> Decimal:
        """Percent of households that answered, exactly."""
        return percent(self.count.answered, self.households)

    @property
    def satisfied(self) -> Decimal:
        """Percent of answers that are satisfied, exactly; 0 where nobody answered."""
        return percent(self.count.satisfied, self.count.answered)

    @property
    def is_covered(self) -> bool:
        """Whether enough households answered; compared without rounding."""
        return self.count.answered > 0 and self.count.answered * 100 >= self.coverage * self.households

    @property
    def is_satisfied(self) -> bool:
        """Whether enough of those who answered are satisfied; compared without rounding."""
        return self.count.answered > 0 and self.count.satisfied * 100 >= self.rate * self.count.answered

    @property
    def suffices(self) -> bool:
        """Whether enough households answered and enough of these are satisfied."""
        return self.is_covered and self.is_satisfied


def percent(part: int, whole: int) -> Decimal:
    """Return the share in percent, cut (never rounded up) to two decimals; 0 of nothing is 0."""
    return Decimal(part * 10_000 // whole) / 100 if whole else Decimal(0)


def require_households(households: int) -> None:
    """Raise SurveyInvalid unless there are households to be asked, and not more than can be."""
    if not 1 <= households <= MAX_HOUSEHOLDS:
        message = "A survey asks 1 to 50000 households; of none there is no rate."
        raise SurveyInvalid(errors=[FieldError(field="households", code="survey.households", message=message)])


def household_code(survey_id: SurveyId, number: int, mark: Callable[[str], str]) -> str:
    """Return the code of a household: 16 letters and digits that only this installation can make.

    Args:
        survey_id: The survey.
        number: Of the household, from 1.
        mark: ``Safe.mark``: always the same for a text, and made by our key alone.
    """
    digest = hashlib.sha256(mark(f"survey:{survey_id}:{number}").encode()).digest()
    return base64.b32encode(digest).decode().lower().translate(_LETTERS)[:CODE_LENGTH]


def digest_of_code(code: str) -> str:
    """Return the SHA-256 of a code as typed: spaces, hyphens and capitals do not matter."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


class SurveyNotFound(NotFound):
    """No such survey, or no household of this code."""

    code = "survey.not_found"
    template = "There is no survey of this code. Check the code on your slip and type it again."


class SurveyInvalid(Invalid):
    """Some fields of a survey are wrong; all are named."""

    code = "survey.invalid"
    template = "The survey cannot be opened so. Correct what is marked and send it again."


class SurveyClosed(Conflict):
    """The survey takes no more answers."""

    code = "survey.closed"
    template = "This survey is closed and takes no more answers."


class SurveyOpen(Conflict):
    """The dossier has a survey that is open."""

    code = "survey.open"
    template = "A survey of this dossier is open. Close it before you open another one."


class AnsweredAlready(Conflict):
    """The household answered; each answers once."""

    code = "survey.answered_already"
    template = "This household has answered already; each answers once. Thank you."


class AnswerInvalid(Invalid):
    """An answer says neither yes nor no, or its comment is too long."""

    code = "survey.answer_invalid"
    template = "The answer cannot be taken. Choose one of the two answers and send it again."
