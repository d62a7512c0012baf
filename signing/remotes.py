"""Keys at remote signing services: which service a key is at, what it says of the key, and signatures by it."""

import hashlib
from collections.abc import Sequence

from engine.key_errors import KeyNotThere, OtpNeeded, PinNeeded, ServiceAway
from engine.signing_keys import OTP, PIN, SigningKey
from signing.csc import Credential, CscService, Wanted, digest_of
from signing.settings import KeyPlaces


class Remotes:
    """The signing services of this installation."""

    def __init__(self, places: KeyPlaces) -> None:
        self._places = places

    def service(self, name: str, secret: str | None) -> CscService:
        """Return the service of this name, reached with this access. Raises ServiceAway: none is set by this name."""
        url = self._places.services.get(name)
        if url is None:
            raise ServiceAway(service=name)
        return CscService(name, url, secret, self._places.seconds)

    def look(self, key: SigningKey) -> Credential:
        """Return what its service says of a key. Raises ServiceAway, ServiceAccessRefused, ServiceRefused."""
        return self._of(key).credential(key.place["credential"])

    def require_there(self, key: SigningKey) -> None:
        """See that the service still has the key, with the certificate on record. Raises KeyNotThere and as above."""
        found = self.look(key)
        if not found.enabled or found.certificates[:1] != (key.certificate,):
            raise KeyNotThere(label=key.place["credential"], place=key.place["service"])

    def send_otp(self, key: SigningKey) -> None:
        """Have a one-time code sent to the key's holder. Raises ServiceAway, ServiceAccessRefused, ServiceRefused."""
        self._of(key).send_otp(key.place["credential"])

    def sign(self, key: SigningKey, texts: Sequence[bytes], digest: str) -> Sequence[bytes]:
        """Return signatures over the first of *texts*, as many as one authorisation covers.

        Raises:
            PinNeeded, OtpNeeded: It asks for what was not typed.
            PinWrong, PinLocked, OtpWrong, AuthorisationExpired: What was typed did not open it.
            ServiceAway, ServiceAccessRefused, ServiceRefused: No signature came.
        """
        if PIN in key.asks and not key.pin:
            raise PinNeeded
        if OTP in key.asks and not key.otp:
            raise OtpNeeded
        batch = max(1, int(key.place.get("batch", "1")))
        wanted = Wanted(
            credential=key.place["credential"],
            digest=digest,
            hashes=[hashlib.new(digest, text).digest() for text in texts[:batch]],
            algorithm=key.place["algorithm"],
            pin=key.pin,
            otp=key.otp,
        )
        return self._of(key).sign(wanted)

    def _of(self, key: SigningKey) -> CscService:
        return self.service(key.place["service"], key.secret)


def fixed_digest(key: SigningKey) -> str | None:
    """Return the digest a service's key signs by as it said when it was chosen, or None: by any, or another's key."""
    return digest_of(key.place.get("algorithm", ""))
