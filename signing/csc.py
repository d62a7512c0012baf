"""A remote signing service by the API of the Cloud Signature Consortium: v1 (1.0.4), or v2 where it speaks only that.

Reading may be repeated once; what spends an authorisation is never repeated by itself. Times and sizes of answers are
bounded, redirections are not followed, and nothing of an answer is believed but what is verified afterwards.
"""

import asyncio
import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from engine import key_errors
from engine.errors import VanthuError
from engine.key_errors import ServiceAccessRefused, ServiceAway, ServiceRefused

MAX_ANSWER: Final = 1_000_000
MAX_PAGES: Final = 20
MAX_REASON: Final = 200
_OK, _BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN, _BUSY, _SERVER = 200, 400, 401, 403, 429, 500
_NOT_THERE: Final = (404, 405)
DIGESTS: Final = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_RSA: Final = "1.2.840.113549.1.1.1"
_WITH_DIGEST: Final = {
    ("rsa", "sha256"): "1.2.840.113549.1.1.11",
    ("rsa", "sha384"): "1.2.840.113549.1.1.12",
    ("rsa", "sha512"): "1.2.840.113549.1.1.13",
    ("ec", "sha256"): "1.2.840.10045.4.3.2",
    ("ec", "sha384"): "1.2.840.10045.4.3.3",
    ("ec", "sha512"): "1.2.840.10045.4.3.4",
}

_MEANINGS: Final[tuple[tuple[tuple[str, ...], type[VanthuError]], ...]] = (
    (("locked",), key_errors.PinLocked),
    (("invalid_pin", "invalid parameter pin"), key_errors.PinWrong),
    (("invalid_otp", "invalid parameter otp"), key_errors.OtpWrong),
    (
        ("sad_expired", "invalid_sad", "parameter sad", "sad has expired", "expired sad"),
        key_errors.AuthorisationExpired,
    ),
)
"""Words in an error of the protocol, and what they mean to who signs; services differ in where they put them."""

_AUTH_INFO: Final = {"certInfo": False, "authInfo": True}

Answer = Mapping[str, Any]


def digest_of(algorithm: str) -> str | None:
    """Return the digest that the OID of a signature algorithm names, or None: it signs by any."""
    return next((digest for (_, digest), known in _WITH_DIGEST.items() if known == algorithm), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a service says of one of its keys.

    Attributes:
        enabled: Whether it may be used now.
        certificates: DER, its own first.
        algorithms: OIDs it signs by.
        asks: 'pin', 'otp', both or nothing: what its holder types each time.
        otp: 'online' where the code is sent on demand, 'offline' where a device shows it, '' without one.
        batch: How many hashes one authorisation may cover.
        binds_hashes: Whether an authorisation names the hashes (SCAL 2).
    """

    enabled: bool
    certificates: tuple[bytes, ...]
    algorithms: tuple[str, ...]
    asks: tuple[str, ...]
    otp: str
    batch: int
    binds_hashes: bool

    def algorithm(self, kind: str, digest: str) -> str:
        """Return the OID to sign by with a key of this kind ('rsa', 'ec'): with the digest where that is known here."""
        exact = _WITH_DIGEST[kind, digest]
        return _RSA if kind == "rsa" and exact not in self.algorithms and _RSA in self.algorithms else exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Signatures wanted over these digests: by which credential and algorithms, opened by what was typed."""

    credential: str
    digest: str
    hashes: Sequence[bytes]
    algorithm: str
    pin: str | None = field(default=None, repr=False)
    otp: str | None = field(default=None, repr=False)


class CscService:
    """One service, reached with our access to it: 'bearer:TOKEN', 'basic:USER:PASSWORD', or none."""

    def __init__(self, name: str, url: str, secret: str | None, seconds: float) -> None:
        self._name = name
        self._url = url.rstrip("/")
        self._secret = secret or ""
        self._limit = aiohttp.ClientTimeout(total=seconds)

    def credentials(self) -> tuple[str, ...]:
        """Return the ids of the keys it holds for us. Raises ServiceAway, ServiceAccessRefused, ServiceRefused."""
        return asyncio.run(self._within(_list))

    def credential(self, credential_id: str) -> Credential:
        """Return what it says of one key. Raises as :meth:`credentials`."""
        found: Credential = asyncio.run(self._within(lambda call: _info(call, credential_id)))
        return found

    def send_otp(self, credential_id: str) -> None:
        """Have it send a one-time code to the key's holder. Raises as :meth:`credentials`."""
        asyncio.run(self._within(lambda call: _send_otp(call, credential_id)))

    def sign(self, wanted: Wanted) -> tuple[bytes, ...]:
        """Return a signature for each hash, by one authorisation.

        Where the authorisation runs out before it was used, and nobody has to type anything for another, a second one
        is asked for; nothing was signed by the first.

        Raises:
            PinWrong, PinLocked, OtpWrong, AuthorisationExpired: It did not open.
            ServiceAway, ServiceAccessRefused, ServiceRefused: No signature came.
        """
        return asyncio.run(self._within(lambda call: _sign(call, wanted)))

    async def _within(self, act: Any) -> Any:  # noqa: ANN401  what the act returns
        require_safe(self._url, self._name)
        async with aiohttp.ClientSession(timeout=self._limit, raise_for_status=False) as http:
            call = _Call(self._name, self._url, http)
            await call.sign_in(self._secret)
            return await act(call)


def require_safe(url: str, name: str) -> None:
    """See that the address is reached by TLS, or on this very machine. Raises ServiceAway."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or not _is_loopback(parts.hostname or ""):
        raise ServiceAway(service=name)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class _Call:
    """The calls of one visit: which version is spoken, and by which token."""

    def __init__(self, name: str, url: str, http: aiohttp.ClientSession) -> None:
        self.name = name
        self.version = "v1"
        self._url = url
        self._http = http
        self._headers: dict[str, str] = {}

    async def sign_in(self, secret: str) -> None:
        """Learn which version is spoken, and get a token where we have a user and a password."""
        info = await self._info()
        kind, _, rest = secret.partition(":")
        if kind == "bearer":
            self._headers = {"Authorization": f"Bearer {rest}"}
        elif kind == "basic":
            self._headers = {"Authorization": f"Basic {b64encode(rest.encode()).decode()}"}
            if "auth/login" in info.get("methods", ()):
                answer = await self.post("auth/login", {"rememberMe": False})
                self._headers = {"Authorization": f"Bearer {_text(answer, 'access_token', self.name)}"}

    async def _info(self) -> Answer:
        for version in ("v1", "v2"):
            self.version = version
            status, answer = await self._again("info", {})
            if status == _OK:
                if str(answer.get("specs", "")).startswith("2"):
                    self.version = "v2"
                return answer
            if status not in _NOT_THERE:
                raise self._refusal(status, answer)
        raise ServiceAway(service=self.name)

    async def read(self, method: str, body: Answer) -> Answer:
        """Call what changes nothing; an unanswered call is repeated once."""
        return self._accepted(*await self._again(method, body))

    async def post(self, method: str, body: Answer) -> Answer:
        """Call once."""
        return self._accepted(*await self._send(method, body))

    async def _again(self, method: str, body: Answer) -> tuple[int, Answer]:
        try:
            return await self._send(method, body)
        except ServiceAway:
            return await self._send(method, body)

    async def _send(self, method: str, body: Answer) -> tuple[int, Answer]:
        url = f"{self._url}/csc/{self.version}/{method}"
        try:
            async with self._http.post(url, json=body, headers=self._headers, allow_redirects=False) as answer:
                content = await answer.content.read(MAX_ANSWER + 1)
                while len(content) <= MAX_ANSWER and (more := await answer.content.read(MAX_ANSWER)):
                    content += more
                return answer.status, self._read(answer.status, content)
        except (aiohttp.ClientError, TimeoutError, OSError) as cause:
            raise ServiceAway(service=self.name) from cause

    def _read(self, status: int, content: bytes) -> Answer:
        if len(content) > MAX_ANSWER:
            raise ServiceAway(service=self.name)
        try:
            found = json.loads(content) if content.strip() else {}
        except (ValueError, RecursionError) as cause:
            if status != _OK:
                return {}
            raise ServiceAway(service=self.name) from cause
        if not isinstance(found, dict):
            raise ServiceAway(service=self.name)
        return found

    def _accepted(self, status: int, answer: Answer) -> Answer:
        if status not in (_OK, 201, 204):
            raise self._refusal(status, answer)
        return answer

    def _refusal(self, status: int, answer: Answer) -> VanthuError:
        """Return what an error of the protocol means to who signs."""
        code = str(answer.get("error", "")).lower()
        said = str(answer.get("error_description", ""))
        about = f"{code} {said}".lower()
        if status >= _SERVER or status == _BUSY:
            return ServiceAway(service=self.name)
        for words, meaning in _MEANINGS:
            if any(word in about for word in words):
                return meaning()
        if status in (_UNAUTHORIZED, _FORBIDDEN) or code in ("invalid_token", "unauthorized", "access_denied"):
            return ServiceAccessRefused(service=self.name)
        reason = "".join(each if each.isprintable() else " " for each in said or code or f"HTTP {status}")
        return ServiceRefused(service=self.name, reason=reason[:MAX_REASON])


async def _list(call: _Call) -> tuple[str, ...]:
    found: list[str] = []
    page: dict[str, str] = {}
    for _ in range(MAX_PAGES):
        answer = await call.read("credentials/list", page)
        ids = answer.get("credentialIDs")
        if not isinstance(ids, list):
            raise ServiceAway(service=call.name)
        found += [str(each) for each in ids]
        if not answer.get("nextPageToken"):
            break
        page = {"pageToken": str(answer["nextPageToken"])}
    return tuple(dict.fromkeys(found))


async def _info(call: _Call, credential_id: str) -> Credential:
    asked = {"credentialID": credential_id, "certificates": "chain"} | _AUTH_INFO
    answer = await call.read("credentials/info", asked)
    try:
        key, certificates = answer["key"], answer["cert"]["certificates"]
        encoded = tuple(b64decode(each, validate=True) for each in certificates)
        asks, otp = _asked(answer) if call.version == "v1" else _asked_v2(answer)
        return Credential(
            enabled=key.get("status", "enabled") == "enabled",
            certificates=encoded,
            algorithms=tuple(map(str, key.get("algo", ()))),
            asks=asks,
            otp=otp,
            batch=max(1, int(answer.get("multisign", 1))),
            binds_hashes=str(answer.get("SCAL", "1")) == "2",
        )
    except (KeyError, TypeError, ValueError, AttributeError, NotBase64) as cause:
        raise ServiceAway(service=call.name) from cause


def _asked(answer: Answer) -> tuple[tuple[str, ...], str]:
    """Return what a holder types and how a code reaches them, as v1 says it."""
    if answer.get("authMode", "implicit") != "explicit":
        return (), ""
    found = [name for name in ("PIN", "OTP") if str(answer.get(name, {}).get("presence", "false")).lower() == "true"]
    otp = str(answer.get("OTP", {}).get("type", "offline")) if "OTP" in found else ""
    return tuple(map(str.lower, found)), otp


def _asked_v2(answer: Answer) -> tuple[tuple[str, ...], str]:
    """Return the same as v2 says it: objects of authentication, of which we know passwords and codes."""
    auth = answer.get("auth", {})
    if auth.get("mode", "implicit") != "explicit":
        return (), ""
    objects = {_ours(each): each for each in auth.get("objects", ()) if _ours(each)}
    otp = objects.get("otp", {})
    how = "online" if otp.get("generator") or str(otp.get("type", "")).lower().startswith("challenge") else "offline"
    return tuple(sorted(objects, reverse=True)), how if otp else ""


def _ours(authentication: Answer) -> str:
    name = f"{authentication.get('type', '')} {authentication.get('id', '')}".lower()
    if "otp" in name or "challenge" in name:
        return "otp"
    return "pin" if "password" in name or "pin" in name else ""


async def _send_otp(call: _Call, credential_id: str) -> None:
    method = "credentials/sendOTP" if call.version == "v1" else "credentials/getChallenge"
    await call.post(method, {"credentialID": credential_id})


async def _sign(call: _Call, wanted: Wanted) -> tuple[bytes, ...]:
    try:
        return await _signed(call, wanted, await _authorised(call, wanted))
    except key_errors.AuthorisationExpired:
        if wanted.otp is not None:
            raise
        return await _signed(call, wanted, await _authorised(call, wanted))


async def _authorised(call: _Call, wanted: Wanted) -> str:
    hashes = [b64encode(each).decode() for each in wanted.hashes]
    body: dict[str, Any] = {"credentialID": wanted.credential, "numSignatures": len(hashes)}
    typed = {"PIN": wanted.pin, "OTP": wanted.otp}
    given = {name: value for name, value in typed.items() if value is not None}
    if call.version == "v1":
        body |= {"hash": hashes, **given}
    else:
        names = await _ids_v2(call, wanted.credential) if given else {}
        data = [{"id": names.get(name.lower(), name), "value": value} for name, value in given.items()]
        body |= {"hashes": hashes, "hashAlgorithmOID": DIGESTS[wanted.digest], "authData": data}
    return _text(await call.post("credentials/authorize", body), "SAD", call.name)


async def _ids_v2(call: _Call, credential_id: str) -> Mapping[str, str]:
    """Return by which id of its own a service of v2 knows what we call 'pin' and 'otp'."""
    answer = await call.read("credentials/info", {"credentialID": credential_id, "certificates": "none"} | _AUTH_INFO)
    try:
        return {_ours(each): str(each["id"]) for each in answer["auth"]["objects"] if _ours(each)}
    except (KeyError, TypeError, AttributeError) as cause:
        raise ServiceAway(service=call.name) from cause


async def _signed(call: _Call, wanted: Wanted, sad: str) -> tuple[bytes, ...]:
    hashes, digest = [b64encode(each).decode() for each in wanted.hashes], DIGESTS[wanted.digest]
    body: dict[str, Any] = {"credentialID": wanted.credential, "SAD": sad, "signAlgo": wanted.algorithm}
    is_v1 = call.version == "v1"
    body |= {"hash": hashes, "hashAlgo": digest} if is_v1 else {"hashes": hashes, "hashAlgorithmOID": digest}
    answer = await call.post("signatures/signHash", body)
    try:
        signatures = tuple(b64decode(each, validate=True) for each in answer["signatures"])
    except (KeyError, TypeError, ValueError) as cause:
        raise ServiceAway(service=call.name) from cause
    if len(signatures) != len(hashes):
        raise ServiceAway(service=call.name)
    return signatures


def _text(answer: Answer, name: str, service: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise ServiceAway(service=service)
    return value
