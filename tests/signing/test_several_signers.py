"""Several people sign one document, each in a field of their own: in any order, the seal after all of them."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.pdfs import FieldMissing, FieldTaken, LayoutOutside
from engine.signatures import NotYetSigned, Placement, SignerRole
from engine.validations import SignatureKind, Verdict
from signing.room import Room
from tests.signing.conftest import Life
from tests.signing.samples import DATE_LINE, NUMBER_LINE, complete, printed_by
from tests.support.machine import requires
from tests.support.pki import CHAIRMAN, DEPUTY, SEAL, SECRETARY, file_key

FURTHER = ("ChuKy2", "ChuKy3")


def sign(room: Room, pdf: bytes, field: str, key: str) -> bytes:
    at = datetime.now(UTC)
    role = SignerRole.SEAL if key == SEAL else SignerRole.OFFICIAL
    return complete(room, room.prepare_signature(pdf, role, file_key(key), at, Placement(field=field)))


@pytest.fixture(scope="module")
def open_to_three(room: Room, life: Life) -> bytes:
    """The decision with three fields for people."""
    return room.prepare_fields(life.rendered.content, life.rendered.layout.for_signers(FURTHER))


@pytest.fixture(scope="module")
def signed_by_two(room: Room, open_to_three: bytes) -> bytes:
    """The second signer signed first, then the first one; the third has not."""
    return sign(room, sign(room, open_to_three, "ChuKy2", DEPUTY), "ChuKy", CHAIRMAN)


@pytest.fixture(scope="module")
def archived(room: Room, signed_by_two: bytes) -> bytes:
    """Three signatures, number, seal, proofs."""
    signed = sign(room, signed_by_two, "ChuKy3", SECRETARY)
    sealed = sign(room, room.fill_number(signed, NUMBER_LINE, DATE_LINE), "Dau", SEAL)
    return room.extend(sealed, datetime.now(UTC))


def test_whoever_signs_first_certifies_and_the_others_approve(room: Room, signed_by_two: bytes) -> None:
    report = room.validate(signed_by_two, datetime.now(UTC))

    assert report.verdict is Verdict.VALID
    assert [(one.field, one.kind) for one in report.signatures] == [
        ("ChuKy2", SignatureKind.CERTIFICATION),
        ("ChuKy", SignatureKind.APPROVAL),
    ]


def test_three_signatures_number_seal_and_archive_stamp_stay_valid(room: Room, archived: bytes) -> None:
    report = room.validate(archived, datetime.now(UTC))

    assert report.verdict is Verdict.VALID, report.problems
    assert [one.field for one in report.signatures][:4] == ["ChuKy2", "ChuKy", "ChuKy3", "Dau"]
    assert all(one.docmdp_ok is not False for one in report.signatures)


@requires("pdfsig", "qpdf")
def test_other_programs_agree(archived: bytes, tmp_path: Path) -> None:
    path = tmp_path / "archived.pdf"
    path.write_bytes(archived)

    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False, timeout=60).stdout

    assert said.count("Signature is Valid") == 4
    assert "No syntax or stream encoding errors" in printed_by("qpdf", "--check", path)


def test_the_seal_locks_the_fields_of_all_signers(archived: bytes) -> None:
    lock = archived[archived.rindex(b"/FieldMDP") :][:200]

    assert all(f"({name})".encode() in lock for name in ("ChuKy", *FURTHER, "Dau"))


def test_the_seal_waits_for_the_last_signer(room: Room, signed_by_two: bytes) -> None:
    numbered = room.fill_number(signed_by_two, NUMBER_LINE, DATE_LINE)

    with pytest.raises(NotYetSigned):
        sign(room, numbered, "Dau", SEAL)


def test_nobody_signs_in_a_field_that_is_taken(room: Room, signed_by_two: bytes) -> None:
    with pytest.raises(FieldTaken, match="ChuKy2"):
        sign(room, signed_by_two, "ChuKy2", SECRETARY)


def test_nobody_signs_in_a_field_that_was_not_prepared(room: Room, signed_by_two: bytes) -> None:
    with pytest.raises(FieldMissing, match="ChuKy4"):
        sign(room, signed_by_two, "ChuKy4", SECRETARY)


def test_a_box_for_a_further_signer_that_is_off_its_page_is_refused(room: Room, life: Life) -> None:
    layout = life.rendered.layout.for_signers(FURTHER)
    aside = replace(layout.further[0], box=replace(layout.further[0].box, left=500))

    with pytest.raises(LayoutOutside, match="ChuKy2"):
        room.prepare_fields(life.rendered.content, replace(layout, further=(aside, *layout.further[1:])))
