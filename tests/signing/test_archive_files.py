"""PDF/A stays PDF/A, whatever is done to a file: fields, signatures, number, seal, words in the corner, proofs."""

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Literal

import pikepdf
import pytest
import typst

from engine.signatures import SignerRole
from engine.text_seals import attachment_seal
from engine.validations import Verdict
from signing.documents import inspect
from signing.room import Room
from tests.signing.samples import DATE_LINE, NUMBER_LINE, printed_by, sign
from tests.support.machine import requires
from tests.support.pki import CHAIRMAN, SEAL, Office, file_key

SEAL_KEY = file_key(SEAL)
NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
Profile = Literal["a-2a", "a-2b", "a-2u", "a-3b"]
PROFILES: tuple[Profile, ...] = ("a-2a", "a-2b", "a-2u", "a-3b")
PAGE = b"""#set document(title: "Ph\xe1\xbb\xa5 l\xe1\xbb\xa5c", author: "UBND", date: auto)
#set text(font: "Tinos", lang: "vi", fallback: false)
#set page(paper: "a4")
= Ph\xe1\xbb\xa5 l\xe1\xbb\xa5c I
#lorem(40)
"""
DANGEROUS = ("/Encrypt", "/JavaScript", "/JS", "/Launch")


def made(profile: Profile, office: Office) -> bytes:
    """Return a page as another program makes it: without an end of line behind its end."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(office.fonts)])
    compiled = typst.compile(PAGE, font_paths=fonts, format="pdf", pdf_standards=[profile], timestamp=NOON)
    assert isinstance(compiled, bytes)
    return compiled


def the_whole_way(room: Room, pdf: bytes) -> dict[str, bytes]:
    """Return a document at every stage, and the same file as an attachment in a file of its own."""
    stages = {"prepared": room.prepare_fields(pdf)}
    stages["signed"] = sign(room, stages["prepared"], SignerRole.OFFICIAL, CHAIRMAN)
    stages["numbered"] = room.fill_number(stages["signed"], NUMBER_LINE, DATE_LINE)
    stages["sealed"] = sign(room, stages["numbered"], SignerRole.SEAL, SEAL)
    stages["archived"] = room.extend(stages["sealed"], datetime.now(UTC))
    stages["renewed"] = room.extend(stages["archived"], datetime.now(UTC))
    text = attachment_seal("05/QĐ-UBND", NOON)
    stages["attached"] = room.complete_signature(
        room.prepare_text_seal(pdf, SEAL_KEY, text, datetime.now(UTC)), SEAL_KEY
    )
    stages["attached and archived"] = room.extend(stages["attached"], datetime.now(UTC))
    return stages


def broken_rules(pdf: bytes, profile: str, path: Path) -> list[str]:
    """Return which rules of PDF/A the file breaks, as far as programs of this house can tell."""
    path.write_bytes(pdf)
    printed_by("qpdf", "--check", path)
    fonts = printed_by("pdffonts", path).splitlines()[2:]
    objects = re.sub(rb"stream\r?\n.*?endstream", b"stream endstream", pdf, flags=re.S)
    with pikepdf.open(BytesIO(pdf)) as opened:
        rules = {
            "claims its profile": inspect(pdf).pdfa == profile.removeprefix("a-").upper(),
            "has an output intent": opened.Root.OutputIntents[0].S == "/GTS_PDFA1",
            "has an id": "/ID" in opened.trailer,
            "embeds all fonts": bool(fonts) and all(re.search(r" yes (yes|no) +yes +\d", font) for font in fonts),
            "begins objects on a line": not re.search(rb"[^\r\n]\b\d+ 0 obj\b", objects),
            "has nothing dangerous": "/Encrypt" not in opened.trailer
            and not any(name in str(found.keys()) for found in dictionaries(opened) for name in DANGEROUS),
            "shows every annotation": all(
                "/AP" in found or float(found.Rect[2]) == float(found.Rect[0])
                for found in dictionaries(opened)
                if found.get("/Subtype") == "/Widget"
                and "/Rect" in found
                and "/Parent" not in found
                and not (found.get("/FT") == "/Sig" and "/V" not in found)
            ),
        }
    return [rule for rule, kept in rules.items() if not kept]


def dictionaries(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [found for found in pdf.objects if isinstance(found, pikepdf.Dictionary)]


@requires("qpdf", "pdftoppm")
@pytest.mark.parametrize("profile", PROFILES)
def test_a_file_of_another_program_stays_an_archive_file_at_every_stage(
    room: Room, office: Office, profile: Profile, tmp_path: Path
) -> None:
    stages = the_whole_way(room, made(profile, office))

    broken = [(stage, rule) for stage, pdf in stages.items() for rule in broken_rules(pdf, profile, tmp_path / "a.pdf")]

    assert broken == []
    verdicts = {
        stage: room.validate(stages[stage], datetime.now(UTC)) for stage in ("renewed", "attached and archived")
    }
    assert {stage: (report.verdict, report.problems) for stage, report in verdicts.items()} == dict.fromkeys(
        verdicts, (Verdict.VALID, ())
    )
