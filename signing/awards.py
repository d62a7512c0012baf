"""Certificates as pages: one page of A4, landscape, as PDF/A-2b, with the QR code of the published decision."""

import json
import re
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import cast

import typst

from engine.awards import Award
from engine.letters import LetterUnprintable
from signing.codes import svg_of

TEMPLATE = Path(__file__).with_name("award.typ")


class AwardPress:
    """Sets certificates; keeps the parsed template and the fonts between calls."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
        self._compiler = typst.Compiler(str(TEMPLATE), font_paths=self._fonts)

    def printed(self, award: Award, at: datetime) -> bytes:
        """Return the certificate, dated *at* in its metadata.

        Raises:
            LetterUnprintable: A character is not in the font.
        """
        data = {
            "authority": award.authority,
            "heading": award.text.heading,
            "holder": award.text.holder,
            "achievement": award.text.achievement,
            "details": award.text.details,
            "code": svg_of(award.url) if award.url else None,
            # A long address may break behind a slash or a dot.
            "address": re.sub(r"([/.])", "\\1\u200b", award.url.partition("://")[2]) if award.url else None,
        }
        written = unicodedata.normalize("NFC", json.dumps(data, ensure_ascii=False))
        try:
            made = self._compiler.compile(
                format="pdf", sys_inputs={"award": written}, pdf_standards=["a-2b"], timestamp=at.replace(microsecond=0)
            )
        except typst.TypstError as cause:
            raise LetterUnprintable(characters=cause.message) from cause
        # As with letters: the next revision is to begin on a line of its own (PDF/A-2, 6.1.9).
        return cast("bytes", made) + b"\n"
