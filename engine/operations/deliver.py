"""Handing an issued document to the agencies of this installation it is addressed to."""

from collections.abc import Sequence

from engine.deliveries import Delivery, DeliveryState
from engine.documents import IncomingDocument, IncomingState, OutgoingDocument
from engine.events import DeliveryArrived
from engine.ids import AgencyId, DeliveryId, DocumentId
from engine.operations.move import Move, OperationMisplaced


def deliver(document: OutgoingDocument, move: Move, to: Sequence[AgencyId]) -> list[Delivery]:
    """Make an incoming document, waiting for its clerk, at each of these agencies; no arrival number is taken by it."""
    return [_deliver_to(agency_id, document, move) for agency_id in to]


def _deliver_to(agency_id: AgencyId, document: OutgoingDocument, move: Move) -> Delivery:
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
    move.start_procedure("incoming_document", _arrived(delivery, document, move), {"via": "delivered"})
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


def _arrived(delivery: Delivery, document: OutgoingDocument, move: Move) -> IncomingDocument:
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
