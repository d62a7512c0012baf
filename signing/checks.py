"""Checks before a key is used: would its certificate be accepted now, and does each time-stamp authority answer."""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, RevokedError, ValidationError

from engine.certificates import (
    AlgorithmRefused,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    CertificateSelfSigned,
    CertificateUntrusted,
    CertificateWrongUsage,
    RevocationUnknown,
)
from engine.checks import GOOD, CheckState, Finding, end_warning, weak_warning
from signing.algorithms import SOON
from signing.keys import Key, certificate_facts, der
from signing.policy import certificate_algorithms, find_refused
from signing.timestamps import AuthorityFailed, TimestampClient, signer_of
from signing.trust import Trust

_PROBE = hashlib.sha256(b"vanthu asks whether it would be answered").digest()
_STAMPING = "time_stamping"


def check_timestamps(client: TimestampClient, url: str, trust: Trust, at: datetime) -> Finding:
    """Ask one authority for a time-stamp and judge the certificate it is signed with.

    Raises:
        TimestampUnavailable: There is no such authority.
        CertificateRevoked, CertificateUntrusted, CertificateExpired, AlgorithmRefused, RevocationUnknown: It would not
            be accepted.
    """
    try:
        token = asyncio.run(client.get(url).token(_PROBE, at))
    except AuthorityFailed as failed:
        facts = {name: str(fact) for name, fact in vars(failed).items()}
        return Finding(state=CheckState.BAD, code=failed.code, template=failed.template, facts=facts)
    signer = signer_of(token)
    chain = [each.chosen for each in token["content"]["certificates"]]
    return _require_fit(signer, chain, trust, at, extended={_STAMPING})


def check_certificate(key: Key, trust: Trust, at: datetime) -> Finding:
    """Judge a key's certificate as if it were to sign now; what is found may still be a warning.

    Raises:
        CertificateExpired, CertificateNotYetValid, CertificateWrongUsage, CertificateRevoked, CertificateSelfSigned,
        CertificateUntrusted, AlgorithmRefused: It may not sign.
        RevocationUnknown: Nobody says now whether it was revoked.
    """
    if not key.facts.usages:
        raise CertificateWrongUsage(subject=key.facts.subject)
    others = [asn1_x509.Certificate.load(der(link)) for link in key.chain]
    return _require_fit(asn1_x509.Certificate.load(der(key.certificate)), others, trust, at)


def _require_fit(
    certificate: asn1_x509.Certificate,
    others: Iterable[asn1_x509.Certificate],
    trust: Trust,
    at: datetime,
    extended: Iterable[str] = (),
) -> Finding:
    facts = certificate_facts("", x509.load_der_x509_certificate(certificate.dump()))
    subject = facts.subject
    if at > facts.not_after:
        raise CertificateExpired(subject=subject, end=facts.not_after.strftime("%d/%m/%Y"))
    if at < facts.not_before:
        raise CertificateNotYetValid(subject=subject, start=facts.not_before.strftime("%d/%m/%Y"))
    rules = trust.algorithms.algorithms
    names = certificate_algorithms(certificate)
    refused = find_refused(names, rules, at)
    if refused is not None:
        raise AlgorithmRefused(subject=subject, algorithm=refused)
    asyncio.run(_require_trusted(subject, certificate, list(others), trust, at, set(extended)))
    ending = [rule for rule in map(rules.find, names) if rule is not None and not rule.may_sign(at + SOON)]
    weak = None if not ending else weak_warning(subject, names[0], ending[0].sign_until)
    return end_warning(subject, facts.not_after, at) or weak or GOOD


async def _require_trusted(
    subject: str,
    certificate: asn1_x509.Certificate,
    others: list[asn1_x509.Certificate],
    trust: Trust,
    at: datetime,
    extended: set[str],
) -> None:
    """Raise what is wrong with the way to an authority; whether it was revoked is asked for online."""
    async with trust.as_of(at).online(at) as context:
        validator = CertificateValidator(certificate, others, validation_context=context)
        try:
            await validator.async_validate_usage(set(), extended_key_usage=extended, extended_optional=not extended)
        except RevokedError as cause:
            raise CertificateRevoked(subject=subject) from cause
        except InsufficientRevinfoError as cause:
            raise RevocationUnknown(subject=subject) from cause
        except (PathError, ValidationError) as cause:
            if certificate.issuer == certificate.subject:
                raise CertificateSelfSigned(subject=subject) from cause
            raise CertificateUntrusted(subject=subject) from cause
