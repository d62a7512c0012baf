"""Answer what somebody said of a published draft; the answer stands beside it on the public page."""

from dataclasses import dataclass
from datetime import datetime

from engine import dossier_access
from engine.ids import DossierId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.public_drafts import PublicOpinion, PublicOpinionMoved
from engine.survey_events import PublicOpinionAnswered


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPublicOpinion:
    """Which opinion is answered and how; *rev*, if given, is the revision the person had before them."""

    dossier_id: DossierId
    number: int
    response: str
    rev: int | None = None


def answer_public_opinion(request: AnswerPublicOpinion, *, by: Person, at: datetime, work: UnitOfWork) -> PublicOpinion:
    """Keep the answer, in place of an earlier one.

    Raises:
        DossierNotFound, NotAllowed: The dossier is not theirs to compose.
        PublicOpinionNotFound: It has no such opinion.
        PublicOpinionMoved: Somebody answered it meanwhile.
        ResponseInvalid: The answer is empty or too long.
    """
    dossier_access.require_compose(by, work.dossiers.get(request.dossier_id), work)
    opinion = work.public_drafts.lock_opinion(request.dossier_id, request.number)
    if request.rev not in (None, opinion.rev):
        raise PublicOpinionMoved
    answered = opinion.answered(request.response, by=by.id, at=at)
    work.public_drafts.save_opinion(answered)
    work.record(
        PublicOpinionAnswered(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            dossier_id=request.dossier_id,
            number=opinion.number,
            response_sha256=answered.response_sha256,
        )
    )
    return answered
