"""The PDFs of the one-stop office's slips: named fields on a page, and the code by which a case is followed."""

import json
import re
import unicodedata
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import cast

import typst

from engine.case_slips import SlipPage
from engine.letters import LetterUnprintable
from signing.codes import svg_of

TEMPLATE = Path(__file__).with_name("slip.typ")
_GROUP = 5


class SlipPress:
    """Sets slips; keeps the parsed template and the fonts between calls."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
        self._compiler = typst.Compiler(str(TEMPLATE), font_paths=self._fonts)

    def printed(self, page: SlipPage, at: datetime) -> bytes:
        """Return the slip as PDF/A-2b, dated *at* in its metadata.

        Raises:
            LetterUnprintable: A character is not in the font.
        """
        address = re.sub(r"([/.])", "\\1\u200b", page.url.rpartition("/")[0].partition("://")[2]) if page.url else ""
        typed = " ".join(page.code[place : place + _GROUP] for place in range(0, len(page.code), _GROUP))
        svg = svg_of(page.url) if page.url else None
        data = json.dumps({**asdict(page), "svg": svg, "address": address, "typed": typed}, ensure_ascii=False)
        inputs = {"slip": unicodedata.normalize("NFC", data)}
        try:
            made = self._compiler.compile(
                format="pdf", sys_inputs=inputs, pdf_standards=["a-2b"], timestamp=at.replace(microsecond=0)
            )
        except typst.TypstError as cause:
            raise LetterUnprintable(characters=cause.message) from cause
        return cast("bytes", made) + b"\n"
