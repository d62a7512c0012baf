"""The certificates behind a signature, one by one, and what was heard of each one's revocation."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator.ltv.poe import ValidationObject, ValidationObjectType
from pyhanko_certvalidator.path import ValidationPath

from engine.validations import CertificateReport, Revocation, RevocationState
from signing.trust import Trust

_LONGEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answer about one certificate."""

    issuer: bytes
    serial: int
    revocation: Revocation


def chain_of(
    signer: x509.Certificate,
    others: Iterable[x509.Certificate],
    path: ValidationPath | None,
    answers: Sequence[Heard],
    trust: Trust,
) -> tuple[CertificateReport, ...]:
    """Return the certificates from the signer's upwards.

    Args:
        signer: Whose signature it is.
        others: Certificates the file carries; they are the chain where no path to an anchor was found.
        path: The path that validation went, from the anchor down.
        answers: What was heard of revocation; without a path nobody vouches for it, so it is not believed.
        trust: Says where the trust in the anchor comes from.
    """
    found = _guessed(signer, list(others)) if path is None else list(path.iter_certs(include_root=True))[::-1]
    return tuple(_report(each, answers if path is not None else (), trust) for each in found)


def is_carried(path: ValidationPath | None, answers: Sequence[Heard]) -> bool:
    """Say whether the file itself has an answer about every certificate of the path below its anchor."""
    if path is None:
        return False
    return all(
        any(one.revocation.carried for one in _about(certificate, answers))
        for certificate in path.iter_certs(include_root=False)
    )


def _about(certificate: x509.Certificate, answers: Sequence[Heard]) -> list[Heard]:
    issuer = (certificate.issuer.sha1, certificate.issuer.sha256)
    return [one for one in answers if one.serial == certificate.serial_number and one.issuer in issuer]


def _guessed(signer: x509.Certificate, others: list[x509.Certificate]) -> Iterator[x509.Certificate]:
    """Yield the signer's certificate and, by names alone, those above it."""
    current: x509.Certificate | None = signer
    for _ in range(_LONGEST):
        if current is None:
            return
        yield current
        if current.issuer == current.subject:
            return
        above = current.issuer
        current = next((each for each in others if each.subject == above), None)


def _report(certificate: x509.Certificate, answers: Sequence[Heard], trust: Trust) -> CertificateReport:
    anchor = trust.anchor(certificate)
    return CertificateReport(
        subject=readable_name(certificate.subject),
        issuer=readable_name(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        sha256=certificate.sha256.hex(),
        revocation=Revocation(state=RevocationState.NOT_ASKED) if anchor else _revocation(certificate, answers),
        anchor=anchor is not None,
        trusted_because=anchor.because if anchor else None,
        trusted_since=anchor.since if anchor else None,
    )


def _revocation(certificate: x509.Certificate, answers: Sequence[Heard]) -> Revocation:
    about = _about(certificate, answers)
    revoked = [one.revocation for one in about if one.revocation.state is RevocationState.REVOKED]
    known = sorted((one.revocation.at, place) for place, one in enumerate(about) if one.revocation.at is not None)
    newest = about[known[-1][1]].revocation if known else Revocation(state=RevocationState.UNKNOWN)
    return next(iter(revoked), newest)


def heard_in(
    objects: Iterable[ValidationObject], path: ValidationPath | None, carried: frozenset[bytes]
) -> list[Heard]:
    """Return what responses and lists among *objects* say about the certificates of *path*.

    Args:
        objects: What validation looked at.
        path: The chain in question.
        carried: The responses and lists that lie in the file, encoded.
    """
    certificates = list(path.iter_certs(include_root=False)) if path is not None else []
    answers: list[Heard] = []
    for each in objects:
        if each.object_type is ValidationObjectType.OCSP_RESPONSE:
            response = each.value.extract_single_response()
            if response is not None:
                answers.append(_by_ocsp(response, carried=each.value.ocsp_response_data.dump() in carried))
        elif each.object_type is ValidationObjectType.CRL:
            found = each.value.crl_data
            answers += [
                _by_list(certificate, found, carried=found.dump() in carried)
                for certificate in certificates
                if certificate.issuer == found.issuer
            ]
    return answers


def _by_ocsp(single: ocsp.SingleResponse, *, carried: bool) -> Heard:
    about = single["cert_id"]
    status = single["cert_status"]
    state = {"good": RevocationState.GOOD, "revoked": RevocationState.REVOKED}.get(status.name, RevocationState.UNKNOWN)
    return Heard(
        issuer=about["issuer_name_hash"].native,
        serial=about["serial_number"].native,
        revocation=Revocation(
            state=state,
            source="ocsp",
            carried=carried,
            at=single["this_update"].native,
            revoked_at=status.chosen["revocation_time"].native if state is RevocationState.REVOKED else None,
        ),
    )


def _by_list(certificate: x509.Certificate, found: crl.CertificateList, *, carried: bool) -> Heard:
    listed = found["tbs_cert_list"]
    entries = listed["revoked_certificates"]
    revoked_at = next(
        (
            one["revocation_date"].native
            for one in entries
            if one["user_certificate"].native == certificate.serial_number
        ),
        None,
    )
    return Heard(
        issuer=certificate.issuer.sha1,
        serial=certificate.serial_number,
        revocation=Revocation(
            state=RevocationState.GOOD if revoked_at is None else RevocationState.REVOKED,
            source="crl",
            carried=carried,
            at=listed["this_update"].native,
            revoked_at=revoked_at,
        ),
    )


def readable_name(name: x509.Name) -> str:
    """Return who is meant: common name and organization, else the whole name."""
    parts = name.native
    told = [parts.get("common_name"), parts.get("organization_name")]
    listed = list(dict.fromkeys(str(part) for part in told if part))
    return ", ".join(listed) or str(name.human_friendly)
