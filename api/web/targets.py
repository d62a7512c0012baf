"""Targets on pages: taking in a registration, those of a year, the province's plan and how far it is with it."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web import criteria_words
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, not_chosen
from api.web.maps import FEW_COLUMNS, HEIGHT, WIDTH, grid_of
from api.web.uploads import Counter, Uploads, take_uploads
from api.web.words import msgid
from engine import access
from engine.actions.register_target import RegisterTarget, register_target
from engine.actions.save_tier_plan import SaveTierPlan, save_tier_plan
from engine.criteria import Tier
from engine.deadlines import office_date
from engine.errors import Conflict, FieldError, Invalid
from engine.ids import LocalityId
from engine.localities import Locality, LocalityKind
from engine.ports import UnitOfWork
from engine.progress import progress_in
from engine.provinces import known_progress, may_provincial, receiver_of
from engine.targets import TIERS, TargetState, last_day_to_register

router = APIRouter()

FIRST_YEAR, LAST_YEAR = 2010, 2100
LABELS: Final[Mapping[str, str]] = {
    "locality_id": msgid("Locality that registers"),
    "tier": msgid("Level it wants to reach"),
    "year": msgid("Year"),
    "criteria_met": msgid("Numbers of the criteria that are met"),
    "code_number": msgid("Number of the document"),
    "code_notation": msgid("Symbol of the document"),
    "file": msgid("Registration with its plan (PDF)"),
}
NOT_NUMBERS: Final = msgid("Write the numbers of the criteria with commas between, as in 1, 2, 5.")
STATES: Final[Mapping[TargetState, str]] = {
    TargetState.REGISTERED: msgid("waits for an answer"),
    TargetState.ACCEPTED: msgid("accepted"),
    TargetState.REFUSED: msgid("not accepted"),
}


@router.get("/targets")
def show_list(desk: DeskDep, work: WorkDep, year: str = "") -> Response:
    """Show what was registered for a year, and for clerks the form to take one in."""
    access.require(desk.person, "read_criteria")
    shown = _year(year, office_date(desk.at).year + 1)
    form = Typed.of(LABELS, desk.language, year=str(office_date(desk.at).year + 1))
    return _list(desk, work, shown, (form, Uploads(), 200))


@router.post("/targets")
def register(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep) -> Response:
    """Take a registration in, or show the form again with what is wrong."""
    access.require(desk.person, "register_document")
    limit = house.settings.max_upload_mb
    uploads = take_uploads(form, Counter(by=desk.person, services=services, limit_mb=limit, language=desk.language))
    again = Typed.of(LABELS, desk.language).typed(form)
    try:
        wrong = [*uploads.errors, *not_chosen(form, "locality_id", "tier")]
        request = _request(form, uploads, wrong)
        with services.begin() as work:
            target = register_target(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        typed = again.refused(refusal, desk.language, {"file_id": "file"})
        with services.begin() as work:
            shown = _year(form.text("year"), office_date(desk.at).year + 1)
            return _list(desk, work, shown, (typed, uploads, status_of(refusal)))
    return desk.to(f"/documents/{target.document_id}", "target_registered")


@router.get("/progress")
def show_progress(desk: DeskDep, work: WorkDep, year: str = "") -> Response:
    """Show how far the province is with a year: by level, area, commune; and for its leaders the form of the plan."""
    access.require(desk.person, "read_criteria")
    return _progress(desk, work, _year(year, office_date(desk.at).year))


@router.post("/progress/{year}")
def plan(desk: DeskDep, form: FormDep, services: ServicesDep, year: str) -> Response:
    """Keep the plan of a year, or show what is wrong with it."""
    shown = _year(year, office_date(desk.at).year)
    planned = {tier: form.number(tier.value) for tier in _planned_tiers() if form.text(tier.value).strip()}
    try:
        with services.begin() as work:
            request = SaveTierPlan(year=shown, planned=planned, seen=form.number("seen"))
            save_tier_plan(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        with services.begin() as work:
            return _progress(desk, work, shown, (form, refusal))
    return desk.to(f"/progress?year={shown}", "plan_saved", year=str(shown))


def _request(form: Form, uploads: Uploads, wrong: list[FieldError]) -> RegisterTarget:
    parts = [part.strip() for part in form.text("criteria_met").replace(";", ",").split(",") if part.strip()]
    if any(not part.isdecimal() or len(part) > len("999") for part in parts):
        wrong.append(FieldError(field="criteria_met", code="numbers", message=NOT_NUMBERS))
    if wrong:
        raise RegistrationInvalid(errors=wrong)
    return RegisterTarget(
        locality_id=LocalityId(form.id("locality_id")),
        tier=Tier(form.text("tier")) if form.text("tier") in set(Tier) else Tier.PROVINCE,
        year=_year(form.text("year"), FIRST_YEAR),
        criteria_met=tuple(int(part) for part in parts),
        file_id=uploads.main_id,
        code_number=form.text("code_number").strip(),
        code_notation=form.text("code_notation").strip(),
    )


class RegistrationInvalid(Invalid):
    """Some fields of a registration are wrong; all are named."""

    code = "target.registration_invalid"
    template = "The registration cannot be taken in so. Correct what is marked and send it again."


def _list(desk: Desk, work: UnitOfWork, year: int, tried: tuple[Typed, Uploads, int]) -> Response:
    form, uploads, status = tried
    known, targets = {each.id: each for each in work.localities.all()}, work.targets.of_year(year)
    documents = work.documents.several({each.document_id for each in targets}) if targets else {}
    return desk.page(
        "targets/list.html",
        status=status,
        year=year,
        targets=targets,
        readable={key for key, one in documents.items() if access.may_read(desk.person, one)},
        localities=known,
        sets={one.id: one.name for one in work.criteria_sets.all()},
        last=last_day_to_register(year),
        form=form,
        uploads=uploads,
        may_register=desk.may("register_document"),
        choices=[(str(each.id), _named(each, known)) for each in known.values() if _is_ours(each, desk, work)],
        tiers=[(tier.value, desk.speaks(criteria_words.TIERS[tier])) for tier in _planned_tiers()],
        states=STATES,
        terms=criteria_words,
    )


def _is_ours(locality: Locality, desk: Desk, work: UnitOfWork) -> bool:
    return receiver_of(locality, work) == desk.person.agency_id


def _named(locality: Locality, known: Mapping[LocalityId, Locality]) -> str:
    parent = known.get(locality.parent_id) if locality.parent_id else None
    return f"{locality.name}, {parent.name}" if parent and parent.kind is LocalityKind.COMMUNE else locality.name


def _progress(
    desk: Desk, work: UnitOfWork, year: int, tried: tuple[Form, Invalid | Conflict] | None = None
) -> Response:
    known = known_progress(year, work)
    found = progress_in(year, known)
    labels = {tier.value: criteria_words.TIERS[tier] for tier in _planned_tiers()}
    form = Typed.of(labels, desk.language, **{each.tier.value: str(each.planned) for each in known.plan})
    if tried is not None:
        form = form.typed(tried[0]).refused(tried[1], desk.language)
    return desk.page(
        "targets/progress.html",
        status=status_of(tried[1]) if tried else 200,
        year=year,
        found=found,
        grid=grid_of(found.communes),
        narrow_grid=grid_of(found.communes, FEW_COLUMNS),
        tile_size=(WIDTH, HEIGHT),
        form=form,
        seen=sum(each.rev for each in known.plan),
        may_plan=may_provincial(desk.person, "plan_targets", work),
        terms=criteria_words,
    )


def _planned_tiers() -> list[Tier]:
    return [*TIERS[LocalityKind.COMMUNE], *TIERS[LocalityKind.VILLAGE]]


def _year(text: str, otherwise: int) -> int:
    plain = text.strip()
    year = int(plain) if plain.isascii() and plain.isdecimal() and len(plain) == len("2026") else otherwise
    return year if FIRST_YEAR <= year <= LAST_YEAR else otherwise
