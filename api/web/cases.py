"""Cases of the one-stop office on pages: the list, entering one, its course, its slips, the apology."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from api.deps import HouseDep, PageDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web import case_words
from api.web.clocks import clock
from api.web.desk import SEE_OTHER, Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.schema_forms import data_of, outcome_form
from api.web.uploads import Counter, take_uploads
from api.web.words import msgid
from engine import access
from engine.actions.apologise_case import ApologiseCase, apologise_case
from engine.actions.enter_case import EnterCase, HandedIn, enter_case
from engine.case_procedures import CaseProcedure, CaseProcedureNotFound
from engine.case_reading import control_pdf, readable_case, slip_pdf
from engine.cases import Case, CaseInvalid, CaseNotFound, CaseState, Channel, ReturnBy
from engine.choices import OfferedOutcome
from engine.errors import Conflict, FieldError, Invalid
from engine.forms import offer
from engine.ids import CaseId, CaseSlipId, DocumentId, FileId
from engine.ports import UnitOfWork

router = APIRouter()

LABELS: Final = {
    "channel": msgid("How the application came"),
    "return_by": msgid("How the result is returned"),
    "name": msgid("Name of the applicant"),
    "identity": msgid("Identity number"),
    "address": msgid("Address"),
    "phone": msgid("Telephone"),
    "email": msgid("E-mail"),
    "papers": msgid("Papers that came"),
    "attachments": msgid("Scans (PDF)"),
}
APOLOGY: Final = {"reason": msgid("Why it is late"), "to": msgid("New day of the appointment")}
NOT_A_DAY: Final = msgid("This is not a date of the calendar; write it as 28/02/2026.")
TICK: Final = msgid("Tick the papers whose scans you chose, one file for each, in the same order.")
_PDF: Final = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


@router.get("/cases")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep, state: str = "") -> Response:
    """Show the register of cases, the newest first; no applicant is named in it."""
    access.require(desk.person, "read_cases")
    agency = desk.person.agency_id
    states = [CaseState(state)] if state in set(CaseState) else []
    found = work.cases.search(agency, states, page)
    calendar, counts = work.calendars.of(agency), work.cases.states(agency)
    procedures = {one.procedure_id: work.case_procedures.get(one.procedure_id) for one in found.items}
    return desk.page(
        "cases/list.html",
        cases=[
            (one, procedures[one.procedure_id], clock(one.standing(calendar, desk.at), desk)) for one in found.items
        ],
        counts={state: counts[state] for state in CaseState if state in counts},
        chosen=states[0] if states else None,
        next_page=found.next,
        said=case_words,
        may_enter=desk.may("enter_case"),
    )


@router.get("/cases/new")
def show_form(desk: DeskDep, services: ServicesDep, procedure: str = "") -> Response:
    """Show the form for an application; without a procedure, those to choose from."""
    access.require(desk.person, "enter_case")
    with services.begin() as work:
        known = _procedure(desk, procedure, work)
    if known is None:
        return RedirectResponse("/case-procedures", status_code=SEE_OTHER)
    typed = Typed.of(_labels(known, desk), desk.language, channel="direct", return_by="counter")
    return _form(desk, typed, known)


@router.post("/cases/new")
def enter(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep) -> Response:
    """Enter the case and show it, or show the form again with everything that is wrong."""
    access.require(desk.person, "enter_case")
    with services.begin() as work:
        known = _procedure(desk, form.text("procedure"), work)
    if known is None:
        raise CaseProcedureNotFound
    typed = Typed.of(_labels(known, desk), desk.language).typed(form)
    request = _request(form, known)
    errors, scans = _scans(form, known, desk, house, services)
    request = replace(request, papers=[replace(one, file_id=scans.get(one.code)) for one in request.papers])
    try:
        if errors:
            raise CaseInvalid(errors=errors)
        made = enter_case(replace(request, once=form.once(request)), by=desk.person, services=services)
    except (Invalid, Conflict) as refusal:
        return _form(desk, typed.wrong(_flat(refusal), desk.language), known, status_of(refusal), refusal)
    return desk.to(f"/cases/{made.case.id}", "case_entered", code=made.case.code)


@router.get("/cases/{case_id}")
def show(desk: DeskDep, work: WorkDep, case_id: str) -> Response:
    """Show where a case stands, who handed it in, its papers, steps and slips, and what its applicant wrote."""
    return _page(desk, work, readable_case(CaseId(id_of(case_id)), desk.person, work))


@router.get("/documents/{document_id}/case")
def of_document(desk: DeskDep, work: WorkDep, document_id: str) -> Response:
    """Lead from an application as a document to its case."""
    case = work.cases.find_of_document(DocumentId(id_of(document_id)))
    if case is None:
        raise CaseNotFound
    readable_case(case.id, desk.person, work)
    return RedirectResponse(f"/cases/{case.id}", status_code=SEE_OTHER)


@router.post("/cases/{case_id}/apology")
def apologise(desk: DeskDep, form: FormDep, services: ServicesDep, case_id: str) -> Response:
    """Give out the apology with the new appointment, or say what is wrong."""
    known = CaseId(id_of(case_id))
    typed = Typed.of(APOLOGY, desk.language).typed(form)
    try:
        day = _day(form)
        with services.begin() as work:
            request = ApologiseCase(case_id=known, reason=form.text("reason"), to=day)
            apologise_case(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        with services.begin() as work:
            case = readable_case(known, desk.person, work)
            return _page(desk, work, case, typed.refused(refusal, desk.language), status_of(refusal))
    return desk.to(f"/cases/{known}", "case_apologised")


@router.get("/cases/{case_id}/slips/{slip_id}")
def slip(desk: DeskDep, services: ServicesDep, case_id: str, slip_id: str) -> Response:
    """Send a slip as PDF."""
    made = slip_pdf(CaseId(id_of(case_id)), CaseSlipId(id_of(slip_id)), by=desk.person, services=services)
    return Response(made, media_type="application/pdf", headers=_PDF)


@router.get("/cases/{case_id}/control")
def control(desk: DeskDep, services: ServicesDep, case_id: str) -> Response:
    """Send the control slip of the steps so far as PDF."""
    made = control_pdf(CaseId(id_of(case_id)), by=desk.person, services=services)
    return Response(made, media_type="application/pdf", headers=_PDF)


def _page(desk: Desk, work: UnitOfWork, case: Case, apology: Typed | None = None, status: int = 200) -> Response:
    procedure = work.case_procedures.get(case.procedure_id)
    instance = work.instances.find_of_document(case.document_id)
    open_items = work.work_items.open_of(instance.id) if instance else ()
    papers = {one.code: one.name for one in procedure.settings.components}
    fields = procedure.settings.form.get("properties", {})
    applicant, steps = work.cases.applicant(case.id), work.cases.steps(case.id)
    return desk.page(
        "cases/show.html",
        status=status,
        case=case,
        procedure=procedure,
        clock=clock(case.standing(work.calendars.of(case.agency_id), desk.at), desk),
        applicant=applicant,
        answers=[(fields.get(name, {}).get("title", name), value) for name, value in applicant.answers.items()],
        papers=[(papers.get(one.code, one.code), one) for one in work.cases.papers(case.id)],
        steps=steps,
        step=next((one for one in steps if one.ended_at is None), None),
        slips=work.cases.slips(case.id),
        feedback=work.case_feedback.of_case(case.id),
        items=[item for item in open_items if access.is_candidate(desk.person, item)],
        waiting=[desk.pick(item.name, item.name_en) for item in open_items],
        names=names_of(case.agency_id, work, desk.speaks("the machine")),
        said=case_words,
        form=apology or Typed.of(APOLOGY, desk.language),
        may_apologise=desk.may("apologise_case") and case.due is not None and case.ready_at is None,
        may_answer=desk.may("answer_case_feedback"),
    )


def _procedure(desk: Desk, code: str, work: UnitOfWork) -> CaseProcedure | None:
    return work.case_procedures.latest(desk.person.agency_id, code) if code and code.isprintable() else None


def _labels(procedure: CaseProcedure, desk: Desk) -> Mapping[str, str]:
    properties = procedure.settings.form.get("properties", {})
    return {**LABELS, **{name: str(field.get("title", name)) for name, field in properties.items()}}


def _request(form: Form, procedure: CaseProcedure) -> EnterCase:
    channel, returned = form.text("channel"), form.text("return_by")
    papers = [
        HandedIn(
            code=one.code,
            originals=max(0, form.number(f"originals_{place}")),
            copies=max(0, form.number(f"copies_{place}")),
        )
        for place, one in enumerate(procedure.settings.components)
        if form.text(f"came_{place}") == "yes"
    ]
    return EnterCase(
        procedure=procedure.settings.code,
        channel=Channel(channel) if channel in set(Channel) else Channel.DIRECT,
        return_by=ReturnBy(returned) if returned in set(ReturnBy) else ReturnBy.COUNTER,
        name=form.text("name"),
        identity=form.text("identity"),
        address=form.text("address"),
        phone=form.text("phone"),
        email=form.text("email"),
        answers=data_of(procedure.settings.form, form),
        papers=papers,
    )


def _scans(
    form: Form, procedure: CaseProcedure, desk: Desk, house: HouseDep, services: ServicesDep
) -> tuple[list[FieldError], dict[str, FileId]]:
    """Keep the scans that were chosen, in the order of the papers that came."""
    counter = Counter(by=desk.person, services=services, limit_mb=house.settings.max_upload_mb, language=desk.language)
    uploads = take_uploads(form, counter)
    came = [
        one.code
        for place, one in enumerate(procedure.settings.components)
        if form.text(f"came_{place}") == "yes" and form.text(f"scanned_{place}") == "yes"
    ]
    errors = [replace(error, field="attachments") for error in uploads.errors]
    if len(came) != len(uploads.attachments) and not errors:
        errors.append(FieldError(field="attachments", code="count", message=TICK))
    return errors, {code: kept.id for code, kept in zip(came, uploads.attachments, strict=False)}


def _flat(refusal: Invalid | Conflict) -> list[FieldError]:
    """Return the errors with the fields of the procedure's form named as on the page."""
    errors = refusal.errors if isinstance(refusal, Invalid) else ()
    return [replace(error, field=error.field.removeprefix("answers/")) for error in errors]


def _day(form: Form) -> date:
    try:
        day = form.date("to")
    except ValueError:
        day = None
    if day is None:
        raise CaseInvalid(errors=[FieldError(field="to", code="date", message=NOT_A_DAY)])
    return day


def _form(
    desk: Desk, typed: Typed, procedure: CaseProcedure, status: int = 200, refusal: Invalid | Conflict | None = None
) -> Response:
    if refusal is not None and not typed.is_wrong():
        typed = typed.refused(refusal, desk.language)
    shown = OfferedOutcome(id="", label="", label_en="", form=offer(procedure.settings.form, {}), signature=None)
    fields = outcome_form(shown, desk.language).fields
    return desk.page(
        "cases/new.html",
        status=status,
        form=typed,
        procedure=procedure,
        fields=fields,
        channels=[
            (one.value, desk.speaks(case_words.CHANNELS[one])) for one in Channel if one in procedure.settings.channels
        ],
        returns=[(one.value, desk.speaks(case_words.RETURNS[one])) for one in ReturnBy],
    )
