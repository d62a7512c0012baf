"""Forged PDFs, made anew for every run by the recipes of the literature (pdf-insecurity.org and others).

Each function takes a signed file and returns what an attacker makes of it without any key. Those that need the
author's help before signing ('shadow' attacks) come in two halves: what is prepared, and what is switched later.
"""

import re
import zlib
from io import BytesIO

import pikepdf
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from tests.signing.samples import written

EVIL = b"q 1 g 80 480 430 90 re f Q BT /F9 20 Tf 90 520 Td (Five billion) Tj ET"
_SIGNATURE_PLACE = re.compile(rb"/Contents <([0-9a-fA-F]{1000,})>")
_BYTE_RANGE = re.compile(rb"/ByteRange \[([^\]]*)\]")


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    return IncrementalPdfFileWriter(BytesIO(pdf), strict=False)


def _dictionary(**entries: object) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{name}"): value for name, value in entries.items()})


def _action(kind: str, **entries: object) -> generic.DictionaryObject:
    return _dictionary(S=pdf_name(f"/{kind}"), **entries)


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def _end(pdf: bytes) -> tuple[int, int, str]:
    """Return where the last table is, how many objects there are, and which is the catalog."""
    reader = PdfFileReader(BytesIO(pdf), strict=False)
    place = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    root = reader.root_ref
    return place, int(reader.trailer_view["/Size"]), f"{root.idnum} {root.generation} R"


def appended(
    pdf: bytes, objects: dict[int, bytes], *, table: bool = True, trailer: bool = True, end: bool = True
) -> bytes:
    """Return the file with objects written behind it by hand, with or without what makes it a proper update."""
    previous, size, root = _end(pdf)
    body, places = pdf if pdf.endswith(b"\n") else pdf + b"\n", {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(body)
    if table:
        rows = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items()))
        body += b"xref\n" + rows
    if trailer:
        most = max(size, *(number + 1 for number in objects), 1) if objects else size
        body += b"trailer\n<< /Size %d /Root %b /Prev %d >>\n" % (most, root.encode(), previous)
        body += b"startxref\n%d\n" % start
    return body + (b"%%EOF\n" if end else b"")


def evil_page(pdf: bytes) -> dict[int, bytes]:
    """Return the first page's object with other content, for :func:`appended`."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        number, size = opened.pages[0].obj.objgen[0], int(opened.trailer.Size)
        parent = opened.pages[0].obj.Parent.objgen[0]
    page = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents %d 0 R >>" % (
        parent,
        size,
    )
    return {number: page, size: b"<< /Length %d >>\nstream\n%b\nendstream" % (len(EVIL), EVIL)}


# Universal signature forgery: a signature nobody can check must not be one that holds.


def with_signature_entry(pdf: bytes, name: str, value: bytes) -> bytes:
    """Return the file with /Contents or /ByteRange of its last signature set to *value*, or taken out if b''."""
    pattern = _SIGNATURE_PLACE if name == "Contents" else _BYTE_RANGE
    found = list(pattern.finditer(pdf))[-1]
    entry = b"/%b %b" % (name.encode(), value) if value else b""
    return pdf[: found.start()] + entry.ljust(found.end() - found.start()) + pdf[found.end() :]


# Signature wrapping: the signed bytes are moved, others take their place.


def wrapped(pdf: bytes) -> bytes:
    """Return the file with the second signed part copied behind a forged page, and a range that points there."""
    place = list(_SIGNATURE_PLACE.finditer(pdf))[-1]
    _, first, second, rest = (int(one) for one in list(_BYTE_RANGE.finditer(pdf))[-1][1].split())
    with pikepdf.open(BytesIO(pdf)) as opened:
        size = int(opened.trailer.Size)
        number = next(
            one.objgen[0] for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/ByteRange" in one
        )
    copy = pdf[second : second + rest]
    objects = evil_page(pdf) | {size + 1: b"<< /Length %d >>\nstream\n%b\nendstream" % (len(copy), copy)}
    draft = appended(pdf, objects)
    start = draft.rindex(copy)
    kind = b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached"
    range_and_signature = b"/ByteRange [0 %d %d %d] /Contents <%b>" % (first, start, rest, place[1])
    return appended(pdf, objects | {number: b"<< %b %b >>" % (kind, range_and_signature)})


def with_widened_gap(pdf: bytes) -> bytes:
    """Return the file with a comment between the signature and its second signed part."""
    place = list(_SIGNATURE_PLACE.finditer(pdf))[-1]
    return pdf[: place.end()] + b"%" + EVIL + b"\n" + pdf[place.end() :]


# Incremental saving, and shadow attacks: what is prepared before, switched after.


def with_page_added(pdf: bytes) -> bytes:
    writer = _writer(pdf)
    content = writer.add_object(generic.StreamObject(stream_data=EVIL))
    page = _dictionary(Type=pdf_name("/Page"), MediaBox=_numbers(0, 0, 595, 842), Contents=content)
    page[pdf_name("/Resources")] = generic.DictionaryObject()
    writer.insert_page(page)
    return written(writer)


def with_page_content_replaced(pdf: bytes) -> bytes:
    writer = _writer(pdf)
    page, _ = writer.find_page_for_modification(0)
    page.get_object()[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=EVIL))
    writer.mark_update(page)
    return written(writer)


def with_page_removed(pdf: bytes) -> bytes:
    writer = _writer(pdf)
    pages = writer.root["/Pages"]
    pages["/Kids"].pop()
    pages[pdf_name("/Count")] = generic.NumberObject(len(pages["/Kids"]))
    writer.mark_update(writer.root.raw_get("/Pages"))
    return written(writer)


def with_page_turned(pdf: bytes) -> bytes:
    writer = _writer(pdf)
    page, _ = writer.find_page_for_modification(0)
    page.get_object()[pdf_name("/CropBox")] = _numbers(0, 400, 595, 842)
    writer.mark_update(page)
    return written(writer)


def with_font_swapped(pdf: bytes) -> bytes:
    """Return the file whose first page sets its letters by another font: other words from the same bytes."""
    writer = _writer(pdf)
    page, _ = writer.find_page_for_modification(0)
    fonts = page.get_object()["/Resources"]["/Font"]
    other = _dictionary(Type=pdf_name("/Font"), Subtype=pdf_name("/Type1"), BaseFont=pdf_name("/Symbol"))
    fonts[next(iter(fonts))] = writer.add_object(other)
    writer.update_container(fonts)
    return written(writer)


def with_picture(pdf: bytes) -> bytes:
    """Return an unsigned file with a picture over its text, in an object of its own (shadow attack, first half)."""
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        form = opened.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 595, 842])
        page = opened.pages[0]
        page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name("/Shadow"))
        page.contents_add(opened.make_stream(b"q /Shadow Do Q"))
        opened.save(output)
    return output.getvalue()


def with_picture_switched(pdf: bytes) -> bytes:
    """Return the signed file with another picture in that object (second half: hide, or replace)."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        number = opened.pages[0].obj.Resources.XObject["/Shadow"].objgen[0]
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length %d >>\nstream\n%b\nendstream"
    return appended(pdf, {number: form % (len(EVIL), EVIL)})


def with_second_body(pdf: bytes) -> bytes:
    """Return an unsigned file that carries a page nobody sees (hide-and-replace, first half)."""
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        hidden = opened.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Page,
                Parent=opened.Root.Pages,
                MediaBox=[0, 0, 595, 842],
                Resources=pikepdf.Dictionary(),
                Contents=opened.make_stream(EVIL),
            )
        )
        opened.Root.PieceInfo = pikepdf.Dictionary(Draft=hidden)
        opened.save(output)
    return output.getvalue()


def with_body_switched(pdf: bytes) -> bytes:
    """Return the signed file whose page tree leads to the hidden page (second half)."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        tree, hidden = opened.Root.Pages.objgen[0], opened.Root.PieceInfo.Draft.objgen[0]
    return appended(pdf, {tree: b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % hidden})


def with_layers(pdf: bytes, *, hidden: bool) -> bytes:
    """Return the file with a layer on its first page that is shown, or not."""
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        group = opened.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Bản nháp"))
        off = pikepdf.Array([group] if hidden else [])
        opened.Root.OCProperties = pikepdf.Dictionary(OCGs=[group], D=pikepdf.Dictionary(ON=[], OFF=off))
        page = opened.pages[0]
        page.obj.Resources.Properties = pikepdf.Dictionary(L1=group)
        page.contents_add(opened.make_stream(b"/OC /L1 BDC " + EVIL + b" EMC"))
        opened.save(output)
    return output.getvalue()


def with_layer_switched(pdf: bytes) -> bytes:
    writer = _writer(pdf)
    properties = writer.root["/OCProperties"]
    properties["/D"][pdf_name("/OFF")] = generic.ArrayObject(properties["/OCGs"])
    writer.update_container(properties["/D"])
    return written(writer)


# Evil annotations and sneaky signatures on certified files.


def with_annotation(pdf: bytes, subtype: str, **more: object) -> bytes:
    writer = _writer(pdf)
    note = _dictionary(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name(f"/{subtype}"),
        Rect=_numbers(80, 480, 510, 570),
        Contents=pdf_string("5.000.000.000 đồng"),
        DA=pdf_string("/Helv 12 Tf 0 g"),
        **more,
    )
    page, _ = writer.find_page_for_modification(0)
    writer.register_annotation(page, writer.add_object(note))
    return written(writer)


def with_sneaky_signature(pdf: bytes) -> bytes:
    """Return the file with a visible, empty signature field whose look covers the text."""
    writer = _writer(pdf)
    append_signature_field(writer, SigFieldSpec("KyThem", on_page=0, box=(80, 480, 510, 570)))
    return written(writer)


def with_field_look_swapped(pdf: bytes, field: str) -> bytes:
    """Return the file whose field shows something else than its value."""
    writer = _writer(pdf)
    fields = writer.root["/AcroForm"]["/Fields"]
    reference = next(
        fields.raw_get(place) for place in range(len(fields)) if fields.raw_get(place).get_object()["/T"] == field
    )
    form = _dictionary(Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=_numbers(0, 0, 200, 20))
    look = generic.StreamObject(dict_data=form, stream_data=EVIL)
    reference.get_object()[pdf_name("/AP")] = _dictionary(N=writer.add_object(look))
    writer.mark_update(reference)
    return written(writer)


def with_title(pdf: bytes) -> bytes:
    writer = _writer(pdf)
    writer.set_info(writer.add_object(_dictionary(Title=pdf_string("Quyết định khác"))))
    return written(writer)


# What runs by itself.


def with_opening(pdf: bytes, kind: str, **entries: object) -> bytes:
    """Return the file with an action when it is opened, added after signing."""
    writer = _writer(pdf)
    writer.root[pdf_name("/OpenAction")] = _action(kind, **entries)
    writer.update_root()
    return written(writer)


def with_link(pdf: bytes, kind: str, **entries: object) -> bytes:
    return with_annotation(pdf, "Link", A=_action(kind, **entries))


def with_names(pdf: bytes, tree: str) -> bytes:
    writer = _writer(pdf)
    data = generic.StreamObject(dict_data=_dictionary(Type=pdf_name("/EmbeddedFile")), stream_data=b"MZ\x90")
    file = _dictionary(Type=pdf_name("/Filespec"), F=pdf_string("a.exe"), EF=_dictionary(F=writer.add_object(data)))
    what = file if tree == "EmbeddedFiles" else _action("JavaScript", JS=pdf_string("app.alert(1)"))
    leaf = _dictionary(Names=generic.ArrayObject([pdf_string("a"), writer.add_object(what)]))
    writer.root[pdf_name("/Names")] = generic.DictionaryObject({pdf_name(f"/{tree}"): leaf})
    writer.update_root()
    return written(writer)


# Programs that read differently.


def with_two_tables(pdf: bytes) -> bytes:
    """Return the file with a proper update and, behind it, an older 'startxref' once more."""
    previous = re.findall(rb"startxref\s+(\d+)", pdf)[-1]
    return appended(pdf, evil_page(pdf), end=False) + b"startxref\n%b\n%%%%EOF\n" % previous


def with_unlisted_object(pdf: bytes) -> bytes:
    """Return an unsigned file with a second body of an object that no table names: who searches, finds it."""
    number, content = next(iter(evil_page(pdf).items()))
    table = pdf.rindex(b"xref\n", 0, pdf.rindex(b"startxref"))
    inserted = b"%d 0 obj\n%b\nendobj\n" % (number, content)
    moved = pdf[:table] + inserted + pdf[table:]
    return re.sub(rb"startxref\s+\d+", b"startxref\n%d" % (table + len(inserted)), moved)


def with_long_chain(pdf: bytes, length: int) -> bytes:
    for _ in range(length):
        pdf = pdf + b"xref\n0 0\ntrailer\n<< /Size 9 >>\nstartxref\n%d\n%%%%EOF\n" % len(pdf)
    return pdf


def with_circle(pdf: bytes) -> bytes:
    """Return the file whose last table says it comes before itself."""
    _, size, root = _end(pdf)
    start = len(pdf)
    trailer = b"xref\n0 0\ntrailer\n<< /Size %d /Root %b /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + trailer % (size, root.encode(), start, start)


def nested(pdf: bytes, depth: int) -> bytes:
    _, size, _ = _end(pdf)
    return appended(pdf, {size: b"[" * depth + b"]" * depth})


def bomb(pdf: bytes, megabytes: int, *, layers: int = 1) -> bytes:
    """Return an unsigned file with streams that unpack to so many megabytes together."""
    packed = zlib.compress(bytes(64 << 20), 9)
    streams = max(1, megabytes // 64)
    filters = pikepdf.Name.FlateDecode if layers == 1 else pikepdf.Array([pikepdf.Name.FlateDecode] * layers)
    for _ in range(layers - 1):
        packed = zlib.compress(packed * 16, 9)
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.Root.Bombs = pikepdf.Array()
        for _ in range(streams):
            stream = opened.make_stream(b"")
            stream.write(packed, filter=filters)
            opened.Root.Bombs.append(stream)
        opened.save(output, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return output.getvalue()


# The CMS itself.


def with_cms(pdf: bytes, encoded: bytes) -> bytes:
    """Return the file with another CMS in the place of its last signature."""
    place = list(_SIGNATURE_PLACE.finditer(pdf))[-1]
    digits = encoded.hex().encode().ljust(len(place[1]), b"0")
    assert len(digits) == len(place[1])
    return pdf[: place.start(1)] + digits + pdf[place.end(1) :]


def cms_of(pdf: bytes) -> cms.ContentInfo:
    """Return the CMS of the file's last signature."""
    place = list(_SIGNATURE_PLACE.finditer(pdf))[-1]
    return cms.ContentInfo.load(bytes.fromhex(place[1].decode()))


def with_two_signers(pdf: bytes) -> bytes:
    """Return the file whose last signature has its SignerInfo twice."""
    signed = cms_of(pdf)
    infos = signed["content"]["signer_infos"]
    infos.append(infos[0].copy())
    return with_cms(pdf, signed.dump(force=True))


def with_signature_copied(pdf: bytes) -> bytes:
    """Return the file with a further field that holds the signature of the first."""
    writer = _writer(pdf)
    fields = writer.root["/AcroForm"]["/Fields"]
    signed = next(
        one.get_object() for one in fields if one.get_object().get("/FT") == "/Sig" and "/V" in one.get_object()
    )
    copy = _dictionary(FT=pdf_name("/Sig"), T=pdf_string("BanSao"), V=signed.raw_get("/V"))
    fields.append(writer.add_object(copy))
    writer.update_container(writer.root["/AcroForm"])
    return written(writer)
