"""Answer several opinions on a published draft at once: people who say the same are answered the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import dossier_access
from engine.errors import FieldError
from engine.ids import DossierId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.public_drafts import MOST_ANSWERED, PublicOpinion, PublicOpinionMoved, ResponseInvalid
from engine.survey_events import PublicOpinionsAnswered


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPublicOpinions:
    """Which opinions of a dossier are answered, by their numbers, and how."""

    dossier_id: DossierId
    numbers: Sequence[int]
    response: str


def answer_public_opinions(
    request: AnswerPublicOpinions, *, by: Person, at: datetime, work: UnitOfWork
) -> Sequence[PublicOpinion]:
    """Keep the answer beside each of them, or beside none; it stands in no other answer's place.

    Raises:
        DossierNotFound, NotAllowed: The dossier is not theirs to compose.
        PublicOpinionNotFound: It has no such opinion.
        PublicOpinionMoved: One of them was answered before.
        ResponseInvalid: None is chosen, too many are, or the answer is empty or too long.
    """
    dossier_access.require_compose(by, work.dossiers.get(request.dossier_id), work)
    # In one order, so that two who choose the same do not wait for each other.
    numbers = sorted(set(request.numbers))
    if not 0 < len(numbers) <= MOST_ANSWERED:
        message = "Choose at least one opinion, and at most 200."
        raise ResponseInvalid(errors=[FieldError(field="numbers", code="required", message=message)])
    opinions = [work.public_drafts.lock_opinion(request.dossier_id, number) for number in numbers]
    if any(one.response is not None for one in opinions):
        raise PublicOpinionMoved
    answered = [one.answered(request.response, by=by.id, at=at) for one in opinions]
    for one in answered:
        work.public_drafts.save_opinion(one)
    work.record(
        PublicOpinionsAnswered(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            dossier_id=request.dossier_id,
            numbers=tuple(numbers),
            response_sha256=answered[0].response_sha256,
        )
    )
    return answered
