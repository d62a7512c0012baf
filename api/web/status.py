"""The status page: what everything needs, how it was found, since when, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import WorkDep
from api.texts import notice_text
from api.web.desk import Desk, DeskDep
from api.web.words import CHECKS
from engine import access
from engine.checks import TIMESTAMPS, Check, CheckState, certificate_check
from engine.ports import UnitOfWork

router = APIRouter()

_WORST_FIRST: Final = (CheckState.BAD, CheckState.WARNING, CheckState.GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSaid:
    """A check in words; *name* is that of a neighbour, or of a certificate's holder."""

    check: Check
    name: str
    text: str


@router.get("/status")
def show(desk: DeskDep, work: WorkDep) -> Response:
    """Show what the last look around found, the worst first."""
    access.require(desk.person, "read_status")
    found = [check for check in work.checks.all() if check.agency_id in (None, desk.agency.id)]
    found.sort(key=lambda check: (_WORST_FIRST.index(check.found.state), check.agency_id is not None, check.subject))
    return desk.page("status/show.html", shown=[_said(check, desk) for check in found])


def warnings_for(key: str, desk: Desk, work: UnitOfWork) -> Sequence[CheckSaid]:
    """Return what stands in the way of a signature with this key, as it was last found."""
    found = [work.checks.find(name) for name in (TIMESTAMPS, certificate_check(key))]
    return [_said(check, desk) for check in found if check is not None and check.found.state is not CheckState.GOOD]


def _said(check: Check, desk: Desk) -> CheckSaid:
    name = desk.speaks(CHECKS.get(check.name, CHECKS["certificate"]))
    text = notice_text(check.found.template, check.found.facts, desk.language)
    return CheckSaid(check=check, name=f"{name}: {check.subject}" if check.subject else name, text=text)
