"""Appraising on a page: the indicators of one unit in one form, beside what the commune reported."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web import criteria_words, dossier_words
from api.web.assessments import NOTE, Field, at_fields, entry_of, limit_of, options_of
from api.web.desk import Desk, DeskDep
from api.web.dossiers import readable
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.words import msgid
from engine import assessing, dossier_access, visiting
from engine.actions.assess_indicators import AssessIndicators, assess_indicators
from engine.assessments import UNREPORTED, Assessment, AssessmentMoved, Entry, Opinion, Stage, value_field
from engine.criteria import IndicatorFinding
from engine.dossier_errors import DossierNotFound
from engine.dossiers import Dossier
from engine.errors import Conflict, Invalid
from engine.ids import DossierId, UnitId
from engine.ports import UnitOfWork
from engine.visiting import Share

router = APIRouter()

OPINION: Final = msgid("Opinion of the unit")
OF_EACH: Final = ("value", "opinion", "note")
REST: Final = "rest"
"""The box that takes what the commune reported for every indicator left empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An indicator of the unit: as the form asks for it, and what the commune reported."""

    field: Field
    reported: Assessment | None

    @property
    def code(self) -> str:
        """The indicator's code."""
        return self.field.indicator.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An indicator of the unit as it was appraised: what comes of it, and what was said of it."""

    finding: IndicatorFinding
    limit: str
    appraised: Assessment | None
    reported: Assessment | None


@router.get("/dossiers/{dossier_id}/appraisal/{unit_id}")
def show(desk: DeskDep, work: WorkDep, dossier_id: str, unit_id: str) -> Response:
    """Show what the unit appraises of the dossier now."""
    dossier = readable(dossier_id, desk, work)
    return _page(dossier, _share(dossier, unit_id, desk, work), desk, work)


@router.get("/dossiers/{dossier_id}/appraisal/{unit_id}/values")
def show_values(desk: DeskDep, work: WorkDep, dossier_id: str, unit_id: str) -> Response:
    """Show what the unit has appraised, beside what the commune reported, to its head and everybody who handles it."""
    dossier = readable(dossier_id, desk, work)
    dossier_access.require_handle(desk.person, dossier, work)
    unit = next((one for one in work.people.units(dossier.receiver_id) if one.id == UnitId(id_of(unit_id))), None)
    if unit is None:
        raise DossierNotFound
    rules, kept = assessing.rules_of(dossier, work), work.assessments.of(dossier.id)
    known, reported = ({one.indicator: one for one in kept if one.stage is stage} for stage in _STAGES)
    lines = [
        Line(
            finding=one.judge(known[one.code].value if one.code in known else None, rules.classified),
            limit=limit_of(one, rules),
            appraised=known.get(one.code),
            reported=reported.get(one.code),
        )
        for one in assessing.indicators_of(unit, rules, dossier.receiver_id, work)
    ]
    return desk.page(
        "dossiers/appraised.html",
        dossier=dossier,
        unit=unit,
        lines=lines,
        visits=[one for one in work.field_visits.of_dossier(dossier.id) if one.is_recorded and one.unit_id == unit.id],
        units={unit.id: unit.name},
        terms=dossier_words,
        criteria_terms=criteria_words,
    )


@router.post("/dossiers/{dossier_id}/appraisal/{unit_id}")
def appraise(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str, unit_id: str) -> Response:
    """Keep the values, opinions and notes, all of them, or show the form again with everything that is wrong."""
    key = DossierId(id_of(dossier_id))
    try:
        with services.begin() as work:
            dossier = readable(dossier_id, desk, work)
            share = _share(dossier, unit_id, desk, work)
            entries = {row.code: appraised(row, form) for row in _rows(share, dossier, desk, work)}
            revs = {code: form.number(f"rev {code}") for code in entries}
            request = AssessIndicators(dossier_id=key, stage=Stage.APPRAISED, entries=entries, revs=revs)
            assess_indicators(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, AssessmentMoved) as refusal:
        with services.begin() as work:
            dossier = readable(dossier_id, desk, work)
            return _page(dossier, _share(dossier, unit_id, desk, work), desk, work, (form, refusal))
    return desk.to(f"/work-items/{share.item.id}", "assessed")


def _share(dossier: Dossier, unit_id: str, desk: Desk, work: UnitOfWork) -> Share:
    return visiting.share_of(dossier, UnitId(id_of(unit_id)), desk.person, work)


def appraised(row: Row, form: Form) -> Entry:
    """Return what was typed in of an indicator; of one left empty what was reported, where that was asked for."""
    entry, said = entry_of(row.field.indicator, form), form.text(f"opinion {row.code}")
    opinion = Opinion(said) if said in set(Opinion) else None
    reported = value_field(row.reported.value) if row.reported else ""
    if form.text(REST) and reported and not entry.value and not opinion:
        return Entry(value=reported, note=entry.note, opinion=Opinion.AGREED)
    return Entry(value=entry.value, note=entry.note, opinion=opinion)


def _rows(share: Share, dossier: Dossier, desk: Desk, work: UnitOfWork) -> tuple[Row, ...]:
    kept = work.assessments.of(dossier.id)
    known, reported = ({one.indicator: one for one in kept if one.stage is stage} for stage in _STAGES)
    return tuple(
        Row(
            field=Field(
                indicator=one,
                limit=limit_of(one, share.rules),
                options=options_of(one, desk),
                known=known.get(one.code),
            ),
            reported=reported.get(one.code),
        )
        for one in share.indicators
    )


_STAGES: Final = (Stage.APPRAISED, Stage.SELF)


def _page(
    dossier: Dossier, share: Share, desk: Desk, work: UnitOfWork, tried: tuple[Form, Invalid | Conflict] | None = None
) -> Response:
    rows = _rows(share, dossier, desk, work)
    form, revs = _form(rows, desk), {row.code: row.field.known.rev if row.field.known else UNREPORTED for row in rows}
    moved = tried[1].indicators if tried and isinstance(tried[1], AssessmentMoved) else ()
    if tried is not None:
        form = form.typed(tried[0]).refused(at_fields(tried[1]), desk.language)
        # What was sent stays compared with what its sender saw, until they are shown what is kept now.
        revs = revs if moved else {code: tried[0].number(f"rev {code}") for code in revs}
    return desk.page(
        "dossiers/appraisal.html",
        status=status_of(tried[1]) if tried else 200,
        dossier=dossier,
        unit=share.unit,
        item=share.item,
        rows=rows,
        form=form,
        moved=moved,
        revs=revs,
        opinions=[(one.value, desk.speaks(said)) for one, said in dossier_words.OPINIONS.items()],
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        terms=dossier_words,
        criteria_terms=criteria_words,
    )


def _form(rows: tuple[Row, ...], desk: Desk) -> Typed:
    labels, values = dict[str, str](), dict[str, str]()
    for row in rows:
        said = (row.field.indicator.name, desk.speaks(OPINION), desk.speaks(NOTE))
        labels |= _of(row.code, said)
        if row.field.known:
            known = row.field.known
            values |= _of(row.code, (value_field(known.value), known.opinion or "", known.note or ""))
    return Typed(labels=labels, values=Typed.of({}, desk.language, **values).values)


def _of(code: str, said: tuple[str, str, str]) -> Mapping[str, str]:
    return {f"{kind} {code}": one for kind, one in zip(OF_EACH, said, strict=True)}
