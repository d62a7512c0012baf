"""Letters as pages: the template of Decree 30/2020/NĐ-CP, set as PDF/A-2b, number and date left open."""

import json
import re
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import cast

import typst

from engine.letters import (
    URGENCY_STAMPS,
    Letter,
    LetterUnprintable,
    addressee_lines,
    recipient_lines,
    subject_line,
)
from engine.pdfs import Box, FieldLayout, RenderedLetter, SignatureBox
from engine.signatures import SIGNER_FIELD, is_signer_field
from signing.codes import printed_code

TEMPLATE = Path(__file__).with_name("letter.typ")
SEAL_DIAMETER = 36.0
"""Millimetres; seals are shown in real size."""
SIGNER_HEIGHT = 24.0
SEAL_COVERS = 1 / 3
"""The part of the signer's image that the seal covers. Source: Decree 30/2020/NĐ-CP, appendix I."""
_UNPRINTABLE = re.compile(r"could not be displayed with font|no text within this document", re.IGNORECASE)


class LetterPress:
    """Sets letters as PDF; keeps the parsed template and the fonts between calls."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
        self._compiler = typst.Compiler(str(TEMPLATE), font_paths=self._fonts)

    def render(self, letter: Letter, at: datetime) -> RenderedLetter:
        """Return *letter* as PDF/A-2b on A4, dated *at* in its metadata, with the boxes left open.

        Raises:
            LetterIncomplete: A mandatory component is missing.
            LetterUnprintable: A character is not in the font.
        """
        letter.require_complete()
        data = json.dumps(_template_data(letter), ensure_ascii=False)
        # Vietnamese is printed in composed letters (TCVN 6909:2001), whatever keyboard wrote it.
        inputs = {"letter": unicodedata.normalize("NFC", data)}
        try:
            content = self._compiler.compile(
                format="pdf", sys_inputs=inputs, pdf_standards=["a-2b"], timestamp=at.replace(microsecond=0)
            )
            marks = self._compiler.query("<place>", field="value")
        except typst.TypstError as cause:
            raise _refusal(cause) from cause
        # typst ends the file without an end of line; the first object of a later revision would then stand
        # on the line of %%EOF, which PDF/A-2 (6.1.9) forbids.
        return RenderedLetter(content=cast("bytes", content) + b"\n", layout=_layout(json.loads(marks)))


def _template_data(letter: Letter) -> dict[str, object]:
    stamp = URGENCY_STAMPS.get(letter.urgency)
    return {
        "title": subject_line(letter),
        "parent_agency": letter.parent_agency,
        "agency": letter.agency,
        "type_name": letter.type_name,
        "subject_line": subject_line(letter),
        "addressees": addressee_lines(letter.addressees),
        "paragraphs": [paragraph.strip() for paragraph in letter.paragraphs if paragraph.strip()],
        "recipients": recipient_lines(letter.recipients, letter.filed_by),
        "signers": [
            {"field": SIGNER_FIELD, "lines": letter.authority_lines(), "name": letter.signer_name},
            *({"field": one.field, "lines": one.lines, "name": one.name} for one in letter.further),
        ],
        "content_mark": letter.content_mark,
        "format_mark": letter.format_mark,
        "verification": printed_code(letter.verification_url),
        "stamp": {"text": stamp.text, "width": stamp.width, "height": stamp.height} if stamp else None,
    }


def _layout(marks: list[dict[str, float]]) -> FieldLayout:
    places = {str(mark["name"]): mark for mark in marks}
    signer = _image(places[SIGNER_FIELD])
    seal = Box(
        left=signer.left + signer.width * SEAL_COVERS - SEAL_DIAMETER,
        top=signer.top + signer.height / 2 - SEAL_DIAMETER / 2,
        width=SEAL_DIAMETER,
        height=SEAL_DIAMETER,
    )
    return FieldLayout(
        number=_box(places["number"]),
        date=_box(places["date"]),
        signer=signer,
        seal=seal,
        sign_page=int(places[SIGNER_FIELD]["page"]) - 1,
        further=tuple(
            SignatureBox(field=name, box=_image(mark), page=int(mark["page"]) - 1)
            for name, mark in places.items()
            if name != SIGNER_FIELD and is_signer_field(name)
        ),
    )


def _image(mark: dict[str, float]) -> Box:
    """Return the box of a signature's image in the room left for it."""
    room = _box(mark)
    return Box(left=room.left, top=room.top + (room.height - SIGNER_HEIGHT) / 2, width=room.width, height=SIGNER_HEIGHT)


def _box(mark: dict[str, float]) -> Box:
    return Box(left=mark["left"], top=mark["top"], width=mark["width"], height=mark["height"])


def _refusal(cause: typst.TypstError) -> Exception:
    if _UNPRINTABLE.search(cause.message):
        return LetterUnprintable(characters=cause.message)
    return cause
