"""Letters and forged PDFs, and what programs say of a file."""

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from engine.letters import Authority, Letter
from engine.neighbours import PdfRoom
from engine.signatures import PreparedSignature, SignerRole
from signing.room import Room
from tests.support.pki import file_key

NUMBER_LINE = "Số: 05/QĐ-UBND"
DATE_LINE = "Thử Nghiệm, ngày 22 tháng 11 năm 2026"


def a_letter(**changes: Any) -> Letter:  # noqa: ANN401  (any component)
    """Return a decision with every component; *changes* replace single ones."""
    letter = Letter(
        agency="Ủy ban nhân dân tỉnh Thử Nghiệm",
        type_name="Quyết định",
        subject="Về việc công nhận xã Quảng Hợp đạt chuẩn nông thôn mới năm 2026",
        place="Thử Nghiệm",
        paragraphs=(
            "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
            "QUYẾT ĐỊNH:",
            "Điều 1. Công nhận xã Quảng Hợp đạt chuẩn nông thôn mới năm 2026.",
            "Điều 2. Chánh Văn phòng chịu trách nhiệm thi hành Quyết định này.",
        ),
        recipients=("Như Điều 2", "UBND xã Quảng Hợp"),
        filed_by="VT, VP",
        authority=Authority.COLLECTIVE,
        authority_of="Ủy ban nhân dân",
        signer_title="Chủ tịch",
        signer_name="Nguyễn Văn Đức",
    )
    return replace(letter, **changes)


def sign(room: Room, pdf: bytes, role: SignerRole, key: str, at: datetime | None = None) -> bytes:
    """Return the PDF signed in both steps."""
    return complete(room, room.prepare_signature(pdf, role, file_key(key), at or datetime.now(UTC)))


def complete(room: Room | PdfRoom, prepared: PreparedSignature) -> bytes:
    """Return the PDF signed with the file key it was prepared for."""
    return room.complete_signature(prepared, file_key(prepared.key))


def printed_by(*command: str | Path) -> str:
    """Return what a program prints; it must end well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def with_overlay(pdf: bytes) -> bytes:
    """Return the PDF with a white bar over the first page's text, added by incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    bar = writer.add_object(generic.StreamObject(stream_data=b"q 1 g 90 500 400 60 re f Q"))
    writer.add_stream_to_page(0, bar)
    return written(writer)


def with_field_text(pdf: bytes, field: str, text: str) -> bytes:
    """Return the PDF with another text in a text field, added by incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    fields = writer.root["/AcroForm"]["/Fields"]
    for position in range(len(fields)):
        reference = fields.raw_get(position)
        if reference.get_object()["/T"] == field:
            reference.get_object()[pdf_name("/V")] = pdf_string(text)
            writer.mark_update(reference)
    return written(writer)


def with_note(pdf: bytes) -> bytes:
    """Return the PDF with a note over the first page, added by incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (90, 500, 400, 560))),
            pdf_name("/Contents"): pdf_string("Không đồng ý"),
            pdf_name("/DA"): pdf_string("/Helv 12 Tf 1 0 0 rg"),
        }
    )
    page, _ = writer.find_page_for_modification(0)
    writer.register_annotation(page, writer.add_object(note))
    return written(writer)


def with_hidden_revision(pdf: bytes) -> bytes:
    """Return the PDF with a revision that viewers follow and validators do not: no '%%EOF' at its end."""
    forged = with_overlay(pdf)
    return forged[: forged.rindex(b"%%EOF")]


def with_hidden_padding(pdf: bytes) -> bytes:
    """Return the PDF with foreign bytes behind the last signature in its place."""
    place = list(re.finditer(rb"0{64}>", pdf))[-1]
    return pdf[: place.start()] + b"41" * 32 + pdf[place.end() - 1 :]


def with_flipped_byte(pdf: bytes, position: int) -> bytes:
    """Return the PDF with the lowest bit of one byte turned."""
    return pdf[:position] + bytes([pdf[position] ^ 1]) + pdf[position + 1 :]


def written(writer: IncrementalPdfFileWriter) -> bytes:
    """Return the file with the writer's revision."""
    output = BytesIO()
    writer.write(output)
    return output.getvalue()
