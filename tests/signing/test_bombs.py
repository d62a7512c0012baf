"""Streams packed by LZW, which the library does not bound: counted before they are unpacked."""

from io import BytesIO

import pikepdf
import pytest

from engine.pdfs import PdfUnpacksTooMuch
from signing.active_content import lzw_size
from signing.documents import inspect
from tests.api.bombs import an_lzw_bomb, lzw_zeros

MOST = 1 << 30


@pytest.mark.parametrize("count", [1, 2, 255, 256, 70_000, 8_000_000])
def test_what_lzw_makes_of_a_stream_is_counted_without_unpacking_it(count: int) -> None:
    packed = lzw_zeros(count)
    with pikepdf.new() as pdf:
        stream = pikepdf.Stream(pdf, b"")
        stream.write(packed, filter=pikepdf.Name.LZWDecode)

        assert len(stream.read_bytes()) == count
    assert lzw_size(packed, MOST) == count


def test_counting_ends_where_it_is_too_much_or_no_code() -> None:
    assert lzw_size(lzw_zeros(1_000_000), 1_000) == 1_000
    assert lzw_size(b"\xff" * 1_000, MOST) == 0
    assert lzw_size(b"", MOST) == 0


def test_an_lzw_bomb_is_refused_before_it_goes_off_and_a_small_stream_is_not() -> None:
    with pytest.raises(PdfUnpacksTooMuch):
        inspect(an_lzw_bomb(400))
    assert inspect(an_lzw_bomb(1)).pages == 1
    with pikepdf.open(BytesIO(an_lzw_bomb(1))) as pdf:
        assert len(pdf.pages[0].Extra.read_bytes()) == 2**20
