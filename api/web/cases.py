"""Cases of the one-stop office on pages: the list, entering one, its course, its slips, the apology."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from api.contents import file_answer
from api.deps import HouseDep, PageDep, ServicesDep, WorkDep
from api.problems import status_of
from api.texts import explained
from api.web import case_forms, case_opinions, case_words
from api.web.case_forms import Scans
from api.web.clocks import clock
from api.web.desk import SEE_OTHER, Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.schema_forms import data_of
from api.web.uploads import Counter
from api.web.words import msgid
from engine import access
from engine.actions.apologise_case import ApologiseCase, apologise_case
from engine.actions.enter_case import EnterCase, enter_case
from engine.applicants import Paper
from engine.case_asking import may_ask
from engine.case_entry import ways_of
from engine.case_explanations import AGAINST, explain
from engine.case_procedures import CaseProcedure, CaseProcedureNotFound
from engine.case_reading import control_pdf, readable_case, slip_pdf
from engine.cases import Case, CaseInvalid, CaseNotFound, CaseState, Channel
from engine.dossiers import Dossier, PartFile
from engine.errors import Conflict, FieldError, Invalid
from engine.ids import CaseId, CaseSlipId, DocumentId
from engine.ports import UnitOfWork

router = APIRouter()

APOLOGY: Final = {"reason": msgid("Why it is late"), "to": msgid("New day of the appointment")}
NOT_A_DAY: Final = msgid("This is not a date of the calendar; write it as 28/02/2026.")


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
        may_answer=desk.may("answer_case_feedback"),
    )


@router.get("/cases/new")
def show_form(desk: DeskDep, services: ServicesDep, procedure: str = "") -> Response:
    """Show the form for an application; without a procedure, those to choose from."""
    access.require(desk.person, "enter_case")
    with services.begin() as work:
        known = _procedure(desk, procedure, work)
    if known is None:
        return RedirectResponse("/case-procedures", status_code=SEE_OTHER)
    return _form(desk, case_forms.fresh(known, desk.language, channel="direct", return_by="counter"), known)


@router.post("/cases/new")
def enter(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep) -> Response:
    """Enter the case and show it, or show the form again with everything that is wrong."""
    access.require(desk.person, "enter_case")
    with services.begin() as work:
        known = _procedure(desk, form.text("procedure"), work)
    if known is None:
        raise CaseProcedureNotFound
    counter = Counter(by=desk.person, services=services, limit_mb=house.settings.max_upload_mb, language=desk.language)
    scans = case_forms.take_scans(form, known, counter)
    request = _request(form, known, scans)
    try:
        if scans.errors:
            raise CaseInvalid(errors=scans.errors)
        made = enter_case(replace(request, once=form.once(request)), by=desk.person, services=services)
    except (Invalid, Conflict) as refusal:
        typed = case_forms.fresh(known, desk.language).typed(form)
        wrong = case_forms.refused(typed, refusal, known, desk.language)
        return _form(desk, wrong, known, status_of(refusal), scans)
    return desk.to(f"/cases/{made.case.id}", "case_entered", code=made.case.code)


@router.get("/cases/{case_id}")
def show(desk: DeskDep, work: WorkDep, case_id: str) -> Response:
    """Show where a case stands, who handed it in, its papers, steps and slips, and what its applicant wrote."""
    return _page(desk, work, readable_case(CaseId(id_of(case_id)), desk.person, work))


@router.get("/cases/{case_id}/explanation")
def explanation(desk: DeskDep, work: WorkDep, case_id: str) -> Response:
    """Show at which step a case is, until when, whose turn it is, and what the law says."""
    found = explain(readable_case(CaseId(id_of(case_id)), desk.person, work), desk.at, work)
    return desk.page(
        "cases/explanation.html",
        found=found,
        case=found.case,
        state=case_words.CASE_STATES[found.case.state],
        said=[(explained(one, desk.language), one.template in AGAINST) for one in found.said],
    )


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
    return file_answer(made, "application/pdf", "phieu.pdf")


@router.get("/cases/{case_id}/control")
def control(desk: DeskDep, services: ServicesDep, case_id: str) -> Response:
    """Send the control slip of the steps so far as PDF."""
    made = control_pdf(CaseId(id_of(case_id)), by=desk.person, services=services)
    return file_answer(made, "application/pdf", "phieu-kiem-soat.pdf")


def _page(desk: Desk, work: UnitOfWork, case: Case, apology: Typed | None = None, status: int = 200) -> Response:
    procedure = work.case_procedures.get(case.procedure_id)
    instance = work.instances.find_of_document(case.document_id)
    open_items = work.work_items.open_of(instance.id) if instance else ()
    dossier = work.dossiers.find_of_document(case.document_id)
    fields = procedure.settings.form.get("properties", {})
    applicant, steps = work.cases.applicant(case.id), work.cases.steps(case.id)
    return desk.page(
        "cases/show.html",
        status=status,
        case=case,
        procedure=procedure,
        clock=clock(case.standing(work.calendars.of(case.agency_id), desk.at), desk),
        applicant=applicant,
        answers=[(fields.get(name, {}).get("title", name), _read(value)) for name, value in applicant.answers.items()],
        papers=_papers(case, procedure, dossier, work),
        dossier=dossier,
        steps=steps,
        step=next((one for one in steps if one.ended_at is None), None),
        slips=work.cases.slips(case.id),
        feedback=work.case_feedback.of_case(case.id),
        opinions=work.case_opinions.of_case(case.id),
        opinion_words=case_opinions,
        may_ask=may_ask(case, desk.person, work),
        items=[item for item in open_items if access.is_candidate(desk.person, item)],
        waiting=[desk.pick(item.name, item.name_en) for item in open_items],
        names=names_of(case.agency_id, work, desk.speaks("the machine")),
        said=case_words,
        form=apology or Typed.of(APOLOGY, desk.language),
        may_apologise=desk.may("apologise_case") and _may_be_put_off(case, tried=apology is not None),
        may_answer=desk.may("answer_case_feedback"),
    )


def _may_be_put_off(case: Case, *, tried: bool) -> bool:
    """Say whether the form for the apology is shown: once it was given out, only to say why there is no second."""
    return case.due is not None and case.ready_at is None and (tried or not case.reappointed)


def _papers(
    case: Case, procedure: CaseProcedure, dossier: Dossier | None, work: UnitOfWork
) -> list[tuple[str, Paper | None, Sequence[PartFile]]]:
    """Return of each component that came its name, how many on paper, and its files."""
    counted = {one.code: one for one in work.cases.papers(case.id)}
    files = {part.code: part.files for part in dossier.parts} if dossier else {}
    return [
        (one.name, counted.get(one.code), files.get(one.code, ()))
        for one in procedure.settings.components
        if one.code in counted or files.get(one.code)
    ]


def _procedure(desk: Desk, code: str, work: UnitOfWork) -> CaseProcedure | None:
    return work.case_procedures.latest(desk.person.agency_id, code) if code and code.isprintable() else None


def _request(form: Form, procedure: CaseProcedure, scans: Scans) -> EnterCase:
    channel = form.text("channel")
    return EnterCase(
        procedure=procedure.settings.code,
        channel=Channel(channel) if channel in set(Channel) else Channel.DIRECT,
        return_by=case_forms.return_by_of(form),
        name=form.text("name"),
        identity=form.text("identity"),
        address=form.text("address"),
        phone=form.text("phone"),
        email=form.text("email"),
        answers=data_of(procedure.settings.form, form),
        papers=case_forms.handed_in(form, procedure, scans),
    )


def _day(form: Form) -> date:
    try:
        day = form.date("to")
    except ValueError:
        day = None
    if day is None:
        raise CaseInvalid(errors=[FieldError(field="to", code="date", message=NOT_A_DAY)])
    return day


def _form(
    desk: Desk, typed: Typed, procedure: CaseProcedure, status: int = 200, scans: Scans | None = None
) -> Response:
    return desk.page(
        "cases/new.html",
        status=status,
        form=typed,
        procedure=procedure,
        fields=case_forms.fields_of(procedure, desk.language),
        kept=scans.kept if scans else {},
        channels=[
            (one.value, desk.speaks(case_words.CHANNELS[one])) for one in Channel if one in procedure.settings.channels
        ],
        returns=[(one.value, desk.speaks(case_words.RETURNS[one])) for one in ways_of(procedure)],
    )


def _read(value: object) -> object:
    """Return an answer as it is read: whole numbers with points between thousands, as in '50.000.000'."""
    return f"{value:,}".replace(",", ".") if type(value) is int else value
