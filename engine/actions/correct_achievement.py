"""Correct what was wrongly recorded of a past recognition; what the record said stays beside it."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.achievements import Achievement, AchievementInvalid, Correction
from engine.criteria import Tier
from engine.criteria_events import AchievementCorrected
from engine.deadlines import office_date
from engine.drafts import FieldChecks
from engine.events import Private
from engine.ids import AchievementId, LocalityId
from engine.past_recognitions import MAX_REASON, check_past, correction_of, lock_correctable, past_facts
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAchievement:
    """What the record should say, why it did not, and the *rev* it was seen at; None where any will do."""

    locality_id: LocalityId
    achievement_id: AchievementId
    tier: Tier | None
    decision: str
    decided_on: date | None
    reason: str
    basis: str = ""
    rev: int | None = None


def correct_achievement(request: CorrectAchievement, *, by: Person, at: datetime, work: UnitOfWork) -> Achievement:
    """Keep the correction with its reason; progress, maps and the level after it follow.

    Raises:
        NotAllowed: The person is no administrator of the province.
        LocalityNotFound, AchievementUnknown: There is no such record.
        AchievementOfProcedure, AchievementWithdrawn, AchievementBeingRevoked: It is not to be corrected by hand.
        AchievementMoved: It was changed after it was seen.
        AchievementInvalid: Facts are wrong; all are named.
        AchievementRevoked: It was taken away for its level, or before the day it should have.
        AlreadyRecognised: The locality is recognised for the level it should have.
    """
    require_provincial(by, "manage_localities", work)
    before = lock_correctable(request.locality_id, request.achievement_id, request.rev, work)
    check = FieldChecks()
    check_past(request, work.localities.get(request.locality_id), office_date(at), check)
    check.text("reason", request.reason, MAX_REASON)
    told = request.tier, " ".join(request.decision.split()), request.decided_on, " ".join(request.basis.split())
    if told == (before.tier, before.decision, before.decided_on, before.basis):
        check.add("decision", "unchanged", "Nothing is corrected by this. Change what is wrong.")
    check.done(AchievementInvalid)
    corrected = before.corrected(past_facts(request))
    correction = correction_of(before, request.reason, withdraws=False, by=by, at=at, work=work)
    work.achievements.correct(corrected, correction)
    work.record(_event(before, corrected, correction))
    return corrected


def _event(before: Achievement, corrected: Achievement, correction: Correction) -> AchievementCorrected:
    return AchievementCorrected(
        by=correction.by,
        at=correction.at,
        agency_id=corrected.agency_id,
        achievement_id=corrected.id,
        locality_id=corrected.locality_id,
        tier=corrected.tier.value,
        decision=corrected.decision,
        decided_on=corrected.decided_on,
        basis=corrected.basis,
        before={
            "tier": before.tier.value,
            "decision": before.decision,
            "decided_on": before.decided_on.isoformat(),
            "basis": before.basis,
        },
        reason=Private(value=correction.reason),
    )
