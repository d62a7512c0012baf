"""Checks before a signature is asked for: does the time-stamp authority answer, would a certificate be accepted."""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import datetime

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, RevokedError, ValidationError

from engine.checks import GOOD, CheckState, Finding, validity_finding
from engine.signatures import TimestampUnavailable
from signing.keys import Key, certificate_facts, der
from signing.timestamps import NO_TIMESTAMP, TimestampClient
from signing.trust import Trust

_PROBE = hashlib.sha256(b"vanthu asks whether it would be answered").digest()
_STAMPING = "time_stamping"


def check_timestamps(client: TimestampClient | None, trust: Trust, at: datetime) -> Finding:
    """Ask for a time-stamp and judge the certificate it is signed with.

    Raises:
        TimestampUnavailable: No answer, or none that is a time-stamp.
    """
    if client is None:
        raise TimestampUnavailable
    token = client.stamp(_PROBE)
    try:
        signed = cms.ContentInfo.load(token)["content"]
        serial = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
        chain = [each.chosen for each in signed["certificates"]]
        signer = next(each for each in chain if each.serial_number == serial)
    except (*NO_TIMESTAMP, StopIteration, IndexError, AttributeError) as cause:
        raise TimestampUnavailable from cause
    return _judged(signer, [each for each in chain if each is not signer], trust, at, extended={_STAMPING})


def check_certificate(key: Key, trust: Trust, at: datetime) -> Finding:
    """Judge a key's certificate as if it had signed: its time, its use, its authority, whether it was revoked."""
    if not key.facts.usages:
        template = "The certificate of %(subject)s is not made for signing. Have another one issued."
        return Finding(
            state=CheckState.BAD, code="wrong_usage", template=template, facts={"subject": key.facts.subject}
        )
    others = [asn1_x509.Certificate.load(der(link)) for link in key.chain]
    return _judged(asn1_x509.Certificate.load(der(key.certificate)), others, trust, at)


def _judged(
    certificate: asn1_x509.Certificate,
    others: Iterable[asn1_x509.Certificate],
    trust: Trust,
    at: datetime,
    extended: Iterable[str] = (),
) -> Finding:
    facts = certificate_facts("", x509.load_der_x509_certificate(certificate.dump()))
    timely = validity_finding(facts.subject, facts.not_before, facts.not_after, at)
    if timely is not None and timely.state is CheckState.BAD:
        return timely
    proven = asyncio.run(_proven(certificate, list(others), trust, at, set(extended)))
    if proven is None:
        return timely or GOOD
    state, code, template = proven
    return Finding(state=state, code=code, template=template, facts={"subject": facts.subject})


async def _proven(
    certificate: asn1_x509.Certificate,
    others: list[asn1_x509.Certificate],
    trust: Trust,
    at: datetime,
    extended: set[str],
) -> tuple[CheckState, str, str] | None:
    """Return what is wrong with the certificate, None if nothing; revocation is asked for online."""
    async with trust.online(at) as context:
        validator = CertificateValidator(certificate, others, validation_context=context)
        try:
            await validator.async_validate_usage(set(), extended_key_usage=extended, extended_optional=not extended)
        except RevokedError:
            return CheckState.BAD, "revoked", "The certificate of %(subject)s was revoked. Have another one issued."
        except InsufficientRevinfoError:
            return (
                CheckState.BAD,
                "revocation_unavailable",
                (
                    "Nobody answers whether the certificate of %(subject)s was revoked. "
                    "Documents signed with it wait; check the way to the authority's OCSP and CRL services."
                ),
            )
        except (PathError, ValidationError):
            return (
                CheckState.BAD,
                "untrusted",
                (
                    "The certificate of %(subject)s leads to no authority that is trusted here. "
                    "Add the authority's root, or have another certificate issued."
                ),
            )
    return None
