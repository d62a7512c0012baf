"""Record what a locality was recognised as by a decision of before, or of elsewhere."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from engine.achievements import Achievement, AchievementInvalid
from engine.criteria import Tier
from engine.criteria_events import AchievementRecorded
from engine.deadlines import office_date
from engine.drafts import FieldChecks
from engine.ids import AchievementId, LocalityId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial
from engine.queries import Once

MAX_DECISION: Final = 100
MAX_BASIS: Final = 500
FIRST_DAY: Final = date(2009, 4, 16)
"""Of the first national set of criteria. Source: Decision 491/QĐ-TTg of 16 April 2009."""


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
        return next(one for one in work.achievements.of(request.locality_id) if one.id == known)
    locality = work.localities.lock(request.locality_id)
    check, today = FieldChecks(), office_date(at)
    check.text("decision", request.decision, MAX_DECISION)
    if request.tier is None or not request.tier.value.startswith(locality.kind.value):
        check.add("tier", "unfit", "Choose a level of this kind of locality.")
    if request.decided_on is None or not FIRST_DAY <= request.decided_on <= today:
        check.add("decided_on", "outside", "Give the day of the decision, from 16/04/2009 to today.")
    if len(request.basis) > MAX_BASIS:
        check.add("basis", "too_long", "At most 500 characters.")
    check.done(AchievementInvalid)
    assert request.tier is not None  # noqa: S101  checked above
    assert request.decided_on is not None  # noqa: S101  checked above
    recorded = Achievement(
        id=AchievementId(work.new_id()),
        agency_id=by.agency_id,
        locality_id=locality.id,
        tier=request.tier,
        decision=" ".join(request.decision.split()),
        decided_on=request.decided_on,
        recorded_at=at,
        recorded_by=by.id,
        basis=" ".join(request.basis.replace("\0", " ").split()),
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
