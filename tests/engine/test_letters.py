"""Letters: their components and how Decree 30/2020/NĐ-CP has them written."""

from datetime import date
from typing import Any

import pytest

from engine.letters import (
    URGENCY_STAMPS,
    Authority,
    Letter,
    LetterIncomplete,
    addressee_lines,
    date_line,
    number_line,
    recipient_lines,
    subject_line,
)


def a_letter(**changes: Any) -> Letter:  # noqa: ANN401  (any component)
    """Return an official letter; *changes* replace single components."""
    components: dict[str, Any] = {
        "agency": "Sở Nội vụ",
        "type_name": None,
        "subject": "cử người dự họp",
        "place": "Thanh Hóa",
        "paragraphs": ("Trân trọng./.",),
        "signer_title": "Giám đốc",
        "signer_name": "Lê Hoàng Phượng",
    }
    return Letter(**components | changes)


@pytest.mark.parametrize(
    ("issued", "printed"),
    [
        (date(2020, 1, 5), "Thanh Hóa, ngày 05 tháng 01 năm 2020"),
        (date(2019, 6, 29), "Thanh Hóa, ngày 29 tháng 6 năm 2019"),
        (date(2020, 2, 10), "Thanh Hóa, ngày 10 tháng 02 năm 2020"),
        (date(2020, 3, 5), "Thanh Hóa, ngày 05 tháng 3 năm 2020"),
        (date(2026, 11, 22), "Thanh Hóa, ngày 22 tháng 11 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_are_padded(issued: date, printed: str) -> None:
    assert date_line("Thanh Hóa", issued) == printed


def test_the_number_line_names_the_number() -> None:
    assert number_line("05/QĐ-UBND") == "Số: 05/QĐ-UBND"


@pytest.mark.parametrize(
    ("urgency", "text", "width", "height"), [(1, "KHẨN", 20, 8), (2, "THƯỢNG KHẨN", 40, 8), (3, "HỎA TỐC", 30, 8)]
)
def test_each_urgency_has_a_stamp_of_its_size(urgency: int, text: str, width: int, height: int) -> None:
    stamp = URGENCY_STAMPS[urgency]

    assert (stamp.text, stamp.width, stamp.height) == (text, width, height)


def test_an_ordinary_document_has_no_stamp() -> None:
    assert 0 not in URGENCY_STAMPS


def test_recipients_begin_with_a_dash_end_with_a_semicolon_and_the_file_copy_comes_last() -> None:
    lines = recipient_lines(["Như trên", " UBND tỉnh (để b/c);", ""], "VT, NV (02b)")

    assert lines == ("- Như trên;", "- UBND tỉnh (để b/c);", "- Lưu: VT, NV (02b).")


def test_a_single_addressee_stands_alone() -> None:
    assert addressee_lines(["Bộ Nội vụ"]) == ("Bộ Nội vụ",)


def test_several_addressees_are_a_list_that_ends_with_a_full_stop() -> None:
    assert addressee_lines(["Bộ Nội vụ", "Bộ Tài chính;"]) == ("- Bộ Nội vụ;", "- Bộ Tài chính.")


def test_nobody_addressed_leaves_no_line() -> None:
    assert addressee_lines([" "]) == ()


@pytest.mark.parametrize(
    ("authority", "authority_of", "lines"),
    [
        (Authority.OWN, None, ("PHÓ CHỦ TỊCH",)),
        (Authority.DEPUTY, "Chủ tịch", ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
        (Authority.COLLECTIVE, "Ủy ban nhân dân", ("TM. ỦY BAN NHÂN DÂN", "PHÓ CHỦ TỊCH")),
        (Authority.BY_ORDER, "Chủ tịch", ("TL. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
        (Authority.AUTHORISED, "Chủ tịch", ("TUQ. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
        (Authority.ACTING, None, ("Q. PHÓ CHỦ TỊCH",)),
    ],
)
def test_the_signer_says_in_whose_place_he_signs(
    authority: Authority, authority_of: str | None, lines: tuple[str, ...]
) -> None:
    letter = a_letter(authority=authority, authority_of=authority_of, signer_title="Phó Chủ tịch")

    assert letter.authority_lines() == lines


def test_an_official_letters_subject_begins_with_about() -> None:
    assert subject_line(a_letter()) == "V/v cử người dự họp"


def test_a_named_type_shows_its_subject_as_it_is() -> None:
    assert subject_line(a_letter(type_name="Quyết định", subject="Về việc khen thưởng")) == "Về việc khen thưởng"


def test_a_complete_letter_passes() -> None:
    a_letter().require_complete()


def test_a_letter_names_everything_it_lacks_at_once() -> None:
    letter = a_letter(agency=" ", subject="", signer_name="", paragraphs=(" ",), urgency=4)

    with pytest.raises(LetterIncomplete) as refused:
        letter.require_complete()

    assert [error.field for error in refused.value.errors] == ["agency", "subject", "signer_name", "body", "urgency"]


def test_a_subject_over_five_hundred_characters_is_refused() -> None:
    with pytest.raises(LetterIncomplete) as refused:
        a_letter(subject="x" * 501).require_complete()

    assert [(error.field, error.code) for error in refused.value.errors] == [("subject", "too_long")]
