"""Record what a household answered on paper, by its number on the slip."""

from dataclasses import dataclass
from datetime import datetime

from engine import answering, dossier_access
from engine.answering import Answer
from engine.ids import SurveyId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.surveys import Channel, SurveyNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPaperAnswer:
    """A slip: of which household, and what it says."""

    survey_id: SurveyId
    number: int
    said: Answer


def record_paper_answer(request: RecordPaperAnswer, *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Count the slip, once for each household, whichever way it answered first.

    Raises:
        DossierNotFound, NotAllowed: The dossier is not theirs to compose.
        SurveyNotFound: The survey has no household of this number.
        SurveyClosed, AnswerInvalid, AnsweredAlready: It is not counted.
    """
    survey = work.surveys.get(request.survey_id)
    dossier_access.require_compose(by, work.dossiers.get(survey.dossier_id), work)
    if not 1 <= request.number <= survey.households:
        raise SurveyNotFound
    answering.count(survey, (request.number, Channel.PAPER), request.said, by=by.id, at=at, work=work)
