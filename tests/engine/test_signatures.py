"""What crosses the signing port: layouts, certificates, reports, prepared signatures."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.pdfs import Box, FieldLayout
from engine.signatures import CertificateFacts, PreparedSignature, SignerRole
from engine.validations import (
    Coverage,
    Indication,
    Modification,
    Problem,
    SignatureKind,
    SignatureReport,
    ValidationReport,
    Verdict,
)

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
CERTIFICATE = CertificateFacts(
    key="chutich",
    subject="Nguyễn Văn Đức",
    organization=None,
    serial="1a",
    not_before=NOON - timedelta(days=1),
    not_after=NOON + timedelta(days=1),
    usages=("digital_signature",),
    sha256="0" * 64,
)


def test_by_default_the_seal_covers_about_a_third_of_the_signers_image() -> None:
    assert 0.25 <= FieldLayout().overlap <= 0.42


def test_a_seal_apart_from_the_signature_does_not_overlap() -> None:
    apart = Box(left=10, top=10, width=36, height=36)

    assert FieldLayout(seal=apart).overlap == 0


@pytest.mark.parametrize(
    "box",
    [
        Box(left=-1, top=0, width=10, height=10),
        Box(left=205, top=0, width=10, height=10),
        Box(left=0, top=290, width=10, height=10),
        Box(left=0, top=0, width=0, height=10),
    ],
)
def test_a_box_off_the_page_or_without_area_does_not_fit(box: Box) -> None:
    assert not box.fits(210, 297)


def test_a_certificate_may_sign_while_it_is_valid() -> None:
    assert CERTIFICATE.may_sign(NOON)


@pytest.mark.parametrize("away", [timedelta(days=-2), timedelta(days=2)])
def test_a_certificate_may_not_sign_before_or_after(away: timedelta) -> None:
    assert not CERTIFICATE.may_sign(NOON + away)


def test_a_certificate_for_encryption_may_not_sign() -> None:
    assert not replace(CERTIFICATE, usages=("key_encipherment",)).may_sign(NOON)


def test_each_role_signs_its_own_field() -> None:
    assert [role.field for role in SignerRole] == ["ChuKy", "Dau", "KySoCoQuan"]


def test_a_prepared_signature_comes_back_from_json() -> None:
    prepared = PreparedSignature(
        content=b"%PDF",
        field="ChuKy",
        role=SignerRole.OFFICIAL,
        key="chutich",
        certificate="0" * 64,
        digest="1" * 64,
        to_sign="2" * 64,
        region_start=1,
        region_end=2,
        at=NOON,
    )

    kept = json.dumps(prepared.as_data())

    assert PreparedSignature.from_data(json.loads(kept), prepared.content) == prepared


def test_a_report_comes_back_from_json_with_its_sentences() -> None:
    signature = SignatureReport(
        field="ChuKy",
        kind=SignatureKind.CERTIFICATION,
        signer="Nguyễn Văn Đức",
        organization=None,
        certificate="0" * 64,
        signed_at=NOON,
        timestamped_at=None,
        intact=True,
        valid=True,
        trusted=False,
        coverage=Coverage.REVISION,
        modification=Modification.FORM,
        changed_fields=("SoKyHieu",),
        docmdp_ok=True,
        ades="NO_POE",
        indication=Indication.PASSED,
    )
    problem = Problem(code="x.y", template="It is %(detail)s.", facts={"detail": "so"}, fatal=False)
    report = ValidationReport(verdict=Verdict.REVIEW, signatures=(signature,), problems=(problem,), checked_at=NOON)

    data = json.loads(json.dumps(report.as_data()))

    assert ValidationReport.from_data(data) == report
    assert data["problems"][0]["message"] == "It is so."
