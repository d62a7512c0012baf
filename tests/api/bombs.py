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


def an_lzw_bomb(megabytes: int) -> bytes:
    """Return a PDF with a stream of so many megabytes of nothing, packed by LZW."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = pikepdf.Stream(pdf, b"")
    stream.write(lzw_zeros(megabytes * 2**20), filter=pikepdf.Name.LZWDecode)
    pdf.pages[0].Extra = pdf.make_indirect(stream)
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def lzw_zeros(count: int) -> bytes:
    """Return so many zeros as LZW packs them: each code stands for one zero more than the one before."""
    codes, left, longest = [256], count, 0
    while left:
        if longest == _LONGEST:
            codes, longest = [*codes, 256], 0
        longest = min(longest + 1, left)
        codes.append(0 if longest == 1 else 256 + longest)
        left -= longest
    return _in_bits([*codes, 257])


_LONGEST = 3_838


def _in_bits(codes: list[int]) -> bytes:
    bits, held, width, known, packed = 0, 0, 9, 257, bytearray()
    for code in codes:
        bits, held = bits << width | code, held + width
        known = 257 if code == 256 else known + 1
        width = max(9, min(12, (known + 1).bit_length()))
        while held >= 8:
            held -= 8
            packed.append(bits >> held)
            bits &= (1 << held) - 1
    return bytes([*packed, (bits << (8 - held)) & 255])
