"""Deliveries: issued documents handed to other agencies, and what became of them there."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.errors import NotFound
from engine.ids import AgencyId, DeliveryId, DocumentId


class DeliveryState(StrEnum):
    """How a delivered document was met, in the national status codes.

    Source: status codes of the national exchange axis (QCVN 102:2016/BTTTT; SDK samples).
    """

    ARRIVED = "01"
    REFUSED = "02"
    ACCEPTED = "03"
    ASSIGNED = "04"
    IN_PROGRESS = "05"
    DONE = "06"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One issued document on its way to one agency."""

    id: DeliveryId
    from_agency: AgencyId
    to_agency: AgencyId
    outgoing_id: DocumentId
    incoming_id: DocumentId
    state: DeliveryState
    sent_at: datetime
    state_at: datetime
    reason: str | None = None

    def met(self, state: DeliveryState, at: datetime, reason: str | None = None) -> "Delivery":
        """Return this delivery as met with *state* at the other agency."""
        return replace(self, state=state, state_at=at, reason=reason)


class DeliveryNotFound(NotFound):
    """No such delivery."""

    code = "delivery.not_found"
    template = "There is no such delivery."
