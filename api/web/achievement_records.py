"""The record of a past recognition on a page: how it stands and was corrected, correcting it, withdrawing it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.problems import status_of
from api.web import criteria_words
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.locality_forms import PAST_LABELS, day_or_none
from api.web.names import names_of
from api.web.words import msgid
from engine.achievements import Achievement, AchievementUnknown
from engine.actions.correct_achievement import CorrectAchievement, correct_achievement
from engine.actions.withdraw_achievement import WithdrawAchievement, withdraw_achievement
from engine.criteria import Tier
from engine.errors import Conflict, Invalid
from engine.ids import AchievementId, LocalityId
from engine.neighbours import Services
from engine.past_recognitions import require_reader
from engine.provinces import may_provincial

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {**PAST_LABELS, "reason": msgid("Reason of the correction")}
WITHDRAWAL_LABELS: Final[Mapping[str, str]] = {"reason": msgid("Reason of the withdrawal")}


@router.get("/localities/{locality_id}/achievements/{achievement_id}")
def show(desk: DeskDep, services: ServicesDep, locality_id: str, achievement_id: str) -> Response:
    """Show the record, how it was corrected, and to the administrator the forms to correct and to withdraw it."""
    return _page(_ids(locality_id, achievement_id), desk, services)


@router.post("/localities/{locality_id}/achievements/{achievement_id}")
def correct(desk: DeskDep, form: FormDep, services: ServicesDep, locality_id: str, achievement_id: str) -> Response:
    """Correct the record, or say what is wrong."""
    ids, tier = _ids(locality_id, achievement_id), form.text("tier")
    request = CorrectAchievement(
        locality_id=ids[0],
        achievement_id=ids[1],
        tier=Tier(tier) if tier in set(Tier) else None,
        decision=form.text("decision"),
        decided_on=day_or_none(form),
        basis=form.text("basis"),
        reason=form.text("reason"),
        rev=form.number("rev"),
    )
    try:
        with services.begin() as work:
            correct_achievement(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        return _page(ids, desk, services, (form, refusal))
    return desk.to(f"/localities/{ids[0]}/achievements/{ids[1]}", "achievement_corrected")


@router.post("/localities/{locality_id}/achievements/{achievement_id}/withdrawal")
def withdraw(desk: DeskDep, form: FormDep, services: ServicesDep, locality_id: str, achievement_id: str) -> Response:
    """Withdraw the record, or say what is wrong."""
    ids = _ids(locality_id, achievement_id)
    request = WithdrawAchievement(
        locality_id=ids[0], achievement_id=ids[1], reason=form.text("reason"), rev=form.number("rev")
    )
    try:
        with services.begin() as work:
            withdraw_achievement(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        return _page(ids, desk, services, withdrawing=(form, refusal))
    return desk.to(f"/localities/{ids[0]}/achievements/{ids[1]}", "achievement_withdrawn")


_Ids = tuple[LocalityId, AchievementId]
_Tried = tuple[Form, Invalid | Conflict]


def _ids(locality_id: str, achievement_id: str) -> _Ids:
    return LocalityId(id_of(locality_id)), AchievementId(id_of(achievement_id))


def _page(
    ids: _Ids, desk: Desk, services: Services, correcting: _Tried | None = None, withdrawing: _Tried | None = None
) -> Response:
    with services.begin() as work:
        locality, found = work.localities.get(ids[0]), work.achievements.get(ids[1])
        require_reader(desk.person, locality, work)
        if found.locality_id != locality.id:
            raise AchievementUnknown
        corrections = work.achievements.corrections_of(found.id)
        # Who recorded and corrected it are people of the province; a commune reads their names, too.
        names = names_of(found.agency_id, work, desk.speaks("the machine"))
        may_save = may_provincial(desk.person, "manage_localities", work)
    tried = correcting or withdrawing
    fitting = [tier for tier in Tier if tier.value.startswith(locality.kind.value)]
    return desk.page(
        "localities/achievement.html",
        status=status_of(tried[1]) if tried else 200,
        locality=locality,
        found=found,
        corrections=corrections,
        names=names,
        may_save=may_save,
        form=_retried(_fresh(found, desk), correcting, desk),
        withdrawal=_retried(
            replace(Typed.of(WITHDRAWAL_LABELS, desk.language), prefix="withdrawal-"), withdrawing, desk
        ),
        tiers=[(tier.value, desk.speaks(criteria_words.TIERS[tier])) for tier in fitting],
        terms=criteria_words,
    )


def _fresh(found: Achievement, desk: Desk) -> Typed:
    return Typed.of(
        LABELS,
        desk.language,
        tier=found.tier.value,
        decision=found.decision,
        decided_on=found.decided_on.isoformat(),
        basis=found.basis,
    )


def _retried(form: Typed, tried: _Tried | None, desk: Desk) -> Typed:
    return form.typed(tried[0]).refused(tried[1], desk.language) if tried else form
