"""The status page: what everything needs, how it was found, since when, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import WorkDep
from api.texts import notice_text
from api.web.desk import Desk, DeskDep
from api.web.words import CHECKS, FLAWS
from engine import access
from engine.certificate_watch import flaws_of
from engine.checks import TIMESTAMPS, Check, CheckState, certificate_check
from engine.people import Person
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
    stamping = work.checks.named(TIMESTAMPS)
    # As long as one authority gives time-stamps, the others are no matter of whoever signs.
    found = [] if any(check.found.state is not CheckState.BAD for check in stamping) else list(stamping)
    found += work.checks.named(certificate_check(key))
    return [_said(check, desk) for check in found if check.found.state is not CheckState.GOOD]


def said_of(checks: Sequence[Check], desk: Desk) -> Sequence[CheckSaid]:
    """Return checks in words."""
    return [_said(check, desk) for check in checks]


def choices_of(people: Sequence[Person], desk: Desk, work: UnitOfWork) -> list[tuple[str, str]]:
    """Return people as a form offers them to sign, each with what was found wrong with their certificate."""
    flaws = flaws_of([person.id for person in people], work)
    flawed = {person: desk.speaks(FLAWS[check.found.state]) for person, check in flaws.items()}
    return [
        (str(one.id), f"{one.name}, {one.title}" + (f" (▲ {flawed[one.id]})" if one.id in flawed else ""))
        for one in people
    ]


def _said(check: Check, desk: Desk) -> CheckSaid:
    name = desk.speaks(CHECKS[check.name.partition(":")[0]])
    text = notice_text(check.found.template, check.found.facts, desk.language)
    return CheckSaid(check=check, name=f"{name}: {check.subject}" if check.subject else name, text=text)
