"""Localities on pages: the communes and villages of the province, each with its facts; changing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep, WorkDep
from api.web import criteria_words
from api.web.desk import Desk, DeskDep
from api.web.forms import NOBODY, Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.words import msgid
from engine import access
from engine.achievements import Achievement
from engine.actions.save_locality import SaveLocality, save_locality
from engine.documents import IncomingDocument
from engine.ids import AchievementId, AgencyId, LocalityId
from engine.localities import (
    AreaClass,
    CommuneGroup,
    Locality,
    LocalityInvalid,
    LocalityKind,
    LocalityMoved,
    Region,
)
from engine.past_recognitions import may_read_records
from engine.ports import UnitOfWork
from engine.provinces import may_provincial
from engine.revocations import COMMUNES
from engine.revoking import running_proposal

router = APIRouter()

INVALID: Final = 422
LABELS: Final[Mapping[str, str]] = {
    "name": msgid("Name"),
    "region": msgid("Region (thresholds of 2021–25)"),
    "group": msgid("Group of communes (thresholds of 2026–30)"),
    "area_class": msgid("Area of ethnic minorities and mountains"),
    "hardship": msgid("Special hardship or safe zone"),
    "households": msgid("Households"),
    "agency_id": msgid("Agency that speaks for it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A locality in the list, with what it is recognised as and its villages."""

    locality: Locality
    achievements: tuple[Achievement, ...]
    villages: int


@router.get("/localities")
def show_list(desk: DeskDep, work: WorkDep) -> Response:
    """Show the province and its communes."""
    access.require(desk.person, "read_criteria")
    known = work.localities.all()
    standing = [each for each in work.achievements.all() if each.revoked_on is None]
    lines = [
        Line(
            locality=locality,
            achievements=tuple(each for each in standing if each.locality_id == locality.id),
            villages=sum(each.parent_id == locality.id for each in known),
        )
        for locality in known
        if locality.kind is not LocalityKind.VILLAGE
    ]
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    may_load = may_provincial(desk.person, "manage_localities", work)
    return desk.page("localities/list.html", lines=lines, terms=criteria_words, names=names, may_load=may_load)


@router.get("/localities/{locality_id}")
def show(desk: DeskDep, work: WorkDep, locality_id: str) -> Response:
    """Show a locality, its villages, what it is recognised as, and for the province's administrator its form."""
    access.require(desk.person, "read_criteria")
    return _page(work.localities.get(LocalityId(id_of(locality_id))), desk, work)


@router.post("/localities/{locality_id}")
def save(desk: DeskDep, form: FormDep, services: ServicesDep, locality_id: str) -> Response:
    """Keep the facts, or show what is wrong with them."""
    key = LocalityId(id_of(locality_id))
    try:
        with services.begin() as work:
            saved = save_locality(_request(key, form), by=desk.person, at=desk.at, work=work)
    except (LocalityInvalid, LocalityMoved) as refusal:
        with services.begin() as work:
            return _page(work.localities.get(key), desk, work, (form, refusal))
    return desk.to(f"/localities/{key}", "locality_saved", name=saved.name)


def _request(locality_id: LocalityId, form: Form) -> SaveLocality:
    agency = form.id("agency_id")
    return SaveLocality(
        locality_id=locality_id,
        name=form.text("name"),
        region=Region(form.text("region")) if form.text("region") in set(Region) else Region.NORTH_CENTRAL,
        group=CommuneGroup(form.text("group")) if form.text("group") in set(CommuneGroup) else None,
        area_class=AreaClass(form.text("area_class")) if form.text("area_class") in set(AreaClass) else None,
        hardship=form.text("hardship") == "yes",
        households=form.number("households"),
        agency_id=None if agency == NOBODY else AgencyId(agency),
        rev=form.number("rev"),
    )


def _page(
    locality: Locality, desk: Desk, work: UnitOfWork, tried: tuple[Form, LocalityInvalid | LocalityMoved] | None = None
) -> Response:
    known, achievements = work.localities.all(), work.achievements.of(locality.id)
    form = Typed.of(
        LABELS,
        desk.language,
        name=locality.name,
        region=locality.region.value,
        group=locality.group.value if locality.group else "",
        area_class=locality.area_class.value if locality.area_class else "",
        hardship="yes" if locality.hardship else "no",
        households=str(locality.households),
        agency_id=str(locality.agency_id or ""),
    )
    if tried is not None:
        form = form.typed(tried[0]).refused(tried[1], desk.language)
    return desk.page(
        "localities/show.html",
        status=INVALID if tried else 200,
        locality=locality,
        parent=next((each for each in known if each.id == locality.parent_id), None),
        villages=[each for each in known if each.parent_id == locality.id],
        achievements=achievements,
        running=_running(achievements, desk, work),
        revocable={each.id for each in achievements if _may_propose(each, desk)},
        form=form,
        may_read_records=may_read_records(desk.person, locality, work),
        may_save=may_provincial(desk.person, "manage_localities", work),
        options=options_of(desk, work),
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        terms=criteria_words,
    )


def _may_propose(standing: Achievement, desk: Desk) -> bool:
    ours = standing.agency_id == desk.person.agency_id and standing.tier in COMMUNES
    return ours and standing.revoked_on is None and access.may(desk.person, "register_document")


def _running(known: Sequence[Achievement], desk: Desk, work: UnitOfWork) -> dict[AchievementId, IncomingDocument]:
    """Return the proposals that are being dealt with, to who may read them."""
    found = {each.id: running_proposal(each, work) for each in known if each.revoked_on is None}
    return {key: one for key, one in found.items() if one is not None and access.may_read(desk.person, one)}


NO: Final = msgid("No")
YES: Final = msgid("Yes")


def options_of(desk: Desk, work: UnitOfWork) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return what there is to choose for the facts of a locality, by field."""
    return {
        "region": [(each.value, desk.speaks(criteria_words.REGIONS[each])) for each in Region],
        "group": [(each.value, desk.speaks(criteria_words.GROUPS[each])) for each in CommuneGroup],
        "area_class": [(each.value, desk.speaks(criteria_words.AREA_CLASSES[each])) for each in AreaClass],
        "hardship": [("no", desk.speaks(NO)), ("yes", desk.speaks(YES))],
        "agency_id": [(str(each.id), each.name) for each in work.people.agencies()],
    }
