"""What is sent to a process of the pool arrives as it was, and so does the answer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.signatures import PreparedSignature, SignerRole
from signing.parcels import LARGE, packed, shortened, unpacked, whole

PDF = b"%PDF-1.7\n" + bytes(LARGE)
PREPARED = PreparedSignature(
    content=PDF + b"<0000>end",
    field="ChuKy",
    role=SignerRole.OFFICIAL,
    key="chutich",
    certificate="a" * 64,
    digest="b" * 64,
    to_sign="c" * 64,
    region_start=len(PDF),
    region_end=len(PDF) + 6,
    at=datetime(2026, 11, 23, tzinfo=UTC),
)


@pytest.mark.parametrize("arguments", [(), (PDF, "role"), (b"small", 1), (PREPARED, "key"), (None,)])
def test_arguments_arrive_as_they_were_sent(arguments: tuple[object, ...]) -> None:
    with packed(arguments) as sent:
        assert not any(isinstance(each, bytes) and len(each) >= LARGE for each in sent)
        assert unpacked(sent) == arguments


@pytest.mark.parametrize(
    ("answer", "sent"),
    [
        (PDF + b"tail", PDF),
        (b"another file", PDF),
        (replace(PREPARED, content=PDF + b"<0000>"), PDF),
        (PDF + b"<ABCD>end", PREPARED),
        ("no PDF at all", PDF),
        (PDF, None),
    ],
)
def test_an_answer_comes_back_whole(answer: object, sent: object) -> None:
    assert whole(shortened(answer, (sent,)), (sent,)) == answer


def test_no_file_is_left_behind() -> None:
    with packed((PDF,)) as (sent,):
        path = getattr(sent, "path")  # noqa: B009  (the parcel is nobody's business)
        assert path.stat().st_size == len(PDF)
    assert not path.exists()
