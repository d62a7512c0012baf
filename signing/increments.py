"""Incremental updates: a revision appended to a PDF whose bytes stay as they are (ISO 32000-1, 7.5.6).

qpdf reads the file, we write what is new: a general writer in Python takes ten times as long. The cross-reference is
of the kind the file already has, since readers differ in what they make of a mixture.
"""

import hashlib
import re
from io import BytesIO
from itertools import groupby
from types import TracebackType

import pikepdf

from engine.pdfs import PdfDamaged

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TAIL = 2048
_PLACE_BYTES, _GENERATION_BYTES = 5, 2
"""How many bytes a place and a generation take in a cross-reference stream."""

Numbered = tuple[int, int]
"""Number and generation of an object."""


class Increment:
    """One revision in the making: add objects, change entries of known ones; :meth:`tail` is what to append.

    Objects are given as they are written. qpdf could make them too, but then it reads the whole file to number them.
    """

    def __init__(self, content: bytes) -> None:
        """Open the file.

        Raises:
            PdfDamaged: It cannot be read without guessing.
        """
        found = _START.search(content[-_TAIL:])
        if found is None:
            raise PdfDamaged(detail="no startxref at the end")
        self._content = content
        self._previous = int(found[1])
        try:
            self.pdf = pikepdf.open(BytesIO(content), attempt_recovery=False)
        except (pikepdf.PdfError, ValueError) as cause:
            raise PdfDamaged(detail=str(cause)) from cause
        self._size = int(self.pdf.trailer.Size)
        self._added: dict[Numbered, bytes] = {}
        self._changed: dict[Numbered, tuple[pikepdf.Object, dict[str, bytes]]] = {}

    def __enter__(self) -> "Increment":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pdf.close()

    def add(self, body: bytes) -> bytes:
        """Take a new object into the revision and return the reference to it."""
        number, self._size = self._size, self._size + 1
        self._added[number, 0] = body
        return b"%d 0 R" % number

    def add_stream(self, entries: bytes, data: bytes) -> bytes:
        """Take a new stream into the revision and return the reference to it."""
        return self.add(b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(data), data))

    def change(self, thing: pikepdf.Object, **entries: bytes) -> None:
        """Set entries (PDF names without their slash) of an indirect dictionary."""
        _, known = self._changed.setdefault(thing.objgen, (thing, {}))
        known.update({f"/{name}": value for name, value in entries.items()})

    def change_within(self, owner: pikepdf.Object, name: str, **entries: bytes) -> None:
        """Set entries of the dictionary at *name* of *owner*, whether it stands there, elsewhere, or not at all."""
        value = owner.get(f"/{name}", pikepdf.Dictionary())
        if value.is_indirect:
            self.change(value, **entries)
        else:
            self.change(owner, **{name: _with(value, {f"/{key}": entry for key, entry in entries.items()})})

    def tail(self) -> bytes:
        """Return what is to be appended to the file."""
        changed = {key: _with(thing, entries) for key, (thing, entries) in self._changed.items()}
        bodies = {**changed, **self._added}
        parts = [b"" if self._content.endswith((b"\n", b"\r")) else b"\n"]
        place, places = len(self._content) + len(parts[0]), {}
        for (number, generation), body in sorted(bodies.items()):
            places[number, generation] = place
            part = b"%d %d obj\n%b\nendobj\n" % (number, generation, body)
            parts.append(part)
            place += len(part)
        is_table = self._content[self._previous : self._previous + 4] == b"xref"
        name = hashlib.sha256(b"".join(parts)).digest()[:16]
        parts.append(self._table(places, name) if is_table else self._stream({**places, (self._size, 0): place}, name))
        parts.append(b"startxref\n%d\n%%%%EOF\n" % place)
        return b"".join(parts)

    def _table(self, places: dict[Numbered, int], name: bytes) -> bytes:
        lines = [b"xref\n0 1\n0000000000 65535 f \n"]
        for run in _runs(places):
            lines.append(b"%d %d\n" % (run[0][0], len(run)))
            lines += [b"%010d %05d n \n" % (places[key], key[1]) for key in run]
        return b"".join(lines) + b"trailer\n<< %b >>\n" % self._trailer(self._size, name)

    def _stream(self, places: dict[Numbered, int], name: bytes) -> bytes:
        """Return the cross-reference as a stream, the last of the objects in *places*."""
        index = " ".join(f"{run[0][0]} {len(run)}" for run in _runs(places)).encode()
        rows = b"".join(
            b"\x01" + place.to_bytes(_PLACE_BYTES, "big") + key[1].to_bytes(_GENERATION_BYTES, "big")
            for key, place in sorted(places.items())
        )
        widths = b"[ 1 %d %d ]" % (_PLACE_BYTES, _GENERATION_BYTES)
        entries = b"/Type /XRef /W %b /Index [ %b ] %b" % (widths, index, self._trailer(self._size + 1, name))
        body = b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(rows), rows)
        return b"%d 0 obj\n%b\nendobj\n" % (self._size, body)

    def _trailer(self, size: int, name: bytes) -> bytes:
        trailer = self.pdf.trailer
        entries = [b"/Size %d /Root %b" % (size, trailer.Root.unparse())]
        if "/Info" in trailer and trailer.Info.is_indirect:
            entries.append(b"/Info %b" % trailer.Info.unparse())
        # The first identifier stays that of the file, the second one names the revision.
        first = bytes(trailer.ID[0]) if "/ID" in trailer else name
        entries.append(b"/ID [ <%b> <%b> ] /Prev %d" % (first.hex().encode(), name.hex().encode(), self._previous))
        return b" ".join(entries)


def _with(thing: pikepdf.Object, entries: dict[str, bytes]) -> bytes:
    """Return a dictionary as it is written, with these entries in place of its own."""
    kept = pikepdf.Dictionary({key: value for key, value in thing.items() if key not in entries})
    new = b" ".join(b"%b %b" % (pikepdf.Name(key).unparse(), value) for key, value in entries.items())
    return b"%b %b >>" % (kept.unparse()[:-2].rstrip(), new)


def _runs(places: dict[Numbered, int]) -> list[list[Numbered]]:
    """Return the objects in runs of consecutive numbers."""
    numbered = enumerate(sorted(places))
    return [[key for _, key in run] for _, run in groupby(numbered, key=lambda item: item[1][0] - item[0])]
