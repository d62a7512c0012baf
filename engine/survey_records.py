"""What the engine needs of storage for surveys, contributions, drafts before the public, and meetings."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from engine.contributions import Contribution
from engine.ids import DossierId, SurveyId
from engine.proposal_meetings import ProposalMeeting
from engine.public_drafts import OpinionCount, PublicDraft, PublicOpinion
from engine.surveys import Channel, Survey


class Surveys(Protocol):
    """Surveys, their households and answers, which do not know one another."""

    def get(self, survey_id: SurveyId) -> Survey:
        """Return the survey as it is counted now, or raise SurveyNotFound."""

    def lock(self, survey_id: SurveyId) -> Survey:
        """Return the survey for closing, or raise SurveyNotFound."""

    def find_by_code(self, code_sha256: str) -> tuple[Survey, int, bool] | None:
        """Return the survey of a household's code, its number and whether it answered, or None."""

    def of_dossier(self, dossier_id: DossierId) -> Sequence[Survey]:
        """Return the dossier's surveys, the newest first."""

    def add(self, survey: Survey, code_digests: Sequence[str]) -> None:
        """Keep a new survey with the digests of its households' codes, the first one's first."""

    def answer(self, survey: Survey, number: int, channel: Channel, *, satisfied: bool, comment: str | None) -> bool:
        """Keep the answer of a household that has not answered; say whether it had not. Held against a closing."""

    def save(self, survey: Survey) -> None:
        """Keep a locked survey as closed, with its count."""

    def comments(self, survey_id: SurveyId) -> Sequence[tuple[bool, str]]:
        """Return what households wrote, with whether they are satisfied, in no order that tells who it was."""


class Contributions(Protocol):
    """What organisations and village meetings say of a draft."""

    def of_dossier(self, dossier_id: DossierId) -> Sequence[Contribution]:
        """Return them, the oldest first."""

    def add(self, contribution: Contribution) -> None:
        """Keep a new one."""


class PublicDrafts(Protocol):
    """Drafts before the public, and what people say of them."""

    def find_newest(self, dossier_id: DossierId) -> PublicDraft | None:
        """Return the dossier's newest publication, or None."""

    def find_by_code(self, code: str) -> PublicDraft | None:
        """Return the newest publication under this code, or None."""

    def lock(self, draft: PublicDraft) -> None:
        """Hold the dossier's first publication, so that opinions are numbered one after another, on whichever."""

    def open_on(self, day: date) -> Sequence[PublicDraft]:
        """Return the newest publication of every dossier that takes opinions on this day, the newest first."""

    def add(self, draft: PublicDraft) -> None:
        """Keep a new one."""

    def opinions_of(self, dossier_id: DossierId, most: int | None = None) -> Sequence[PublicOpinion]:
        """Return what people said, the newest first; with *most*, that many of those that were answered."""

    def count_opinions(self, dossier_id: DossierId) -> OpinionCount:
        """Return how many opinions there are, without reading them."""

    def lock_opinion(self, dossier_id: DossierId, number: int) -> PublicOpinion:
        """Return an opinion for answering it, or raise PublicOpinionNotFound."""

    def add_opinion(self, opinion: PublicOpinion) -> None:
        """Keep a new one."""

    def save_opinion(self, opinion: PublicOpinion) -> None:
        """Keep the answer to a locked one."""


class ProposalMeetings(Protocol):
    """Meetings that propose recognition."""

    def of_dossier(self, dossier_id: DossierId) -> Sequence[ProposalMeeting]:
        """Return them, the newest first."""

    def find_newest(self, dossier_id: DossierId) -> ProposalMeeting | None:
        """Return the newest, or None."""

    def add(self, meeting: ProposalMeeting) -> None:
        """Keep a new one."""
