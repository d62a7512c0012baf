"""Posts to webhooks: signed, to addresses outside only, with an end to every wait and to every answer.

A name is looked up once, by us, and the connection goes to the address that was checked; redirects are not followed.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from engine.couriers import Parcel
from engine.ids import WebhookDeliveryId
from engine.webhooks import EXCERPT, Attempt, WebhookAddressRefused, WebhookAway, is_public, signature

SECONDS_IN_ALL: Final = 10.0
SECONDS_TO_CONNECT: Final = 5.0
SECONDS_A_ROUND: Final = 20.0
"""A receiver that answers, but slowly, gets the rest of its parcels in the next round."""
RECEIVERS_AT_ONCE: Final = 8
MOST_READ: Final = 65_536
AGENT: Final = "Vanthu-Webhook/1"

Answered = tuple[WebhookDeliveryId, Attempt]


class _NotOutside(OSError):
    """A name led to an address that is not outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCourier:
    """Posts over HTTP.

    Attributes:
        private_allowed: Addresses of the office's own network are taken too.
        seconds: How long one post may take in all.
    """

    clock: Callable[[], datetime]
    private_allowed: bool = False
    seconds: float = SECONDS_IN_ALL

    def post(self, rounds: Sequence[Sequence[Parcel]]) -> Sequence[Answered]:
        """Post the parcels of each receiver in order, all receivers at once; who fails gets no more of this round."""
        return asyncio.run(self._post(rounds)) if rounds else ()

    async def _post(self, rounds: Sequence[Sequence[Parcel]]) -> list[Answered]:  # allow: async, aiohttp waits so
        gate = asyncio.Semaphore(RECEIVERS_AT_ONCE)
        limits = aiohttp.ClientTimeout(total=self.seconds, connect=min(SECONDS_TO_CONNECT, self.seconds))
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=_Guard(self.private_allowed), limit=RECEIVERS_AT_ONCE),
            timeout=limits,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        ) as session:
            answered = await asyncio.gather(*(self._round(parcels, session, gate) for parcels in rounds))
        return [each for answers in answered for each in answers]

    async def _round(  # allow: async, aiohttp waits so
        self, parcels: Sequence[Parcel], session: aiohttp.ClientSession, gate: asyncio.Semaphore
    ) -> list[Answered]:
        answers: list[Answered] = []
        async with gate:
            end = time.monotonic() + SECONDS_A_ROUND
            for parcel in parcels:
                attempt = await self._attempt(parcel, session)
                answers.append((parcel.delivery_id, attempt))
                if not attempt.succeeded or time.monotonic() > end:
                    break
        return answers

    async def _attempt(  # allow: async, aiohttp waits so
        self, parcel: Parcel, session: aiohttp.ClientSession
    ) -> Attempt:
        at, began = self.clock(), time.monotonic()
        status, code, answer = None, None, ""
        try:
            self._require_outside(parcel.url)
            async with session.post(
                parcel.url, data=parcel.body, headers=_headers(parcel, at), allow_redirects=False
            ) as response:
                status, answer = response.status, _excerpt(await _start_of(response))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            code = WebhookAddressRefused.code if _is_refused(error) else WebhookAway.code
        took = round((time.monotonic() - began) * 1000)
        return Attempt(at=at, took_ms=took, status=status, code=code, answer=answer)

    def _require_outside(self, url: str) -> None:
        """Raise _NotOutside for a bare address of our own network; names are judged when they are looked up."""
        host = urlsplit(url).hostname or ""
        try:
            outside = is_public(host)
        except ValueError:
            return
        if not outside and not self.private_allowed:
            raise _NotOutside


class _Guard(AbstractResolver):
    """Looks names up and gives out only addresses outside."""

    def __init__(self, private_allowed: bool) -> None:
        self._private_allowed = private_allowed
        self._plain = ThreadedResolver()

    async def resolve(  # allow: async, aiohttp's resolvers are
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._plain.resolve(host, port, family)
        outside = [each for each in found if self._private_allowed or is_public(each["host"])]
        if not outside:
            raise _NotOutside
        return outside

    async def close(self) -> None:  # allow: async, aiohttp's resolvers are
        await self._plain.close()


def _headers(parcel: Parcel, at: datetime) -> dict[str, str]:
    message_id, timestamp = str(parcel.delivery_id), int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(parcel.secret, message_id, timestamp, parcel.body),
    }


async def _start_of(response: aiohttp.ClientResponse) -> bytes:  # allow: async, aiohttp waits so
    """Read an answer to its end, but no further than MOST_READ; a longer one is cut off with its connection."""
    content = b""
    while len(content) < MOST_READ:
        chunk = await response.content.read(MOST_READ - len(content))
        if not chunk:
            return content
        content += chunk
    response.close()
    return content


def _excerpt(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\x00", "")[:EXCERPT]


def _is_refused(error: Exception) -> bool:
    inner = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return isinstance(inner, _NotOutside)
