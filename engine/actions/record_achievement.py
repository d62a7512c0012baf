"""Record what a locality was recognised as by a decision of before, or of elsewhere."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.achievements import Achievement, AchievementInvalid
from engine.criteria import Tier
from engine.criteria_events import AchievementRecorded
from engine.deadlines import office_date
from engine.drafts import FieldChecks
from engine.ids import AchievementId, LocalityId
from engine.past_recognitions import check_past, past_facts
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial
from engine.queries import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAchievement:
    """A past recognition: the level, number and symbol of its decision, its day, and by what it was judged."""

    locality_id: LocalityId
    tier: Tier | None
    decision: str
    decided_on: date | None
    basis: str = ""
    once: Once | None = None


def record_achievement(request: RecordAchievement, *, by: Person, at: datetime, work: UnitOfWork) -> Achievement:
    """Keep it; from then on it counts for the level after it, and in the progress of its year.

    Raises:
        NotAllowed: The person is no administrator of the province.
        LocalityNotFound: There is no such locality.
        AchievementInvalid: Facts are wrong; all are named.
        AlreadyRecognised: It is recognised for this level, and nothing took it away.
    """
    require_provincial(by, "manage_localities", work)
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.achievements.get(AchievementId(known))
    locality = work.localities.lock(request.locality_id)
    check = FieldChecks()
    check_past(request, locality, office_date(at), check)
    check.done(AchievementInvalid)
    past = past_facts(request)
    recorded = Achievement(
        id=AchievementId(work.new_id()),
        agency_id=by.agency_id,
        locality_id=locality.id,
        tier=past.tier,
        decision=past.decision,
        decided_on=past.decided_on,
        recorded_at=at,
        recorded_by=by.id,
        basis=past.basis,
    )
    work.achievements.add(recorded)
    if request.once:
        work.requests.remember(by.id, request.once, recorded.id, at)
    work.record(_event(recorded))
    return recorded


def _event(recorded: Achievement) -> AchievementRecorded:
    return AchievementRecorded(
        by=recorded.recorded_by,
        at=recorded.recorded_at,
        agency_id=recorded.agency_id,
        achievement_id=recorded.id,
        locality_id=recorded.locality_id,
        tier=recorded.tier.value,
        decision=recorded.decision,
        decided_on=recorded.decided_on,
        document_id=None,
    )
