"""Contents: the PDFs of a document, sent to whoever may read it, exactly as they were stored."""

from collections.abc import Callable
from typing import BinaryIO

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import content_of, file_answer, file_stream
from api.deps import ServicesDep
from api.web.desk import Desk, DeskDep
from api.web.forms import id_of
from engine import access
from engine.documents import Document, IncomingDocument
from engine.files import FileNotFound
from engine.ids import DocumentId, FileId
from engine.neighbours import Services
from engine.people import Person
from engine.ports import UnitOfWork

router = APIRouter()

Evidence = Callable[[DocumentId, Person, str, Services], BinaryIO]
"""Makes the evidence package (zip) of a document for a person, in a language; raises DocumentNotFound."""


def readable(document_id: str, desk: Desk, work: UnitOfWork) -> Document:
    """Return the document, or raise DocumentNotFound unless the person may read it."""
    document = work.documents.get(DocumentId(id_of(document_id)))
    access.require_read(desk.person, document)
    return document


@router.get("/documents/{document_id}/content")
def content(desk: DeskDep, services: ServicesDep, document_id: str, version: int | None = None) -> Response:
    """Send the current version, or an earlier one."""
    with services.begin() as work:
        document = readable(document_id, desk, work)
        ids = {known.ordinal: known.file_id for known in work.documents.versions(document.id)}
    return _sent(ids.get(version or document.version), f"{file_name(document)}.pdf", document, services)


@router.get("/documents/{document_id}/attachments/{place}")
def attachment(desk: DeskDep, services: ServicesDep, document_id: str, place: int) -> Response:
    """Send an attachment, counted from 1."""
    with services.begin() as work:
        document = readable(document_id, desk, work)
    kept = dict(enumerate(document.attachments, start=1)).get(place)
    return _sent(kept.file_id if kept else None, kept.name if kept else "", document, services)


@router.get("/documents/{document_id}/evidence")
def evidence(desk: DeskDep, services: ServicesDep, document_id: str) -> Response:
    """Send everything that proves how the document came about, as one zip."""
    make: Evidence = desk.request.app.state.evidence
    package = make(DocumentId(id_of(document_id)), desk.person, desk.language, services)
    return file_stream(package, "application/zip", f"evidence-{document_id}.zip")


def file_name(document: Document) -> str:
    """Return a name for a document's file: its number if it has one, as a file system takes it."""
    if isinstance(document, IncomingDocument):
        number: str | None = f"{document.code_number}/{document.code_notation}"
    else:
        number = document.number
    return f"{number or document.type}".replace("/", "-").replace("\\", "-")


def _sent(file_id: FileId | None, name: str, document: Document, services: Services) -> Response:
    if file_id is None:
        raise FileNotFound
    with services.begin() as work:
        archived = work.documents.archived(document.id)
    return file_answer(content_of(file_id, archived, services), "application/pdf", name)
