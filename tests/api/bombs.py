"""PDFs made to be too much: a few megabytes that unpack to many gigabytes."""

import io
import zlib

import pikepdf

_BLOCK = b"\0" * 2**20


def a_bomb(megabytes: int, *, as_content: bool) -> bytes:
    """Return a PDF in which something unpacks to so many megabytes of nothing.

    The content of a page has to be read as a whole, which takes memory; anything else only takes time.
    """
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = pikepdf.Stream(pdf, b"")
    stream.write(_zeros(megabytes), filter=pikepdf.Name.FlateDecode)
    pdf.pages[0]["/Contents" if as_content else "/Extra"] = pdf.make_indirect(stream)
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def _zeros(megabytes: int) -> bytes:
    """Return so many megabytes of nothing, packed; one block is packed and then repeated."""
    packer = zlib.compressobj(9)
    first = packer.compress(_BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    next_one = packer.compress(_BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + next_one * (megabytes - 1) + packer.flush()
