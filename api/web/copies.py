"""Copies of documents on pages: asking for one, and what there is of a document."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, ServicesDep
from api.problems import status_of
from api.web.contents import readable
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of, not_chosen, own_first
from api.web.uploads import Counter, Uploads, take_uploads
from api.web.words import MEDIA, msgid
from engine import access
from engine.actions.make_copy import MakeCopy, make_copy
from engine.copies import Copy, CopyForm, CopyInvalid, Medium
from engine.copy_forms import COPY_FORMS
from engine.documents import Document, OutgoingDocument
from engine.errors import Conflict, FieldError, Invalid
from engine.files import PDF
from engine.ids import AgencyId, DocumentId
from engine.neighbours import Services
from engine.ports import UnitOfWork

Choice = TypeVar("Choice", CopyForm, Medium)

router = APIRouter()

LABELS: Final = {
    "kind": msgid("Form of the copy"),
    "source": msgid("What is copied"),
    "target": msgid("The copy"),
    "first_page": msgid("From page"),
    "last_page": msgid("To page"),
    "file": msgid("Scan of the paper (PDF)"),
    "recipients": msgid("Recipients"),
    "others": msgid("Recipients outside this system"),
}
RENAMED: Final = {"form": "kind", "file_id": "file", "other_recipients": "others"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A copy of a document, and what it is a document of."""

    copy: Copy
    document: OutgoingDocument


@router.get("/documents/{document_id}/copies/new")
def show(desk: DeskDep, services: ServicesDep, document_id: str) -> Response:
    """Show the form for a copy of this document."""
    access.require(desk.person, "draft_document")
    with services.begin() as work:
        document = readable(document_id, desk, work)
        signed = work.files.get(document.file_id).signatures > 0
    source = Medium.ELECTRONIC if signed else Medium.PAPER
    target = Medium.PAPER if signed else Medium.ELECTRONIC
    typed = Typed.of(LABELS, desk.language, kind="SY", source=source.value, target=target.value)
    return _form(desk, typed, document_id, services)


@router.post("/documents/{document_id}/copies/new")
def ask(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep, document_id: str) -> Response:
    """Ask for the copy and show it, or show the form again with everything that is wrong."""
    access.require(desk.person, "draft_document")
    limit = house.settings.max_upload_mb
    uploads = take_uploads(form, Counter(by=desk.person, services=services, limit_mb=limit, language=desk.language))
    again = Typed.of(LABELS, desk.language).typed(form)
    own = [*uploads.errors, *not_chosen(form, "kind", "source", "target")]
    try:
        if own:
            raise CopyInvalid(errors=own)
        made = make_copy(_request(form, uploads, document_id), by=desk.person, services=services)
    except Invalid as refusal:
        shown = _with_errors(again, own, refusal, desk)
        return _form(desk, shown, document_id, services, uploads, status_of(refusal))
    except Conflict as refusal:
        return _form(desk, again.refused(refusal, desk.language), document_id, services, uploads, status_of(refusal))
    return desk.to(f"/documents/{made.document_id}", "copy_asked")


def copies_of(document: Document, desk: Desk, work: UnitOfWork) -> list[Made]:
    """Return the copies of a document that the person may read, the oldest first."""
    copies = work.copies.of(document.id)
    documents = work.documents.several({copy.document_id for copy in copies}) if copies else {}
    found = ((copy, documents[copy.document_id]) for copy in copies)
    return [
        Made(copy=copy, document=made)
        for copy, made in found
        if isinstance(made, OutgoingDocument) and access.may_read(desk.person, made)
    ]


def source_of(document: Document, work: UnitOfWork) -> tuple[Copy, Document] | None:
    """Return what the document is a copy of, and how; None where it is none."""
    copy = work.copies.find(document.id) if document.type in COPY_FORMS else None
    return (copy, work.documents.get(copy.of_document_id)) if copy else None


def _with_errors(form: Typed, own: Sequence[FieldError], refusal: Invalid, desk: Desk) -> Typed:
    """Return the form with what is wrong at each field; a refusal about one field says its facts there."""
    errors = [
        replace(error, message=desk.says(refusal)) if error.code == refusal.code else error
        for error in own_first(own, refusal, RENAMED)
    ]
    return form.wrong(errors, desk.language, RENAMED) if errors else form.refused(refusal, desk.language)


def _request(form: Form, uploads: Uploads, document_id: str) -> MakeCopy:
    first, last = (None if page == -1 else page for page in (form.number("first_page"), form.number("last_page")))
    request = MakeCopy(
        document_id=DocumentId(id_of(document_id)),
        form=_chosen(form.text("kind"), CopyForm.TRUE_COPY),
        source=_chosen(form.text("source"), Medium.PAPER),
        target=_chosen(form.text("target"), Medium.PAPER),
        file_id=uploads.main_id if uploads.main else None,
        pages=None if first is None and last is None else (first, last),
        recipients=[AgencyId(id_of(text)) for text in form.texts("recipients")],
        others=form.lines("others"),
    )
    return replace(request, once=form.once(request)) if form.text("once") else request


def _chosen(text: str, usual: Choice) -> Choice:
    """Return what was chosen; what no form of ours offers counts as the usual."""
    kind = type(usual)
    return kind(text) if text in set(kind) else usual


def _form(
    desk: Desk, form: Typed, document_id: str, services: Services, uploads: Uploads | None = None, status: int = 200
) -> Response:
    with services.begin() as work:
        document = readable(document_id, desk, work)
        agencies = [agency for agency in work.people.agencies() if agency.id != desk.person.agency_id]
        files = [work.files.get(one) for one in (document.file_id, *(each.file_id for each in document.attachments))]
    return desk.page(
        "copies/new.html",
        status=status,
        form=form,
        uploads=uploads or Uploads(),
        document=document,
        pages=sum(file.pages for file in files if file.media_type == PDF),
        forms=list(COPY_FORMS.items()),
        media=[(medium.value, desk.speaks(said)) for medium, said in MEDIA.items()],
        agency_choices=[(str(agency.id), agency.name) for agency in agencies],
    )
