"""Time-stamps of RFC 3161: asked for with a limit, refused as a neighbour that is away."""

import asyncio

import aiohttp
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from engine.signatures import TimestampUnavailable
from signing.settings import SECONDS_TO_WAIT

NO_TIMESTAMP = (TimestampRequestError, aiohttp.ClientError, OSError, ValueError, TypeError, KeyError)
"""What an authority that is away, refuses or answers with something else raises; asn1crypto's are the last three."""


class TimestampClient:
    """Asks one authority for time-stamps."""

    def __init__(self, url: str, seconds_to_wait: int = SECONDS_TO_WAIT) -> None:
        self._url = url
        self._seconds_to_wait = seconds_to_wait

    def stamp(self, digest: bytes) -> bytes:
        """Return the DER of a time-stamp token over the SHA-256 *digest*.

        Raises:
            TimestampUnavailable: No answer within the limit, or none that is a time-stamp.
        """
        try:
            token = asyncio.run(self.stamper().async_timestamp(digest, "sha256"))
            encoded: bytes = token.dump()
        except NO_TIMESTAMP as cause:
            raise TimestampUnavailable from cause
        return encoded

    def stamper(self) -> HTTPTimeStamper:
        """Return a fresh client of pyHanko's; one lives as long as one event loop."""
        return HTTPTimeStamper(self._url, timeout=self._seconds_to_wait)
