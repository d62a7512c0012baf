"""A signing service of the tests' own: it asks for PIN and code, and misbehaves as it is told."""

import asyncio
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding

from tests.support.authority import Authority, PrivateKey, a_key
from tests.support.pki import a_free_port

PIN, OTP, TOKEN = "2718", "314159", "a token of the service"
AUTHORITY = Authority.root()


@dataclass(kw_only=True)
class OwnService:
    """A service that asks for PIN and code, and misbehaves as it is told; *called* is what was asked of it."""

    version: str = "v1"
    kind: str = "rsa-2048"
    other_kind: str | None = None
    holder: tuple[PrivateKey, Sequence[x509.Certificate]] | None = None
    expires: int = 0
    trouble: dict[str, tuple[int, Any]] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    sent: int = 0
    url: str = ""

    def _key(self) -> PrivateKey:
        return a_key(self.other_kind or self.kind) if self.holder is None else self.holder[0]

    def answer(self, method: str, body: dict[str, Any], authorization: str) -> tuple[int, Any]:
        """Return status and body of one call."""
        self.called.append(method)
        self.bodies.append(body)
        if method in self.trouble:
            return self.trouble[method]
        if method == "info":
            return 200, {"specs": "1.0.4.0" if self.version == "v1" else "2.0.0.2", "methods": ["auth/login"]}
        if method == "auth/login":
            right = authorization == f"Basic {b64encode(b'office:secret').decode()}"
            return (200, {"access_token": TOKEN}) if right else (401, {"error": "invalid_request"})
        if authorization != f"Bearer {TOKEN}":
            return 401, {"error": "invalid_token"}
        status, said = getattr(self, "_" + method.replace("/", "_"))(body)
        return status, said

    def _credentials_list(self, body: dict[str, Any]) -> tuple[int, Any]:
        if "pageToken" in body:
            return 200, {"credentialIDs": ["second"]}
        return 200, {"credentialIDs": ["first"], "nextPageToken": "2"}

    def _credentials_info(self, _: dict[str, Any]) -> tuple[int, Any]:
        own = [AUTHORITY.issued(a_key(self.kind)), AUTHORITY.certificate]
        certificates = own if self.holder is None else self.holder[1]
        known: dict[str, Any] = {
            "key": {"status": "enabled", "algo": ["1.2.840.113549.1.1.1"]},
            "cert": {"certificates": [b64encode(each.public_bytes(Encoding.DER)).decode() for each in certificates]},
            "multisign": 2,
            "SCAL": "2",
        }
        if self.version == "v1":
            asks = {"PIN": {"presence": "true"}, "OTP": {"presence": "true", "type": "online"}}
            return 200, {**known, "authMode": "explicit", **asks}
        objects = [{"type": "Password", "id": "1"}, {"type": "ChallengeResponse", "id": "sms", "generator": "sms"}]
        return 200, {**known, "auth": {"mode": "explicit", "objects": objects}}

    def _credentials_sendOTP(self, _: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802  the protocol's name
        self.sent += 1
        return 204, None

    _credentials_getChallenge = _credentials_sendOTP  # noqa: N815  the protocol's name

    def _credentials_authorize(self, body: dict[str, Any]) -> tuple[int, Any]:
        names = {"1": "PIN", "sms": "OTP"}
        typed = {names[each["id"]]: each["value"] for each in body.get("authData", ())} or body
        if typed.get("PIN") != PIN:
            return 400, {"error": "invalid_pin", "error_description": "The PIN is invalid"}
        if typed.get("OTP") != OTP:
            return 400, {"error": "invalid_otp", "error_description": "The OTP is invalid"}
        return 200, {"SAD": json.dumps(body.get("hash") or body["hashes"]), "expiresIn": 60}

    def _signatures_signHash(self, body: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802  the protocol's name
        if self.expires > 0:
            self.expires -= 1
            return 400, {"error": "invalid_request", "error_description": "SAD has expired"}
        hashes = body.get("hash") or body["hashes"]
        assert json.loads(body["SAD"]) == hashes
        signatures = [_raw(self._key(), b64decode(each)) for each in hashes]
        return 200, {"signatures": [b64encode(each).decode() for each in signatures]}


def _raw(key: PrivateKey, digest: bytes) -> bytes:
    algorithm = Prehashed(SHA384() if len(digest) == 48 else SHA256())
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, padding.PKCS1v15(), algorithm)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.sign(digest, ec.ECDSA(algorithm))


@pytest.fixture(scope="session")
def serving() -> Iterator[dict[str, Any]]:
    """A server on loopback whose answers are those of the service that is put into this dictionary."""
    box: dict[str, Any] = {}

    async def handle(request: web.Request) -> web.Response:
        service = box["service"]
        if request.match_info["version"] != service.version:
            return web.Response(status=404)
        body = await request.json()
        status, answer = service.answer(request.match_info["method"], body, request.headers.get("Authorization", ""))
        if isinstance(answer, bytes):
            return web.Response(status=status, body=answer)
        return web.json_response(answer, status=status) if answer is not None else web.Response(status=status)

    loop, port = asyncio.new_event_loop(), a_free_port()
    app = web.Application()
    app.router.add_post("/csc/{version}/{method:.+}", handle)
    runner = web.AppRunner(app)
    loop.run_until_complete(runner.setup())
    loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", port).start())
    box["url"] = f"http://127.0.0.1:{port}"
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield box
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def service(serving: dict[str, Any]) -> OwnService:
    """The service of this test."""
    made = OwnService(url=serving["url"])
    serving["service"] = made
    return made
