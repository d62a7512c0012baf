"""Trusted lists: only what their operator signed, only granted services of the right type, only from the stated day."""

from datetime import datetime

import pytest

from engine.trust_anchors import (
    NoCertificate,
    TrustedListForged,
    TrustedListUnreadable,
    TrustPurpose,
)
from signing.trusted_lists import read_authority, read_trusted_list
from tests.signing.paper_pki import NOON, YEAR, PaperPki
from tests.signing.trusted_list import ACCREDITED, CA, GRANTED, OTHER, TSA, WITHDRAWN, History, a_trusted_list, pem

PKI = PaperPki()
OPERATOR = PKI.self_signed("NEAC")
SERVICES = [
    (CA, GRANTED, PKI.authority),
    (TSA, GRANTED, PKI.responder),
    (CA, WITHDRAWN, PKI.root),
    (OTHER, GRANTED, PKI.root),
]
LIST = a_trusted_list(SERVICES, OPERATOR, since=NOON - YEAR)


def test_granted_services_of_the_right_type_count_from_the_day_the_list_says() -> None:
    found = read_trusted_list(LIST, pem(OPERATOR))

    assert (found.name, found.operator, found.issued_at) == ("Danh sách tin cậy thử nghiệm", "NEAC", NOON)
    assert [(one.subject, one.purpose, one.trusted_from) for one in found.services] == [
        ("CA giấy", TrustPurpose.SIGNATURES, NOON - YEAR),
        ("CA giấy OCSP", TrustPurpose.TIMESTAMPS, NOON - YEAR),
    ]
    assert found.passed_over == 2


def test_the_operator_may_have_several_certificates() -> None:
    assert read_trusted_list(LIST, pem(PKI.root) + pem(OPERATOR)).operator == "NEAC"


def test_a_list_somebody_else_signed_is_refused() -> None:
    with pytest.raises(TrustedListForged):
        read_trusted_list(LIST, pem(PKI.self_signed("NEAC")))


def test_a_list_that_was_changed_after_it_was_signed_is_refused() -> None:
    changed = LIST.replace(WITHDRAWN.encode(), GRANTED.encode())

    assert changed != LIST
    with pytest.raises(TrustedListForged):
        read_trusted_list(changed, pem(OPERATOR))


def test_a_list_wrapped_around_a_signed_one_is_refused_or_not_read() -> None:
    other = a_trusted_list([(CA, GRANTED, PKI.root)], PKI.self_signed("Ai đó"), since=NOON)
    signature = LIST[LIST.index(b"<ds:Signature") : LIST.index(b"</ds:Signature>") + len(b"</ds:Signature>")]
    wrapped = other[: other.index(b"<ds:Signature")] + signature + b"</TrustServiceStatusList>"

    with pytest.raises(TrustedListForged):
        read_trusted_list(wrapped, pem(OPERATOR))


@pytest.mark.parametrize("content", [b"", b"hello", b"<a/>", b"<!DOCTYPE a><a/>"])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises((TrustedListUnreadable, TrustedListForged)):
        read_trusted_list(content, pem(OPERATOR))


def test_an_operator_without_a_certificate_is_refused() -> None:
    with pytest.raises(NoCertificate):
        read_trusted_list(LIST, b"hello")


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"])
def test_a_file_without_a_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(NoCertificate):
        read_authority(content)


def test_a_certificate_says_whether_it_is_an_authoritys() -> None:
    assert read_authority(pem(PKI.root)).is_authority
    assert not read_authority(pem(PKI.holder())).is_authority


@pytest.mark.parametrize(
    ("status", "history", "period"),
    [
        (GRANTED, ((ACCREDITED, NOON - 3 * YEAR),), (NOON - 3 * YEAR, None)),
        (GRANTED, ((WITHDRAWN, NOON - 2 * YEAR), (GRANTED, NOON - 3 * YEAR)), (NOON - YEAR, None)),
        (WITHDRAWN, ((GRANTED, NOON - 2 * YEAR), (ACCREDITED, NOON - 3 * YEAR)), (NOON - 3 * YEAR, NOON - YEAR)),
        (WITHDRAWN, ((WITHDRAWN, NOON - 2 * YEAR), (GRANTED, NOON - 3 * YEAR)), (NOON - 3 * YEAR, NOON - 2 * YEAR)),
        (WITHDRAWN, ((WITHDRAWN, NOON - 2 * YEAR),), None),
    ],
    ids=["as good before", "granted again", "withdrawn", "withdrawn twice over", "never granted"],
)
def test_a_service_counts_for_the_time_its_history_says_it_was_granted(
    status: str, history: History, period: tuple[datetime, datetime | None] | None
) -> None:
    listed = a_trusted_list([(CA, status, PKI.root)], OPERATOR, since=NOON - YEAR, history=history)

    found = read_trusted_list(listed, pem(OPERATOR))

    assert [(one.trusted_from, one.trusted_until) for one in found.services] == ([period] if period else [])
