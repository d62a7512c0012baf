"""Whom we trust, and how certificates are checked against it: with what the file carries, or also online."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from asn1crypto import pem, x509
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.fetchers.api import FetcherBackend
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from engine.trust_anchors import TrustAnchor, TrustPurpose
from signing.algorithms import Algorithms
from signing.heard import Answers, Heard
from signing.policy import AlgorithmPolicy

SECONDS_PER_REQUEST = 10
CLOCKS_DIFFER = timedelta(minutes=5)
FOLDER = "VANTHU_TRUST"
FOR_SIGNING = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
"""Either of the two usages makes a certificate one for signing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A certificate that is trusted by itself.

    Attributes:
        certificate: The certificate.
        because: Where the trust comes from, as in 'VANTHU_TRUST' or the name of a trusted list.
        since: From when on; None where nobody wrote it down.
        until: The first moment it counts no more; what was proven to be signed before stays trusted. None: no end.
        purpose: For signatures, for time-stamps, or for both.
    """

    certificate: x509.Certificate
    because: str
    since: datetime | None = None
    until: datetime | None = None
    purpose: TrustPurpose = TrustPurpose.ANY

    def counts_at(self, moment: datetime) -> bool:
        """Say whether it was trusted at that moment."""
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


class Trust:
    """The certificate authorities an office relies on."""

    def __init__(self, anchors: Iterable[Anchor], algorithms: Algorithms, heard: Heard | None = None) -> None:
        self._anchors = tuple(anchors)
        self._rules = algorithms
        self.heard = heard or Heard()
        self.algorithms = AlgorithmPolicy(algorithms)
        self._by_digest = {anchor.certificate.sha256: anchor for anchor in reversed(self._anchors)}

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        """Every certificate that is trusted for anything."""
        return tuple(anchor.certificate for anchor in self._anchors)

    @classmethod
    def load(
        cls,
        files: Iterable[Path],
        added: Iterable[TrustAnchor] = (),
        *,
        algorithms: Algorithms,
        heard: Heard | None = None,
    ) -> "Trust":
        """Read the roots from PEM or DER files, several to a PEM file, and take those administrators added.

        Raises:
            OSError: A file is missing.
            ValueError: A file holds no certificate.
        """
        ours = [Anchor(certificate=root, because=FOLDER) for file in files for root in certificates(file.read_bytes())]
        return cls([*ours, *(_added(anchor) for anchor in added)], algorithms, heard)

    def as_of(self, *moments: datetime) -> "Trust":
        """Return this trust in those only who were trusted at one of these moments."""
        counting = [one for one in self._anchors if any(map(one.counts_at, moments))]
        return self if len(counting) == len(self._anchors) else Trust(counting, self._rules, self.heard)

    def anchor(self, certificate: x509.Certificate) -> Anchor | None:
        """Return what is known of a certificate that is trusted by itself, None for any other."""
        return self._by_digest.get(certificate.sha256)

    def specification(
        self, known: LocalKnowledge, fetching: FetcherBackend | None, stamps: "Trust | None" = None
    ) -> PdfSignatureValidationSpec:
        """Return what AdES validation is to go by; revocation must be proven, by *known* or else *fetching* online.

        Since when and until when an authority counts is left out: pyHanko would hold it against the end of the
        certificates and not against the moment of signing, so who counts is chosen before, by ``as_of``; for
        time-stamps those of *stamps*, where others count for these.

        Issuers are never fetched: a stranger's certificate would name the address. What a certificate says of its
        revocation is asked for only once its issuer's signature was found good, so an authority we trust named it.
        """
        rule = RevinfoOnlineFetchingRule.NO_HISTORICAL_FETCH if fetching else RevinfoOnlineFetchingRule.LOCAL_ONLY
        return PdfSignatureValidationSpec(
            SignatureValidationSpec(
                cert_validation_policy=self._policy(TrustPurpose.SIGNATURES),
                ts_cert_validation_policy=(stamps or self)._policy(TrustPurpose.TIMESTAMPS),  # noqa: SLF001  its own kind
                key_usage_settings=FOR_SIGNING,
                revinfo_gathering_policy=RevocationInfoGatheringSpec(
                    online_fetching_rule=rule,
                    fetcher_backend=fetching,
                    certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
                ),
                local_knowledge=known,
            ),
            # What came later is looked at once, for every signature, before this validation begins.
            diff_policy=None,
        )

    def _policy(self, purpose: TrustPurpose) -> CertValidationPolicySpec:
        trusted = [one.certificate for one in self._anchors if one.purpose in (purpose, TrustPurpose.ANY)]
        return CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=trusted),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
            algorithm_usage_policy=self.algorithms,
        )

    @asynccontextmanager
    async def online(self, at: datetime, known: Answers | None = None) -> AsyncIterator[ValidationContext]:
        """Open a context that fetches revocation data as of *at* and insists on it; each request has its limit.

        With what is *known* nothing is fetched at all.
        """
        async with fetching() as backend:
            context = ValidationContext(
                trust_roots=list(self.roots),
                crls=known.crls if known else (),
                ocsps=known.ocsps if known else (),
                allow_fetching=known is None,
                moment=at,
                # What is fetched was issued a moment after *at*, perhaps by a clock that is ahead of ours.
                time_tolerance=CLOCKS_DIFFER,
                revocation_mode="require",
                algorithm_usage_policy=self.algorithms,
                fetcher_backend=backend,
            )
            context.certificate_registry.fetcher = None
            yield context

    def offline(self, known: LocalKnowledge, at: datetime) -> ValidationContext:
        """Return a context for time-stamps that knows what the file carries and fetches nothing."""
        return ValidationContext(
            trust_roots=[one.certificate for one in self._anchors if one.purpose is not TrustPurpose.SIGNATURES],
            other_certs=known.known_certs,
            crls=[found.crl_data for found in known.known_crls],
            ocsps=[found.ocsp_response_data for found in known.known_ocsps],
            moment=at,
            revocation_mode="soft-fail",
            algorithm_usage_policy=self.algorithms,
        )


@asynccontextmanager
async def fetching() -> AsyncIterator[FetcherBackend]:
    """Open what fetches revocation data for one file.

    pyHanko's own would read the authorities of the web anew for every signature, which takes longer than the rest.
    """
    async with aiohttp.ClientSession() as session:
        yield AIOHttpFetcherBackend(session, per_request_timeout=SECONDS_PER_REQUEST)


def live(at: datetime) -> ValidationTimingInfo:
    """Return the timing of a validation that takes place at *at*."""
    return ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=False)


def _added(anchor: TrustAnchor) -> Anchor:
    return Anchor(
        certificate=x509.Certificate.load(anchor.certificate),
        because=anchor.source,
        since=anchor.trusted_from,
        until=anchor.trusted_until,
        purpose=anchor.purpose,
    )


def certificates(content: bytes) -> list[x509.Certificate]:
    """Return the certificates of a PEM or DER file. Raises ValueError where there is none."""
    if not pem.detect(content):
        return [x509.Certificate.load(content)]
    return [x509.Certificate.load(encoded) for _, _, encoded in pem.unarmor(content, multiple=True)]
