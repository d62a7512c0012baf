"""Procedures of the one-stop office on pages: an administrator sets papers, fees, form and steps, row by row."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web import case_words
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.words import msgid
from engine import access
from engine.actions.set_case_procedure import SetCaseProcedure, set_case_procedure
from engine.case_procedures import STEP_ROLES, CaseProcedure, Component, Fee, ServiceLevel, Settings, Step
from engine.cases import Channel
from engine.document_types import DOCUMENT_TYPES
from engine.errors import Conflict, Invalid
from engine.forms import Schema
from engine.ids import UnitId
from engine.people import Role
from engine.ports import UnitOfWork

router = APIRouter()

LABELS: Final = {
    "code": msgid("Code of the administrative procedure"),
    "name": msgid("Name of the procedure"),
    "field": msgid("Area of work"),
    "level": msgid("Level of online service"),
    "channels": msgid("How applications may come"),
    "sets": msgid("Sets of papers"),
    "components": msgid("Papers to be handed in"),
    "fees": msgid("Fees"),
    "form": msgid("Fields of the form"),
    "steps": msgid("Steps"),
    "half_days": msgid("Time limit in half days"),
    "signing_half_days": msgid("Half days for the signature"),
    "result": msgid("What the applicant gets"),
    "result_type": msgid("Type of the document that is signed"),
    "offered": msgid("Takes new cases"),
}
ROWS: Final[Mapping[str, int]] = {"component": 8, "fee": 4, "step": 8, "input": 10}
INPUT_KINDS: Final[Mapping[str, str]] = {
    "text": msgid("one line"),
    "long": msgid("several lines"),
    "number": msgid("whole number"),
    "date": msgid("date"),
    "yes": msgid("yes or no"),
    "choice": msgid("choice"),
}
_LONG: Final = 2_000
_SHORT: Final = 200


@router.get("/case-procedures")
def show_list(desk: DeskDep, work: WorkDep) -> Response:
    """Show the agency's procedures, each in its newest version."""
    return desk.page(
        "case_procedures/list.html",
        procedures=work.case_procedures.of_agency(desk.person.agency_id),
        units={unit.id: unit.name for unit in work.people.units(desk.person.agency_id)},
        said=case_words,
        may_set=desk.may("configure_case_procedures"),
        may_enter=desk.may("enter_case"),
    )


@router.get("/case-procedures/new")
def show_form(desk: DeskDep, work: WorkDep, code: str = "") -> Response:
    """Show the form, empty or with the newest version of a procedure standing in it."""
    access.require(desk.person, "configure_case_procedures")
    known = work.case_procedures.latest(desk.person.agency_id, code) if code.isprintable() and code else None
    typed = Typed.of(LABELS, desk.language, **(_standing(known) if known else _EMPTY))
    if known:
        typed = Typed(
            labels=typed.labels,
            values={**typed.values, "channels": tuple(one.value for one in known.settings.channels)},
        )
    return _form(desk, typed, work)


@router.post("/case-procedures/new")
def set_one(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Set the next version, or show the form again with everything that is wrong."""
    access.require(desk.person, "configure_case_procedures")
    request = SetCaseProcedure(settings=_settings(form), based_on=max(0, form.number("based_on")))
    typed = Typed.of(LABELS, desk.language).typed(form)
    try:
        with services.begin() as work:
            made = set_case_procedure(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        with services.begin() as work:
            return _form(desk, typed.refused(refusal, desk.language), work, status_of(refusal))
    return desk.to("/case-procedures", "procedure_set", version=str(made.version))


def _form(desk: Desk, typed: Typed, work: UnitOfWork, status: int = 200) -> Response:
    return desk.page(
        "case_procedures/new.html",
        status=status,
        form=typed,
        rows=ROWS,
        said=case_words,
        kinds=[(kind, desk.speaks(name)) for kind, name in INPUT_KINDS.items()],
        channels=[(one.value, desk.speaks(case_words.CHANNELS[one])) for one in Channel],
        levels=[(one.value, desk.speaks(case_words.LEVELS[one])) for one in ServiceLevel],
        roles=[(one.value, desk.speaks(case_words.STEP_ROLES[one])) for one in STEP_ROLES],
        units=[(str(unit.id), unit.name) for unit in work.people.units(desk.person.agency_id)],
        types=list(DOCUMENT_TYPES.items()),
    )


_EMPTY: Final = {"level": "none", "sets": "1", "offered": "yes", "based_on": "0"}


def _settings(form: Form) -> Settings:
    return Settings(
        code=form.text("code").strip(),
        name=" ".join(form.text("name").split()),
        field=" ".join(form.text("field").split()),
        level=ServiceLevel(form.text("level")) if form.text("level") in set(ServiceLevel) else ServiceLevel.NONE,
        channels=frozenset(Channel(one) for one in form.texts("channels") if one in set(Channel)),
        form=_schema(form),
        components=tuple(
            Component(
                code=row["code"],
                name=row["name"],
                originals=form.number(f"component_originals_{place}"),
                copies=form.number(f"component_copies_{place}"),
                required=form.text(f"component_required_{place}") == "yes",
            )
            for place, row in _rows(form, "component", ("code", "name"))
        ),
        fees=tuple(
            Fee(name=row["name"], amount=_amount(form.text(f"fee_amount_{place}")))
            for place, row in _rows(form, "fee", ("name",))
        ),
        steps=tuple(_step(form, place, row["name"]) for place, row in _rows(form, "step", ("name",))),
        signing_half_days=form.number("signing_half_days") if form.text("signing_half_days").strip() else 0,
        half_days=form.number("half_days"),
        result=" ".join(form.text("result").split()),
        result_type=form.text("result_type") or None,
        sets=form.number("sets"),
        offered=form.text("offered") == "yes",
    )


def _amount(text: str) -> int:
    """Return an amount in đồng, with its sign if it has one; what is none is below nothing, too."""
    plain = text.strip().replace(".", "")
    digits = plain.removeprefix("-")
    return int(plain) if digits.isdecimal() and digits.isascii() and len(digits) < len("1000000000000") else -1


def _step(form: Form, place: int, name: str) -> Step:
    role, unit = form.text(f"step_role_{place}"), form.text(f"step_unit_{place}")
    return Step(
        name=name,
        half_days=form.number(f"step_half_days_{place}"),
        role=Role(role) if role in set(Role) else Role.AUDITOR,
        unit_id=UnitId(id_of(unit)) if unit else None,
    )


def _rows(form: Form, kind: str, names: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows in which something was typed, with their places."""
    for place in range(ROWS[kind]):
        row = {name: " ".join(form.text(f"{kind}_{name}_{place}").split()) for name in names}
        if any(row.values()):
            yield place, row


def _schema(form: Form) -> Schema:
    properties: dict[str, Schema] = {}
    required = []
    for place, row in _rows(form, "input", ("label",)):
        name = f"truong_{len(properties) + 1}"
        properties[name] = {"title": row["label"], **_asked(form, place)}
        if form.text(f"input_required_{place}") == "yes":
            required.append(name)
    return {"type": "object", "properties": properties, "required": required}


def _asked(form: Form, place: int) -> Schema:
    match form.text(f"input_kind_{place}"):
        case "long":
            return {"type": "string", "maxLength": _LONG, "x-vanthu-rows": 3}
        case "number":
            return {"type": "integer", "minimum": 0}
        case "date":
            return {"type": "string", "format": "date"}
        case "yes":
            return {"type": "boolean"}
        case "choice":
            options = [" ".join(one.split()) for one in form.text(f"input_options_{place}").split(";")]
            return {"type": "string", "enum": [one for one in dict.fromkeys(options) if one]}
        case _:
            return {"type": "string", "maxLength": _SHORT}


def _standing(procedure: CaseProcedure) -> dict[str, str]:
    """Return what stands in the form for a procedure that is there."""
    known = procedure.settings
    values = {
        "based_on": str(procedure.version),
        "code": known.code,
        "name": known.name,
        "field": known.field,
        "level": known.level.value,
        "sets": str(known.sets),
        "half_days": str(known.half_days),
        "signing_half_days": str(known.signing_half_days),
        "result": known.result,
        "result_type": known.result_type or "",
        "offered": "yes" if known.offered else "",
    }
    for place, component in enumerate(known.components):
        values |= {
            f"component_code_{place}": component.code,
            f"component_name_{place}": component.name,
            f"component_originals_{place}": str(component.originals),
            f"component_copies_{place}": str(component.copies),
            f"component_required_{place}": "yes" if component.required else "",
        }
    for place, fee in enumerate(known.fees):
        values |= {f"fee_name_{place}": fee.name, f"fee_amount_{place}": str(fee.amount)}
    for place, step in enumerate(known.steps):
        values |= {
            f"step_name_{place}": step.name,
            f"step_half_days_{place}": str(step.half_days),
            f"step_role_{place}": step.role.value,
            f"step_unit_{place}": str(step.unit_id) if step.unit_id else "",
        }
    return {**values, **_inputs(known.form)}


def _inputs(schema: Schema) -> dict[str, str]:
    values: dict[str, str] = {}
    required = set(schema.get("required", ()))
    for place, (name, field) in enumerate(schema.get("properties", {}).items()):
        values |= {
            f"input_label_{place}": str(field.get("title", name)),
            f"input_kind_{place}": _kind(field),
            f"input_options_{place}": "; ".join(map(str, field.get("enum", ()))),
            f"input_required_{place}": "yes" if name in required else "",
        }
    return values


def _kind(field: Schema) -> str:
    kinds = {"integer": "number", "boolean": "yes"}
    if "enum" in field:
        return "choice"
    if field.get("format") == "date":
        return "date"
    return kinds.get(str(field.get("type")), "long" if "x-vanthu-rows" in field else "text")
