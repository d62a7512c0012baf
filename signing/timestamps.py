"""Time-stamps of RFC 3161 from several authorities: each has its limit, and where one fails the next is asked.

What an authority answers is judged before it is used: for another digest or another question, by a certificate that is
not for time-stamps or by an algorithm that may not sign any more, a token is none.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import aiohttp
from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from engine.signatures import TimestampUnavailable
from signing.algorithms import Algorithms
from signing.policy import find_refused, signer_algorithms
from signing.settings import SECONDS_TO_WAIT
from signing.trust import CLOCKS_DIFFER

DIGEST: Final = "sha256"
SECONDS_IN_ALL: Final = 40
"""So long at most all authorities together are waited for; a call of the room has a minute."""
_REST_S: Final = 60.0
"""An authority that failed is asked last for so long."""
_LARGEST_ANSWER: Final = 256 * 1024
_GRANTED: Final = ("granted", "granted_with_mods")
_STAMPING: Final = "time_stamping"
Clock = Callable[[], float]
"""Seconds since some moment."""
_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, SignatureValidationError)
"""What asn1crypto and pyHanko raise for an answer that is not what it should be."""


class AuthorityFailed(Exception):
    """One authority gave no time-stamp that can be used: a stable code, and a sentence for the status page."""

    code = "away"
    template = "It does not answer. Check its address and the way there."


class AuthoritySlow(AuthorityFailed):
    """No answer within the limit."""

    code = "slow"
    template = "It did not answer within %(seconds)s s. Tell its operator, or set another one before it."

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class AuthorityRefused(AuthorityFailed):
    """It answered that it gives no time-stamp."""

    code = "refused"
    template = "It refuses to give a time-stamp. Ask its operator whether this office may use it."


class NotATimestamp(AuthorityFailed):
    """It answered something else."""

    code = "not_a_timestamp"
    template = "It answers with something that is not a time-stamp. Check its address."


class WrongNonce(AuthorityFailed):
    """It answered another question, as a recorded answer played back would."""

    code = "wrong_nonce"
    template = "Its answer belongs to another question. It is not used; tell its operator."


class WrongImprint(AuthorityFailed):
    """It stamped something else than what was asked for."""

    code = "wrong_digest"
    template = "It stamped something else than it was asked to. It is not used; tell its operator."


class WrongTime(AuthorityFailed):
    """Its time lies before that of what it stamps."""

    code = "wrong_time"
    template = "Its clock is behind by more than five minutes. It is not used; tell its operator."


class AuthorityUnfit(AuthorityFailed):
    """Its certificate is not for time-stamps, or was not valid when it stamped."""

    code = "unfit_certificate"
    template = "Its certificate is not made for time-stamps or not valid. It is not used; tell its operator."


class StampBroken(AuthorityFailed):
    """The signature over the time-stamp is wrong."""

    code = "broken"
    template = "The signature of its time-stamp is wrong. It is not used; tell its operator."


class StampAlgorithmRefused(AuthorityFailed):
    """It signs by an algorithm that may not sign any more."""

    code = "algorithm_refused"
    template = "It signs with %(algorithm)s, which may not sign any more. Ask its operator for a newer service."

    def __init__(self, algorithm: str) -> None:
        super().__init__()
        self.algorithm = algorithm


class CertificateChanged(AuthorityFailed):
    """It stamped by another certificate than a moment before; what was gathered for that one is of no use."""

    code = "certificate_changed"
    template = "It changed its certificate while it was being used. The document waits and goes on by itself."


class Authority:
    """One time-stamp authority, with what is remembered of it while this process lives."""

    def __init__(self, url: str, seconds: float, algorithms: Algorithms, clock: Clock) -> None:
        self.url = url
        self._seconds = seconds
        self._algorithms = algorithms
        self._clock = clock
        self._sample: cms.ContentInfo | None = None
        self._failed_at: float | None = None

    @property
    def rests(self) -> bool:
        """Whether it failed a short while ago."""
        return self._failed_at is not None and self._clock() - self._failed_at < _REST_S

    async def token(self, digest: bytes, after: datetime) -> cms.ContentInfo:
        """Return a token over the SHA-256 *digest*, which existed at *after*. Raises AuthorityFailed."""
        try:
            token = await self._asked(digest, after)
        except AuthorityFailed:
            self._failed_at = self._clock()
            raise
        self._failed_at, self._sample = None, token
        return token

    async def sample(self, after: datetime) -> cms.ContentInfo:
        """Return a token of the authority's, an earlier one where there is one: it shows size and certificate."""
        return self._sample or await self.token(bytes(32), after)

    async def _asked(self, digest: bytes, after: datetime) -> cms.ContentInfo:
        client: Any = _BoundedClient(self.url, timeout=self._seconds)
        nonce, request = client.request_cms(digest, DIGEST)
        try:
            answer = await client.async_request_tsa_response(request)
            token = _granted(answer)
            judge(token, digest, after, self._algorithms, nonce=nonce)
        except TimestampRequestError as cause:
            raise self._silent(cause) from cause
        except _MALFORMED as cause:
            raise NotATimestamp from cause
        return token

    def _silent(self, cause: TimestampRequestError) -> AuthorityFailed:
        match cause.__cause__:
            case TimeoutError():
                return AuthoritySlow(self._seconds)
            case aiohttp.ClientResponseError():
                return NotATimestamp()
            case _:
                return AuthorityFailed()


class TimestampClient:
    """Asks for time-stamps: the authorities in their order, those that failed a moment ago last."""

    def __init__(
        self,
        urls: Sequence[str],
        algorithms: Algorithms,
        seconds_to_wait: float = SECONDS_TO_WAIT,
        clock: Clock = time.monotonic,
    ) -> None:
        self.algorithms = algorithms
        seconds = min(seconds_to_wait, SECONDS_IN_ALL / max(1, len(urls)))
        self._authorities = tuple(Authority(url, seconds, algorithms, clock) for url in urls)

    def stamp(self, digest: bytes, after: datetime) -> bytes:
        """Return the DER of a time-stamp token over the SHA-256 *digest*, which existed at *after*.

        Raises:
            TimestampUnavailable: None of the authorities gives one.
        """
        failed: AuthorityFailed | None = None
        for authority in self.in_order():
            try:
                encoded: bytes = asyncio.run(authority.token(digest, after)).dump()
            except AuthorityFailed as cause:
                failed = cause
            else:
                return encoded
        raise TimestampUnavailable from failed

    def in_order(self) -> Iterator[Authority]:
        """Return the authorities in the order in which they are to be asked now."""
        yield from sorted(self._authorities, key=lambda authority: authority.rests)

    def get(self, url: str) -> Authority:
        """Return the authority at this address. Raises TimestampUnavailable if there is none."""
        found = next((authority for authority in self._authorities if authority.url == url), None)
        if found is None:
            raise TimestampUnavailable
        return found


class Stamper(TimeStamper):
    """One authority, as pyHanko asks for time-stamps in PDFs; no request is spent on learning its answers' size."""

    def __init__(self, authority: Authority, after: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko's is not typed
        self._authority = authority
        self._after = after

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        """Return a token to take the size and the certificates from."""
        sample = await self._authority.sample(self._after)
        self._register_dummy(md_algorithm, sample)  # type: ignore[no-untyped-call]  # pyHanko's is not typed
        return sample

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return the token, by the certificate whose proofs were gathered. Raises AuthorityFailed."""
        del md_algorithm
        token = await self._authority.token(message_digest, self._after)
        if self._certs and signer_of(token).issuer_serial not in self._certs:
            raise CertificateChanged
        return token


class _Answer(core.Sequence):  # type: ignore[misc]  # asn1crypto ships no types
    """TimeStampResp of RFC 3161; asn1crypto's own wants a token in refusals, too."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]  # noqa: RUF012


class _BoundedClient(HTTPTimeStamper):
    """pyHanko's client, which would read an answer without end."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> _Answer:
        limit = aiohttp.ClientTimeout(total=self.timeout)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.post(
                    self.url, data=req.dump(), headers=self.request_headers(), raise_for_status=True
                ) as response,
            ):
                content = b"".join([part async for part in _at_most(_LARGEST_ANSWER, response)])
        except (aiohttp.ClientError, OSError) as cause:
            raise TimestampRequestError("no answer") from cause
        answer: _Answer = _Answer.load(content, strict=True)
        return answer


async def _at_most(limit: int, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    read = 0
    async for part in response.content.iter_any():
        read += len(part)
        if read > limit:
            raise NotATimestamp
        yield part


def _granted(answer: _Answer) -> cms.ContentInfo:
    if answer["status"]["status"].native not in _GRANTED:
        raise AuthorityRefused
    return answer["time_stamp_token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenParts:
    """What a token says, who signed it, and when."""

    info: tsp.TSTInfo
    signer: cms.SignerInfo
    certificate: x509.Certificate

    @property
    def at(self) -> datetime:
        """The moment it vouches for."""
        stated: datetime = self.info["gen_time"].native
        return stated

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What it relies on, by name."""
        imprint = str(self.info["message_imprint"]["hash_algorithm"]["algorithm"].native)
        return tuple(dict.fromkeys((imprint, *signer_algorithms(self.signer, self.certificate))))


def parts_of(signed: cms.SignedData) -> TokenParts:
    """Take a token apart. Raises one of what parsers raise where it is none."""
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info":
        raise ValueError("no time-stamp")
    (signer,) = signed["signer_infos"]
    return TokenParts(info=content["content"].parsed, signer=signer, certificate=_certificate_of(signed, signer))


def signer_of(token: cms.ContentInfo) -> x509.Certificate:
    """Return the certificate a token is signed with."""
    (signer,) = token["content"]["signer_infos"]
    return _certificate_of(token["content"], signer)


def judge(
    token: cms.ContentInfo, digest: bytes, after: datetime, algorithms: Algorithms, *, nonce: int | None = None
) -> None:
    """Accept a token over the SHA-256 *digest*, which existed at *after*; trust is judged elsewhere.

    Raises:
        AuthorityFailed: It is another token, or none that may be used.
        ValueError, TypeError, KeyError, IndexError, AttributeError: It is no token at all.
    """
    parts = parts_of(token["content"])
    imprint = parts.info["message_imprint"]
    if nonce is not None and parts.info["nonce"].native != nonce:
        raise WrongNonce
    if imprint["hash_algorithm"]["algorithm"].native != DIGEST or not hmac.compare_digest(
        imprint["hashed_message"].native, digest
    ):
        raise WrongImprint
    if parts.at < after - CLOCKS_DIFFER:
        raise WrongTime
    _require_fit(parts.certificate, parts.at)
    refused = find_refused(parts.algorithms, algorithms, parts.at)
    if refused is not None:
        raise StampAlgorithmRefused(refused)
    if not all(_integrity(token["content"], parts)):
        raise StampBroken


def _require_fit(certificate: x509.Certificate, at: datetime) -> None:
    usages = certificate.extended_key_usage_value
    if usages is None or usages.native != [_STAMPING]:
        raise AuthorityUnfit
    if not certificate.not_valid_before <= at <= certificate.not_valid_after:
        raise AuthorityUnfit


def _integrity(signed: cms.SignedData, parts: TokenParts) -> tuple[bool, bool]:
    name = str(parts.signer["digest_algorithm"]["algorithm"].native)
    digest = hashlib.new(name, bytes(signed["encap_content_info"]["content"])).digest()
    intact, valid = validate_sig_integrity(parts.signer, parts.certificate, "tst_info", digest)
    return bool(intact), bool(valid)


def _certificate_of(signed: cms.SignedData, signer: cms.SignerInfo) -> x509.Certificate:
    sid = signer["sid"].chosen
    for each in signed["certificates"]:
        known: x509.Certificate = each.chosen
        by_serial = isinstance(sid, cms.IssuerAndSerialNumber)
        identity = (known.issuer.dump(), known.serial_number) if by_serial else known.key_identifier
        if identity == ((sid["issuer"].dump(), sid["serial_number"].native) if by_serial else sid.native):
            return known
    raise ValueError("the certificate of the time-stamp is missing")
