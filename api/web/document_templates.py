"""Templates of documents: what the agency drafts from, and the form for a text of its own."""

from datetime import date
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, own_first
from api.web.names import names_of
from api.web.words import msgid
from engine import access
from engine.actions.save_template import SaveTemplate, save_template
from engine.deadlines import office_date
from engine.errors import FieldError, Invalid
from engine.ports import UnitOfWork
from engine.shipped_templates import shipped, template_for
from engine.template_filling import GIVEN, fill
from engine.templates import DocumentTemplate, TemplateInvalid

router = APIRouter()

LABELS: Final = {
    "subject": msgid("Subject (trích yếu)"),
    "body": msgid("Text, one paragraph a line"),
    "effective_from": msgid("Holds from"),
    "source": msgid("Changed by (decision, order)"),
}
NOT_A_DAY: Final = msgid("This is not a date of the calendar; write it as 28/02/2026.")


@router.get("/document-templates")
def show_list(desk: DeskDep, work: WorkDep) -> Response:
    """Show what the agency drafts from today."""
    access.require(desk.person, "save_templates")
    today = office_date(desk.at)
    ours = [one for one in shipped().values() if one.effective_from <= today]
    found = [template_for(desk.person.agency_id, one.code, today, work.templates) for one in ours]
    return desk.page("document_templates/list.html", found=found)


@router.get("/document-templates/{code}")
def show(desk: DeskDep, services: ServicesDep, code: str) -> Response:
    """Show a template with an example of what it makes, its versions, and the form for another text."""
    access.require(desk.person, "save_templates")
    with services.begin() as work:
        known = _known(code, desk, work)
    typed = Typed.of(
        LABELS,
        desk.language,
        subject=known.subject,
        body="\n".join(known.paragraphs),
        effective_from=office_date(desk.at).isoformat(),
    )
    return _form(desk, typed, code, services)


@router.post("/document-templates/{code}")
def save(desk: DeskDep, form: FormDep, services: ServicesDep, code: str) -> Response:
    """Keep the text, or show the form again with everything that is wrong."""
    typed = Typed.of(LABELS, desk.language).typed(form)
    try:
        request = _request(form, code)
        with services.begin() as work:
            save_template(request, by=desk.person, at=desk.at, work=work)
    except Invalid as refusal:
        errors = [_at_field(error) for error in own_first([], refusal, {})]
        shown = typed.wrong(errors, desk.language) if errors else typed.refused(refusal, desk.language)
        return _form(desk, shown, code, services, status_of(refusal))
    return desk.to(f"/document-templates/{code}", "template_saved")


def _request(form: Form, code: str) -> SaveTemplate:
    try:
        day = form.date("effective_from")
    except ValueError as cause:
        wrong = FieldError(field="effective_from", code="date", message=NOT_A_DAY)
        raise TemplateInvalid(errors=[wrong]) from cause
    if day is None:
        wrong = FieldError(field="effective_from", code="required", message="This field must not be empty.")
        raise TemplateInvalid(errors=[wrong])
    return SaveTemplate(
        code=code,
        subject=form.text("subject"),
        paragraphs=form.lines("body"),
        effective_from=day,
        source=form.text("source"),
    )


def _at_field(error: FieldError) -> FieldError:
    """Return the error at the box people see: paragraphs are lines of one box."""
    field = "body" if error.field.partition("/")[0] in ("paragraphs", "fields") else error.field
    return FieldError(field=field, code=error.code, message=error.message)


def _known(code: str, desk: Desk, work: UnitOfWork) -> DocumentTemplate:
    return template_for(desk.person.agency_id, code, office_date(desk.at), work.templates)


def _form(desk: Desk, form: Typed, code: str, services: ServicesDep, status: int = 200) -> Response:
    with services.begin() as work:
        known = _known(code, desk, work)
        versions = work.templates.versions(desk.person.agency_id, code)
        names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    agency = desk.agency
    given = dict(zip(GIVEN, (agency.name, agency.name.upper(), agency.place, desk.at.year), strict=True))
    return desk.page(
        "document_templates/show.html",
        status=status,
        form=form,
        known=known,
        versions=versions,
        names=names,
        example=fill(known, {**given, **known.samples}),
        given=GIVEN,
        today=date.min,
    )
