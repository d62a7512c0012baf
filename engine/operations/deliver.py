"""Handing an issued document to the agencies of this installation it is addressed to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from engine.copies import Medium, number_of, organ_of
from engine.copy_forms import COPY_FORMS
from engine.deliveries import Delivery, DeliveryState
from engine.documents import Document, IncomingDocument, IncomingState, OutgoingDocument
from engine.events import DeliveryArrived
from engine.ids import AgencyId, DeliveryId, DocumentId, PersonId
from engine.operations.move import Data, OperationMisplaced
from engine.ports import UnitOfWork

COVERING: Final = "TTr"
"""The type of document that covers a dossier (Tờ trình)."""


class Carrier(Protocol):
    """Who delivers, when and in which transaction: a procedure on its way, or the machine by itself."""

    @property
    def by(self) -> PersonId:
        """Who acts."""

    @property
    def at(self) -> datetime:
        """The moment."""

    @property
    def work(self) -> UnitOfWork:
        """The transaction."""

    @property
    def start_procedure(self) -> Callable[[str, Document, Data], object]:
        """Starts the procedure of this key for a new document."""


def deliver(document: OutgoingDocument, move: Carrier, to: Sequence[AgencyId]) -> list[Delivery]:
    """Make an incoming document, waiting for its clerk, at each of these agencies; no arrival number is taken by it."""
    dossier = move.work.dossiers.find_of_document(document.id) if document.type == COVERING else None
    # A dossier arrives with its covering document, when its own procedure submits it.
    decides = dossier.receiver_id if dossier is not None and not dossier.submissions else None
    return [_deliver_to(agency_id, document, move) for agency_id in to if agency_id != decides]


def _deliver_to(agency_id: AgencyId, document: OutgoingDocument, move: Carrier) -> Delivery:
    work = move.work
    delivery = Delivery(
        id=DeliveryId(work.new_id()),
        from_agency=document.agency_id,
        to_agency=agency_id,
        outgoing_id=document.id,
        incoming_id=DocumentId(work.new_id()),
        state=DeliveryState.ARRIVED,
        sent_at=move.at,
        state_at=move.at,
    )
    came = _copied(delivery, document, move) if document.type in COPY_FORMS else arrived(delivery, document, move)
    move.start_procedure("incoming_document", came, {"via": "delivered"})
    work.deliveries.add(delivery)
    work.record(
        DeliveryArrived(
            by=move.by,
            at=move.at,
            agency_id=agency_id,
            delivery_id=delivery.id,
            document_id=delivery.incoming_id,
            from_agency=document.agency_id,
            outgoing_id=document.id,
        )
    )
    return delivery


def _copied(delivery: Delivery, document: OutgoingDocument, move: Carrier) -> IncomingDocument:
    """Return the copy as it arrives: it is known by number, date and agency of the document it was made of."""
    copy = move.work.copies.find(document.id)
    if copy is None or copy.target is not Medium.ELECTRONIC:
        raise OperationMisplaced(operation="deliver", why="the copy is on paper")
    source = move.work.documents.get(copy.of_document_id)
    agency = move.work.people.get_agency(document.agency_id)
    number, symbol = number_of(source)
    named = replace(document, number=f"{number}/{symbol}", issued_date=source.issued_date)
    return replace(arrived(delivery, named, move), organ_name=organ_of(source, agency.name))


def arrived(delivery: Delivery, document: OutgoingDocument, move: Carrier) -> IncomingDocument:
    """Return the document as it arrives at the agency of this delivery; raises OperationMisplaced without a number."""
    if document.number is None or document.issued_date is None:
        raise OperationMisplaced(operation="deliver", why="the document has no number")
    number, _, symbol = document.number.partition("/")
    return IncomingDocument(
        id=delivery.incoming_id,
        agency_id=delivery.to_agency,
        type=document.type,
        subject=document.subject,
        urgency=document.urgency,
        file_id=document.file_id,
        created_at=move.at,
        created_by=move.by,
        attachments=document.attachments,
        code_number=number,
        code_notation=symbol,
        issued_date=document.issued_date,
        organ_name=move.work.people.get_agency(document.agency_id).name,
        state=IncomingState.RECEIVED,
        delivery_id=delivery.id,
    )
