"""What the engine needs of storage for surveys and contributions; the words are those of engine.ports."""

from collections.abc import Sequence
from typing import Protocol

from engine.contributions import Contribution
from engine.ids import DossierId, SurveyId
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
