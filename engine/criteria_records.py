"""What the engine needs of storage for localities, what they are judged by and recognised as; see engine.ports."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from engine.achievements import Achievement, Correction
from engine.criteria import CriteriaSet, Tier
from engine.criteria_loading import Loading
from engine.ids import AchievementId, AgencyId, CriteriaSetId, DocumentId, LocalityId, TargetId
from engine.localities import Locality, LocalityKind
from engine.targets import Target, TierPlan


class Localities(Protocol):
    """Province, communes, villages."""

    def get(self, locality_id: LocalityId) -> Locality:
        """Return the locality, or raise LocalityNotFound."""

    def lock(self, locality_id: LocalityId) -> Locality:
        """Return the locality for changing, or raise LocalityNotFound."""

    def find_by_code(self, code: str) -> Locality | None:
        """Return the locality with this code, or None."""

    def of_agency(self, agency_id: AgencyId) -> Sequence[Locality]:
        """Return those the agency speaks for, by code."""

    def all(self, kind: LocalityKind | None = None) -> Sequence[Locality]:
        """Return all, or those of a kind, by code."""

    def add(self, localities: Sequence[Locality]) -> None:
        """Keep new localities."""

    def save(self, locality: Locality) -> None:
        """Keep the new value of a locked locality."""


class CriteriaSets(Protocol):
    """Versions of sets of criteria; none ever changes."""

    def get(self, set_id: CriteriaSetId) -> CriteriaSet:
        """Return the version, or raise CriteriaSetNotFound."""

    def all(self) -> Sequence[CriteriaSet]:
        """Return every version, by its first day, then code and version."""

    def in_force(self, tier: Tier, day: date) -> CriteriaSet:
        """Return the version by which a dossier of that day is judged, or raise NoCriteriaInForce."""

    def loadings(self) -> Sequence[Loading]:
        """Return who loaded which version when, the newest first."""

    def queue(self) -> None:
        """Let whoever else is adding versions finish first; later ones wait until this transaction ends."""

    def add(self, version: CriteriaSet, loading: Loading) -> None:
        """Keep a new version."""


class Achievements(Protocol):
    """What localities are recognised as; records that were withdrawn are left out but where that is said."""

    def get(self, achievement_id: AchievementId) -> Achievement:
        """Return the record, withdrawn or not; or raise AchievementUnknown."""

    def lock_record(self, achievement_id: AchievementId) -> Achievement:
        """Return the same for changing."""

    def records_of(self, locality_id: LocalityId) -> Sequence[Achievement]:
        """Return the same with the records that were withdrawn."""

    def corrections_of(self, achievement_id: AchievementId) -> Sequence[Correction]:
        """Return how the record was corrected and withdrawn, the newest first."""

    def correct(self, achievement: Achievement, correction: Correction) -> None:
        """Keep the new value of a locked record with what it said; raises AlreadyRecognised where one stands."""

    def find(self, locality_id: LocalityId, tier: Tier) -> Achievement | None:
        """Return what the locality is recognised as and was not taken away, or None."""

    def lock(self, locality_id: LocalityId, tier: Tier) -> Achievement:
        """Return the same for changing, or raise AchievementNotFound."""

    def of(self, locality_id: LocalityId) -> Sequence[Achievement]:
        """Return all the locality ever was recognised as, the newest first."""

    def all(self) -> Sequence[Achievement]:
        """Return all there ever were, by their day."""

    def add(self, achievement: Achievement) -> None:
        """Keep a new one; raises AlreadyRecognised where one stands."""

    def save(self, achievement: Achievement) -> None:
        """Keep a locked one as proposed to be revoked, or as revoked."""


class Targets(Protocol):
    """What localities registered for which year, and how many the province plans."""

    def get(self, target_id: TargetId) -> Target:
        """Return the target, or raise TargetNotFound."""

    def of_document(self, document_id: DocumentId) -> Target:
        """Return the target this registration is of, or raise TargetNotFound."""

    def find(self, locality_id: LocalityId, tier: Tier, year: int) -> Target | None:
        """Return the registration of the locality for the tier and year that was not refused, or None."""

    def of_year(self, year: int) -> Sequence[Target]:
        """Return all registrations for a year, the oldest first."""

    def add(self, target: Target) -> None:
        """Keep a new one; whoever adds it holds its locality."""

    def save(self, target: Target) -> None:
        """Keep it as answered; whoever saves it holds its document."""

    def plan(self, agency_id: AgencyId, year: int) -> Sequence[TierPlan]:
        """Return the agency's plan of the year by tier."""

    def keep_plan(self, plan: TierPlan) -> None:
        """Keep a plan; raises PlanMoved if its rev is not the next one."""
