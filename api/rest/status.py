"""The state of what everything needs: time-stamps, certificates, the store, the database, mail."""

from datetime import datetime

from fastapi import APIRouter

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.routes import Door
from api.texts import notice_text
from engine import access
from engine.checks import CheckState

router = APIRouter(route_class=Door, tags=["operations"])


class CheckAnswer(Answer):
    """What was found of one neighbour or certificate, since when it is so, and what to do."""

    name: str
    subject: str
    state: CheckState
    code: str
    message: str
    since: datetime
    checked_at: datetime
    took_ms: int


class StatusAnswer(Answer):
    """The worst state of all, and every check: what everybody uses, and the certificates of one's agency."""

    state: CheckState
    checks: list[CheckAnswer]


@router.get("/status", summary="State of the neighbours", response_model=StatusAnswer, responses=problems(403))
def show_status(call: CallDep, work: WorkDep) -> StatusAnswer:
    """Return what the last look around found; it is taken every five minutes by a worker."""
    access.require(call.by, "read_status")
    found = [check for check in work.checks.all() if check.agency_id in (None, call.by.agency_id)]
    states = {check.found.state for check in found}
    worst = next((state for state in (CheckState.BAD, CheckState.WARNING) if state in states), CheckState.GOOD)
    checks = [
        CheckAnswer(
            name=check.name,
            subject=check.subject,
            state=check.found.state,
            code=check.found.code,
            message=notice_text(check.found.template, check.found.facts, call.language),
            since=check.since,
            checked_at=check.checked_at,
            took_ms=check.took_ms,
        )
        for check in found
    ]
    return StatusAnswer(state=worst, checks=checks)
