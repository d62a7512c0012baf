"""The outer syntax of a signed PDF: what a validation library does not look at and a viewer does.

Validators look for the last '%%EOF', viewers for the last 'startxref'; whoever appends one without the other
shows another page under a good signature. Bytes behind the signature in its place are checked by nobody.
"""

import re
from collections.abc import Iterator

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature

from engine.pdfs import PdfRefused
from engine.signatures import Problem
from signing.cms import der_length
from signing.documents import inspect

_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?\Z")
_END_AND_BLANKS = re.compile(rb"%%EOF[\s\x00]*\Z")
_RANGE_PARTS = 4


def outer_problems(content: bytes) -> list[Problem]:
    """Return what is wrong with the file as a whole, before any signature is looked at."""
    return [*_frame(content), *_readable(content)]


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


def _readable(content: bytes) -> Iterator[Problem]:
    try:
        facts = inspect(content)
    except PdfRefused as refused:
        yield Problem(code=refused.code, template=refused.template, facts={k: str(v) for k, v in refused.facts.items()})
        return
    if facts.warnings:
        yield Problem(
            code="pdf.irregular",
            template="The PDF's structure is irregular (%(detail)s); compare what you see with the sender's copy.",
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
