"""Answering a survey: by a household's code on the web, by its number from paper; the rule is the same."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import FieldError
from engine.ids import PersonId
from engine.ports import UnitOfWork
from engine.survey_events import SurveyAnswered
from engine.surveys import MAX_COMMENT, AnsweredAlready, AnswerInvalid, Channel, Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a household says: whether it is satisfied, and perhaps why."""

    satisfied: bool | None
    comment: str = ""


def count(
    survey: Survey, household: tuple[int, Channel], said: Answer, *, by: PersonId, at: datetime, work: UnitOfWork
) -> None:
    """Count the answer of a household: its number, and how it answered.

    Raises:
        SurveyClosed: The survey takes no more answers.
        AnswerInvalid: It says neither yes nor no, or writes too much.
        AnsweredAlready: The household has answered.
    """
    survey.require_open(at)
    number, channel = household
    comment, errors = said.comment.replace("\0", " ").strip(), []
    if said.satisfied is None:
        errors.append(FieldError(field="satisfied", code="required", message="Choose one of the two answers."))
    if len(comment) > MAX_COMMENT:
        errors.append(FieldError(field="comment", code="too_long", message="At most 1000 characters."))
    if errors or said.satisfied is None:
        raise AnswerInvalid(errors=errors)
    if not work.surveys.answer(survey, number, channel, satisfied=said.satisfied, comment=comment or None):
        raise AnsweredAlready
    work.record(
        SurveyAnswered(
            by=by,
            at=at,
            agency_id=survey.agency_id,
            dossier_id=survey.dossier_id,
            survey_id=survey.id,
            channel=channel.value,
        )
    )
