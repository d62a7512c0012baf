"""Withdraw a record of a past recognition that never was; that it was there stays on record."""

from dataclasses import dataclass
from datetime import datetime

from engine.achievements import Achievement, AchievementInvalid
from engine.criteria_events import AchievementRecordWithdrawn
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import AchievementId, LocalityId
from engine.past_recognitions import MAX_REASON, correction_of, lock_correctable
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAchievement:
    """Which record, why it is wrong altogether, and the *rev* it was seen at; None where any will do."""

    locality_id: LocalityId
    achievement_id: AchievementId
    reason: str
    rev: int | None = None


def withdraw_achievement(request: WithdrawAchievement, *, by: Person, at: datetime, work: UnitOfWork) -> Achievement:
    """Keep that the record counts nowhere any more, and why; where there was a recognition, it is recorded anew.

    Raises:
        NotAllowed: The person is no administrator of the province.
        LocalityNotFound, AchievementUnknown: There is no such record.
        AchievementOfProcedure, AchievementWithdrawn, AchievementBeingRevoked: It is not to be withdrawn by hand.
        AchievementMoved: It was changed after it was seen.
        AchievementRevoked: A decision took it away, which says that it was there.
        AchievementInvalid: No reason is given.
    """
    require_provincial(by, "manage_localities", work)
    before = lock_correctable(request.locality_id, request.achievement_id, request.rev, work)
    check = FieldChecks()
    check.text("reason", request.reason, MAX_REASON)
    check.done(AchievementInvalid)
    withdrawn = before.withdrawn(at)
    correction = correction_of(before, request.reason, withdraws=True, by=by, at=at, work=work)
    work.achievements.correct(withdrawn, correction)
    work.record(
        AchievementRecordWithdrawn(
            by=by.id,
            at=at,
            agency_id=withdrawn.agency_id,
            achievement_id=withdrawn.id,
            locality_id=withdrawn.locality_id,
            tier=withdrawn.tier.value,
            decision=withdrawn.decision,
            decided_on=withdrawn.decided_on,
            reason=Private(value=correction.reason),
        )
    )
    return withdrawn
