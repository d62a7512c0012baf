"""Registers: the number books, with the ten columns of the decree, on the screen and on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import WorkDep
from api.web.desk import Desk, DeskDep
from api.web.forms import id_of
from api.web.names import Names, names_of
from api.web.words import TYPE_NAMES, msgid
from engine import access
from engine.deadlines import office_date
from engine.deliveries import Delivery
from engine.directives import Directive
from engine.documents import Document, IncomingDocument, OutgoingDocument
from engine.ids import DocumentId, RegisterId
from engine.ports import UnitOfWork
from engine.queries import PageRequest
from engine.registers import Direction, Register, RegisterEntry, RegisterNotFound

router = APIRouter()

FIRST_YEAR, LAST_YEAR = 2000, 9999
PAGE: Final = 200
BOOK: Final = 10_000
"""Most entries printed at once."""

_COLUMNS: Final[Mapping[Direction, Sequence[str]]] = {
    Direction.INCOMING: (
        msgid("Date of arrival"),
        msgid("Arrival number"),
        msgid("Author"),
        msgid("Number and symbol"),
        msgid("Date of the document"),
        msgid("Type and subject"),
        msgid("Unit or person who receives it"),
        msgid("Date handed over"),
        msgid("Receipt"),
        msgid("Remarks"),
    ),
    Direction.OUTGOING: (
        msgid("Number and symbol"),
        msgid("Date of the document"),
        msgid("Type and subject"),
        msgid("Signed by"),
        msgid("Recipients"),
        msgid("Unit or person who keeps the copy"),
        msgid("Number of copies"),
        msgid("Date handed over"),
        msgid("Receipt"),
        msgid("Remarks"),
    ),
}
COLUMNS: Final = {**_COLUMNS, Direction.COPIES: _COLUMNS[Direction.OUTGOING]}
"""The columns in the order of the law. Source: Decree 30/2020/NĐ-CP, appendix IV."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a register: the ten columns, and the document behind it if the person may read it."""

    cells: Sequence[object]
    document_id: DocumentId | None
    cancelled: bool


@router.get("/registers")
def show_list(desk: DeskDep, work: WorkDep) -> Response:
    """Show the agency's registers."""
    access.require(desk.person, "read_registers")
    return desk.page("registers/list.html", registers=work.registers.of_agency(desk.person.agency_id))


@router.get("/registers/{register_id}")
def show(desk: DeskDep, work: WorkDep, register_id: str, year: str = "", after: str | None = None) -> Response:
    """Show a year of a register, the newest number first; with ``book`` in the query, the whole year in order."""
    access.require(desk.person, "read_registers")
    register = work.registers.get(RegisterId(id_of(register_id)))
    access.require_agency(desk.person, register.agency_id, RegisterNotFound())
    this_year = office_date(desk.at).year
    asked = int(year) if year.isdecimal() and len(year) == len("2026") else this_year
    chosen = asked if FIRST_YEAR <= asked <= LAST_YEAR else this_year
    as_book = "book" in desk.request.query_params
    entries, following = _entries(register, chosen, after, work, as_book=as_book)
    return desk.page(
        "registers/show.html",
        register=register,
        year=chosen,
        years=[this_year, this_year - 1, this_year - 2],
        as_book=as_book,
        columns=COLUMNS[register.direction],
        lines=_lines(entries, desk, work),
        next_page=following,
    )


def _entries(
    register: Register, year: int, after: str | None, work: UnitOfWork, *, as_book: bool
) -> tuple[Sequence[RegisterEntry], str | None]:
    page = work.registers.entries(register.id, year, PageRequest(after=after, limit=PAGE))
    if not as_book:
        return page.items, page.next
    entries = list(page.items)
    while page.next is not None and len(entries) < BOOK:
        page = work.registers.entries(register.id, year, PageRequest(after=page.next, limit=PAGE))
        entries += page.items
    return list(reversed(entries)), None


def _lines(entries: Sequence[RegisterEntry], desk: Desk, work: UnitOfWork) -> list[Line]:
    ids = {entry.document_id for entry in entries}
    documents = work.documents.several(ids) if ids else {}
    directives = work.directives.latest(ids) if ids else {}
    refused = work.deliveries.refused(ids) if ids else ()
    names = names_of(desk.person.agency_id, work, "")
    remarks = {entry.id: _remarks(entry, refused, names, desk) for entry in entries}
    return [
        _line(entry, documents[entry.document_id], directives.get(entry.document_id), names, desk, remarks[entry.id])
        for entry in entries
        if entry.document_id in documents
    ]


def _remarks(entry: RegisterEntry, refused: Sequence[Delivery], names: Names, desk: Desk) -> str:
    """Return what the last column says: why the number was cancelled, who sent the document back and why."""
    said = [desk.speaks("Cancelled: %(reason)s") % {"reason": entry.cancelled_reason}] if entry.cancelled_at else []
    for delivery in refused:
        if delivery.outgoing_id == entry.document_id:
            facts = {"agency": names.agency(delivery.to_agency), "reason": delivery.reason}
            said.append(desk.speaks("%(agency)s refused it: %(reason)s") % facts)
    return "; ".join(said)


def _line(
    entry: RegisterEntry, document: Document, directive: Directive | None, names: Names, desk: Desk, note: str
) -> Line:
    cells = (
        _incoming(entry, document, directive, names)
        if isinstance(document, IncomingDocument)
        else _outgoing(entry, document, names)
    )
    known = document.id if access.may_read(desk.person, document) else None
    return Line(cells=(*cells, note), document_id=known, cancelled=entry.cancelled_at is not None)


def _incoming(
    entry: RegisterEntry, document: IncomingDocument, directive: Directive | None, names: Names
) -> tuple[object, ...]:
    handed: date | datetime | None = office_date(directive.given_at) if directive else None
    return (
        entry.entered_on,
        entry.printed,
        document.organ_name,
        f"{document.code_number}/{document.code_notation}",
        document.issued_date,
        _titled(document),
        names.unit(directive.lead_unit) if directive else "",
        handed,
        "",
    )


def _outgoing(entry: RegisterEntry, document: OutgoingDocument, names: Names) -> tuple[object, ...]:
    return (
        entry.printed,
        entry.entered_on,
        _titled(document),
        names.person(document.signer),
        "; ".join(filter(None, (names.listed(document.recipients), *document.others))),
        names.unit(document.unit_id),
        len(document.recipients) + len(document.others) or "",
        entry.entered_on if document.recipients and not entry.cancelled_at else "",
        "",
    )


def _titled(document: Document) -> str:
    return f"{TYPE_NAMES.get(document.type, document.type)}: {document.subject}"
