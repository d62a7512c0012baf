"""What localities are recognised as, since which decision, and until which one took it away.

What was recorded by hand, since it was decided before or elsewhere, can be corrected and withdrawn; what it said stays.

Source: Decision 18/2022/QĐ-TTg, as amended by Decision 03/2024/QĐ-TTg: recognised and revoked by decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from engine.criteria import Tier
from engine.errors import Conflict, Invalid, NotFound
from engine.ids import AchievementId, AgencyId, CorrectionId, CriteriaSetId, DocumentId, LocalityId, PersonId

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
        withdrawn_at: When the record, made by hand, was found to be wrong altogether; it counts nowhere since.
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
    withdrawn_at: datetime | None = None
    rev: int = 0

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody recorded it; else it came out of a procedure here."""
        return self.document_id is None

    def require_correctable(self) -> None:
        """Raise AchievementOfProcedure or AchievementWithdrawn unless it is a record made by hand that counts."""
        if not self.is_by_hand:
            raise AchievementOfProcedure(decision=self.decision)
        if self.withdrawn_at is not None:
            raise AchievementWithdrawn

    def corrected(self, past: "PastFacts") -> "Achievement":
        """Return it with these facts.

        Raises:
            AchievementOfProcedure, AchievementWithdrawn: It is not to be corrected by hand.
            AchievementRevoked: It was taken away for the level it has; another one would not have been.
        """
        self.require_correctable()
        if self.revoked_on is not None and (past.tier is not self.tier or past.decided_on > self.revoked_on):
            raise AchievementRevoked(decision=self.revocation)
        facts = {name: getattr(past, name) for name in ("tier", "decision", "decided_on", "basis")}
        return replace(self, **facts, rev=self.rev + 1)

    def withdrawn(self, at: datetime) -> "Achievement":
        """Return it as counting nowhere any more.

        Raises:
            AchievementOfProcedure, AchievementWithdrawn: It is not to be withdrawn by hand.
            AchievementRevoked: A decision took it away, which says that it was there.
        """
        self.require_correctable()
        if self.revoked_on is not None:
            raise AchievementRevoked(decision=self.revocation)
        return replace(self, withdrawn_at=at, rev=self.rev + 1)

    def proposed(self, document_id: DocumentId) -> "Achievement":
        """Return it with this document as the newest proposal to take it away."""
        return replace(self, proposal_document_id=document_id, rev=self.rev + 1)

    def revoked(self, decision: str, on: date, document_id: DocumentId | None = None) -> "Achievement":
        """Return it as taken away by this decision. Raises AchievementRevoked."""
        if self.revoked_on is not None:
            raise AchievementRevoked(decision=self.revocation)
        revoked = replace(self, revoked_on=on, revocation=decision, revocation_document_id=document_id)
        return replace(revoked, rev=self.rev + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFacts:
    """What is recorded by hand of a recognition: level, decision with its day, by what it was judged."""

    tier: Tier
    decision: str
    decided_on: date
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """That a record was corrected or withdrawn, by whom, when and why, and what it said before; none ever changes."""

    id: CorrectionId
    achievement_id: AchievementId
    agency_id: AgencyId
    at: datetime
    by: PersonId
    reason: str
    withdraws: bool
    before: PastFacts


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


class AchievementUnknown(NotFound):
    """There is no such record of this locality."""

    code = "achievement.unknown"
    template = "There is no such recognition of this locality on record. Choose one from its page."


class AchievementOfProcedure(Conflict):
    """It came out of a procedure here, so nobody corrects it by hand."""

    code = "achievement.of_procedure"
    template = (
        "Decision %(decision)s was issued here, so its record is not corrected by hand. Where the recognition is "
        "wrong, propose to revoke it."
    )


class AchievementBeingRevoked(Conflict):
    """A proposal to take it away is being dealt with, which says what the record says."""

    code = "achievement.being_revoked"
    template = (
        "A proposal to revoke this recognition is being dealt with. Wait for what comes of it, then correct the record."
    )


class AchievementWithdrawn(Conflict):
    """The record was withdrawn before."""

    code = "achievement.withdrawn"
    template = "This record was withdrawn before. Record the recognition anew where there was one."


class AchievementMoved(Conflict):
    """Somebody changed the record after it was seen."""

    code = "achievement.changed"
    template = "The record was changed after you opened it. Read it once more, then send your correction again."
