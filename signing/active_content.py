"""What in a PDF can act, hide or unpack by itself: scripts, programs, attached files, layers, bombs.

Every object is looked at, wherever it hangs: what is not reached from a page today can be tomorrow.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pikepdf

from engine.pdfs import PdfUnpacksTooMuch
from engine.validations import Problem

ACTIVE: Final[Mapping[str, str]] = {
    "script": "The PDF contains scripts (JavaScript). Nothing here runs them; other programs may.",
    "launch": "The PDF can start a program or open another file when somebody clicks in it.",
    "submit": "The PDF can send what is filled in to an address outside.",
    "opens": "The PDF does something by itself when it is opened or a page is shown.",
    "attached": "Files are attached inside the PDF; they are not part of what is shown.",
    "media": "The PDF contains film, sound or other things that change while it is shown.",
    "form": "The PDF contains a form that is drawn by another program than the pages (XFA).",
    "layers": "The PDF has layers of which some are hidden: other programs, or a printer, may show something else.",
}
"""Code (behind 'pdf.active_') and sentence."""
_BY_ACTION: Final = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/GoToR": "launch",
    "/GoToE": "launch",
    "/ImportData": "submit",
    "/SubmitForm": "submit",
    "/Rendition": "media",
    "/RichMediaExecute": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/GoTo3DView": "media",
    "/SetOCGState": "layers",
}
_BY_SUBTYPE: Final = {
    "/FileAttachment": "attached",
    "/RichMedia": "media",
    "/Screen": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/3D": "media",
}
_BY_KEY: Final = {"/JS": "script", "/AA": "opens", "/XFA": "form", "/EmbeddedFiles": "attached", "/EF": "attached"}
_HARMLESS_OPENINGS: Final = ("/GoTo", "/Named")
_DEEPEST: Final = 8
_MOST: Final = 400_000
"""Values that are looked at in one file."""
_PACKED: Final = ("/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL")
_LZW: Final = ("/LZWDecode", "/LZW")
_HIGHEST_RATIO: Final = 1032
"""No stream of Deflate unpacks to more than so many times its size."""
_HIGHEST_RATIO_LZW: Final = 2731
"""The same of LZW: a code of 12 bits stands for 4,096 bytes at most."""
UNPACKED: Final = 1 << 30
"""So many bytes a file may unpack to; more is a bomb and not a document."""
_STEP: Final = 1 << 20
_LZW_CLEAR, _LZW_END, _LZW_TABLE = 256, 257, 4096
_MEMORY: Final = 256 << 20

# For the whole process: one stream never takes more memory than this to unpack.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=_MEMORY, png_max_memory=_MEMORY, tiff_max_memory=_MEMORY, run_length_max_memory=_MEMORY
)


def active_problems(codes: tuple[str, ...]) -> Iterator[Problem]:
    """Yield what a person is told of the codes that :func:`active_content` returned."""
    for code in codes:
        yield Problem(code=f"pdf.active_{code}", template=ACTIVE[code], fatal=False)


def active_content(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Return the codes of what can act or hide in the file, in the order of ACTIVE.

    Raises:
        PdfUnpacksTooMuch: It unpacks to more than any document does.
    """
    search = _Search()
    for value in pdf.objects:
        search.look(value, 0)
    _refuse_bombs(search.streams)
    if _opens_something(pdf):
        search.found.add("opens")
    if has_hidden_layers(pdf):
        search.found.add("layers")
    return tuple(code for code in ACTIVE if code in search.found)


def has_hidden_layers(pdf: pikepdf.Pdf) -> bool:
    """Say whether some of what is on the pages is not shown, or not shown everywhere."""
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return False
    default = properties.get("/D", pikepdf.Dictionary())
    others = properties.get("/Configs", pikepdf.Array())
    is_off = [one.get("/BaseState") not in (None, "/ON") or len(one.get("/OFF", [])) for one in (default, *others)]
    automatic = bool(len(default.get("/AS", [])))
    return automatic or any(is_off) or any(_differs_by_use(group) for group in properties.get("/OCGs", []))


def _differs_by_use(group: pikepdf.Object) -> bool:
    usage = group.get("/Usage") if isinstance(group, pikepdf.Dictionary) else None
    if not isinstance(usage, pikepdf.Dictionary):
        return False
    uses = [name for name in ("/View", "/Print", "/Export") if name in usage]
    return "/OFF" in [str(usage[name].get(f"{name}State")) for name in uses]


def _opens_something(pdf: pikepdf.Pdf) -> bool:
    opening = pdf.Root.get("/OpenAction")
    return isinstance(opening, pikepdf.Dictionary) and str(opening.get("/S", "")) not in _HARMLESS_OPENINGS


@dataclass(slots=True)
class _Search:
    found: set[str] = field(default_factory=set)
    streams: list[pikepdf.Object] = field(default_factory=list)
    looked_at: int = 0

    def look(self, value: object, depth: int) -> None:
        """Note what *value* is and, below it, what stands directly in it."""
        self.looked_at += 1
        if depth > _DEEPEST or self.looked_at > _MOST:
            return
        if isinstance(value, pikepdf.Stream):
            self.streams.append(value)
            self._read(value.stream_dict, depth)
        elif isinstance(value, pikepdf.Dictionary):
            self._read(value, depth)
        elif isinstance(value, pikepdf.Array) and len(value) and isinstance(value[0], _CONTAINERS):
            for one in value:
                if isinstance(one, _CONTAINERS) and not one.is_indirect:
                    self.look(one, depth + 1)

    def _read(self, entries: pikepdf.Object, depth: int) -> None:
        for name, value in entries.items():
            if name in _BY_KEY:
                self.found.add(_BY_KEY[name])
            elif name == "/S" and isinstance(value, pikepdf.Name) and str(value) in _BY_ACTION:
                self.found.add(_BY_ACTION[str(value)])
            elif name == "/Subtype" and isinstance(value, pikepdf.Name) and str(value) in _BY_SUBTYPE:
                self.found.add(_BY_SUBTYPE[str(value)])
            elif isinstance(value, _CONTAINERS) and not value.is_indirect:
                self.look(value, depth + 1)


_CONTAINERS: Final = (pikepdf.Dictionary, pikepdf.Array)


def _refuse_bombs(streams: list[pikepdf.Object]) -> None:
    """Raise PdfUnpacksTooMuch if the streams unpack to more than UNPACKED, or one is packed over and over."""
    sizes = [(stream, int(stream.stream_dict.get("/Length", 0)), _packings(stream)) for stream in streams]
    if any(times > 1 and size > _STEP // _HIGHEST_RATIO for _, size, times in sizes):
        raise PdfUnpacksTooMuch
    packed = [(stream, size) for stream, size, times in sizes if times]
    for stream, size in packed:
        # The library bounds what it unpacks of Deflate and others, but not of LZW.
        could_be_large = size * _HIGHEST_RATIO_LZW > _MEMORY
        if could_be_large and _is_lzw(stream) and lzw_size(stream.read_raw_bytes(), _MEMORY) >= _MEMORY:
            raise PdfUnpacksTooMuch
    if sum(size * (_HIGHEST_RATIO_LZW if _is_lzw(stream) else _HIGHEST_RATIO) for stream, size in packed) < UNPACKED:
        return
    left = UNPACKED
    for stream, _ in packed:
        unpacked = lzw_size if _is_lzw(stream) else _unpacked_size
        left -= unpacked(stream.read_raw_bytes(), left)
        if left <= 0:
            raise PdfUnpacksTooMuch


def _is_lzw(stream: pikepdf.Object) -> bool:
    filters = stream.stream_dict.get("/Filter")
    named = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    return any(str(one) in _LZW for one in named)


def lzw_size(raw: bytes, most: int) -> int:
    """Return how many bytes LZW makes of *raw*, or *most* where it is more; nothing is unpacked.

    Codes are followed by the length of what they stand for. Where a code is no code any more the stream ends.

    Source: ISO 32000-1, 7.4.4 (with early change, as almost every file has it).
    """
    lengths, size, before = [1] * 256 + [0, 0], 0, 0
    bits, held, width = 0, 0, 9
    for octet in raw:
        bits, held = (bits << 8 | octet) & 0xFFFFFF, held + 8
        if held < width:
            continue
        held -= width
        code = bits >> held & (1 << width) - 1
        if code == _LZW_END or code > len(lengths) or size >= most:
            break
        if code == _LZW_CLEAR:
            del lengths[_LZW_END + 1 :]
            before, width = 0, 9
            continue
        length = lengths[code] if code < len(lengths) else before + 1
        if before and len(lengths) < _LZW_TABLE:
            lengths.append(before + 1)
        size, before = size + length, length
        width = max(9, min(12, (len(lengths) + 1).bit_length()))
    return min(size, most)


def _packings(stream: pikepdf.Object) -> int:
    filters = stream.stream_dict.get("/Filter")
    named = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    return sum(str(one) in _PACKED for one in named)


def _unpacked_size(raw: bytes, most: int) -> int:
    """Return how many bytes Deflate makes of *raw*, or *most* where it is more; nothing is kept."""
    unpacking, size = zlib.decompressobj(), 0
    try:
        while raw and size < most:
            size += len(unpacking.decompress(raw, _STEP))
            raw = unpacking.unconsumed_tail
    except zlib.error:
        return size
    return size
