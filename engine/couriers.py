"""What carries words out of the house: posts to webhooks, mail. Implementations live in exchange."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.ids import WebhookDeliveryId
from engine.webhooks import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message for a webhook, ready to be signed and posted."""

    delivery_id: WebhookDeliveryId
    url: str
    secret: str
    body: bytes


class Courier(Protocol):
    """Posts to webhooks."""

    def post(self, rounds: Sequence[Sequence[Parcel]]) -> Sequence[tuple[WebhookDeliveryId, Attempt]]:
        """Post the parcels of each receiver in order, all receivers at once; who fails gets no more of this round.

        Nothing is raised for what a receiver does; parcels that were not tried are left out of the answer.
        """


class Postman(Protocol):
    """Hands mail to the office's mail server."""

    def send(self, address: str, subject: str, text: str, message_id: str) -> None:
        """Hand one mail over. Raises MailAway, MailRefused."""

    def greet(self) -> None:
        """See whether the server would take mail. Raises MailAway."""
