"""The open places of a document: number, date, signer, seal."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import pdf_string

from engine.pdfs import (
    AlreadySigned,
    Box,
    FieldLayout,
    FieldMissing,
    FieldTaken,
    LayoutOutside,
    PdfDamaged,
    PdfHidesFiles,
    PdfHidesLayers,
)
from engine.signatures import SignerRole
from signing.documents import inspect
from signing.room import Room
from tests.signing import forgeries as forge
from tests.signing.conftest import Life
from tests.signing.samples import DATE_LINE, NUMBER_LINE, printed_by, sign, with_field_text
from tests.signing.test_documents import SAMPLES
from tests.support.machine import requires
from tests.support.pki import CHAIRMAN

FIELDS = ("SoKyHieu", "NgayThang", "ChuKy", "Dau")


def an_upload(**page: object) -> bytes:
    """Return a PDF of one A4 page made by somebody else, with a form and a script."""
    output = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        for key, value in page.items():
            pdf.pages[0].obj[f"/{key}"] = value
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="foreign",
                Rect=[0, 0, 50, 20],
                DA="/Helv 12 Tf 0 g",
            )
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.save(output)
    return output.getvalue()


def rectangle(pdf: bytes, name: str) -> list[float]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        field = next(field for field in opened.Root.AcroForm.Fields if name == field.T)
        return [float(edge) for edge in field.Rect]


def test_a_letter_gets_four_empty_fields(life: Life) -> None:
    facts = inspect(life.prepared)

    assert facts.fields == FIELDS
    assert not facts.is_signed


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_an_uploaded_letter_gets_them_on_its_first_and_last_page(room: Room, sample: Path) -> None:
    prepared = room.prepare_fields(sample)

    with pikepdf.open(BytesIO(prepared)) as pdf:
        pages = {
            str(annotation.T): number
            for number, page in enumerate(pdf.pages)
            for annotation in page.obj.get("/Annots", [])
        }
        assert pages == {"SoKyHieu": 0, "NgayThang": 0, "ChuKy": len(pdf.pages) - 1, "Dau": len(pdf.pages) - 1}


def test_a_box_stands_where_the_layout_says(room: Room) -> None:
    layout = FieldLayout(number=Box(left=25.4, top=25.4, width=50.8, height=12.7))

    prepared = room.prepare_fields(an_upload(), layout)

    assert rectangle(prepared, "SoKyHieu") == [72, 842 - 108, 216, 842 - 72]


def test_the_form_and_the_scripts_of_an_upload_are_taken_away(room: Room) -> None:
    prepared = room.prepare_fields(an_upload())

    assert inspect(prepared).fields == FIELDS
    with pikepdf.open(BytesIO(prepared)) as pdf:
        assert "/OpenAction" not in pdf.Root


def test_an_upload_with_fields_called_as_ours_gets_ours_empty_and_each_once(room: Room) -> None:
    theirs = with_field_text(room.prepare_fields(an_upload()), "SoKyHieu", "99/QĐ-UBND")

    prepared = room.prepare_fields(theirs)

    assert inspect(prepared).fields == FIELDS
    with pikepdf.open(BytesIO(prepared)) as pdf:
        assert not any(field.get("/V") for field in pdf.Root.AcroForm.Fields)
        assert len(pdf.pages[0].obj.Annots) == len(FIELDS)
    signed = sign(room, prepared, SignerRole.OFFICIAL, CHAIRMAN)
    assert room.fill_number(signed, NUMBER_LINE, DATE_LINE).startswith(signed)


def test_a_turned_page_is_set_upright_before_it_gets_boxes(room: Room) -> None:
    turned = an_upload(Rotate=90, MediaBox=pikepdf.Array([0, 0, 842, 595]))

    prepared = room.prepare_fields(turned)

    assert inspect(prepared).page_sizes == inspect(turned).page_sizes
    with pikepdf.open(BytesIO(prepared)) as pdf:
        assert int(pdf.pages[0].obj.Rotate) == 0


@requires("pdftoppm")
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_set_upright_looks_as_before(room: Room, life: Life, degrees: int, tmp_path: Path) -> None:
    turned = BytesIO()
    with pikepdf.open(BytesIO(life.rendered.content)) as pdf:
        pdf.pages[0].obj.Rotate = degrees
        pdf.save(turned)
    low = FieldLayout(
        signer=Box(left=130, top=100, width=45, height=24), seal=Box(left=109, top=94, width=36, height=36)
    )

    assert picture(room.prepare_fields(turned.getvalue(), low), tmp_path) == picture(turned.getvalue(), tmp_path)


def picture(pdf: bytes, folder: Path) -> bytes:
    (folder / "page.pdf").write_bytes(pdf)
    printed_by("pdftoppm", "-r", "40", "-png", "-singlefile", folder / "page.pdf", folder / "page")
    return (folder / "page.png").read_bytes()


@requires("pdftoppm")
def test_number_and_date_are_written_with_their_font(life: Life, tmp_path: Path) -> None:
    path = tmp_path / "numbered.pdf"
    path.write_bytes(life.numbered)

    shown = printed_by("pdftotext", "-layout", path, "-")

    assert NUMBER_LINE in shown
    assert DATE_LINE in shown


def test_numbering_only_appends_to_the_file(life: Life) -> None:
    assert life.numbered.startswith(life.signed)


def test_a_signed_pdf_is_refused_as_a_draft(room: Room, life: Life) -> None:
    with pytest.raises(AlreadySigned, match=r"1 signature"):
        room.prepare_fields(life.signed)


def test_a_damaged_pdf_is_refused_as_a_draft(room: Room, life: Life) -> None:
    with pytest.raises(PdfDamaged):
        room.prepare_fields(life.rendered.content[:-500])


@pytest.mark.parametrize(
    "layout",
    [
        FieldLayout(seal=Box(left=190, top=200, width=36, height=36)),
        FieldLayout(number=Box(left=30, top=40, width=0, height=6)),
        FieldLayout(sign_page=7),
    ],
)
def test_a_box_off_its_page_is_refused(room: Room, layout: FieldLayout) -> None:
    with pytest.raises(LayoutOutside):
        room.prepare_fields(an_upload(), layout)


def test_a_second_number_is_refused(room: Room, life: Life) -> None:
    with pytest.raises(FieldTaken, match="SoKyHieu"):
        room.fill_number(life.numbered, "Số: 06/QĐ-UBND", DATE_LINE)


def test_a_number_after_the_seal_is_refused(room: Room, life: Life) -> None:
    with pytest.raises(FieldTaken, match="Dau"):
        room.fill_number(life.sealed, NUMBER_LINE, DATE_LINE)


def test_a_number_in_an_unprepared_pdf_is_refused(room: Room, life: Life) -> None:
    with pytest.raises(FieldMissing, match="SoKyHieu"):
        room.fill_number(life.rendered.content, NUMBER_LINE, DATE_LINE)


def test_layers_that_are_hidden_are_not_signed(room: Room, life: Life) -> None:
    with pytest.raises(PdfHidesLayers):
        room.prepare_fields(forge.with_layers(life.rendered.content, hidden=True))


@pytest.mark.parametrize(
    "forgery",
    [
        lambda pdf: forge.with_names(pdf, "EmbeddedFiles"),
        lambda pdf: forge.with_annotation(pdf, "FileAttachment"),
    ],
)
def test_files_attached_inside_are_not_signed(room: Room, life: Life, forgery: Callable[[bytes], bytes]) -> None:
    with pytest.raises(PdfHidesFiles):
        room.prepare_fields(forgery(life.rendered.content))


@pytest.mark.parametrize(
    "forgery",
    [
        lambda pdf: forge.with_layers(pdf, hidden=False),
        lambda pdf: forge.with_names(pdf, "JavaScript"),
        lambda pdf: forge.with_opening(pdf, "Launch", F=pdf_string("a.exe")),
        lambda pdf: forge.with_link(pdf, "Launch", F=pdf_string("a.exe")),
        lambda pdf: forge.with_annotation(pdf, "RichMedia"),
        lambda pdf: forge.with_annotation(pdf, "FreeText"),
    ],
)
def test_what_could_change_or_act_later_is_taken_out_before_signing(
    room: Room, life: Life, forgery: Callable[[bytes], bytes]
) -> None:
    prepared = room.prepare_fields(forgery(life.rendered.content))

    assert inspect(prepared).active == ()
    with pikepdf.open(BytesIO(prepared)) as opened:
        assert "/OCProperties" not in opened.Root
        notes = [note.Subtype for page in opened.pages for note in page.obj.get("/Annots", [])]
        assert set(notes) <= {"/Widget", "/Link"}
