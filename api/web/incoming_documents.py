"""Registering an incoming document at the counter."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, ServicesDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, not_chosen, own_first
from api.web.uploads import Counter, Uploads, take_uploads
from api.web.words import msgid
from engine import access
from engine.actions.register_document import RegisterDocument, Registered, register_document
from engine.documents import DocumentInvalid
from engine.errors import FieldError
from engine.neighbours import Services
from engine.queries import IdempotencyKeyReused

router = APIRouter()

LABELS: Final = {
    "file": msgid("PDF of the document"),
    "code_number": msgid("Number"),
    "code_notation": msgid("Symbol"),
    "issued_date": msgid("Date of the document"),
    "organ_name": msgid("Issuing agency"),
    "type": msgid("Type of document"),
    "subject": msgid("Subject (trích yếu)"),
    "urgency": msgid("Urgency"),
    "due_date": msgid("To be handled by"),
    "attachments": msgid("Attachments"),
}
RENAMED: Final = {"file_id": "file"}

NOT_A_DAY: Final = FieldError(
    field="", code="date", message=msgid("This is not a date of the calendar; write it as 28/02/2026.")
)
MISSING_DAY: Final = FieldError(field="", code="required", message=msgid("This field must not be empty."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The two dates of the form; one that cannot be read is a day the rules refuse, so that all errors come at once."""

    issued: date
    due: date | None
    errors: tuple[FieldError, ...]


@router.get("/incoming-documents/new")
def show(desk: DeskDep) -> Response:
    """Show the empty form."""
    access.require(desk.person, "register_document")
    return _form(desk, Typed.of(LABELS, desk.language, urgency="0"), Uploads())


@router.post("/incoming-documents/new")
def register(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep) -> Response:
    """Register the document and show it, or show the form again with everything that is wrong."""
    access.require(desk.person, "register_document")
    limit = house.settings.max_upload_mb
    uploads = take_uploads(form, Counter(by=desk.person, services=services, limit_mb=limit, language=desk.language))
    days = _days(form)
    typed = Typed.of(LABELS, desk.language)
    try:
        registered = _register(_request(form, uploads, days), desk, services)
    except DocumentInvalid as refusal:
        errors = own_first((*uploads.errors, *days.errors, *not_chosen(form, "type")), refusal, RENAMED)
        shown = typed.typed(form).wrong(errors, desk.language, RENAMED)
        return _form(desk, shown, uploads, status_of(refusal))
    except IdempotencyKeyReused as refusal:
        again = typed.typed(form).with_value("once", typed.value("once"))
        return _form(desk, again.refused(refusal, desk.language), uploads, status_of(refusal))
    document = registered.document
    warned = "?duplicates=true" if registered.duplicates else ""
    return desk.to(f"/documents/{document.id}{warned}", "registered", number=str(document.arrival_number))


def _register(request: RegisterDocument, desk: Desk, services: Services) -> Registered:
    with services.begin() as work:
        return register_document(request, by=desk.person, at=services.clock(), work=work)


def _request(form: Form, uploads: Uploads, days: Days) -> RegisterDocument:
    request = RegisterDocument(
        file_id=uploads.main_id,
        code_number=form.text("code_number"),
        code_notation=form.text("code_notation"),
        issued_date=days.issued,
        organ_name=form.text("organ_name"),
        type=form.text("type"),
        subject=form.text("subject"),
        urgency=form.number("urgency"),
        due_date=days.due,
        attachments=uploads.as_attachments(),
    )
    return replace(request, once=form.once(request)) if form.text("once") else request


def _days(form: Form) -> Days:
    errors: list[FieldError] = []
    issued, due = date.max, None
    try:
        written = form.date("issued_date")
        if written is None:
            errors.append(replace(MISSING_DAY, field="issued_date"))
        issued = written or date.max
    except ValueError:
        errors.append(replace(NOT_A_DAY, field="issued_date"))
    try:
        due = form.date("due_date")
    except ValueError:
        due = date.min
        errors.append(replace(NOT_A_DAY, field="due_date"))
    return Days(issued=issued, due=due, errors=tuple(errors))


def _form(desk: Desk, form: Typed, uploads: Uploads, status: int = 200) -> Response:
    return desk.page("incoming_documents/new.html", status=status, form=form, uploads=uploads)
