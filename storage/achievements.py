"""What localities are recognised as, as rows; at most one stands for each locality and tier."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, insert, select, update

from engine.achievements import (
    Achievement,
    AchievementNotFound,
    AchievementUnknown,
    AlreadyRecognised,
    Correction,
    PastFacts,
)
from engine.criteria import Tier
from engine.ids import AchievementId, AgencyId, CorrectionId, CriteriaSetId, DocumentId, LocalityId, PersonId
from storage.schema import achievement_corrections, achievements
from storage.statements import Statements

_MOST = 100_000
_FIND = select(achievements).where(
    achievements.c.locality_id == bindparam("of_locality"),
    achievements.c.tier == bindparam("for_tier"),
    achievements.c.revoked_on.is_(None),
    achievements.c.withdrawn_at.is_(None),
)
_LOCK = _FIND.with_for_update()
_OF = (
    select(achievements)
    .where(achievements.c.locality_id == bindparam("of_locality"), achievements.c.withdrawn_at.is_(None))
    .order_by(achievements.c.decided_on.desc(), achievements.c.id.desc())
)
_RECORDS_OF = (
    select(achievements)
    .where(achievements.c.locality_id == bindparam("of_locality"))
    .order_by(achievements.c.decided_on.desc(), achievements.c.id.desc())
)
_ALL = (
    select(achievements)
    .where(achievements.c.withdrawn_at.is_(None))
    .order_by(achievements.c.decided_on, achievements.c.id)
    .limit(_MOST)
)
_GET = select(achievements).where(achievements.c.id == bindparam("achievement"))
_LOCK_RECORD = _GET.with_for_update()
_CHANGES = (
    *("tier", "decision", "decided_on", "basis", "withdrawn_at", "rev"),
    *("revoked_on", "revocation", "revocation_document_id", "proposal_document_id"),
)
_CORRECTIONS = (
    select(achievement_corrections)
    .where(achievement_corrections.c.achievement_id == bindparam("achievement"))
    .order_by(achievement_corrections.c.id.desc())
)
_SAVE = (
    update(achievements)
    .where(achievements.c.id == bindparam("achievement_id"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGES})
)
_NAMES = tuple(column.name for column in achievements.c)


class PostgresAchievements:
    """What localities are recognised as, as one transaction sees it."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, achievement_id: AchievementId) -> Achievement:
        """Return the record, withdrawn or not; or raise AchievementUnknown."""
        return self._record(_GET, achievement_id)

    def lock_record(self, achievement_id: AchievementId) -> Achievement:
        """Return the same for changing."""
        return self._record(_LOCK_RECORD, achievement_id)

    def _record(self, statement: Select[Any], achievement_id: AchievementId) -> Achievement:
        row = self._connection.execute(statement, {"achievement": achievement_id}).one_or_none()
        if row is None:
            raise AchievementUnknown
        return _achievement(row)

    def corrections_of(self, achievement_id: AchievementId) -> Sequence[Correction]:
        """Return how the record was corrected and withdrawn, the newest first."""
        return [_correction(row) for row in self._connection.execute(_CORRECTIONS, {"achievement": achievement_id})]

    def find(self, locality_id: LocalityId, tier: Tier) -> Achievement | None:
        """Return what the locality is recognised as and was not taken away, or None."""
        row = self._connection.execute(_FIND, {"of_locality": locality_id, "for_tier": tier.value}).one_or_none()
        return None if row is None else _achievement(row)

    def lock(self, locality_id: LocalityId, tier: Tier) -> Achievement:
        """Return the same for changing, or raise AchievementNotFound."""
        row = self._connection.execute(_LOCK, {"of_locality": locality_id, "for_tier": tier.value}).one_or_none()
        if row is None:
            raise AchievementNotFound
        return _achievement(row)

    def of(self, locality_id: LocalityId) -> Sequence[Achievement]:
        """Return all the locality ever was recognised as, the newest first."""
        return [_achievement(row) for row in self._connection.execute(_OF, {"of_locality": locality_id})]

    def records_of(self, locality_id: LocalityId) -> Sequence[Achievement]:
        """Return the same with the records that were withdrawn."""
        return [_achievement(row) for row in self._connection.execute(_RECORDS_OF, {"of_locality": locality_id})]

    def all(self) -> Sequence[Achievement]:
        """Return all there ever were, by their day."""
        return [_achievement(row) for row in self._connection.execute(_ALL)]

    def add(self, achievement: Achievement) -> None:
        """Keep a new one; raises AlreadyRecognised where one stands."""
        standing = self.find(achievement.locality_id, achievement.tier)
        if standing is not None:
            raise AlreadyRecognised(decision=standing.decision)
        values = {name: getattr(achievement, name) for name in _NAMES}
        self._connection.execute(insert(achievements), values | {"tier": achievement.tier.value})

    def save(self, achievement: Achievement) -> None:
        """Keep a locked one as proposed to be revoked, or as revoked."""
        changes = {f"new_{name}": getattr(achievement, name) for name in _CHANGES}
        changes |= {"new_tier": achievement.tier.value}
        self._connection.execute(_SAVE, {"achievement_id": achievement.id, **changes})

    def correct(self, achievement: Achievement, correction: Correction) -> None:
        """Keep the new value of a locked record with what it said; raises AlreadyRecognised where one stands."""
        standing = self.find(achievement.locality_id, achievement.tier)
        if standing is not None and standing.id != achievement.id and achievement.revoked_on is None:
            raise AlreadyRecognised(decision=standing.decision)
        self.save(achievement)
        before = correction.before
        values = {name: getattr(correction, name) for name in ("id", "achievement_id", "agency_id", "at", "by")}
        values |= {"reason": correction.reason, "withdraws": correction.withdraws, "tier": before.tier.value}
        values |= {"decision": before.decision, "decided_on": before.decided_on, "basis": before.basis}
        self._connection.execute(insert(achievement_corrections), values)


def _achievement(row: Row[Any]) -> Achievement:
    values = {name: getattr(row, name) for name in _NAMES}
    values |= {
        "id": AchievementId(row.id),
        "agency_id": AgencyId(row.agency_id),
        "locality_id": LocalityId(row.locality_id),
        "tier": Tier(row.tier),
        "recorded_by": PersonId(row.recorded_by),
        "criteria_set": CriteriaSetId(row.criteria_set) if row.criteria_set else None,
        "document_id": DocumentId(row.document_id) if row.document_id else None,
        "revocation_document_id": DocumentId(row.revocation_document_id) if row.revocation_document_id else None,
        "proposal_document_id": DocumentId(row.proposal_document_id) if row.proposal_document_id else None,
    }
    return Achievement(**values)


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        id=CorrectionId(row.id),
        achievement_id=AchievementId(row.achievement_id),
        agency_id=AgencyId(row.agency_id),
        at=row.at,
        by=PersonId(row.by),
        reason=row.reason,
        withdraws=row.withdraws,
        before=PastFacts(tier=Tier(row.tier), decision=row.decision, decided_on=row.decided_on, basis=row.basis),
    )
