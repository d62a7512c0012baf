"""Judging a PDF: two other programs agree on the good one, no forgery is ever VALID."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from engine.signatures import SignerRole
from engine.validations import Coverage, Modification, SignatureKind, Verdict
from signing.room import Room
from tests.signing.conftest import Life
from tests.signing.foreign import signed_by
from tests.signing.samples import (
    printed_by,
    sign,
    with_field_text,
    with_flipped_byte,
    with_hidden_padding,
    with_hidden_revision,
    with_note,
    with_overlay,
)
from tests.support.machine import requires
from tests.support.office import a_pdf
from tests.support.pki import CHAIRMAN, EXPIRED, PROVINCE, REVOKED, ROGUE, Office, file_key


def rewritten(pdf: bytes) -> bytes:
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(output)
    return output.getvalue()


Forgery = Callable[[bytes], bytes]
STAGES = {"signed": 1, "numbered": 1, "sealed": 2, "archived": 3}
FORGERIES: dict[str, Forgery] = {
    "overlay": with_overlay,
    "note": with_note,
    "number": lambda pdf: with_field_text(pdf, "SoKyHieu", "Số: 99/QĐ-UBND"),
    "hidden revision": with_hidden_revision,
    "hidden padding": with_hidden_padding,
    "junk behind the end": lambda pdf: pdf + b"junk",
    "flipped byte": lambda pdf: with_flipped_byte(pdf, 4000),
    "flipped header": lambda pdf: with_flipped_byte(pdf, 7),
    "rewritten": rewritten,
    "moved": lambda pdf: b"\n" + pdf,
    "cut off": lambda pdf: pdf[:-300],
}


def codes(room: Room, pdf: bytes) -> set[str]:
    return {problem.code for problem in room.validate(pdf, datetime.now(UTC)).problems}


@pytest.mark.parametrize(("stage", "signatures"), STAGES.items())
def test_the_document_is_valid_at_every_stage(room: Room, life: Life, stage: str, signatures: int) -> None:
    report = room.validate(getattr(life, stage), life.ended_at)

    assert report.problems == ()
    assert report.verdict is Verdict.VALID
    assert len(report.signatures) == signatures


def test_the_report_says_who_certified_sealed_and_stamped(room: Room, life: Life) -> None:
    official, seal, stamp = room.validate(life.archived, life.ended_at).signatures

    assert (official.field, official.kind, official.signer) == ("ChuKy", SignatureKind.CERTIFICATION, "Nguyễn Văn Đức")
    assert (seal.field, seal.kind, seal.signer) == ("Dau", SignatureKind.APPROVAL, PROVINCE)
    assert (stamp.field, stamp.kind) == ("DauThoiGian1", SignatureKind.TIMESTAMP)
    assert official.timestamped_at is not None
    assert official.signed_at is not None
    assert abs(official.timestamped_at - official.signed_at) < timedelta(minutes=5)


def test_number_and_date_are_the_changes_the_certification_allows(room: Room, life: Life) -> None:
    (official,) = room.validate(life.numbered, life.ended_at).signatures

    assert (official.coverage, official.modification) == (Coverage.REVISION, Modification.FORM)
    assert official.changed_fields == ("NgayThang", "SoKyHieu")
    assert official.docmdp_ok is True


def test_a_document_without_a_signature_is_unsigned(room: Room, life: Life) -> None:
    assert room.validate(life.prepared, life.ended_at).verdict is Verdict.UNSIGNED


@requires("qpdf")
def test_qpdf_finds_nothing_wrong(archived_file: Path) -> None:
    assert "No syntax or stream encoding errors" in printed_by("qpdf", "--check", archived_file)


@requires("pdfsig", "certutil")
def test_poppler_agrees_that_both_signatures_are_valid(office: Office, archived_file: Path, tmp_path: Path) -> None:
    database = f"sql:{tmp_path}"
    printed_by("certutil", "-N", "-d", database, "--empty-password")
    printed_by("certutil", "-A", "-d", database, "-n", "root", "-t", "CT,C,C", "-a", "-i", office.pki.root)

    opinion = printed_by("pdfsig", "-nssdir", tmp_path, archived_file).split("Signature #")[1:]

    assert len(opinion) == 3
    assert all("Signature Validation: Signature is Valid." in signature for signature in opinion[:2])
    assert "Total document signed" in opinion[2]


@pytest.mark.parametrize(
    ("stage", "forgery"),
    # Before the seal the clerk may write the number: that it is the right one is not the file's to say.
    [(stage, name) for stage in ("signed", "archived") for name in FORGERIES if (stage, name) != ("signed", "number")],
)
def test_no_forgery_is_valid(room: Room, life: Life, stage: str, forgery: str) -> None:
    report = room.validate(FORGERIES[forgery](getattr(life, stage)), life.ended_at)

    assert report.verdict in (Verdict.INVALID, Verdict.REVIEW)
    assert report.problems


@pytest.mark.parametrize("forgery", ["overlay", "note", "number", "hidden revision", "hidden padding", "flipped byte"])
def test_what_changes_the_sealed_page_is_invalid(room: Room, life: Life, forgery: str) -> None:
    assert room.validate(FORGERIES[forgery](life.archived), life.ended_at).verdict is Verdict.INVALID


def test_a_hidden_revision_is_called_what_it_is(room: Room, life: Life) -> None:
    assert "pdf.trailing_bytes" in codes(room, with_hidden_revision(life.archived))


def test_hidden_padding_is_called_what_it_is(room: Room, life: Life) -> None:
    assert "signature.padding" in codes(room, with_hidden_padding(life.sealed))


def test_a_changed_time_of_signing_is_called_what_it_is(room: Room, life: Life) -> None:
    claimed_year = life.signed.rindex(b"/M (D") + len(b"/M (D:202")

    assert "signature.changed" in codes(room, with_flipped_byte(life.signed, claimed_year))


def test_wherever_a_bit_is_turned_the_file_is_not_valid(room: Room, life: Life) -> None:
    chance = random.Random(20261122)  # noqa: S311 (a sample, not a secret)
    positions = [chance.randrange(len(life.archived)) for _ in range(12)]

    verdicts = {
        position: room.validate(with_flipped_byte(life.archived, position), life.ended_at).verdict
        for position in positions
    }

    assert [position for position, verdict in verdicts.items() if verdict is Verdict.VALID] == []


def test_a_revoked_signer_is_invalid(room: Room, life: Life) -> None:
    report = room.validate(sign(room, life.prepared, SignerRole.OFFICIAL, REVOKED), datetime.now(UTC))

    assert report.verdict is Verdict.INVALID
    assert {problem.code for problem in report.problems} == {"signature.revoked"}
    assert not report.signatures[0].trusted


def test_a_signer_whose_certificate_had_ended_is_invalid(room: Room, life: Life) -> None:
    while_it_was_valid = room.certificate(file_key(EXPIRED)).not_after

    report = room.validate(
        sign(room, life.prepared, SignerRole.OFFICIAL, EXPIRED, while_it_was_valid), datetime.now(UTC)
    )

    assert report.verdict is Verdict.INVALID
    assert "signature.expired" in {problem.code for problem in report.problems}


def test_a_signer_of_an_authority_of_the_same_name_is_not_trusted(room: Room, life: Life) -> None:
    report = room.validate(sign(room, life.prepared, SignerRole.OFFICIAL, ROGUE), datetime.now(UTC))

    assert report.verdict is Verdict.REVIEW
    assert {problem.code for problem in report.problems} == {"signature.untrusted"}


def test_the_true_signer_is_not_trusted_by_who_trusts_others(office: Office, life: Life, tmp_path: Path) -> None:
    stranger = Room(replace(office.settings, roots=()))

    assert stranger.validate(life.archived, life.ended_at).verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "pdf.empty"), (b"hello", "pdf.not_a_pdf"), (b"%PDF-1.7\n%%EOF\n", "pdf.damaged")],
)
def test_what_is_no_pdf_is_invalid_and_raises_nothing(room: Room, content: bytes, code: str) -> None:
    report = room.validate(content, datetime.now(UTC))

    assert report.verdict is Verdict.INVALID
    assert code in {problem.code for problem in report.problems}


def test_an_encrypted_file_is_invalid_and_raises_nothing(room: Room, life: Life) -> None:
    output = BytesIO()
    with pikepdf.open(BytesIO(life.rendered.content)) as opened:
        opened.save(output, encryption=pikepdf.Encryption(owner="owner", user="user"))

    assert codes(room, output.getvalue()) == {"pdf.encrypted"}


@pytest.mark.parametrize(
    "change",
    [
        (rb"/Contents <[0-9A-Fa-f]+>", b"/Contents <>"),
        (rb"/Contents <[0-9A-Fa-f]+>", b"/Contents null"),
        (rb"/ByteRange \[[^]]+\]", b"/ByteRange []"),
        (rb"/ByteRange \[[^]]+\]", b"/ByteRange [0 -1 0 9]"),
        (rb"/ByteRange \[[^]]+\]", b"/ByteRange null"),
        (rb"/SubFilter */ETSI.CAdES.detached", b"/SubFilter /unheard.of"),
        (rb"/ETSI.CAdES.detached", b"/ETSI.CAdES.unheardo"),
    ],
)
def test_a_signature_made_unreadable_is_never_valid_or_a_crash(
    room: Room, life: Life, change: tuple[bytes, bytes]
) -> None:
    pattern, replacement = change
    forged, count = re.subn(pattern, replacement, life.signed)

    assert count
    assert room.validate(forged, datetime.now(UTC)).verdict in (Verdict.INVALID, Verdict.REVIEW)


def test_a_signature_of_an_unknown_kind_is_not_overlooked(room: Room, life: Life) -> None:
    forged = life.signed.replace(b"/ETSI.CAdES.detached", b"/ETSI.CAdES.unheardo")

    assert codes(room, forged) == {"pdf.unknown_signature"}


def test_the_report_names_the_very_certificate(room: Room, life: Life) -> None:
    (official,) = room.validate(life.signed, life.ended_at).signatures

    assert official.certificate == room.certificate(file_key(CHAIRMAN)).sha256


def test_a_signature_by_sha_1_is_named_as_weak_and_never_valid(room: Room, office: Office) -> None:
    weak = signed_by(a_pdf(), office.keys / f"{CHAIRMAN}.p12", digest="sha1")

    report = room.validate(weak, datetime.now(UTC))

    assert [one.hash_algorithm for one in report.signatures] == ["sha1"]
    assert report.verdict is not Verdict.VALID
    assert "signature.weak_algorithm" in {problem.code for problem in report.problems}
