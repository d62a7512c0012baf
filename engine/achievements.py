"""What localities are recognised as, since which decision, and until which one took it away.

Source: Decision 18/2022/QĐ-TTg, as amended by Decision 03/2024/QĐ-TTg: recognised and revoked by decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from engine.criteria import Tier
from engine.errors import Conflict, Invalid, NotFound
from engine.ids import AchievementId, AgencyId, CriteriaSetId, DocumentId, LocalityId, PersonId

TIER_BEFORE: Final[Mapping[Tier, Tier]] = {
    Tier.COMMUNE_ADVANCED: Tier.COMMUNE,
    Tier.COMMUNE_MODEL: Tier.COMMUNE_ADVANCED,
    Tier.VILLAGE_MODEL: Tier.VILLAGE,
}
"""What a locality must be recognised as before it may be for the next level. Source: Decision 18/2022/QĐ-TTg."""
TIERS: Final = {
    Tier.VILLAGE: "nông thôn mới",
    Tier.VILLAGE_MODEL: "nông thôn mới kiểu mẫu",
    Tier.VILLAGE_SMART: "thôn thông minh",
    Tier.COMMUNE: "nông thôn mới",
    Tier.COMMUNE_ADVANCED: "nông thôn mới nâng cao",
    Tier.COMMUNE_MODEL: "nông thôn mới kiểu mẫu",
    Tier.COMMUNE_MODERN: "nông thôn mới hiện đại",
    Tier.COMMUNE_SMART: "xã thông minh",
    Tier.DISTRICT: "nông thôn mới",
    Tier.DISTRICT_ADVANCED: "nông thôn mới nâng cao",
    Tier.PROVINCE: "hoàn thành nhiệm vụ xây dựng nông thôn mới",
}
"""What decisions call each level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """A locality recognised for a tier.

    Attributes:
        agency_id: The agency that decided.
        decision: Number and symbol of the decision, as in '05/QĐ-UBND'.
        document_id: The decision, where it was issued here.
        criteria_set: The version it was judged by, where it was judged here.
        basis: By what it was judged, in words, where it was recognised before or elsewhere.
        revoked_on: The day of the decision that took it away.
        proposal_document_id: The newest proposal to take it away, whatever came of it.
    """

    id: AchievementId
    agency_id: AgencyId
    locality_id: LocalityId
    tier: Tier
    decision: str
    decided_on: date
    recorded_at: datetime
    recorded_by: PersonId
    document_id: DocumentId | None = None
    criteria_set: CriteriaSetId | None = None
    basis: str = ""
    revoked_on: date | None = None
    revocation: str | None = None
    revocation_document_id: DocumentId | None = None
    proposal_document_id: DocumentId | None = None

    def proposed(self, document_id: DocumentId) -> "Achievement":
        """Return it with this document as the newest proposal to take it away."""
        return replace(self, proposal_document_id=document_id)

    def revoked(self, decision: str, on: date, document_id: DocumentId | None = None) -> "Achievement":
        """Return it as taken away by this decision. Raises AchievementRevoked."""
        if self.revoked_on is not None:
            raise AchievementRevoked(decision=self.revocation)
        return replace(self, revoked_on=on, revocation=decision, revocation_document_id=document_id)


class AchievementNotFound(NotFound):
    """The locality is not recognised for that tier."""

    code = "achievement.not_found"
    template = "This locality is not recognised for this level, so there is nothing to take away."


class AlreadyRecognised(Conflict):
    """It is recognised for that tier, and nothing took it away."""

    code = "achievement.already"
    template = "This locality is recognised for this level already, by decision %(decision)s. Revoke that one first."


class AchievementRevoked(Conflict):
    """It was taken away before."""

    code = "achievement.revoked"
    template = "This recognition was taken away before, by decision %(decision)s."


class AchievementInvalid(Invalid):
    """Facts of a past recognition are wrong; all are named."""

    code = "achievement.invalid"
    template = "The recognition cannot be recorded so. Correct what is marked and send it again."
