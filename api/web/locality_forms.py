"""What the province's administrator adds to localities on pages: a commune, a village, a past recognition."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web import criteria_words
from api.web.desk import Desk, DeskDep
from api.web.forms import NOBODY, Form, FormDep, Typed, id_of
from api.web.localities import LABELS as FACT_LABELS
from api.web.localities import options_of
from api.web.words import msgid
from engine.actions.add_localities import add_localities
from engine.actions.record_achievement import RecordAchievement, record_achievement
from engine.criteria import Tier
from engine.errors import Conflict, Invalid
from engine.ids import AgencyId, LocalityId
from engine.localities import AreaClass, CommuneGroup, Locality, LocalityKind, Region
from engine.past_recognitions import require_reader
from engine.ports import UnitOfWork
from engine.provinces import may_provincial, require_provincial

router = APIRouter()

NEW_LABELS: Final[Mapping[str, str]] = {"code": msgid("Code (Decision 19/2025/QĐ-TTg)"), **FACT_LABELS}
PAST_LABELS: Final[Mapping[str, str]] = {
    "tier": msgid("Level"),
    "decision": msgid("Number and symbol of the decision"),
    "decided_on": msgid("Day of the decision"),
    "basis": msgid("Basis (set of criteria, report, minutes)"),
}
_INSIDE: Final[Mapping[LocalityKind, LocalityKind]] = {
    LocalityKind.PROVINCE: LocalityKind.COMMUNE,
    LocalityKind.COMMUNE: LocalityKind.VILLAGE,
}


@router.get("/localities/{locality_id}/new")
def show_new(desk: DeskDep, work: WorkDep, locality_id: str) -> Response:
    """Show the form for a commune of the province, or a village of the commune."""
    parent = work.localities.get(LocalityId(id_of(locality_id)))
    beginning = f"{parent.code}." if parent.kind is LocalityKind.COMMUNE else parent.code
    form = Typed.of(
        NEW_LABELS,
        desk.language,
        code=beginning,
        region=parent.region.value,
        group=parent.group.value if parent.group else CommuneGroup.OTHER.value,
        households="0",
        hardship="no",
    )
    return _new(parent, form, desk, work)


@router.post("/localities/{locality_id}/new")
def add(desk: DeskDep, form: FormDep, services: ServicesDep, locality_id: str) -> Response:
    """Make the locality known, or say what is wrong."""
    key = LocalityId(id_of(locality_id))
    try:
        with services.begin() as work:
            made = _made(work.localities.get(key), form, work)
            add_localities([made], by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        again = Typed.of(NEW_LABELS, desk.language).typed(form).refused(refusal, desk.language)
        with services.begin() as work:
            return _new(work.localities.get(key), again, desk, work, status_of(refusal))
    return desk.to(f"/localities/{made.id}", "locality_added", name=made.name)


def _new(parent: Locality, form: Typed, desk: Desk, work: UnitOfWork, status: int = 200) -> Response:
    require_provincial(desk.person, "manage_localities", work)
    return desk.page(
        "localities/new.html",
        status=status,
        parent=parent,
        kind=_INSIDE.get(parent.kind, LocalityKind.VILLAGE),
        form=form,
        options=options_of(desk, work),
        terms=criteria_words,
    )


def _made(parent: Locality, form: Form, work: UnitOfWork) -> Locality:
    agency, region, group, area = form.id("agency_id"), form.text("region"), form.text("group"), form.text("area_class")
    return Locality(
        id=LocalityId(work.new_id()),
        code=form.text("code").strip(),
        kind=_INSIDE.get(parent.kind, LocalityKind.VILLAGE),
        name=" ".join(form.text("name").split()),
        region=Region(region) if region in set(Region) else parent.region,
        parent_id=parent.id,
        group=CommuneGroup(group) if group in set(CommuneGroup) else None,
        area_class=AreaClass(area) if area in set(AreaClass) else None,
        hardship=form.text("hardship") == "yes",
        households=form.number("households"),
        agency_id=None if agency == NOBODY else work.people.get_agency(AgencyId(agency)).id,
    )


@router.get("/localities/{locality_id}/achievements")
def show_past(desk: DeskDep, work: WorkDep, locality_id: str) -> Response:
    """Show what is on record of the locality, also what was withdrawn, and the form for a past recognition."""
    return _past(work.localities.get(LocalityId(id_of(locality_id))), Typed.of(PAST_LABELS, desk.language), desk, work)


@router.post("/localities/{locality_id}/achievements")
def record(desk: DeskDep, form: FormDep, services: ServicesDep, locality_id: str) -> Response:
    """Record a past recognition, or say what is wrong."""
    key, tier = LocalityId(id_of(locality_id)), form.text("tier")
    request = RecordAchievement(
        locality_id=key,
        tier=Tier(tier) if tier in set(Tier) else None,
        decision=form.text("decision"),
        decided_on=day_or_none(form),
        basis=form.text("basis"),
    )
    try:
        with services.begin() as work:
            record_achievement(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        again = Typed.of(PAST_LABELS, desk.language).typed(form).refused(refusal, desk.language)
        with services.begin() as work:
            return _past(work.localities.get(key), again, desk, work, status_of(refusal))
    return desk.to(f"/localities/{key}/achievements", "achievement_recorded")


def day_or_none(form: Form) -> date | None:
    """Return the day of the decision that was typed, None where it is none."""
    try:
        return form.date("decided_on")
    except ValueError:
        return None


def _past(locality: Locality, form: Typed, desk: Desk, work: UnitOfWork, status: int = 200) -> Response:
    require_reader(desk.person, locality, work)
    fitting = [tier for tier in Tier if tier.value.startswith(locality.kind.value)]
    return desk.page(
        "localities/achievements.html",
        status=status,
        locality=locality,
        achievements=work.achievements.records_of(locality.id),
        sets={one.id: one.name for one in work.criteria_sets.all()},
        may_save=may_provincial(desk.person, "manage_localities", work),
        form=form,
        tiers=[(tier.value, desk.speaks(criteria_words.TIERS[tier])) for tier in fitting],
        terms=criteria_words,
    )
