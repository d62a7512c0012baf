"""Taking a PDF in: what it is, and what is refused."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from engine.errors import Invalid
from engine.pdfs import NotAPdf, PdfDamaged, PdfEmpty, PdfEncrypted
from signing.documents import inspect, page_of
from tests.signing.conftest import Life
from tests.support.pki import ROOT

SAMPLES = sorted((ROOT.parent / "shared" / "samples" / "pdf").glob("*.pdf"))


def encrypted(pdf: bytes, password: str) -> bytes:
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(output, encryption=pikepdf.Encryption(owner="owner", user=password))
    return output.getvalue()


def test_a_pdf_is_known_by_its_pages_sizes_fields_and_signatures(life: Life) -> None:
    facts = inspect(life.archived)

    assert (facts.pages, facts.page_sizes, facts.pdfa) == (1, ((210.0, 297.0),), "2B")
    assert facts.signatures == 3
    assert facts.fields == ("SoKyHieu", "NgayThang", "ChuKy", "Dau", "DauThoiGian1")
    assert facts.warnings == ()


def test_a_prepared_pdf_is_not_signed_yet(life: Life) -> None:
    assert not inspect(life.prepared).is_signed


def test_a_pdf_may_be_read_from_its_file(archived_file: Path, life: Life) -> None:
    assert inspect(archived_file) == inspect(life.archived)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_letters_made_elsewhere_are_taken(sample: Path) -> None:
    facts = inspect(sample)

    assert (facts.page_sizes[0], facts.signatures) == ((210.0, 297.0), 0)


def test_no_bytes_are_refused() -> None:
    with pytest.raises(PdfEmpty):
        inspect(b"")


@pytest.mark.parametrize("content", [b"hello", b"PK\x03\x04" + bytes(2000), bytes(1024) + b"%PDF-1.7"])
def test_what_is_not_a_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPdf):
        inspect(content)


@pytest.mark.parametrize("password", ["secret", ""])
def test_an_encrypted_pdf_is_refused_even_with_an_empty_password(life: Life, password: str) -> None:
    with pytest.raises(PdfEncrypted):
        inspect(encrypted(life.rendered.content, password))


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_cut_off_pdf_is_refused(life: Life, kept: float) -> None:
    with pytest.raises(PdfDamaged):
        inspect(life.rendered.content[: int(len(life.rendered.content) * kept)])


def test_a_pdf_with_a_hole_in_it_is_refused(life: Life) -> None:
    pdf = life.rendered.content

    with pytest.raises(PdfDamaged):
        inspect(pdf[:3000] + b"X" * 300 + pdf[3300:])


def test_a_pdf_without_a_page_is_refused() -> None:
    empty = BytesIO()
    with pikepdf.new() as pdf:
        pdf.save(empty)

    with pytest.raises(PdfDamaged) as refused:
        inspect(empty.getvalue())
    assert refused.value.facts == {"detail": "no page"}


def test_a_refused_file_is_an_error_of_the_field_file() -> None:
    with pytest.raises(Invalid) as refused:
        inspect(b"")

    assert [(error.field, error.code) for error in refused.value.errors] == [("file", "pdf.empty")]


def looks(pdf: bytes) -> dict[str, bytes]:
    """Return how each field of the first page that shows anything looks."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        fields = [each for each in opened.pages[0].obj["/Annots"] if "/AP" in each]
        return {str(each["/T"]): each["/AP"]["/N"].read_bytes() for each in fields}


def test_a_page_by_itself_shows_what_it_showed_and_claims_no_signature(life: Life) -> None:
    single = page_of(life.archived, 1)

    facts = inspect(single)
    assert (facts.pages, facts.signatures) == (1, 0)
    assert len(looks(single)) >= 4
    assert looks(single) == looks(life.archived)
