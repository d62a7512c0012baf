"""What a key on a token or at a signing service may answer instead of a signature; nothing was signed then."""

from engine.errors import Conflict, FieldError, Invalid, NeighbourAway, NotFound


class PinNeeded(Invalid):
    """The key asks for its PIN, and none came."""

    code = "signing_key.pin_needed"
    template = "This key asks for its PIN. Type it; it is used once and kept nowhere."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(field="pin", code="required", message=self.template)])


class OtpNeeded(Invalid):
    """The key asks for a one-time code, and none came."""

    code = "signing_key.otp_needed"
    template = "This key asks for a one-time code. Have one sent or read it from the device, then type it."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(field="otp", code="required", message=self.template)])


class PinWrong(Invalid):
    """The PIN is not the right one; it was tried once and is not tried again by anybody but a person."""

    code = "signing_key.pin_wrong"
    template = (
        "The PIN is not right. Nothing was signed. After a few wrong tries the key locks itself: type it with care."
    )

    def __init__(self, **facts: object) -> None:
        error = FieldError(field="pin", code=self.code.rpartition(".")[2], message=self.template)
        super().__init__(errors=[error], **facts)


class PinWrongOneLeft(PinWrong):
    """The PIN is not the right one, and the next wrong one locks the key."""

    code = "signing_key.pin_wrong_one_left"
    template = "The PIN is not right. ONE try is left: one more wrong PIN locks the key. Find the right PIN first."


class PinRefusedBefore(PinWrong):
    """The same PIN was refused moments ago; the key was not asked again."""

    code = "signing_key.pin_refused_before"
    template = "This very PIN was refused a moment ago and was not tried again. Type another one."


class PinLocked(Conflict):
    """Too many wrong PINs: the key refuses every PIN until its issuer unlocks it."""

    code = "signing_key.pin_locked"
    template = "The key is locked after too many wrong PINs. Have it unlocked by whoever issued it."


class PinExpired(Conflict):
    """The key wants another PIN to be set before it signs."""

    code = "signing_key.pin_expired"
    template = "The PIN of this key has to be changed before it signs. Change it with the program of its issuer."


class SetPinRefused(Conflict):
    """The PIN that the operator set for a token is wrong; nobody tries it again until its file is written anew."""

    code = "signing_key.set_pin_refused"
    template = (
        "The token %(token)s refused the PIN that is set for it; it is not tried again. "
        "Have the operator write the right PIN into its file."
    )


class OtpWrong(Invalid):
    """The one-time code is wrong or used up."""

    code = "signing_key.otp_wrong"
    template = (
        "The one-time code is not right or no longer holds. Nothing was signed. Have a new one sent and type that."
    )

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(field="otp", code="wrong", message=self.template)])


class OtpNotAsked(Invalid):
    """A one-time code was sent for a key that takes none; it is not used."""

    code = "signing_key.otp_not_asked"
    template = "This key asks for no one-time code. Send none; it was not used."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(field="otp", code="not_asked", message=self.template)])


class OneCodeEach(Conflict):
    """Several documents were to be signed with a key that asks for a code, which is good for one signature."""

    code = "signing_key.one_code_each"
    template = "This key asks for a new code for each signature. Sign these documents one by one."


class OtpNotSent(Conflict):
    """The key takes no one-time code, or one that its holder reads from a device."""

    code = "signing_key.otp_not_sent"
    template = "No code is sent for this key. If it asks for one, read it from its device."


class AuthorisationExpired(Conflict):
    """The signing service's leave to sign ran out before the signature was made."""

    code = "signing_key.authorisation_expired"
    template = "The leave to sign ran out before the service signed. Nothing was signed. Sign again, with a new code."


class TokenAway(NeighbourAway):
    """The token is not plugged in, or was pulled out while it was at work."""

    code = "signing_key.token_away"
    template = (
        "The token %(token)s is not plugged in or does not answer. Plug it in and sign again; nothing was signed."
    )


class ServiceAway(NeighbourAway):
    """The signing service does not answer, not in time, or not as its protocol says."""

    code = "signing_key.service_away"
    template = "The signing service %(service)s does not answer as it should. Try again later; nothing was signed."


class ServiceAccessRefused(Conflict):
    """The signing service does not know us: our token or password is wrong or no longer holds."""

    code = "signing_key.service_access_refused"
    template = (
        "The signing service %(service)s does not accept our access to it. "
        "Have the administrator choose the key again with the right access."
    )


class ServiceRefused(Conflict):
    """The signing service refuses, for a reason of its own."""

    code = "signing_key.service_refused"
    template = "The signing service %(service)s refuses to sign (%(reason)s). Nothing was signed; ask the service."


class KeyNotThere(NotFound):
    """The token or service is there, but has no such key, or another one than was chosen."""

    code = "signing_key.not_there"
    template = (
        "There is no key %(label)s in %(place)s, or it has another certificate than the one on record. "
        "Have the administrator choose the key again."
    )


class SignatureNotOfKey(Conflict):
    """What came back is no signature of the certificate's key."""

    code = "signing_key.signature_not_of_key"
    template = (
        "What the key %(key)s made is no signature of its certificate. Nothing was signed; "
        "have the administrator choose the key again."
    )
