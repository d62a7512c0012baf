"""Records of past recognitions by REST: how one stands and was corrected, correcting it, withdrawing it."""

from datetime import date, datetime
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, Names, PersonRef, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, RequestBody
from api.rest.localities import AchievementAnswer, AchievementBody, achievement_fields
from api.rest.paths import AchievementPath, LocalityPath
from api.rest.preconditions import IfMatch, etag, require_match
from api.rest.routes import Door
from engine.achievements import Achievement, AchievementUnknown, Correction
from engine.actions.correct_achievement import CorrectAchievement, correct_achievement
from engine.actions.withdraw_achievement import WithdrawAchievement, withdraw_achievement
from engine.criteria import Tier
from engine.ids import AchievementId, LocalityId
from engine.past_recognitions import MAX_REASON, require_reader
from engine.ports import UnitOfWork
from engine.provinces import require_provincial

router = APIRouter(route_class=Door, tags=["localities"])


class Record(NamedTuple):
    """Which record of which locality a path names."""

    locality_id: LocalityId
    achievement_id: AchievementId


async def _record(locality_id: LocalityPath, achievement_id: AchievementPath) -> Record:
    return Record(locality_id, achievement_id)


RecordDep = Annotated[Record, Depends(_record)]
Reason = Annotated[str, Field(max_length=MAX_REASON), FILLED]


class CorrectionBody(AchievementBody):
    """What the record should say, and why it did not."""

    reason: Reason


class WithdrawalBody(RequestBody):
    """Why the record is wrong altogether."""

    reason: Reason


class CorrectionAnswer(Answer):
    """That the record was corrected, or withdrawn, and what it said before."""

    at: datetime
    by: PersonRef | None
    reason: str
    withdraws: bool
    tier: Tier
    decision: str
    decided_on: date
    basis: str


class AchievementRecordAnswer(AchievementAnswer):
    """The record of a recognition, with what was corrected, the newest first."""

    locality_id: UUID
    withdrawn_at: datetime | None
    rev: int
    corrections: list[CorrectionAnswer]


class AchievementRecordsAnswer(Answer):
    """All records of a locality, the newest decision first."""

    items: list[AchievementRecordAnswer]


@router.get(
    "/localities/{locality_id}/achievements",
    summary="The records of a locality's recognitions",
    response_model=AchievementRecordsAnswer,
    responses=problems(403, 404),
)
def list_achievements(locality_id: LocalityPath, call: CallDep, work: WorkDep) -> AchievementRecordsAnswer:
    """Return all records, also those that were withdrawn, and how they were corrected."""
    require_reader(call.by, work.localities.get(locality_id), work)
    names = Names(call.by.agency_id, work)
    return AchievementRecordsAnswer(
        items=[_record_answer(each, names, work) for each in work.achievements.records_of(locality_id)]
    )


@router.get(
    "/localities/{locality_id}/achievements/{achievement_id}",
    summary="The record of a recognition",
    response_model=AchievementRecordAnswer,
    responses=problems(403, 404),
)
def get_achievement(record: RecordDep, call: CallDep, work: WorkDep, response: Response) -> AchievementRecordAnswer:
    """Return the record, also one that was withdrawn, and how it was corrected."""
    require_reader(call.by, work.localities.get(record.locality_id), work)
    found = work.achievements.get(record.achievement_id)
    if found.locality_id != record.locality_id:
        raise AchievementUnknown
    return _answer(found, call, work, response)


@router.put(
    "/localities/{locality_id}/achievements/{achievement_id}",
    summary="Correct the record of a recognition",
    response_model=AchievementRecordAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def put_achievement(
    record: RecordDep,
    body: CorrectionBody,
    accepted: IfMatch,
    call: CallDep,
    work: WorkDep,
    response: Response,
) -> AchievementRecordAnswer:
    """Correct what was recorded by hand; what it said stays, with the reason. Decisions issued here are refused."""
    _require_match(accepted, record, call, work)
    asked = CorrectAchievement(**record._asdict(), **body.model_dump())
    return _answer(correct_achievement(asked, by=call.by, at=call.at, work=work), call, work, response)


@router.post(
    "/localities/{locality_id}/achievements/{achievement_id}/withdrawal",
    summary="Withdraw the record of a recognition",
    response_model=AchievementRecordAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def post_withdrawal(
    record: RecordDep,
    body: WithdrawalBody,
    accepted: IfMatch,
    call: CallDep,
    work: WorkDep,
    response: Response,
) -> AchievementRecordAnswer:
    """Take back a record made by hand that is wrong altogether; it stays with the reason, and counts nowhere."""
    _require_match(accepted, record, call, work)
    asked = WithdrawAchievement(**record._asdict(), reason=body.reason)
    return _answer(withdraw_achievement(asked, by=call.by, at=call.at, work=work), call, work, response)


def _require_match(accepted: str | None, record: Record, call: Call, work: UnitOfWork) -> None:
    require_provincial(call.by, "manage_localities", work)
    work.localities.lock(record.locality_id)
    require_match(accepted, work.achievements.lock_record(record.achievement_id).rev)


def _answer(found: Achievement, call: Call, work: UnitOfWork, response: Response) -> AchievementRecordAnswer:
    response.headers["ETag"] = etag(found.rev)
    return _record_answer(found, Names(call.by.agency_id, work), work)


def _record_answer(found: Achievement, names: Names, work: UnitOfWork) -> AchievementRecordAnswer:
    return AchievementRecordAnswer(
        **achievement_fields(found),
        locality_id=found.locality_id,
        withdrawn_at=found.withdrawn_at,
        rev=found.rev,
        corrections=[_correction(each, names) for each in work.achievements.corrections_of(found.id)],
    )


def _correction(each: Correction, names: Names) -> CorrectionAnswer:
    return CorrectionAnswer(
        at=each.at,
        by=names.person(each.by),
        reason=each.reason,
        withdraws=each.withdraws,
        tier=each.before.tier,
        decision=each.before.decision,
        decided_on=each.before.decided_on,
        basis=each.before.basis,
    )
