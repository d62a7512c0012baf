"""Whom we trust, and how certificates are checked against it: with what the file carries, or also online."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

SECONDS_PER_REQUEST = 10
CLOCKS_DIFFER = timedelta(minutes=5)


class Trust:
    """The certificate authorities an office relies on."""

    def __init__(self, roots: Iterable[x509.Certificate]) -> None:
        self.roots = tuple(roots)

    @classmethod
    def load(cls, files: Iterable[Path]) -> "Trust":
        """Read the roots from PEM or DER files, several to a PEM file.

        Raises:
            OSError: A file is missing.
            ValueError: A file holds no certificate.
        """
        return cls(root for file in files for root in _certificates(file.read_bytes()))

    def specification(self, known: LocalKnowledge, *, online: bool) -> PdfSignatureValidationSpec:
        """Return what AdES validation is to go by; revocation must be proven, by *known* or else online."""
        policy = CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=[CertTrustAnchor(root) for root in self.roots]),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        )
        rule = RevinfoOnlineFetchingRule.NO_HISTORICAL_FETCH if online else RevinfoOnlineFetchingRule.LOCAL_ONLY
        return PdfSignatureValidationSpec(
            SignatureValidationSpec(
                cert_validation_policy=policy,
                revinfo_gathering_policy=RevocationInfoGatheringSpec(online_fetching_rule=rule),
                local_knowledge=known,
            )
        )

    @asynccontextmanager
    async def online(self, at: datetime) -> AsyncIterator[ValidationContext]:
        """Open a context that fetches revocation data as of *at* and insists on it; each request has its limit."""
        backend = AIOHttpFetcherBackend(per_request_timeout=SECONDS_PER_REQUEST)
        context = ValidationContext(
            trust_roots=list(self.roots),
            allow_fetching=True,
            moment=at,
            # What is fetched was issued a moment after *at*, perhaps by a clock that is ahead of ours.
            time_tolerance=CLOCKS_DIFFER,
            revocation_mode="require",
            fetcher_backend=backend,
        )
        try:
            yield context
        finally:
            await backend.close()

    def offline(self, known: LocalKnowledge, at: datetime) -> ValidationContext:
        """Return a context that knows what the file carries and fetches nothing."""
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=known.known_certs,
            crls=[found.crl_data for found in known.known_crls],
            ocsps=[found.ocsp_response_data for found in known.known_ocsps],
            moment=at,
            revocation_mode="soft-fail",
        )


def live(at: datetime) -> ValidationTimingInfo:
    """Return the timing of a validation that takes place at *at*."""
    return ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=False)


def _certificates(content: bytes) -> list[x509.Certificate]:
    if not pem.detect(content):
        return [x509.Certificate.load(content)]
    return [x509.Certificate.load(encoded) for _, _, encoded in pem.unarmor(content, multiple=True)]
