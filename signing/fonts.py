"""The font of every page we make: Tinos (Times metrics, full Vietnamese), scaled to 1000 units per em.

pyHanko writes glyph widths in font units, which a PDF reads as thousandths of an em; with any other scale
the letters spread out and PDF/A is broken. Run once at set-up: ``python -m signing.fonts``.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

from signing.settings import FONTS

UNITS_PER_EM = 1000
SOURCE = Path("node_modules/@expo-google-fonts/tinos")
FACES = {
    "Tinos-Regular.ttf": "Tinos_400Regular.ttf",
    "Tinos-Italic.ttf": "Tinos_400Regular_Italic.ttf",
    "Tinos-Bold.ttf": "Tinos_700Bold.ttf",
    "Tinos-BoldItalic.ttf": "Tinos_700Bold_Italic.ttf",
}

_LAYOUT = {"GDEF", "GPOS", "GSUB"}


def ensure_fonts(source: Path, target: Path) -> Path:
    """Scale the four faces found under *source* into *target*, unless they are there; return *target*.

    Raises:
        FileNotFoundError: The npm package was not installed under *source*.
    """
    target.mkdir(parents=True, exist_ok=True)
    for name, original in FACES.items():
        if not (target / name).exists():
            _scale(_find(source, original), target / name)
    return target


class Typeface:
    """One scaled face: the content of its file without kerning and ligatures, and how wide a text is in it."""

    def __init__(self, path: Path) -> None:
        with TTFont(path, lazy=True) as font:
            glyphs: dict[int, str] = font.getBestCmap()
            metrics: dict[str, tuple[int, int]] = font["hmtx"].metrics
            self._advances = {code: metrics[name][0] for code, name in glyphs.items()}
            self.content = _without_layout(font)

    def width(self, text: str, size: float) -> float:
        """Return the width of *text* in points, set at *size* points without kerning."""
        return sum(self._advances.get(ord(letter), UNITS_PER_EM) for letter in text) * size / UNITS_PER_EM


def _without_layout(font: TTFont) -> bytes:
    """Return the font without what a line of number or date does not need, and every embedding would read anew."""
    for table in _LAYOUT & set(font.keys()):
        del font[table]
    smaller = BytesIO()
    font.save(smaller, reorderTables=False)
    return smaller.getvalue()


def _find(source: Path, original: str) -> Path:
    found = next(source.rglob(original), None)
    if found is None:
        raise FileNotFoundError(f"{original} is not under {source}; install @expo-google-fonts/tinos")
    return found


def _scale(original: Path, scaled: Path) -> None:
    # The rename makes a half-written font impossible when two processes start at once.
    unfinished = scaled.with_suffix(".part")
    with TTFont(original) as font:
        scale_upem(font, UNITS_PER_EM)
        font.save(unfinished)
    unfinished.replace(scaled)


if __name__ == "__main__":
    sys.stdout.write(f"{ensure_fonts(SOURCE, FONTS)}\n")
