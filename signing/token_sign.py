"""Sign with the token in one's own computer: what waits is fetched, checked, shown, signed, handed in over REST.

Nothing is signed on the server's word: the digest is reckoned here, over the file that is shown, and what the token is
given to sign must be exactly that digest and the token's own certificate. ``python -m signing.token_sign --help``.
"""

import argparse
import base64
import getpass
import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import pkcs11
from asn1crypto import cms
from asn1crypto.x509 import Certificate
from cryptography.x509 import load_der_x509_certificate
from pkcs11.exceptions import (
    NoSuchKey,
    NoSuchToken,
    PinIncorrect,
    PinInvalid,
    PinLocked,
    PKCS11Error,
    TokenNotPresent,
    TokenNotRecognised,
)
from pkcs11.types import SignMixin
from pkcs11.util.ec import encode_ecdsa_signature

from signing.key_types import to_token
from signing.rest_client import Refused, RestClient, Unreachable

DONE: Final = 0
SOME_REFUSED: Final = 1
CANNOT_BEGIN: Final = 2
PIN_REFUSED: Final = 3
TOKEN_GONE: Final = 4
_ATTRIBUTES: Final = {"content_type", "message_digest", "signing_certificate_v2"}
_NAMES: Final = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


class Stopped(Exception):
    """Nothing more can be signed in this run; *status* is how the program ends."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class NotSigned(Exception):
    """This one document is not signed; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """How the program speaks with whoever sits before it.

    Attributes:
        say: Shows a line.
        ask: Shows a question and returns what was typed.
        ask_secretly: The same without showing what is typed.
    """

    say: Callable[[str], None]
    ask: Callable[[str], str]
    ask_secretly: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Token:
    """An opened token: its key, its certificate; the PIN is not kept."""

    key: SignMixin = field(repr=False)
    is_ec: bool
    certificate: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self.certificate).hexdigest()

    def sign(self, attributes: bytes, digest: str) -> bytes:
        """Return the signature over the attributes by a digest as in 'sha384': RSA PKCS #1 v1.5, or ECDSA as DER.

        Raises:
            Stopped: The token does not answer any more, or refuses.
        """
        given = to_token(load_der_x509_certificate(self.certificate), attributes, digest)
        try:
            if self.is_ec:
                return bytes(encode_ecdsa_signature(self.key.sign(given, mechanism=pkcs11.Mechanism.ECDSA)))
            return bytes(self.key.sign(given, mechanism=pkcs11.Mechanism.RSA_PKCS))
        except PKCS11Error as cause:
            raise Stopped(
                f"the token does not sign any more ({_name(cause)}); was it pulled out?", TOKEN_GONE
            ) from cause


def main(arguments: list[str] | None = None) -> int:
    """Sign what waits, asking for each; return the exit status."""
    options = _options(arguments)
    desk = Desk(say=lambda text: print(text, flush=True), ask=_asked, ask_secretly=getpass.getpass)  # noqa: T201
    try:
        return run(options, desk)
    except Stopped as stopped:
        desk.say(f"token-sign: {stopped}")
        return stopped.status
    except (Refused, Unreachable) as error:
        desk.say(f"token-sign: {error}")
        return CANNOT_BEGIN


def run(options: argparse.Namespace, desk: Desk) -> int:
    """Sign in, open the token, sign one document after the other.

    Raises:
        Stopped: The token or its PIN is refused, or was pulled out.
        Refused, Unreachable: The server refuses to begin, or is away.
    """
    client = _signed_in(options, desk)
    items = _waiting(client, options.work_item)
    if not items:
        desk.say("nothing waits for your signature")
        return DONE
    desk.say(f"{len(items)} document(s) wait for your signature")
    folder = Path(options.save or mkdtemp(prefix="token-sign-"))
    folder.mkdir(parents=True, exist_ok=True)
    with opened_token(options, desk) as token:
        return _sign_all(items, token, client, folder, desk)


def _sign_all(items: list[dict[str, Any]], token: Token, client: RestClient, folder: Path, desk: Desk) -> int:
    status = DONE
    for place, item in enumerate(items, start=1):
        name = f"[{place}/{len(items)}] {_called(item)}"
        try:
            desk.say(f"{name}: {sign_item(item, token, client, folder, desk)}")
        except (NotSigned, Refused, Unreachable) as reason:
            status = SOME_REFUSED
            desk.say(f"{name}: NOT signed: {reason}")
        except Stopped:
            for left in items[place - 1 :]:
                desk.say(f"{_called(left)}: NOT signed: the token was gone")
            raise
    return status


def sign_item(item: dict[str, Any], token: Token, client: RestClient, folder: Path, desk: Desk) -> str:
    """Sign one work item and return what became of it.

    Raises:
        NotSigned: What the server gave is not what the file says, or the person said no.
        Refused, Unreachable: The server refuses it, or is away; run again, it goes on from there.
        Stopped: The token is gone.
    """
    path = f"/work-items/{item['id']}/signature"
    prepared = client.post(f"{path}/prepare", {"key": _key_for(item)})
    if prepared["kind"] != "client":
        raise NotSigned("this key signs whole files in the browser; open the work there")
    pdf = client.content(f"{path}/content")
    attributes = checked(prepared, pdf, token)
    file = folder / f"{item['id']}.pdf"
    file.write_bytes(pdf)
    desk.say(f"  subject: {item['document']['subject']}")
    desk.say(f"  file:    {file}")
    desk.say(f"  {_NAMES[prepared['digest_algorithm']]} of what is signed, reckoned here: {prepared['digest']}")
    if desk.ask("  Read the file. Sign it? [y/N] ").strip().lower() not in ("y", "yes", "c", "có", "co"):
        raise NotSigned("you said no; it stays prepared")
    signature = token.sign(attributes, prepared["digest_algorithm"])
    client.post(f"{path}/complete", {"signature": base64.b64encode(signature).decode()})
    return "signed and handed in"


def checked(prepared: dict[str, Any], pdf: bytes, token: Token) -> bytes:
    """Return the attributes to sign, once they are proven to be of this file, this certificate and nothing else.

    Raises:
        NotSigned: They are not; the server, or somebody between, gave something else to sign than to see.
    """
    start, end = int(prepared["region_start"]), int(prepared["region_end"])
    place = pdf[start:end]
    if not (0 < start < end < len(pdf)) or place[:1] + place[-1:] != b"<>" or place[1:-1].strip(b"0"):
        raise NotSigned("the place of the signature in the file is not empty")
    ranges = [tuple(map(int, found)) for found in _BYTE_RANGE.findall(pdf)]
    if (0, start, end, len(pdf) - end) not in ranges:
        raise NotSigned("the file does not say that all of it is signed")
    algorithm = prepared["digest_algorithm"]
    if algorithm not in _NAMES:
        raise NotSigned("the server wants it signed by an algorithm that is not safe, or not known here")
    digest = hashlib.new(algorithm, pdf[:start] + pdf[end:])
    attributes = base64.b64decode(prepared["to_sign"], validate=True)
    if digest.hexdigest() != prepared["digest"]:
        raise NotSigned("the digest given is not that of the file")
    if prepared["certificate"] != token.fingerprint:
        raise NotSigned("the certificate on record is not the one on this token; ask the administrator")
    _require_only(attributes, digest, token.certificate)
    return attributes


def _require_only(attributes: bytes, digest: "hashlib._Hash", certificate: bytes) -> None:
    try:
        parsed = cms.CMSAttributes.load(attributes, strict=True)
        named = {each["type"].native: each["values"] for each in parsed}
        found = named["signing_certificate_v2"][0]["certs"][0]
        algorithm = found["hash_algorithm"]["algorithm"].native
        right = (
            set(named) == _ATTRIBUTES
            and len(parsed) == len(_ATTRIBUTES)
            and named["content_type"].native == ["data"]
            and named["message_digest"].native == [digest.digest()]
            and algorithm == digest.name
            and found["cert_hash"].native == hashlib.new(digest.name, certificate).digest()
        )
    except (ValueError, TypeError, KeyError, IndexError) as cause:
        raise NotSigned("what is to be signed cannot be read") from cause
    if not right:
        raise NotSigned("what is to be signed is not this file's digest with your certificate")


@contextmanager
def opened_token(options: argparse.Namespace, desk: Desk) -> Iterator[Token]:
    """Open the token with a PIN that is asked for once, and never tried again.

    Raises:
        Stopped: There is no such library, token, key or certificate, or the PIN is refused.
    """
    try:
        token = pkcs11.lib(options.module).get_token(token_label=options.token)
    except (NoSuchToken, TokenNotPresent, TokenNotRecognised) as cause:
        raise Stopped(f"there is no token called {options.token}; is it plugged in?", TOKEN_GONE) from cause
    except (PKCS11Error, RuntimeError, OSError) as cause:
        raise Stopped(f"the library {options.module} cannot be used ({_name(cause)})", CANNOT_BEGIN) from cause
    try:
        session = token.open(user_pin=desk.ask_secretly(f"PIN of {options.token}: "))
    except (PinIncorrect, PinInvalid) as cause:
        raise Stopped("the PIN is wrong; it was tried once and is not tried again", PIN_REFUSED) from cause
    except PinLocked as cause:
        raise Stopped("the token is locked after too many wrong PINs; have it unlocked", PIN_REFUSED) from cause
    except PKCS11Error as cause:
        raise Stopped(f"the token cannot be opened ({_name(cause)})", TOKEN_GONE) from cause
    with session:
        yield _token(session, options.key)


def _token(session: pkcs11.Session, label: str) -> Token:
    try:
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
    except NoSuchKey as cause:
        raise Stopped(f"there is no key called {label} on the token", CANNOT_BEGIN) from cause
    wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.ID: key.id}
    found = [bytes(each[pkcs11.Attribute.VALUE]) for each in session.get_objects(wanted)]
    if not found:
        raise Stopped(f"there is no certificate for the key {label} on the token", CANNOT_BEGIN)
    if not isinstance(key, SignMixin):
        raise Stopped(f"the key {label} may not sign", CANNOT_BEGIN)
    return Token(key, key.key_type is pkcs11.KeyType.EC, Certificate.load(found[0]).dump())


def _signed_in(options: argparse.Namespace, desk: Desk) -> RestClient:
    if options.session_file:
        return RestClient(options.url, Path(options.session_file).read_text(encoding="utf-8").strip())
    username = options.user or desk.ask("User name: ").strip()
    body = {"username": username, "password": desk.ask_secretly(f"Password of {username}: ")}
    session = RestClient(options.url, None).post("/sessions", body)
    return RestClient(options.url, session["token"])


def _waiting(client: RestClient, only: list[str] | None) -> list[dict[str, Any]]:
    """Return the work items to sign: those named, or all one prepared before and all of the inbox that are signed."""
    if only:
        return [client.get(f"/work-items/{item_id}") for item_id in only]
    ids = [each["work_item_id"] for each in client.get("/signatures/waiting")["items"] if each["kind"] == "client"]
    after: str | None = ""
    while after is not None:
        page = client.get(f"/work-items?mine=true&limit=200{f'&after={after}' if after else ''}")
        ids += [each["id"] for each in page["items"]]
        after = page["next"]
    found = [client.get(f"/work-items/{item_id}") for item_id in dict.fromkeys(ids)]
    return [item for item in found if item["state"] == "signing" or (_signature_of(item) and item["may_act"])]


def _signature_of(item: dict[str, Any]) -> str | None:
    kinds = [outcome["signature"] for outcome in item["outcomes"] if outcome["signature"]]
    return kinds[0] if kinds else None


def _key_for(item: dict[str, Any]) -> str:
    return "agency" if _signature_of(item) == "agency" else "default"


def _called(item: dict[str, Any]) -> str:
    document = item["document"]
    return " ".join(filter(None, (document["type"], document["number"]))) + f" ({item['name']})"


def _name(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _asked(question: str) -> str:
    print(question, flush=True)  # noqa: T201  this is a program for the command line
    return input()


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="vanthu token-sign", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--url", required=True, help="address of the office, as in https://vanthu.example.gov.vn")
    parser.add_argument("--module", required=True, help="PKCS#11 library of the token")
    parser.add_argument("--token", required=True, help="label of the token")
    parser.add_argument("--key", required=True, help="label of the key on it")
    parser.add_argument("--user", help="user name; asked for otherwise, and so is the password")
    parser.add_argument("--session-file", help="file with a session's token, instead of signing in")
    parser.add_argument("--save", help="folder for the files that are shown; a new temporary one otherwise")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--work-item", action="append", help="id of a work item to sign; may be given again")
    which.add_argument("--all", action="store_true", help="everything that waits for your signature")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
