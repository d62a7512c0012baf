"""The policy on algorithms as pyHanko asks for it, and the algorithms of keys, certificates and signatures by name."""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import algos, cms, keys, x509
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint

from signing.algorithms import NEVER, Algorithms

_RSA, _ECDSA = "rsa", "ecdsa"


class AlgorithmPolicy(CMSAlgorithmUsagePolicy):
    """Says of each algorithm whether a signature proven to be of a moment is trusted for it."""

    def __init__(self, algorithms: Algorithms) -> None:
        self.algorithms = algorithms

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        """Judge a digest as of *moment*."""
        return self._judged(str(algo["algorithm"].native), moment)

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        """Judge a signature's algorithm, its digest and the size of its key as of *moment*."""
        judged = [self._judged(name, moment) for name in signature_algorithms(algo, public_key)]
        refused = [one for one in judged if not one.allowed]
        # The one that ended first, or never began: later proofs than that are no help.
        return min(refused, key=lambda one: one.not_allowed_after or NEVER, default=judged[0])

    def _judged(self, name: str, moment: datetime | None) -> AlgorithmUsageConstraint:
        rule = self.algorithms.find(name)
        if rule is None:
            return AlgorithmUsageConstraint(allowed=False, failure_reason=f"{name} is not known to be safe")
        end = rule.trust_ends_at
        if end is None or (moment is not None and moment <= end):
            return AlgorithmUsageConstraint(allowed=True, not_allowed_after=end)
        reason = f"{name} is trusted until {rule.trust_until} only"
        return AlgorithmUsageConstraint(allowed=False, not_allowed_after=end, failure_reason=reason)


def key_algorithm(key: keys.PublicKeyInfo) -> str:
    """Return the name of a key's algorithm with its size, as in 'rsa-2048'."""
    kind = {"rsassa_pss": _RSA, "ec": _ECDSA}.get(key.algorithm, str(key.algorithm))
    return f"{kind}-{key.bit_size}" if kind in (_RSA, _ECDSA, "dsa") else kind


def signature_algorithms(
    algorithm: algos.SignedDigestAlgorithm, key: keys.PublicKeyInfo | None = None
) -> tuple[str, ...]:
    """Return the names of what a signature relies on: its digest where it names one, and its key."""
    try:
        digest: tuple[str, ...] = (str(algorithm.hash_algo),)
    except ValueError:
        digest = ()
    try:
        kind = str(algorithm.signature_algo).replace("rsassa_pkcs1v15", _RSA).replace("rsassa_pss", _RSA)
    except ValueError:
        kind = str(algorithm["algorithm"].native)
    return (*digest, kind if key is None else key_algorithm(key))


def certificate_algorithms(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the names of what a certificate relies on: its own key, and the digest its issuer signed it by."""
    _, *digest = reversed(signature_algorithms(certificate["signature_algorithm"]))
    return (key_algorithm(certificate.public_key), *digest)


def signer_algorithms(signer: cms.SignerInfo, certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the names of what a signature in a CMS relies on, each once: digests, key, the certificate's digest."""
    named = (
        str(signer["digest_algorithm"]["algorithm"].native),
        *signature_algorithms(signer["signature_algorithm"], certificate.public_key),
        *certificate_algorithms(certificate),
    )
    return tuple(dict.fromkeys(named))


def find_refused(names: Sequence[str], algorithms: Algorithms, at: datetime) -> str | None:
    """Return the first of the algorithms that may not sign at that moment, or None."""
    return next((name for name in names if not algorithms.may_sign(name, at)), None)
