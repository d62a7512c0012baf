"""Field visits on pages: those of a dossier, a draft with its photos, the minutes that are made of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web import criteria_words
from api.web.desk import Desk, DeskDep
from api.web.dossiers import readable
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.uploads import Counter, take
from api.web.words import msgid
from api.wiring import House
from engine import assessing, visiting
from engine.actions.discard_field_visit import discard_field_visit
from engine.actions.open_field_visit import OpenFieldVisit, open_field_visit
from engine.actions.record_field_visit import RecordFieldVisit, record_field_visit
from engine.actions.save_field_visit import SaveFieldVisit, save_field_visit
from engine.criteria import Indicator
from engine.deadlines import office_date
from engine.dossiers import Dossier
from engine.errors import Conflict, FieldError, Invalid, Refusal
from engine.field_visits import (
    FieldVisit,
    FieldVisitInvalid,
    Participant,
    Side,
    VisitContent,
    VisitFinding,
    VisitPhoto,
)
from engine.ids import DossierId, FieldVisitId, FileId, UnitId
from engine.ports import UnitOfWork
from engine.visiting import Share

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {
    "first_day": msgid("First day of the visit"),
    "last_day": msgid("Last day of the visit"),
    "place": msgid("Place"),
    "people_unit": msgid("Of the unit that appraises"),
    "people_commune": msgid("Of the commune"),
    "people_village": msgid("Of the villages"),
    "people_other": msgid("Others"),
    "remark": msgid("What the commune says to it"),
    "photos": msgid("Photos (JPEG, PNG)"),
}
SIDES: Final[Mapping[Side, str]] = {side: LABELS[f"people_{side.value}"] for side in Side}
CAPTION: Final = msgid("What the photo shows")
NOT_A_DAY: Final = msgid("This is not a date of the calendar; write it as 28/02/2026.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A form that was refused, as it was typed in, and the revision the next try is held against."""

    form: Form
    content: VisitContent
    refusal: Invalid | Conflict
    rev: int


@router.get("/dossiers/{dossier_id}/field-visits")
def show_list(desk: DeskDep, work: WorkDep, dossier_id: str) -> Response:
    """Show the visits of a dossier; who appraises it now can begin one."""
    dossier = readable(dossier_id, desk, work)
    return desk.page(
        "dossiers/visits.html",
        dossier=dossier,
        visits=_seen(dossier, desk, work),
        units=_units(dossier, work),
        shares=_shares(dossier, desk, work),
    )


def _seen(dossier: Dossier, desk: Desk, work: UnitOfWork) -> Sequence[FieldVisit]:
    return [one for one in work.field_visits.of_dossier(dossier.id) if visiting.may_see(one, desk.person)]


def _units(dossier: Dossier, work: UnitOfWork) -> Mapping[UnitId, str]:
    return {unit.id: unit.name for unit in work.people.units(dossier.receiver_id)}


def _shares(dossier: Dossier, desk: Desk, work: UnitOfWork) -> Sequence[Share]:
    """Return for which units the person appraises the dossier now."""
    found = []
    for unit in work.people.units(desk.person.agency_id) if dossier.receiver_id == desk.person.agency_id else ():
        try:
            found.append(visiting.share_of(dossier, unit.id, desk.person, work))
        except Refusal:
            continue
    return found


@router.post("/dossiers/{dossier_id}/field-visits")
def begin(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Begin a draft, with who is there and the day of today filled in."""
    today, person = office_date(desk.at), desk.person
    own = Participant(side=Side.UNIT, name=person.name, title=person.title)
    content = VisitContent(first_day=today, last_day=today, participants=(own,))
    request = OpenFieldVisit(
        dossier_id=DossierId(id_of(dossier_id)), content=content, unit_id=UnitId(form.id("unit_id"))
    )
    with services.begin() as work:
        visit = open_field_visit(request, by=person, at=desk.at, work=work)
    return desk.to(f"/field-visits/{visit.id}")


@router.get("/field-visits/{visit_id}")
def show(desk: DeskDep, work: WorkDep, visit_id: str) -> Response:
    """Show a visit: the form where the person may still change it, else what it says."""
    visit, dossier = visiting.readable(FieldVisitId(id_of(visit_id)), desk.person, work)
    return _page(visit, dossier, desk, work)


def _page(
    visit: FieldVisit,
    dossier: Dossier,
    desk: Desk,
    work: UnitOfWork,
    tried: Tried | None = None,
) -> Response:
    share = next((one for one in _shares(dossier, desk, work) if one.unit.id == visit.unit_id), None)
    editable = share is not None and not visit.is_recorded
    content = tried.content if tried else visit.content
    form = _form(share, content, visit, desk) if share and editable else Typed.of(LABELS, desk.language)
    if tried is not None:
        form = form.typed(tried.form).refused(_at_fields(tried.refusal, content), desk.language)
    return desk.page(
        "dossiers/visit.html",
        status=status_of(tried.refusal) if tried else 200,
        visit=visit,
        content=content,
        dossier=dossier,
        unit=_units(dossier, work).get(visit.unit_id, ""),
        editable=editable,
        indicators=share.indicators if share else (),
        called=_names(dossier, work),
        form=form,
        rev=tried.rev if tried else visit.rev,
        kept={one.file_id for one in visit.content.photos},
        sides=SIDES,
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        criteria_terms=criteria_words,
    )


def _names(dossier: Dossier, work: UnitOfWork) -> Mapping[str, str]:
    rules = assessing.rules_of(dossier, work)
    return {one.code: called(one) for one in rules.indicators}


def called(indicator: Indicator) -> str:
    """Return what people call an indicator: number and name, a condition by its name."""
    return f"{indicator.code} {indicator.name}" if indicator.code[:1].isdigit() else indicator.name


def _form(share: Share, content: VisitContent, visit: FieldVisit, desk: Desk) -> Typed:
    values = {"place": content.place, "remark": content.remark, "rev": str(visit.rev)}
    for name, day in (("first_day", content.first_day), ("last_day", content.last_day)):
        values[name] = day.isoformat() if day else ""
    for side in Side:
        values[f"people_{side.value}"] = "\n".join(one.called for one in content.of_side(side))
    values |= {f"found {one.indicator}": one.found for one in content.findings}
    values |= {f"caption {one.file_id}": one.caption for one in content.photos}
    form = Typed.of(LABELS, desk.language, **values)
    more = {f"found {one.code}": called(one) for one in share.indicators}
    more |= {f"caption {one.file_id}": desk.speaks(CAPTION) for one in content.photos}
    return Typed(labels={**form.labels, **more}, values=form.values)


@router.post("/field-visits/{visit_id}")
def save(desk: DeskDep, form: FormDep, house: HouseDep, visit_id: str) -> Response:
    """Keep the draft as it is typed in, or show again what is wrong with it."""
    kept = _kept(FieldVisitId(id_of(visit_id)), form, desk, house)
    return desk.to(f"/field-visits/{kept.id}", "visit_saved") if isinstance(kept, FieldVisit) else kept


@router.post("/field-visits/{visit_id}/record")
def record(desk: DeskDep, form: FormDep, house: HouseDep, visit_id: str) -> Response:
    """Keep the draft and make its minutes, or show again what is wrong or missing."""
    services, key = house.services, FieldVisitId(id_of(visit_id))
    kept = _kept(key, form, desk, house)
    if not isinstance(kept, FieldVisit):
        return kept
    try:
        record_field_visit(RecordFieldVisit(visit_id=key, rev=kept.rev), by=desk.person, services=services)
    except (Invalid, Conflict) as refusal:
        # What was typed in is kept by now; only the minutes are not made.
        tried = Tried(form=form, content=kept.content, refusal=refusal, rev=kept.rev)
        return _again(key, desk, services, tried)
    return desk.to(f"/field-visits/{key}", "visit_recorded")


def _kept(key: FieldVisitId, form: Form, desk: Desk, house: House) -> FieldVisit | Response:
    """Keep what was typed in and return the draft, or the page that says what is wrong with it."""
    services = house.services
    counter = Counter(by=desk.person, services=services, limit_mb=house.settings.max_upload_mb, language=desk.language)
    errors: list[FieldError] = []
    new = [take("photos", chosen, counter, errors) for chosen in form.files("photos")]
    content = _typed(form, [one.id for one in new if one is not None], errors)
    try:
        if errors:
            raise FieldVisitInvalid(errors=errors)
        with services.begin() as work:
            request = SaveFieldVisit(visit_id=key, content=content, rev=form.number("rev"))
            return save_field_visit(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        tried = Tried(form=form, content=content, refusal=refusal, rev=form.number("rev"))
        return _again(key, desk, services, tried)


def _again(key: FieldVisitId, desk: Desk, services: ServicesDep, tried: Tried) -> Response:
    with services.begin() as work:
        visit, dossier = visiting.readable(key, desk.person, work)
        return _page(visit, dossier, desk, work, tried)


@router.post("/field-visits/{visit_id}/discard")
def discard(desk: DeskDep, _: FormDep, services: ServicesDep, visit_id: str) -> Response:
    """Throw the draft away."""
    key = FieldVisitId(id_of(visit_id))
    with services.begin() as work:
        visit, _dossier = visiting.readable(key, desk.person, work)
        discard_field_visit(key, by=desk.person, at=desk.at, work=work)
    return desk.to(f"/dossiers/{visit.dossier_id}/field-visits", "visit_discarded")


def _typed(form: Form, new: Sequence[FileId], errors: list[FieldError]) -> VisitContent:
    """Return what was typed in; days that are none are noted as errors."""
    days = dict.fromkeys(("first_day", "last_day"))
    for name in days:
        try:
            days[name] = form.date(name)
        except ValueError:
            errors.append(FieldError(field=name, code="not_a_date", message=NOT_A_DAY))
    codes = [name.removeprefix("found ") for name in form.sent if name.startswith("found ")]
    found = ((code, form.text(f"found {code}")) for code in codes)
    removed = set(form.texts("photo_removed"))
    kept = [FileId(one) for one in form.texts("photo") if one not in removed]
    return VisitContent(
        first_day=days["first_day"],
        last_day=days["last_day"],
        place=form.text("place"),
        participants=tuple(one for side in Side for one in _people(side, form)),
        findings=tuple(VisitFinding(indicator=code, found=text) for code, text in found if text.strip()),
        remark=form.text("remark"),
        photos=tuple(
            VisitPhoto(file_id=one, caption=form.text(f"caption {one}")) for one in dict.fromkeys([*kept, *new])
        ),
    )


def _people(side: Side, form: Form) -> Iterator[Participant]:
    """Yield who is named for a side: a line each, name and title parted by the first comma."""
    for line in form.lines(f"people_{side.value}"):
        name, _, title = line.partition(",")
        yield Participant(side=side, name=name.strip(), title=title.strip())


def _at_fields(refusal: Invalid | Conflict, content: VisitContent) -> Invalid | Conflict:
    """Return the refusal with its errors named as the fields of the form are."""
    if isinstance(refusal, Invalid):
        errors = [
            FieldError(field=_field(one.field, content), code=one.code, message=one.message) for one in refusal.errors
        ]
        refusal.errors = tuple(errors)
    return refusal


def _field(path: str, content: VisitContent) -> str:
    kind, *rest = path.split("/")
    place = int(rest[0]) if rest else None
    match kind:
        case "participants":
            return "people_unit" if place is None else f"people_{content.participants[place].side.value}"
        case "findings" if place is not None:
            return f"found {content.findings[place].indicator}"
        case "photos" if place is not None and rest[-1] == "caption":
            return f"caption {content.photos[place].file_id}"
        case _:
            return kind
