"""Deliveries between agencies as rows."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from engine.deliveries import Delivery, DeliveryNotFound, DeliveryState
from engine.ids import AgencyId, DeliveryId, DocumentId
from storage.schema import deliveries
from storage.statements import Statements

_GET = select(deliveries).where(deliveries.c.id == bindparam("delivery_id"))
_SAVE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"))
    .values(state=bindparam("state"), state_at=bindparam("state_at"), reason=bindparam("reason"))
)


class PostgresDeliveries:
    """Deliveries, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, delivery: Delivery) -> None:
        """Keep a new delivery."""
        names = ("id", "from_agency", "to_agency", "outgoing_id", "incoming_id", "sent_at")
        self._connection.execute(
            insert(deliveries), {**_changing(delivery), **{name: getattr(delivery, name) for name in names}}
        )

    def get(self, delivery_id: DeliveryId) -> Delivery:
        """Return the delivery, or raise DeliveryNotFound."""
        row = self._connection.execute(_GET, {"delivery_id": delivery_id}).one_or_none()
        if row is None:
            raise DeliveryNotFound
        return _delivery(row)

    def save(self, delivery: Delivery) -> None:
        """Keep its new value."""
        self._connection.execute(_SAVE, {"delivery_id": delivery.id, **_changing(delivery)})

    def of_outgoing(self, document_id: DocumentId) -> Sequence[Delivery]:
        """Return the deliveries of an issued document."""
        made = select(deliveries).where(deliveries.c.outgoing_id == document_id).order_by(deliveries.c.id)
        return [_delivery(row) for row in self._connection.execute(made)]

    def refused(self, document_ids: Collection[DocumentId]) -> Sequence[Delivery]:
        """Return which deliveries of these documents were refused."""
        met = deliveries.c.outgoing_id.in_(document_ids) & (deliveries.c.state == DeliveryState.REFUSED.value)
        return [
            _delivery(row) for row in self._connection.execute(select(deliveries).where(met).order_by(deliveries.c.id))
        ]

    def refused_at(self, incoming_ids: Collection[DocumentId]) -> Sequence[Delivery]:
        """Return those of the deliveries of these incoming documents that were refused."""
        wanted = select(deliveries).where(
            deliveries.c.incoming_id.in_(incoming_ids), deliveries.c.state == DeliveryState.REFUSED.value
        )
        return [_delivery(row) for row in self._connection.execute(wanted.order_by(deliveries.c.id))]


def _changing(delivery: Delivery) -> dict[str, Any]:
    return {"state": delivery.state.value, "state_at": delivery.state_at, "reason": delivery.reason}


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        from_agency=AgencyId(row.from_agency),
        to_agency=AgencyId(row.to_agency),
        outgoing_id=DocumentId(row.outgoing_id),
        incoming_id=DocumentId(row.incoming_id),
        state=DeliveryState(row.state),
        sent_at=row.sent_at,
        state_at=row.state_at,
        reason=row.reason,
    )
