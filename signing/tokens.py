"""Keys on PKCS#11 tokens and HSMs, used from one thread by one session at a time.

python-pkcs11 tells a module that nobody calls it from two threads; two sessions in two threads crash it. A process of
the room has one thread and keeps at most one session; more at once needs more processes.

A PIN is presented to a token once for each time a person typed it. One that the operator set in a file is presented
by whoever needs it first, one process of the machine at a time, and after a refusal never again until the file changes.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pkcs11
from asn1crypto import keys
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import Attribute, Mechanism, ObjectClass, TokenFlag
from pkcs11.exceptions import (
    MultipleObjectsReturned,
    NoSuchKey,
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
)
from pkcs11.util.ec import encode_ec_public_key
from pkcs11.util.rsa import encode_rsa_public_key

from engine import key_errors
from engine.errors import VanthuError
from engine.key_errors import KeyNotThere, SetPinRefused, TokenAway
from engine.signing_keys import SigningKey
from signing.key_types import to_token
from signing.settings import KeyPlaces

_WRONG_PIN = (PinIncorrect, PinInvalid, PinLenRange)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPlace:
    """Where a key lies: the module by its name, the token and the key by their labels."""

    module: str
    token: str
    label: str

    @classmethod
    def of(cls, key: SigningKey) -> "TokenPlace":
        """Return where this key lies."""
        return cls(module=key.place["module"], token=key.place["token"], label=key.place["label"])

    @property
    def name(self) -> str:
        """The token's name in settings: 'module/token'."""
        return f"{self.module}/{self.token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenContent:
    """What a token shows of a key without its PIN.

    Attributes:
        certificates: DER, the key's own first where there is one.
        public_key: SubjectPublicKeyInfo of its public key, or None where the token does not show it.
    """

    certificates: tuple[bytes, ...]
    public_key: bytes | None


class Tokens:
    """The tokens of this machine, as one process uses them."""

    def __init__(self, places: KeyPlaces) -> None:
        self._places = places
        self._held: tuple[str, pkcs11.Session] | None = None

    def asks_pin(self, place: TokenPlace) -> bool:
        """Say whether a person has to type the PIN of this token, because no file has it."""
        return place.name not in self._places.pins

    def knows(self, place: TokenPlace) -> bool:
        """Say whether the operator set a module of this name."""
        return place.module in self._places.modules

    def require_there(self, key: SigningKey) -> None:
        """See that the token is plugged in and still shows the certificate on record; no PIN is needed.

        Raises:
            TokenAway: It is not there.
            KeyNotThere: It has another certificate, or none.
        """
        place = TokenPlace.of(key)
        if self.look(place).certificates[:1] != (key.certificate,):
            raise KeyNotThere(label=place.label, place=place.token)

    def look(self, place: TokenPlace) -> TokenContent:
        """Return what the token shows of the key; no PIN is needed.

        Raises:
            TokenAway: It is not plugged in, or its module is not set.
        """
        self.let_go()
        with self._without_pin(place) as session, _device(place):
            wanted = {Attribute.LABEL: place.label}
            publics = list(session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY, **wanted}))
            all_certificates = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
            ids = {bytes(each[Attribute.ID]) for each in publics if each[Attribute.ID]}
            own = [one for one in all_certificates if _is_of(one, place.label, ids)]
            others = [one for one in all_certificates if one not in own]
            return TokenContent(
                certificates=tuple(bytes(one[Attribute.VALUE]) for one in (*own[:1], *others) if own),
                public_key=_spki(publics[0]) if len(publics) == 1 else None,
            )

    def sign(
        self, key: SigningKey, certificate: x509.Certificate, texts: Sequence[bytes], digest: str
    ) -> Sequence[bytes]:
        """Return signatures over the first of *texts* (PKCS #1 v1.5 or ECDSA): all of them unless it is pulled out.

        Raises:
            PinNeeded, PinWrong, PinLocked, PinExpired, SetPinRefused: It did not open.
            TokenAway: It is not there, or was pulled out; nothing was signed.
            KeyNotThere: It has no such private key.
        """
        place, mechanism = TokenPlace.of(key), _mechanism(certificate)
        given = [to_token(certificate, text, digest) for text in texts]
        if key.pin:
            with self._typed(place, key.pin) as session:
                return _signatures(session, place, mechanism, given, key.pin)
        if self.asks_pin(place):
            raise key_errors.PinNeeded
        return self._again_if_stale(place, lambda session: _signatures(session, place, mechanism, given))

    @contextmanager
    def _without_pin(self, place: TokenPlace) -> Iterator[pkcs11.Session]:
        token = self._token(place)
        with _device(place):
            session = token.open()
        with self._ending(session, place):
            yield session

    @contextmanager
    def _typed(self, place: TokenPlace, pin: str) -> Iterator[pkcs11.Session]:
        self.let_go()
        session = self._open(place, pin)
        with self._ending(session, place):
            yield session

    @contextmanager
    def _ending(self, session: pkcs11.Session, place: TokenPlace) -> Iterator[None]:
        """End the session with the block, logged out; where the token failed, end all of them."""
        try:
            yield
        except TokenAway:
            self._start_anew(place)
            raise
        finally:
            _close(session)

    def _again_if_stale(self, place: TokenPlace, act: Callable[[pkcs11.Session], T]) -> T:
        """Do it in the kept session; where that has become stale, once more in a new one: nothing was signed yet."""
        if self._held is not None and self._held[0] == place.name:
            try:
                return act(self._held[1])
            except (TokenAway, KeyNotThere):
                self._start_anew(place)
        self.let_go()
        self._held = (place.name, self._open_by_file(place))
        try:
            return act(self._held[1])
        except TokenAway:
            self._start_anew(place)
            raise

    def _open_by_file(self, place: TokenPlace) -> pkcs11.Session:
        """Log in with the PIN of the file, one process of this machine at a time. Raises SetPinRefused, TokenAway."""
        file, folder = self._places.pins[place.name], self._places.refused_pins
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = folder / hashlib.sha256(place.name.encode()).hexdigest()
        with mark.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                version, pin = _version(file), file.read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as cause:
                raise SetPinRefused(token=place.token) from cause
            if not pin or (mark.exists() and mark.read_text() == version):
                raise SetPinRefused(token=place.token)
            try:
                return self._open(place, pin)
            except (key_errors.PinWrong, key_errors.PinLocked) as cause:
                mark.write_text(version)
                raise SetPinRefused(token=place.token) from cause

    def _open(self, place: TokenPlace, pin: str) -> pkcs11.Session:
        token = self._token(place)
        try:
            return token.open(user_pin=pin)
        except PKCS11Error as cause:
            raise self.refusal(place, cause) from cause

    def refusal(self, place: TokenPlace, said: Exception) -> VanthuError:
        """Return what a token's answer to a PIN means; the session it opened for that is given up."""
        try:
            if isinstance(said, _WRONG_PIN):
                return wrong_pin(self._flags(place))
            if isinstance(said, PinLocked):
                return key_errors.PinLocked()
            return key_errors.PinExpired() if isinstance(said, PinExpired) else TokenAway(token=place.token)
        finally:
            self._start_anew(place)

    def _flags(self, place: TokenPlace) -> TokenFlag:
        try:
            return self._token(place).flags
        except TokenAway:
            return TokenFlag(0)

    def _token(self, place: TokenPlace) -> pkcs11.Token:
        """Find the token; a module that was started without it is started anew once. Raises TokenAway."""
        found = self._find(place)
        if found is None:
            self._start_anew(place)
            found = self._find(place)
        if found is None:
            raise TokenAway(token=place.token)
        return found

    def _find(self, place: TokenPlace) -> pkcs11.Token | None:
        path = self._places.modules.get(place.module)
        if path is None:
            return None
        try:
            # Each slot by itself: one that fails hides no other.
            slots = pkcs11.lib(str(path)).get_slots(token_present=True)
        except (PKCS11Error, RuntimeError):
            return None
        for slot in slots:
            with suppress(PKCS11Error):
                token = slot.get_token()
                if token.label == place.token:
                    return token
        return None

    def let_go(self) -> None:
        """End the session that is kept, logged out."""
        if self._held is not None:
            _close(self._held[1])
        self._held = None

    def _start_anew(self, place: TokenPlace) -> None:
        """Give every session of the module up and have it look for its tokens again."""
        self._held = None
        path = self._places.modules.get(place.module)
        if path is not None:
            with suppress(PKCS11Error, RuntimeError):
                pkcs11.lib(str(path)).reinitialize()


def wrong_pin(flags: TokenFlag) -> key_errors.PinWrong | key_errors.PinLocked:
    """Return what a refused PIN means by what the token says of the tries that are left."""
    if TokenFlag.USER_PIN_LOCKED in flags:
        return key_errors.PinLocked()
    if TokenFlag.USER_PIN_FINAL_TRY in flags:
        return key_errors.PinWrongOneLeft()
    return key_errors.PinWrong()


def _mechanism(certificate: x509.Certificate) -> Mechanism:
    is_rsa = isinstance(certificate.public_key(), rsa.RSAPublicKey)
    return Mechanism.RSA_PKCS if is_rsa else Mechanism.ECDSA


def _signatures(
    session: pkcs11.Session,
    place: TokenPlace,
    mechanism: Mechanism,
    given: Sequence[bytes],
    pin: str | None = None,
) -> Sequence[bytes]:
    made: list[bytes] = []
    with _device(place):
        private = _private_key(session, place)
        again = {"pin": pin} if pin is not None and _always_asks(private) else {}
        made.append(_signature(private, mechanism, given[0], again))
        with suppress(PKCS11Error):  # pulled out by now: what was signed before is not lost
            made.extend(_signature(private, mechanism, each, again) for each in given[1:])
    return made


def _signature(private: Any, mechanism: Mechanism, given: bytes, again: Mapping[str, str]) -> bytes:  # noqa: ANN401  as above
    raw = bytes(private.sign(given, mechanism=mechanism, **again))
    if mechanism is Mechanism.RSA_PKCS:
        return raw
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


def _private_key(session: pkcs11.Session, place: TokenPlace) -> Any:  # noqa: ANN401  python-pkcs11 makes its classes as it goes
    try:
        return session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=place.label)
    except (NoSuchKey, MultipleObjectsReturned) as cause:
        raise KeyNotThere(label=place.label, place=place.token) from cause


def _always_asks(private: Mapping[Attribute, object]) -> bool:
    try:
        return bool(private[Attribute.ALWAYS_AUTHENTICATE])
    except PKCS11Error:
        return False


def _is_of(certificate: Any, label: str, ids: set[bytes]) -> bool:  # noqa: ANN401  as above
    return certificate[Attribute.LABEL] == label or bytes(certificate[Attribute.ID] or b"") in ids


def _spki(public: Any) -> bytes | None:  # noqa: ANN401  as above
    try:
        if public.key_type is pkcs11.KeyType.RSA:
            numbers = keys.RSAPublicKey.load(encode_rsa_public_key(public))
            return bytes(keys.PublicKeyInfo.wrap(numbers, "rsa").dump())
        if public.key_type is pkcs11.KeyType.EC:
            return bytes(encode_ec_public_key(public))
    except (PKCS11Error, ValueError):
        return None
    return None


def _version(file: Path) -> str:
    """Return what changes whenever somebody writes the file; nothing of its content."""
    known = file.stat()
    return f"{known.st_mtime_ns} {known.st_ino} {known.st_size}"


def _close(session: pkcs11.Session) -> None:
    with suppress(PKCS11Error):
        session.close()


@contextmanager
def _device(place: TokenPlace) -> Iterator[None]:
    """Say of whatever the module reports that the token does not answer."""
    try:
        yield
    except PKCS11Error as cause:
        raise TokenAway(token=place.token) from cause
