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
from engine.queries import Once
from engine.survey_events import PublicOpinionGiven


def give_public_opinion(
    code: str, text: str, *, agreed: bool | None, at: datetime, work: UnitOfWork, once: Once | None = None
) -> PublicDraft:
    """Keep the opinion under the next number of the dossier; who gave it is not known. Sent twice it is one opinion.

    Raises:
        PublicDraftNotFound: Nothing is published under this code.
        OpinionsOver, TooManyOpinions: None is taken any more.
        IdempotencyKeyReused: The same form came before, with another opinion in it.
        PublicOpinionInvalid: It says neither yes nor no, says no without a word, or too much.
    """
    draft = work.public_drafts.find_by_code(code)
    if draft is None:
        raise PublicDraftNotFound
    draft.require_open(at)
    said, agrees = checked_opinion(text, agreed=agreed)
    work.public_drafts.lock(draft)
    if once and work.requests.find(SYSTEM, once):
        return draft
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
    if once:
        work.requests.remember(SYSTEM, once, draft.dossier_id, at)
    work.record(_given(opinion, draft))
    return draft


def _given(opinion: PublicOpinion, draft: PublicDraft) -> PublicOpinionGiven:
    return PublicOpinionGiven(
        by=SYSTEM,
        at=opinion.given_at,
        agency_id=draft.agency_id,
        dossier_id=draft.dossier_id,
        number=opinion.number,
        draft=draft.ordinal,
        agreed=opinion.agreed,
        text_sha256=opinion.text_sha256,
    )
