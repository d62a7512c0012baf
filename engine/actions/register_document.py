"""Register an incoming document: it gets its arrival number, and its procedure begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine import access, procedures
from engine.acting import held_place
from engine.deadlines import is_too_far, office_date
from engine.documents import (
    Attachment,
    DocumentInvalid,
    IncomingDocument,
    IncomingState,
    Urgency,
)
from engine.drafts import FieldChecks
from engine.events import IncomingDocumentRegistered
from engine.ids import DocumentId, FileId, InstanceId
from engine.operations.incoming import take_arrival_number
from engine.operations.move import Move
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once

FIRST_YEAR = 1945
"""No document of an office of today's state is older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDocument:
    """What the clerk reads off the document.

    Attributes:
        code_number: The number the sender gave it, as printed ('05').
        code_notation: Its symbol ('QĐ-UBND').
        organ_name: Who issued it.

    Source: Decree 30/2020/NĐ-CP, appendix VI, with the lengths of its fields.
    """

    file_id: FileId
    code_number: str
    code_notation: str
    issued_date: date
    organ_name: str
    type: str
    subject: str
    urgency: int = 0
    due_date: date | None = None
    attachments: Sequence[Attachment] = ()
    once: Once | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The registered document, its procedure, and documents that look like the same one."""

    document: IncomingDocument
    instance_id: InstanceId
    duplicates: tuple[DocumentId, ...]


def register_document(request: RegisterDocument, *, by: Person, at: datetime, work: UnitOfWork) -> Registered:
    """Register the document under the next arrival number of the year and start its procedure.

    A document with the same number, symbol and issuing agency is a warning, not an obstacle.

    Raises:
        NotAllowed: The person is not a clerk, nor assigned the work of an absent one.
        StandInOver: They were, and are no longer.
        DocumentInvalid: Some fields are wrong; no number is used.

    Source: Decree 30/2020/NĐ-CP, art. 22.
    """
    access.require(by, "register_document")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return _again(DocumentId(known), work)
    _require_right(request, by, at, work)
    received = _received(request, by, at, work)
    duplicates = tuple(work.documents.duplicates(received))
    begin = procedures.Beginning(key="incoming_document", data={"via": "counter"}, first=_take_number)
    move = procedures.start(begin, received, by=by.id, at=at, work=work)
    document = move.incoming()
    if request.once:
        work.requests.remember(by.id, request.once, document.id, at)
    place = held_place(by, "register_document", at, work)
    work.record(
        IncomingDocumentRegistered(
            by=by.id,
            at=at,
            agency_id=document.agency_id,
            on_behalf_of=place.of.id if place else None,
            by_stand_in=place.by.id if place else None,
            document_id=document.id,
            instance_id=move.instance.id,
            arrival_number=document.arrival_number or 0,
            arrival_date=document.arrival_date or office_date(at),
            file_id=document.file_id,
            duplicates=duplicates,
        )
    )
    return Registered(document=document, instance_id=move.instance.id, duplicates=duplicates)


def _received(request: RegisterDocument, by: Person, at: datetime, work: UnitOfWork) -> IncomingDocument:
    return IncomingDocument(
        id=DocumentId(work.new_id()),
        agency_id=by.agency_id,
        type=request.type,
        subject=request.subject.strip(),
        urgency=Urgency(request.urgency),
        file_id=request.file_id,
        created_at=at,
        created_by=by.id,
        attachments=tuple(request.attachments),
        code_number=request.code_number.strip(),
        code_notation=request.code_notation.strip(),
        issued_date=request.issued_date,
        organ_name=request.organ_name.strip(),
        state=IncomingState.RECEIVED,
        due_date=request.due_date,
    )


def _require_right(request: RegisterDocument, by: Person, at: datetime, work: UnitOfWork) -> None:
    today = office_date(at)
    check = FieldChecks()
    check.text("code_number", request.code_number, 11)
    check.text("code_notation", request.code_notation, 30)
    check.no_spaces("code_notation", request.code_notation)
    check.symbol("code_number", request.code_number)
    check.symbol("code_notation", request.code_notation)
    check.text("organ_name", request.organ_name, 200)
    check.text("subject", request.subject, 500)
    check.document_type(request.type)
    check.urgency(request.urgency)
    check.file("file_id", request.file_id, by, work)
    check.attachments(request.attachments, by, work)
    if request.issued_date > today:
        check.add("issued_date", "in_future", "The document is dated in the future. Check the date.")
    if request.issued_date.year < FIRST_YEAR:
        check.add("issued_date", "too_old", "The date of the document is too long ago. Check the date.")
    if request.due_date is not None and request.due_date < today:
        check.add("due_date", "in_past", "The due date has passed already. Check the date.")
    elif request.due_date is not None and is_too_far(request.due_date, today):
        check.add("due_date", "too_far", "The due date is years away. Check the date.")
    check.done(DocumentInvalid)


def _take_number(move: Move) -> None:
    move.document = take_arrival_number(move.incoming(), move)


def _again(document_id: DocumentId, work: UnitOfWork) -> Registered:
    document = work.documents.get(document_id)
    instance = work.instances.find_of_document(document_id)
    assert isinstance(document, IncomingDocument)  # noqa: S101  the request was remembered by this action alone
    assert instance is not None  # noqa: S101
    duplicates = tuple(other for other in work.documents.duplicates(document) if other != document.id)
    return Registered(document=document, instance_id=instance.id, duplicates=duplicates)
