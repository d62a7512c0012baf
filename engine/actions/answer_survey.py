"""Answer a survey without an account, by the code of a household."""

from datetime import datetime

from engine import answering
from engine.answering import Answer
from engine.ids import SYSTEM
from engine.ports import UnitOfWork
from engine.surveys import Channel, Survey, SurveyNotFound, digest_of_code


def answer_survey(code: str, said: Answer, *, at: datetime, work: UnitOfWork) -> Survey:
    """Count the answer of the household of this code; who typed it is not known.

    Raises:
        SurveyNotFound: No household has this code.
        SurveyClosed, AnswerInvalid, AnsweredAlready: It is not counted.
    """
    found = work.surveys.find_by_code(digest_of_code(code))
    if found is None:
        raise SurveyNotFound
    survey, number, _ = found
    answering.count(survey, (number, Channel.WEB), said, by=SYSTEM, at=at, work=work)
    return survey
