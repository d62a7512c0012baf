"""The outer syntax of a signed PDF: what a validation library does not look at and a viewer does.

Validators look for the last '%%EOF', viewers for the last 'startxref'; whoever appends one without the other
shows another page under a good signature. Bytes behind the signature in its place are checked by nobody.
"""

import re
from collections.abc import Iterator

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature

from engine.pdfs import PdfRefused
from engine.validations import Problem
from signing.active_content import active_problems
from signing.cms import der_length
from signing.documents import inspect, read
from signing.settings import PdfSource

_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?\Z")
_END_AND_BLANKS = re.compile(rb"%%EOF[\s\x00]*\Z")
_RANGE_PARTS = 4
_HEADER_WITHIN = 1024
_OTHER_BEGINNINGS = {"ZIP": b"pk\x03\x04", "JPEG": b"\xff\xd8\xff", "HTML": b"<", "PNG": b"\x89png", "GIF": b"gif8"}
_ZIP_END = b"PK\x05\x06"
_ZIP_END_WITHIN = 65_557
"""Programs for ZIP look for the end record in so many last bytes."""
_MOST_REVISIONS = 400
_OBJECT = b" obj"
_OBJECT_HEADER = re.compile(rb"(?:\A|[\s\x00>])(\d{1,10})[ \t]+(\d{1,5})\Z")
_HEADER_LENGTH = 20


def outer_problems(source: PdfSource) -> tuple[bytes, list[Problem]]:
    """Return the bytes of the file, and what is wrong with it as a whole, before any signature is looked at."""
    # What reads every stream comes first: while it does, the bytes are not in memory too.
    unreadable = list(_readable(source))
    content = read(source)
    return content, [*_frame(content), *_disguised(content), *unreadable]


def _disguised(content: bytes) -> Iterator[Problem]:
    """Yield what makes the file one of another kind, too, or a chain that no reader should follow."""
    beginning = content[:_HEADER_WITHIN]
    other = next(
        (kind for kind, mark in _OTHER_BEGINNINGS.items() if beginning.lstrip().lower().startswith(mark)), None
    )
    if other is None and _ZIP_END in content[-_ZIP_END_WITHIN:]:
        other = "ZIP"
    if other is not None:
        yield Problem(
            code="pdf.polyglot",
            template="The file is a PDF and at the same time a %(kind)s file: other programs show something else.",
            facts={"kind": other},
        )
    if content.count(b"startxref") > _MOST_REVISIONS:
        yield Problem(
            code="pdf.too_many_revisions",
            template="The PDF was changed more often (over %(most)s times) than any reader should follow.",
            facts={"most": str(_MOST_REVISIONS)},
        )


def _frame(content: bytes) -> Iterator[Problem]:
    if not content.startswith(b"%PDF-"):
        yield Problem(
            code="pdf.leading_bytes", template="There are bytes in front of the PDF's beginning.", fatal=False
        )
    if _END.search(content[-16:]):
        return
    if _END_AND_BLANKS.search(content):
        yield Problem(code="pdf.trailing_blanks", template="There are blanks behind the PDF's end.", fatal=False)
    else:
        yield Problem(
            code="pdf.trailing_bytes",
            template="Something was appended behind the PDF's end; viewers may show another page than was signed.",
        )


def _readable(source: PdfSource) -> Iterator[Problem]:
    try:
        facts = inspect(source)
    except PdfRefused as refused:
        yield Problem(code=refused.code, template=refused.template, facts={k: str(v) for k, v in refused.facts.items()})
        return
    yield from active_problems(facts.active)
    if facts.warnings:
        yield Problem(
            code="pdf.irregular",
            template="The PDF's structure is irregular; compare what you see with the sender's copy.",
            facts={"detail": facts.warnings[0]},
            fatal=False,
        )


def place_problems(content: bytes, signature: EmbeddedPdfSignature) -> Iterator[Problem]:
    """Yield what is wrong with the place of one signature: its range, its limits, what stands behind it."""
    field = {"field": signature.field_name}
    numbers = [int(number) for number in signature.byte_range]
    if len(numbers) != _RANGE_PARTS or numbers[0] != 0 or min(numbers) < 0:
        yield Problem(code="signature.range", template="The signed range of %(field)s is malformed.", facts=field)
        return
    _, first, second, rest = numbers
    gap = content[first:second]
    if second < first or second + rest > len(content) or gap[:1] != b"<" or gap[-1:] != b">":
        yield Problem(
            code="signature.range",
            template="The signed range of %(field)s leaves out more than the signature.",
            facts=field,
        )
        return
    encoded = bytes.fromhex(gap[1:-1].decode("ascii"))
    length = der_length(encoded)
    if length is None:
        # Acrobat and older libraries write this; nothing says it is wrong, nothing can be checked behind it.
        yield Problem(
            code="signature.open_length",
            template="The signature %(field)s is encoded in a way that hides where it ends.",
            facts=field,
            fatal=False,
        )
    elif any(encoded[length:]):
        yield Problem(
            code="signature.padding",
            template="Foreign bytes are hidden behind the signature %(field)s.",
            facts=field,
        )


def tail_problems(content: bytes, reader: PdfFileReader, last: EmbeddedPdfSignature) -> Iterator[Problem]:
    """Yield what is wrong behind the last signed byte: every revision there must be one the validator saw."""
    _, _, start, length = (int(number) for number in last.byte_range)
    seen_by_viewers = len(re.findall(rb"startxref", content[start + length :]))
    seen_by_us = reader.xrefs.total_revisions - 1 - last.signed_revision
    if seen_by_viewers != seen_by_us:
        yield Problem(
            code="pdf.hidden_revision",
            template="The PDF has %(shown)s later revision(s), but only %(checked)s could be checked.",
            facts={"shown": str(seen_by_viewers), "checked": str(seen_by_us)},
        )


def revision_problems(content: bytes, reader: PdfFileReader) -> Iterator[Problem]:
    """Yield what stands in the file and in no table of contents: a program that searches would show it."""
    listed = set(_listed(reader))
    unlisted = sum(1 for place in _object_headers(content) if place not in listed)
    if unlisted:
        yield Problem(
            code="pdf.unlisted_objects",
            template="The PDF has %(count)s object(s) that its tables do not name; some programs may show them.",
            facts={"count": str(unlisted)},
            fatal=False,
        )


def _listed(reader: PdfFileReader) -> Iterator[int]:
    """Yield where objects begin, by the tables of every revision; tables that are objects are named by 'startxref'."""
    xrefs = reader.xrefs
    for revision in range(xrefs.total_revisions):
        yield xrefs.get_startxref_for_revision(revision)
        yield xrefs.get_xref_container_info(revision).start_location
        for reference in xrefs.explicit_refs_in_revision(revision):
            place = xrefs.get_historical_ref(reference, revision)
            if isinstance(place, int):
                yield place


def _object_headers(content: bytes) -> Iterator[int]:
    """Yield where an object seems to begin; 'obj' inside packed data is told from it by the numbers before."""
    place = content.find(_OBJECT)
    while place >= 0:
        found = _OBJECT_HEADER.search(content[max(0, place - _HEADER_LENGTH) : place])
        if found:
            yield max(0, place - _HEADER_LENGTH) + found.start(1)
        place = content.find(_OBJECT, place + 1)
