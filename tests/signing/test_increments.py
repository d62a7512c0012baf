"""Revisions we append ourselves, as qpdf, pyHanko and poppler read them."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from engine.pdfs import PdfDamaged
from engine.signatures import SignerRole
from engine.validations import Verdict
from signing.increments import Increment
from signing.room import Room
from tests.signing.conftest import Life
from tests.signing.samples import DATE_LINE, NUMBER_LINE, printed_by, sign
from tests.support.machine import requires
from tests.support.pki import CHAIRMAN, SEAL


def as_saved(pdf: bytes, mode: pikepdf.ObjectStreamMode) -> bytes:
    """Return the PDF with its cross-reference as a table, or as a stream with objects in streams."""
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(output, object_stream_mode=mode)
    return output.getvalue()


@pytest.mark.parametrize("mode", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
@requires("qpdf", "pdfsig")
def test_a_file_is_signed_whichever_kind_of_cross_reference_it_has(
    room: Room, life: Life, tmp_path: Path, mode: pikepdf.ObjectStreamMode
) -> None:
    upload = as_saved(life.rendered.content, mode)

    prepared = room.prepare_fields(upload, life.rendered.layout)
    signed = sign(room, prepared, SignerRole.OFFICIAL, CHAIRMAN)
    sealed = sign(room, room.fill_number(signed, NUMBER_LINE, DATE_LINE), SignerRole.SEAL, SEAL)

    assert prepared.startswith(upload)
    assert sealed.startswith(signed)
    assert signed.startswith(prepared)
    assert room.validate(sealed, datetime.now(UTC)).verdict is Verdict.VALID
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    assert "No syntax or stream encoding errors" in printed_by("qpdf", "--check", path)
    assert printed_by("pdfsig", "-nocert", path).count("Signature is Valid") == 2


def test_what_changes_is_set_and_what_does_not_stays(life: Life) -> None:
    with Increment(life.rendered.content) as revision:
        before = revision.pdf.Root.Lang
        note = revision.add(b"<< /Words (Ch\\303\\240o) >>")
        revision.change(revision.pdf.Root, Note=note)
        revision.change_within(revision.pdf.Root, "MarkInfo", Marked=b"false")
        revision.change_within(revision.pdf.Root, "Fresh", Made=b"true")
        changed = life.rendered.content + revision.tail()

    with pikepdf.open(BytesIO(changed), attempt_recovery=False) as opened:
        assert opened.Root.Lang == before
        assert "Words" in str(opened.Root.Note.keys())
        assert not opened.Root.MarkInfo.Marked
        assert opened.Root.Fresh.Made
        assert opened.trailer.ID[0] != opened.trailer.ID[1]


def test_a_revision_begins_on_a_line_of_its_own(life: Life) -> None:
    without_end_of_line = life.rendered.content.rstrip()
    with Increment(without_end_of_line) as revision:
        revision.add(b"null")
        assert revision.tail().startswith(b"\n")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF\n", b"%PDF-1.7\nstartxref\n9\n%%EOF\n"])
def test_what_cannot_be_read_without_guessing_gets_no_revision(content: bytes) -> None:
    with pytest.raises(PdfDamaged):
        Increment(content)
