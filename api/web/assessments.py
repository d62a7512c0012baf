"""Assessing on pages: a criterion with all its indicators in one form, an indicator with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web import criteria_words, dossier_words
from api.web.desk import Desk, DeskDep
from api.web.dossiers import criterion_of, may_compose, readable
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.uploads import Counter, take_one
from api.web.words import msgid
from engine import assessing
from engine.actions.add_evidence import AddEvidence, add_evidence
from engine.actions.assess_indicators import AssessIndicators, assess_indicators
from engine.actions.remove_evidence import RemoveEvidence, remove_evidence
from engine.assessments import UNREPORTED, Assessment, AssessmentMoved, Entry, Stage, value_field
from engine.criteria import Indicator, IndicatorNotFound
from engine.dossiers import Dossier
from engine.errors import Conflict, Invalid
from engine.ids import DossierId, FileId
from engine.indicator_values import is_stated
from engine.ntm_conditions import SATISFACTION
from engine.ports import UnitOfWork

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {"file": msgid("Evidence (PDF or photo)")}
ANSWERS: Final = (("met", msgid("met")), ("not_met", msgid("not met")))
NOT_THERE: Final = ("n/a", criteria_words.NOT_THERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An indicator as the form asks for it: the answers to choose from where it has no number, and what is known."""

    indicator: Indicator
    limit: str
    options: tuple[tuple[str, str], ...]
    known: Assessment | None


@router.get("/dossiers/{dossier_id}/criteria/{number}")
def show_criterion(desk: DeskDep, work: WorkDep, dossier_id: str, number: int) -> Response:
    """Show the indicators of a criterion, or the conditions (0), with what was reported."""
    return _criterion(readable(dossier_id, desk, work), number, desk, work)


@router.post("/dossiers/{dossier_id}/criteria/{number}")
def assess(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str, number: int) -> Response:
    """Keep the values, all of them, or show the form again with everything that is wrong."""
    key = DossierId(id_of(dossier_id))
    try:
        with services.begin() as work:
            fields = _fields(readable(dossier_id, desk, work), number, desk, work)
            entries = {one.indicator.code: entry_of(one.indicator, form) for one in fields if _was_asked(one)}
            revs = {code: form.number(f"rev {code}") for code in entries}
            request = AssessIndicators(dossier_id=key, stage=Stage.SELF, entries=entries, revs=revs)
            assess_indicators(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        with services.begin() as work:
            return _criterion(readable(dossier_id, desk, work), number, desk, work, (form, refusal))
    return desk.to(f"/dossiers/{key}", "assessed")


def _was_asked(field: Field) -> bool:
    return field.indicator.code != SATISFACTION


def entry_of(indicator: Indicator, form: Form) -> Entry:
    """Return what was typed in of an indicator."""
    return Entry(value=form.text(f"value {indicator.code}"), note=form.text(f"note {indicator.code}") or None)


def _fields(dossier: Dossier, number: int, desk: Desk, work: UnitOfWork) -> tuple[Field, ...]:
    rules = assessing.rules_of(dossier, work)
    criterion = criterion_of(rules, number)
    if criterion is None and number != 0:
        raise IndicatorNotFound(indicator=number, set=rules.set.name)
    known = {one.indicator: one for one in work.assessments.of(dossier.id) if one.stage is Stage.SELF}
    return tuple(
        Field(
            indicator=one,
            limit=limit_of(one, rules),
            options=options_of(one, desk),
            known=known.get(one.code),
        )
        for one in (criterion.indicators if criterion else rules.conditions)
    )


def limit_of(indicator: Indicator, rules: assessing.Rules) -> str:
    """Return what the place has to reach, in words; nothing where no limit is known."""
    limit = indicator.threshold(rules.classified)
    return criteria_words.limit_text(indicator, limit) if limit is not None else ""


def options_of(indicator: Indicator, desk: Desk) -> tuple[tuple[str, str], ...]:
    """Return the answers to choose from, none where a number is asked for."""
    answers = ANSWERS if is_stated(indicator) else ()
    found = (*answers, *((NOT_THERE,) if indicator.if_any else ()))
    return tuple((value, desk.speaks(said)) for value, said in found) if answers else ()


def _criterion(
    dossier: Dossier,
    number: int,
    desk: Desk,
    work: UnitOfWork,
    tried: tuple[Form, Invalid | Conflict] | None = None,
) -> Response:
    rules = assessing.rules_of(dossier, work)
    criterion, fields = criterion_of(rules, number), _fields(dossier, number, desk, work)
    labels = {f"value {one.indicator.code}": one.indicator.name for one in fields}
    labels |= {f"note {one.indicator.code}": NOTE for one in fields}
    values = {f"value {one.indicator.code}": value_field(one.known.value) for one in fields if one.known}
    values |= {f"note {one.indicator.code}": one.known.note or "" for one in fields if one.known}
    form = Typed.of({"once": ""}, desk.language, **values)
    form = Typed(labels={name: desk.speaks(said) for name, said in labels.items()}, values=form.values)
    moved = tried[1].indicators if tried and isinstance(tried[1], AssessmentMoved) else ()
    revs = {one.indicator.code: one.known.rev if one.known else UNREPORTED for one in fields}
    if tried is not None:
        form = form.typed(tried[0]).refused(at_fields(tried[1]), desk.language)
        # What was sent stays compared with what its sender saw, until they are shown what is kept now.
        revs = revs if moved else {code: tried[0].number(f"rev {code}") for code in revs}
    return desk.page(
        "dossiers/criterion.html",
        status=status_of(tried[1]) if tried else 200,
        dossier=dossier,
        criterion=criterion,
        number=number,
        fields=fields,
        form=form,
        composing=may_compose(dossier, desk),
        counted=SATISFACTION,
        moved=moved,
        revs=revs,
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        terms=dossier_words,
        criteria_terms=criteria_words,
    )


NOTE: Final = msgid("Note")


def at_fields(refusal: Invalid | Conflict) -> Invalid | Conflict:
    """Return the refusal with its errors named as the fields of this form are: 'value 2.1'."""
    if not isinstance(refusal, Invalid):
        return refusal
    kinds = {"values": "value", "notes": "note"}
    errors = []
    for error in refusal.errors:
        kind, _, code = error.field.partition("/")
        errors.append(type(error)(field=f"{kinds.get(kind, kind)} {code}", code=error.code, message=error.message))
    refusal.errors = tuple(errors)
    return refusal


@router.get("/dossiers/{dossier_id}/indicators/{code}")
def show_indicator(desk: DeskDep, work: WorkDep, dossier_id: str, code: str) -> Response:
    """Show an indicator with what every stage reported of it and all its evidence."""
    return _indicator(readable(dossier_id, desk, work), code, Typed.of(LABELS, desk.language), desk, work)


def _indicator(dossier: Dossier, code: str, form: Typed, desk: Desk, work: UnitOfWork, status: int = 200) -> Response:
    rules = assessing.rules_of(dossier, work)
    indicator = rules.indicator(code)
    return desk.page(
        "dossiers/indicator.html",
        status=status,
        dossier=dossier,
        indicator=indicator,
        limit=limit_of(indicator, rules),
        said=[one for one in work.assessments.of(dossier.id) if one.indicator == code],
        evidence=work.assessments.evidence(dossier.id, code),
        form=form,
        composing=may_compose(dossier, desk),
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        terms=dossier_words,
        criteria_terms=criteria_words,
    )


@router.post("/dossiers/{dossier_id}/indicators/{code}")
def add(desk: DeskDep, form: FormDep, house: HouseDep, dossier_id: str, code: str) -> Response:
    """Add the chosen file as evidence, or say what is wrong with it."""
    services, key = house.services, DossierId(id_of(dossier_id))
    limit = house.settings.max_upload_mb
    counter = Counter(by=desk.person, services=services, limit_mb=limit, language=desk.language)
    try:
        kept = take_one(form, "file", counter)
        request = AddEvidence(dossier_id=key, stage=Stage.SELF, indicator=code, file_id=kept.id, name=kept.name)
        with services.begin() as work:
            add_evidence(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        wrong = Typed.of(LABELS, desk.language).refused(refusal, desk.language, {"file_id": "file"})
        with services.begin() as work:
            return _indicator(readable(dossier_id, desk, work), code, wrong, desk, work, status_of(refusal))
    return desk.to(f"/dossiers/{key}/indicators/{code}", "dossier_file_added")


@router.post("/dossiers/{dossier_id}/indicators/{code}/remove")
def remove(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str, code: str) -> Response:
    """Take a file of evidence out."""
    key, file_id = DossierId(id_of(dossier_id)), FileId(form.text("file_id"))
    request = RemoveEvidence(dossier_id=key, stage=Stage.SELF, indicator=code, file_id=file_id)
    with services.begin() as work:
        remove_evidence(request, by=desk.person, at=desk.at, work=work)
    return desk.to(f"/dossiers/{key}/indicators/{code}", "dossier_file_removed")
