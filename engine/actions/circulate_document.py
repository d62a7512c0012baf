"""Circulate an issued document: have it sent to all communes of a kind, and keep who reads and answers it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine import access
from engine.circulating import communes, may_circulate
from engine.circulation_events import CirculationBegun
from engine.circulations import Addressee, Ask, Circulation, CirculationInvalid, NotToBeCirculated
from engine.deadlines import office_date
from engine.documents import DocumentNotFound, OutgoingDocument
from engine.drafts import FieldChecks
from engine.ids import AgencyId, CirculationId, DocumentId
from engine.localities import CommuneGroup
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once

MAX_NOTE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculateDocument:
    """What is sent to whom: to these agencies, else to all communes, or those of these groups."""

    document_id: DocumentId
    asks: Ask
    note: str
    due: date | None = None
    groups: Collection[CommuneGroup] = ()
    agencies: Sequence[AgencyId] = ()
    once: Once | None = None


def circulate_document(request: CirculateDocument, *, by: Person, at: datetime, work: UnitOfWork) -> Circulation:
    """Keep the circulation; the worker sends the document to those who have not got it yet.

    Raises:
        NotAllowed, DocumentNotFound: It is not this person's to send.
        NotToBeCirculated: It is not issued.
        CirculationInvalid: Some fields are wrong; all are named.
    """
    access.require(by, "circulate_documents")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.circulations.get(CirculationId(known))
    document = work.documents.get(request.document_id)
    access.require_read(by, document)
    if not isinstance(document, OutgoingDocument):
        raise DocumentNotFound
    if not may_circulate(by, document):
        raise NotToBeCirculated
    to = _require_right(request, by, at, work)
    circulation = Circulation(
        id=CirculationId(work.new_id()),
        agency_id=by.agency_id,
        document_id=document.id,
        asks=request.asks,
        note=request.note.strip(),
        begun_by=by.id,
        begun_at=at,
        due=request.due,
    )
    arrived = {one.to_agency: one.incoming_id for one in work.deliveries.of_outgoing(document.id)}
    work.circulations.add(
        circulation,
        [
            Addressee(circulation_id=circulation.id, agency_id=agency_id, incoming_id=arrived.get(agency_id))
            for agency_id in to
        ],
    )
    if request.once:
        work.requests.remember(by.id, request.once, circulation.id, at)
    work.record(_event(circulation, to))
    return circulation


def _require_right(request: CirculateDocument, by: Person, at: datetime, work: UnitOfWork) -> tuple[AgencyId, ...]:
    check = FieldChecks()
    check.text("note", request.note, MAX_NOTE)
    if request.due is not None and request.due < office_date(at):
        check.add("due", "past", "This day has passed. Choose today or a later one.")
    if request.agencies:
        to = tuple(agency.id for agency in check.recipients(request.agencies, by, work))
    else:
        to = tuple(one for one in communes(request.groups, work) if one != by.agency_id)
        if not to:
            check.add("groups", "nobody", "No commune of this kind has an agency here. Choose others.")
    check.done(CirculationInvalid)
    return to


def _event(circulation: Circulation, to: Sequence[AgencyId]) -> CirculationBegun:
    return CirculationBegun(
        by=circulation.begun_by,
        at=circulation.begun_at,
        agency_id=circulation.agency_id,
        circulation_id=circulation.id,
        document_id=circulation.document_id,
        asks=circulation.asks.value,
        due=circulation.due,
        addressees=to,
    )
