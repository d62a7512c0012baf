"""Stand-ins: who acts in whose place, recording one, revoking it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of, not_chosen, own_first
from api.web.names import Names, names_of
from api.web.words import STAND_IN_KINDS, msgid
from engine import access
from engine.actions.record_stand_in import RecordStandIn, record_stand_in
from engine.actions.revoke_stand_in import revoke_stand_in
from engine.deadlines import VIETNAM, office_date
from engine.document_types import DOCUMENT_TYPES
from engine.errors import Conflict, FieldError, Invalid
from engine.ids import PersonId, StandInId, UnitId
from engine.people import Person, Role
from engine.ports import UnitOfWork
from engine.procedures import steps_of
from engine.stand_ins import Basis, Scope, StandIn, StandInInvalid, StandInKind, StandInState

router = APIRouter()

LABELS: Final = {
    "principal": msgid("Who is stood in for"),
    "substitute": msgid("Who stands in"),
    "kind": msgid("By what right"),
    "under": msgid("Passed on from"),
    "first_day": msgid("First day"),
    "last_day": msgid("Last day"),
    "halves": msgid("Half days"),
    "document_types": msgid("Only these types of documents"),
    "units": msgid("Only of these units"),
    "steps": msgid("Only these steps"),
    "basis": msgid("Decision it rests on"),
    "basis_number": msgid("Number of the decision"),
    "basis_issued_on": msgid("Date of the decision"),
    "may_pass_on": msgid("May be passed on"),
}
NOT_A_DAY: Final = msgid("This is not a date of the calendar; write it as 28/02/2026.")
FROM_NOON: Final = msgid("From noon of the first day")
UNTIL_NOON: Final = msgid("Until noon of the last day")
NOON: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One stand-in as the list shows it; *last_day* is the last it holds on, *at_noon* whether only its morning."""

    known: StandIn
    state: StandInState
    said: str
    scope: str
    first_day: date
    from_noon: bool
    last_day: date
    until_noon: bool
    may_revoke: bool


@router.get("/stand-ins")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep) -> Response:
    """Show the agency's stand-ins to who may read all of them, else one's own; the newest first."""
    of = None if desk.may("read_stand_ins") else desk.person.id
    found = work.stand_ins.search(desk.person.agency_id, page, of=of)
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    steps = _step_names(desk, work)
    passed_on = work.stand_ins.several({known.under for known in found.items if known.under}) if found.items else {}
    lines = [
        _line(known, passed_on.get(known.under) if known.under else None, names, steps, desk) for known in found.items
    ]
    return desk.page(
        "stand_ins/list.html",
        lines=lines,
        names=names,
        may_record=_may_record(desk),
        next_page=found.next,
        whole=not of,
    )


@router.get("/stand-ins/new")
def show_form(desk: DeskDep, work: WorkDep) -> Response:
    """Show the empty form."""
    if not _may_record(desk):
        raise access.NotAllowed
    today = office_date(desk.at).isoformat()
    typed = Typed.of(LABELS, desk.language, first_day=today, last_day=today, kind=StandInKind.ABSENCE.value)
    return _form(desk, typed, work)


@router.post("/stand-ins/new")
def record(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Record the stand-in, or show the form again with everything that is wrong."""
    typed = Typed.of(LABELS, desk.language).typed(form)
    own = [*_wrong_days(form), *not_chosen(form, "substitute")]
    try:
        with services.begin() as work:
            record_stand_in(_request(form, desk, work), by=desk.person, at=desk.at, work=work)
            if own:  # all that is wrong is said at once, so the rules were asked too; this takes it back
                raise StandInInvalid(errors=own)
    except Invalid as refusal:
        with services.begin() as work:
            shown = typed.wrong(own_first(own, refusal, {}), desk.language)
            shown = shown if shown.is_wrong() else typed.refused(refusal, desk.language)
            return _form(desk, shown, work, status_of(refusal))
    except Conflict as refusal:
        with services.begin() as work:
            return _form(desk, typed.refused(refusal, desk.language), work, status_of(refusal))
    return desk.to("/stand-ins", "stand_in_recorded")


@router.post("/stand-ins/{stand_in_id}/revocation")
def revoke(desk: DeskDep, _: FormDep, work: WorkDep, stand_in_id: str) -> Response:
    """End the stand-in now."""
    revoke_stand_in(StandInId(id_of(stand_in_id)), by=desk.person, at=desk.at, work=work)
    return desk.to("/stand-ins", "stand_in_revoked")


def _may_record(desk: Desk) -> bool:
    """Say whether the person records any stand-in, or has work for which they may be replaced."""
    own = desk.person.roles - access.AUDITS
    return desk.may("record_stand_ins") or (bool(own) and Role.AUDITOR not in desk.person.roles)


def _wrong_days(form: Form) -> list[FieldError]:
    wrong = []
    for name in ("first_day", "last_day", "basis_issued_on"):
        try:
            if form.date(name) is None and name != "basis_issued_on":
                wrong.append(FieldError(field=name, code="required", message="This field must not be empty."))
        except ValueError:
            wrong.append(FieldError(field=name, code="date", message=NOT_A_DAY))
    return wrong


def _day(form: Form, name: str) -> date | None:
    try:
        return form.date(name)
    except ValueError:
        return None


def _principal(form: Form, desk: Desk) -> PersonId:
    """Return whom it is about: oneself, unless one records any."""
    return PersonId(form.id("principal")) if desk.may("record_stand_ins") else desk.person.id


def _request(form: Form, desk: Desk, work: UnitOfWork) -> RecordStandIn:
    kind, halves = form.text("kind"), form.texts("halves")
    under = StandInId(id_of(form.text("under"))) if form.text("under") else None
    today = office_date(desk.at)
    scope = Scope(
        document_types=frozenset(form.texts("document_types")),
        units=frozenset(UnitId(id_of(text)) for text in form.texts("units")),
        steps=frozenset(form.texts("steps")),
    )
    passed_on = next((known for known in _to_pass_on(desk, work) if known.id == under), None)
    if passed_on is not None and not scope.is_limited():
        scope = passed_on.scope
    return RecordStandIn(
        principal=passed_on.principal if passed_on else _principal(form, desk),
        substitute=PersonId(form.id("substitute")),
        kind=StandInKind(kind) if kind in set(StandInKind) else StandInKind.ABSENCE,
        first_day=_day(form, "first_day") or today,
        last_day=_day(form, "last_day") or today,
        starts_at_noon="first" in halves,
        ends_at_noon="last" in halves,
        scope=scope,
        basis=Basis(
            text=form.text("basis"),
            number=form.text("basis_number").strip() or None,
            issued_on=_day(form, "basis_issued_on"),
        ),
        may_pass_on=bool(form.texts("may_pass_on")),
        under=under,
    )


def _form(desk: Desk, form: Typed, work: UnitOfWork, status: int = 200) -> Response:
    person, names = desk.person, names_of(desk.person.agency_id, work, "")
    people = [one for one in names.people.values() if _has_work(one)]
    passing = [
        (
            str(known.id),
            f"{names.person(known.principal)}: {desk.speaks(STAND_IN_KINDS[known.kind])}, {known.basis.text}",
        )
        for known in _to_pass_on(desk, work)
    ]
    return desk.page(
        "stand_ins/new.html",
        status=status,
        form=form,
        whole=desk.may("record_stand_ins"),
        principals=[(str(one.id), names.titled(one.id)) for one in people],
        substitutes=[(str(one.id), names.titled(one.id)) for one in people if one.id != person.id],
        kinds=[(kind, desk.speaks(said)) for kind, said in STAND_IN_KINDS.items()],
        passing=passing,
        halves=[
            ("first", desk.speaks(FROM_NOON)),
            ("last", desk.speaks(UNTIL_NOON)),
        ],
        types=list(DOCUMENT_TYPES.items()),
        units=[(str(unit.id), unit.name) for unit in names.units.values()],
        steps=list(_step_names(desk, work).items()),
    )


def _has_work(person: Person) -> bool:
    return Role.AUDITOR not in person.roles and bool(person.roles - access.AUDITS)


def _to_pass_on(desk: Desk, work: UnitOfWork) -> list[StandIn]:
    """Return by what the person could let a deputy act, what may be passed on, and who acts as head and so orders.

    Who records stand-ins does so for the acting head.
    """
    records = desk.may("record_stand_ins")
    known = work.stand_ins.in_force(desk.person.agency_id, desk.at)
    acting = {one.id for one in known if one.kind is StandInKind.ACTING}
    own = [] if records else [place.by for place in desk.person.places]
    able = [one for one in own if one.may_pass_on or one.kind is StandInKind.BY_ORDER]
    passed = [one for one in able if one.under is None or one.under in acting]
    return [*(one for one in known if one.id in acting and (records or one.substitute == desk.person.id)), *passed]


def _step_names(desk: Desk, work: UnitOfWork) -> dict[str, str]:
    """Return people's steps by 'key/element', called by their names."""
    named = steps_of(work)
    return {step: desk.pick(task.name, task.name_en) for step, task in named.items() if task is not None}


def _half_day(moment: datetime) -> tuple[date, bool]:
    """Return the day of a moment in Việt Nam, and whether it is noon."""
    there = moment.astimezone(VIETNAM)
    return there.date(), there.hour == NOON


def _line(known: StandIn, parent: StandIn | None, names: Names, steps: dict[str, str], desk: Desk) -> Line:
    scope = known.scope
    parts = [
        *(DOCUMENT_TYPES[kind] for kind in sorted(scope.document_types)),
        *(names.unit(unit) for unit in sorted(scope.units)),
        *(steps.get(step, step) for step in sorted(scope.steps)),
    ]
    starts, ends = _half_day(known.starts_at), _half_day(known.ends_at)
    passed_on_by = parent.substitute if parent else None
    return Line(
        known=known,
        state=known.state(desk.at),
        said=desk.speaks(STAND_IN_KINDS[known.kind]),
        scope="; ".join(parts),
        first_day=starts[0],
        from_noon=starts[1],
        last_day=ends[0] if ends[1] else ends[0] - timedelta(days=1),
        until_noon=ends[1],
        may_revoke=access.may_revoke(desk.person, known, passed_on_by) and not known.is_over(desk.at),
    )
