"""Whether a dossier for recognition is ready for its next step, and if not, what is missing, in words.

The procedure asks it to go on, the page and the answer show it before anybody presses a button: one rule for all three.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from engine import assessing
from engine.assessments import AssessmentIncomplete, RulesNotInForce
from engine.criteria import NoCriteriaInForce
from engine.dossier_errors import PartsMissing, SubmittedTooLate
from engine.dossier_kinds import COVER
from engine.dossiers import Dossier
from engine.errors import Conflict
from engine.ports import UnitOfWork
from engine.proposal_meetings import share_text

REFUSED: Final = (AssessmentIncomplete, RulesNotInForce, NoCriteriaInForce, PartsMissing, SubmittedTooLate)
"""What says that a dossier cannot be submitted, or not yet."""


class Step(StrEnum):
    """What a commune does before it submits."""

    SELF_ASSESSMENT = "self_assessment"
    OPINIONS = "opinions"
    SURVEY = "survey"
    MEETING = "meeting"
    PARTS = "parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """A step with everything that is missing for it; nothing: it is done."""

    step: Step
    missing: tuple[Conflict, ...]

    @property
    def ready(self) -> bool:
        """Whether the procedure goes on after it."""
        return not self.missing


def readiness(step: Step, dossier: Dossier, at: datetime, work: UnitOfWork) -> Readiness:
    """Return whether a step of a dossier for recognition is done, and what is missing."""
    return Readiness(step=step, missing=tuple(_MISSING[step](dossier, at, work)))


def all_steps(dossier: Dossier, at: datetime, work: UnitOfWork) -> tuple[Readiness, ...]:
    """Return every step in its order."""
    return tuple(readiness(step, dossier, at, work) for step in Step)


def _self_assessment(dossier: Dossier, at: datetime, work: UnitOfWork) -> Iterator[Conflict]:
    yield from _refused(lambda: assessing.require_in_force(dossier, at, work))
    yield from _refused(lambda: assessing.require_complete(dossier, work, but=assessing.COUNTED))


def _opinions(dossier: Dossier, at: datetime, work: UnitOfWork) -> Iterator[Conflict]:
    draft = work.public_drafts.find_newest(dossier.id)
    if draft is None:
        yield DraftNotPublished()
    elif draft.is_open(at):
        yield DraftStillOpen(until=f"{draft.until:%d/%m/%Y}")
    opinions = work.public_drafts.count_opinions(dossier.id)
    if not opinions.given and not work.contributions.of_dossier(dossier.id):
        yield NothingContributed()
    if opinions.unanswered:
        yield OpinionsUnanswered(count=opinions.unanswered)


def _survey(dossier: Dossier, at: datetime, work: UnitOfWork) -> Iterator[Conflict]:
    surveys = work.surveys.of_dossier(dossier.id)
    if not surveys:
        yield SurveyNotOpened()
        return
    last = surveys[0]
    if last.closed_at is None:
        yield SurveyNotClosed(answered=last.count.answered, households=last.households)
        return
    if not last.is_covered:
        yield SurveyTooSmall(covered=_comma(last.covered), needed=_comma(last.coverage))
    if not last.is_satisfied:
        yield SurveyUnsatisfied(satisfied=_comma(last.satisfied), needed=_comma(last.rate))


def _meeting(dossier: Dossier, at: datetime, work: UnitOfWork) -> Iterator[Conflict]:
    meeting = work.proposal_meetings.find_newest(dossier.id)
    if meeting is None:
        yield MeetingNotRecorded()
    elif not meeting.passed:
        yield MeetingNotAgreed(percent=meeting.percent_text, needed=f"{share_text(meeting.wanted)}%")


def _parts(dossier: Dossier, at: datetime, work: UnitOfWork) -> Iterator[Conflict]:
    yield from _refused(lambda: dossier.require_in_time(at))
    yield from _refused(lambda: assessing.require_in_force(dossier, at, work))
    yield from _refused(lambda: assessing.require_complete(dossier, work))
    yield from _refused(lambda: dossier.require_parts(but=COVER))


_MISSING: Final[Mapping[Step, Callable[[Dossier, datetime, UnitOfWork], Iterator[Conflict]]]] = {
    Step.SELF_ASSESSMENT: _self_assessment,
    Step.OPINIONS: _opinions,
    Step.SURVEY: _survey,
    Step.MEETING: _meeting,
    Step.PARTS: _parts,
}


def _refused(check: Callable[[], None]) -> Iterator[Conflict]:
    try:
        check()
    except REFUSED as refused:
        yield refused


def _comma(share: object) -> str:
    return str(share).replace(".", ",")


class DraftNotPublished(Conflict):
    """Nobody outside could read the draft yet."""

    code = "dossier.draft_not_published"
    template = "The draft is not published for opinions yet. Finish the step that publishes it."


class DraftStillOpen(Conflict):
    """The draft is before the public until the end of a later day."""

    code = "dossier.draft_still_open"
    template = "Opinions on the draft are taken until the end of %(until)s (Việt Nam). Go on after that day."


class NothingContributed(Conflict):
    """Nobody said anything of the draft, or it was not recorded."""

    code = "dossier.nothing_contributed"
    template = "No opinion or contribution is on record. Record those of organisations and village meetings."


class OpinionsUnanswered(Conflict):
    """People said something of the draft and were not answered."""

    code = "dossier.opinions_unanswered"
    template = "Opinions without an answer: %(count)s. Answer them on the page of opinions."


class SurveyNotOpened(Conflict):
    """The households were not asked."""

    code = "dossier.survey_not_opened"
    template = "The households were not asked yet. Open a survey on the page of opinions."


class SurveyNotClosed(Conflict):
    """The survey still takes answers."""

    code = "dossier.survey_not_closed"
    template = "The survey is open: %(answered)s of %(households)s households answered. Close it to count it."


class SurveyTooSmall(Conflict):
    """Too few households answered."""

    code = "dossier.survey_too_small"
    template = "Only %(covered)s per cent of the households answered; %(needed)s are needed. Open another survey."


class SurveyUnsatisfied(Conflict):
    """Too few of those who answered are satisfied."""

    code = "dossier.survey_unsatisfied"
    template = "Only %(satisfied)s per cent of those who answered are satisfied; %(needed)s are needed."


class MeetingNotRecorded(Conflict):
    """No meeting proposed the recognition yet."""

    code = "dossier.meeting_not_recorded"
    template = (
        "No meeting that proposes recognition is recorded. Record it with its minutes on the page of the meeting."
    )


class MeetingNotAgreed(Conflict):
    """Too few of those present agreed."""

    code = "dossier.meeting_not_agreed"
    template = "Only %(percent)s per cent of those present at the meeting agreed; %(needed)s are needed. Meet again."
