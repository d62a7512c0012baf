"""What outsiders verify: codes nobody guesses, and which versions led to what was issued."""

import secrets
from datetime import UTC, datetime

import pytest

from engine.documents import Version, VersionKind
from engine.ids import SYSTEM, DocumentId, FileId
from engine.verifications import CODE_LENGTH, CODE_LETTERS, course_of, new_code, read_code
from tests.support.builders import an_id

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
CODE = "0123456789abcdefghjkmnpqrs"


def versions(*kinds: str) -> list[Version]:
    return [
        Version(
            document_id=DocumentId(an_id("document")),
            ordinal=ordinal,
            kind=VersionKind(kind),
            file_id=FileId(f"{ordinal:064}"),
            made_at=NOON,
            made_by=SYSTEM,
        )
        for ordinal, kind in enumerate(kinds, start=1)
    ]


def test_a_code_has_130_random_bits_in_letters_that_are_not_mistaken() -> None:
    codes = {new_code(secrets.token_bytes) for _ in range(100)}

    assert len(codes) == 100
    assert {len(code) for code in codes} == {CODE_LENGTH}
    assert set("".join(codes)) == set(CODE_LETTERS)
    assert len(CODE_LETTERS) ** CODE_LENGTH == 2**130
    assert all(read_code(code) == code for code in codes)


@pytest.mark.parametrize("typed", [CODE.upper(), " 01234 56789 abcde-fghjk mnpqrs ", "o" + CODE[1:], "0I" + CODE[2:]])
def test_a_code_is_read_as_it_was_meant(typed: str) -> None:
    assert read_code(typed) == CODE


@pytest.mark.parametrize("typed", ["", "x", CODE[:-1], CODE + "0", "u" + CODE[1:], "٠" + CODE[1:], "\0", CODE * 4])
def test_anything_else_is_no_code(typed: str) -> None:
    assert read_code(typed) is None


@pytest.mark.parametrize(
    ("kinds", "led"),
    [
        (("prepared", "signed", "numbered", "sealed", "final"), (2, 3, 4, 5)),
        (("prepared", "signed", "numbered", "sealed", "final", "final"), (2, 3, 4, 5, 6)),
        (("prepared", "signed", "numbered", "signed", "numbered", "sealed"), (2, 4, 5, 6)),
        (("prepared", "signed", "prepared", "signed", "numbered"), (4, 5)),
        (("original", "prepared"), ()),
    ],
)
def test_what_was_given_up_on_the_way_led_to_nothing(kinds: tuple[str, ...], led: tuple[int, ...]) -> None:
    assert tuple(version.ordinal for version in course_of(versions(*kinds))) == led
