"""Keys that ask their holder for a PIN or a code, and what was typed for them.

They are used in the request that brings it, never in a job. It is used once and kept nowhere; where it does not open
the key, the signing stays on record as it is, and typed anew the same digest is signed.
"""

from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from engine.ids import PersonId
from engine.key_errors import OneCodeEach, OtpNeeded, OtpNotAsked, PinNeeded
from engine.key_use import key_of
from engine.neighbours import Services
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signing_keys import OTP, PIN, SigningKey
from engine.signings import PinNotAsked, SigningState
from engine.work_items import WorkItem, WorkItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed to use their key this once."""

    pin: str | None = field(default=None, repr=False)
    otp: str | None = field(default=None, repr=False)

    def require_for(self, key: SigningKey) -> None:
        """See that this is what the key asks for.

        Raises:
            PinNeeded, OtpNeeded: Something is missing.
            PinNotAsked, OtpNotAsked: Something is too much; it is not used.
        """
        if self.pin and PIN not in key.asks:
            raise PinNotAsked
        if self.otp and OTP not in key.asks:
            raise OtpNotAsked
        if PIN in key.asks and not self.pin:
            raise PinNeeded
        if OTP in key.asks and not self.otp:
            raise OtpNeeded

    def require_for_several(self, key: SigningKey) -> None:
        """See that one PIN is all the key asks for, so that it signs several documents.

        Raises:
            OneCodeEach: It asks for a code, which is good for one signature.
            PinNeeded, PinNotAsked, OtpNotAsked: As for one.
        """
        if OTP in key.asks:
            raise OneCodeEach
        self.require_for(key)

    def opening(self, key: SigningKey) -> SigningKey:
        """Return the key with this beside it, to be used once."""
        return replace(key, pin=self.pin, otp=self.otp)


NOTHING: Final = Typed()
"""Nothing was typed."""


def waiting_key(item: WorkItem, by: Person, *, services: Services, work: UnitOfWork) -> SigningKey | None:
    """Return the key for which this item waits until *by*, who asked for the signature, types what it asks for."""
    signing = work.signings.find(item.id) if item.state is WorkItemState.SIGNING else None
    if signing is None or signing.state is SigningState.SIGNED or signing.asked_by != by.id:
        return None
    if work.client_signatures.find(item.id) is not None:
        return None
    whose = None if signing.key_id == str(signing.agency_id) else PersonId(UUID(signing.key_id))
    key = key_of(signing.agency_id, whose, services=services, work=work)
    return key if key.asks else None
