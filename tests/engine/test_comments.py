"""Whom a comment names, and what it may not be."""

import pytest

from engine.comments import MAX_MENTIONS, MAX_TEXT, CommentInvalid, checked_text, named_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Nhờ @truongphong xem.", ("truongphong",)),
        ("@xa1.chutich, @xa1.vanthu: cho ý kiến", ("xa1.chutich", "xa1.vanthu")),
        ("@TruongPhong và @truongphong.", ("truongphong",)),
        ("Gửi tới vanthu@xa1.gov.vn lúc 9h @ phòng họp", ()),
        ("@@truongphong", ()),
    ],
)
def test_a_name_behind_an_at_sign_is_a_mention_and_an_address_is_none(text: str, names: tuple[str, ...]) -> None:
    assert named_in(text) == names


def test_markup_is_only_text() -> None:
    assert checked_text(" <b>a</b>\r\n< 5 ") == "<b>a</b>\n< 5"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \n ", "required"),
        ("x" * (MAX_TEXT + 1), "too_long"),
        ("a\x00b", "unprintable"),
        ("a\ud800b", "unprintable"),
        (" ".join(f"@a{n}" for n in range(MAX_MENTIONS + 1)), "too_many_mentions"),
    ],
)
def test_a_comment_says_something_of_fitting_length_to_a_few(text: str, code: str) -> None:
    with pytest.raises(CommentInvalid) as refused:
        checked_text(text)

    assert [(error.field, error.code) for error in refused.value.errors] == [("text", code)]
