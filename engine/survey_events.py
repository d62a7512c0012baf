"""What happens to surveys and contributions; what a household answered is in no leaf."""

from dataclasses import dataclass
from datetime import date

from engine.dossier_events import DossierEvent
from engine.ids import ContributionId, FileId, SurveyId


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyOpened(DossierEvent):
    """A survey of a dossier's households was opened."""

    action = "survey.opened"
    survey_id: SurveyId
    households: int
    closes_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered(DossierEvent):
    """A household answered; which one and how is not said."""

    action = "survey.answered"
    survey_id: SurveyId
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyConcluded(DossierEvent):
    """A survey was closed with its count."""

    action = "survey.closed"
    survey_id: SurveyId
    households: int
    answered: int
    satisfied: int
    suffices: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionRecorded(DossierEvent):
    """What an organisation or a village meeting said of the draft was recorded."""

    action = "dossier.contribution_recorded"
    contribution_id: ContributionId
    source: str
    present: int
    agreed: int
    file_id: FileId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPublished(DossierEvent):
    """The draft of a dossier was put before the public."""

    action = "dossier.draft_published"
    draft: int
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicOpinionGiven(DossierEvent):
    """Somebody said of a published draft whether they agree; of what they wrote the digest proves that it stands."""

    action = "dossier.opinion_given"
    number: int
    draft: int
    agreed: bool
    text_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicOpinionAnswered(DossierEvent):
    """The commune answered an opinion on the draft."""

    action = "dossier.opinion_answered"
    number: int
    response_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicOpinionsAnswered(DossierEvent):
    """The commune gave several opinions on the draft one answer."""

    action = "dossier.opinions_answered"
    numbers: tuple[int, ...]
    response_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalMeetingRecorded(DossierEvent):
    """A meeting that proposes recognition was recorded, with its minutes."""

    action = "dossier.meeting_recorded"
    meeting: int
    present: int
    agreed: int
    disagreed: int
    passed: bool
    file_id: FileId
