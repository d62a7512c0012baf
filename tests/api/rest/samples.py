"""Files people bring: good ones, and every kind that is refused."""

import io

import pikepdf

from tests.support.office import a_pdf


def an_encrypted_pdf() -> bytes:
    """Return a PDF that asks for a password."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    made.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return out.getvalue()


def a_truncated_pdf() -> bytes:
    """Return a PDF whose end never arrived."""
    whole = a_pdf(pages=3)
    return whole[: len(whole) // 2]


def tampered(pdf: bytes) -> bytes:
    """Return the PDF with one byte of the signer's own claim of when they signed changed."""
    place = pdf.index(b"/M (D") + len(b"/M (D:202")
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
