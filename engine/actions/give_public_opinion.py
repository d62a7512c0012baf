"""Say of a published draft whether one agrees, without an account and without a name."""

from datetime import datetime

from engine.ids import SYSTEM
from engine.ports import UnitOfWork
from engine.public_drafts import (
    PublicDraft,
    PublicDraftNotFound,
    PublicOpinion,
    checked_opinion,
)
from engine.survey_events import PublicOpinionGiven


def give_public_opinion(code: str, text: str, *, agreed: bool | None, at: datetime, work: UnitOfWork) -> PublicDraft:
    """Keep the opinion under the next number of the dossier; who gave it is not known.

    Raises:
        PublicDraftNotFound: Nothing is published under this code.
        OpinionsOver, TooManyOpinions: None is taken any more.
        PublicOpinionInvalid: It says neither yes nor no, says no without a word, or too much.
    """
    draft = work.public_drafts.find_by_code(code)
    if draft is None:
        raise PublicDraftNotFound
    draft.require_open(at)
    said, agrees = checked_opinion(text, agreed=agreed)
    work.public_drafts.lock(draft)
    known = work.public_drafts.count_opinions(draft.dossier_id)
    known.require_room()
    opinion = PublicOpinion(
        dossier_id=draft.dossier_id,
        number=known.given + 1,  # none is ever removed
        draft=draft.ordinal,
        agreed=agrees,
        text=said,
        given_at=at,
    )
    work.public_drafts.add_opinion(opinion)
    work.record(
        PublicOpinionGiven(
            by=SYSTEM,
            at=at,
            agency_id=draft.agency_id,
            dossier_id=draft.dossier_id,
            number=opinion.number,
            draft=draft.ordinal,
            agreed=agrees,
            text_sha256=opinion.text_sha256,
        )
    )
    return draft
