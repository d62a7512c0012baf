"""Opinions on a case: another agency is asked, until when, and what it answered; silence never holds the case up.

Source: Decree 118/2025/NĐ-CP (who handles a case gathers the opinions of other agencies within the case's own time).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from engine.errors import Conflict, Invalid, NotFound
from engine.ids import AgencyId, CaseId, CaseOpinionId, DocumentId, FileId, PersonId

MAX_TEXT: Final = 2_000
"""Characters of a question, and of an answer."""
MAX_FILES: Final = 20
"""Files that go with a question, and with an answer."""
MAX_ASKED: Final = 10
"""Agencies asked at once."""


class View(StrEnum):
    """What an agency thinks of what it is asked."""

    AGREED = "agreed"
    NOT_AGREED = "not_agreed"


class OpinionStanding(StrEnum):
    """How far an opinion is.

    SILENT: its time is over without an answer; one that comes while the case is handled is still taken.
    ENDED: the case was settled without it.
    """

    WAITING = "waiting"
    SILENT = "silent"
    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionFile:
    """A file that goes with a question or an answer, under the name people know it by."""

    file_id: FileId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpinion:
    """One agency asked for its opinion on a case.

    Attributes:
        agency_id: The agency that is asked.
        document_id: The question as an incoming document there, on which its procedure works.
        half_days: Working half days it has, a part of the case's own.
        due: When they end, by the calendar of the agency that asks; a pause of the case moves it not (decision 0020).
        silent_at: When it was noted that no answer came in time.
        text: What it answered in words.
        ended_at: When the case was settled without it.
    """

    id: CaseOpinionId
    case_id: CaseId
    agency_id: AgencyId
    document_id: DocumentId
    number: str
    question: str
    half_days: int
    asked_by: PersonId
    asked_at: datetime
    due: datetime
    files: tuple[OpinionFile, ...] = ()
    silent_at: datetime | None = None
    view: View | None = None
    text: str = ""
    answer_files: tuple[OpinionFile, ...] = ()
    answered_by: PersonId | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def standing(self) -> OpinionStanding:
        """How far it is."""
        if self.answered_at is not None:
            return OpinionStanding.ANSWERED
        if self.ended_at is not None:
            return OpinionStanding.ENDED
        return OpinionStanding.WAITING if self.silent_at is None else OpinionStanding.SILENT

    @property
    def is_open(self) -> bool:
        """Whether an answer is still taken."""
        return self.answered_at is None and self.ended_at is None

    @property
    def came_late(self) -> bool:
        """Whether the answer came after its time."""
        return self.answered_at is not None and self.answered_at > self.due

    def with_files(self, files: tuple[OpinionFile, ...]) -> "CaseOpinion":
        """Return it with the files of the answer that is being given. Raises CaseOpinionClosed."""
        self.require_open()
        return replace(self, answer_files=files)

    def answered(self, view: View, text: str, by: PersonId, at: datetime) -> "CaseOpinion":
        """Return it as answered, in time or late.

        Raises:
            CaseOpinionClosed: It was answered, or the case settled without it.
            CaseOpinionInvalid: It does not agree and does not say why.
        """
        self.require_open()
        return replace(self, view=view, text=text, answered_by=by, answered_at=at)

    def silent(self, at: datetime) -> "CaseOpinion":
        """Return it as not answered in time."""
        return replace(self, silent_at=at)

    def ended(self, at: datetime) -> "CaseOpinion":
        """Return it as no longer needed. Raises CaseOpinionClosed."""
        self.require_open()
        return replace(self, ended_at=at)

    def require_open(self) -> None:
        """Raise CaseOpinionClosed unless an answer is still taken."""
        if not self.is_open:
            raise CaseOpinionClosed


class CaseOpinionNotFound(NotFound):
    """No such question, or not for this person to know."""

    code = "case_opinion.not_found"
    template = "There is no such request for an opinion. Choose one from the page of the case, or from your work."


class CaseOpinionInvalid(Invalid):
    """Some fields of a question or an answer are wrong; all are named."""

    code = "case_opinion.invalid"
    template = "The request or its answer cannot be sent so. Correct what is marked and send it again."


class CaseOpinionClosed(Conflict):
    """It was answered, or is not needed any more."""

    code = "case_opinion.closed"
    template = (
        "This was answered already, or the case was settled meanwhile; no answer is taken any more. Reload the page."
    )


class OpinionNotYoursToAsk(Conflict):
    """Opinions are asked by whoever handles the case at the moment."""

    code = "case_opinion.not_yours_to_ask"
    template = (
        "An opinion is asked by whoever handles the case at its present step. Open the case to see whose turn it is."
    )


class OpinionNotYoursToGive(Conflict):
    """The agency's answer is given in the step of its procedure that waits for it, by whose step it is."""

    code = "case_opinion.not_yours_to_give"
    template = (
        "The answer is given by the unit the request was passed on to, once the registry has entered it. Look at the"
        " document of the request to see whose turn it is."
    )


class OpinionNumberTaken(Conflict):
    """Somebody took the number of the slip while it was set."""

    code = "case_opinion.number_taken"
    template = "Somebody sent another request at the same moment and took its number. Send it again."
