"""The public register of decisions: pages for everybody, with no account, no cookie and no script."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.contents import PUBLIC, content_of, file_answer
from api.deps import LanguageDep, PageDep, ServicesDep
from api.outsiders import admitted
from api.problems import status_of
from api.texts import texts
from api.web.forms import Typed
from api.web.rendering import rendered
from api.web.words import msgid
from engine.awards import CERTIFICATE_NAME
from engine.documents import Document, OutgoingDocument
from engine.errors import Refusal
from engine.files import FileNotFound
from engine.ids import FileId
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.publications import Publication, PublicationKind, PublicationNotFound, PublicationQuery
from engine.verifications import Question, read_code

router = APIRouter(dependencies=[Depends(admitted(Question.CODE))])

LABELS: Final = {"q": msgid("Words of the decision"), "kind": msgid("What is decided"), "year": msgid("Year")}
KINDS: Final[Mapping[str, str]] = {
    PublicationKind.RECOGNITION: msgid("Recognition"),
    PublicationKind.REVOCATION: msgid("Revocation"),
    PublicationKind.RATING: msgid("Rating of a product"),
    PublicationKind.OTHER: msgid("Other decisions"),
}
FIRST_YEAR: Final = 2021
LONGEST_WORDS: Final = 200

Words = Annotated[str, Query(max_length=LONGEST_WORDS)]


@router.get("/published")
def show_list(
    services: ServicesDep, language: LanguageDep, page: PageDep, q: Words = "", kind: str = "", year: str = ""
) -> Response:
    """Show what was published, the newest first."""
    chosen = PublicationKind(kind) if kind in set(PublicationKind) else None
    asked_year = int(year) if year.isascii() and year.isdigit() and len(year) == len(str(FIRST_YEAR)) else None
    query = PublicationQuery(text=q, kind=chosen, year=asked_year)
    with services.begin() as work:
        found = work.publications.search(query, page)
        agencies = {one.agency_id: work.people.get_agency(one.agency_id).name for one in found.items}
    form = Typed.of(LABELS, language, q=q, kind=kind, year=year)
    asked = bool(q or chosen or asked_year)
    values = {"found": found.items, "agencies": agencies, "next_page": found.next, "asked": asked}
    return _list(form, services, language, values)


@router.get("/published/{code}")
def show(services: ServicesDep, language: LanguageDep, code: str) -> Response:
    """Show one decision: what it says of whom, whether it holds, its file and its certificate."""
    try:
        with services.begin() as work:
            known, document = published(code, work)
            agency = work.people.get_agency(known.agency_id).name
            ended = work.publications.get(known.revoked_by) if known.revoked_by else None
            signer = work.people.get(document.signer) if isinstance(document, OutgoingDocument) else None
    except Refusal as refusal:
        return _missing(refusal, services, language)
    values = {
        "known": known,
        "issuer": agency,
        "ended": ended,
        "signer": signer,
        "kinds": KINDS,
        "here": f"/published/{known.code}",
    }
    return rendered("publications/show.html", language, values)


@router.get("/published/{code}/content")
def content(services: ServicesDep, language: LanguageDep, code: str) -> Response:
    """Send the decision as it was issued."""
    try:
        with services.begin() as work:
            known, document = published(code, work)
        return _sent(document.file_id, f"{known.number.replace('/', '-')}.pdf", document, services)
    except Refusal as refusal:
        return _missing(refusal, services, language)


@router.get("/published/{code}/certificate")
def certificate(services: ServicesDep, language: LanguageDep, code: str) -> Response:
    """Send the certificate that goes with the decision."""
    try:
        with services.begin() as work:
            known, document = published(code, work)
        attached = next((one.file_id for one in document.attachments if one.name == CERTIFICATE_NAME), None)
        if attached is None:
            raise FileNotFound
        return _sent(attached, known.certificate_file_name, document, services)
    except Refusal as refusal:
        return _missing(refusal, services, language)


def published(code: str, work: UnitOfWork) -> tuple[Publication, Document]:
    """Return the publication of this code with its document, or raise PublicationNotFound."""
    read = read_code(code)
    found = work.publications.find(read) if read else None
    if found is None:
        raise PublicationNotFound
    return found, work.documents.get(found.document_id)


def _sent(file_id: FileId, name: str, document: Document, services: Services) -> Response:
    with services.begin() as work:
        archived = work.documents.archived(document.id)
    return file_answer(content_of(file_id, archived, services), "application/pdf", name, cached=PUBLIC)


def _missing(refusal: Refusal, services: Services, language: str) -> Response:
    form = Typed.of(LABELS, language).refused(refusal, language)
    values: Mapping[str, object] = {"found": (), "agencies": {}, "next_page": None, "asked": True}
    return _list(form, services, language, values, status_of(refusal))


def _list(form: Typed, services: Services, language: str, values: Mapping[str, object], status: int = 200) -> Response:
    said = texts(language)
    shown = {
        **values,
        "form": form,
        "kinds": KINDS,
        "kind_choices": [(kind, said.gettext(name)) for kind, name in KINDS.items()],
        "year_choices": [(year, year) for year in range(services.clock().year, FIRST_YEAR - 1, -1)],
        "here": "/published",
    }
    return rendered("publications/list.html", language, shown, status)
