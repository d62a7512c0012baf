"""Dates, codes and slips of OCOP, as the decision counts them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import WorkCalendar
from engine.ocop_proposals import ProposalInvalid, require_received
from engine.ocop_terms import (
    EARLIER_DECISION,
    Decider,
    ProductCode,
    ProductCodeMalformed,
    Purpose,
    Tier,
    commune_due,
    decider_of,
    extended_until,
    rerank_window,
    result_due,
    round_of,
    ruling_of,
    samples_of,
    slip_number,
    valid_until,
)
from engine.rubrics import DECISION

HANOI = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("stars", "decider"),
    [
        (1, Decider.NOBODY),
        (2, Decider.NOBODY),
        (3, Decider.PROVINCE_CHAIRMAN),
        (4, Decider.PROVINCE_CHAIRMAN),
        (5, Decider.MINISTER),
    ],
)
def test_3_and_4_stars_are_the_chairman_s_5_the_minister_s_fewer_nobody_s(stars: int, decider: Decider) -> None:
    assert decider_of(stars) is decider


@pytest.mark.parametrize(
    ("issued", "until"),
    [
        (date(2024, 1, 15), date(2027, 1, 15)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2026, 12, 31), date(2029, 12, 31)),
    ],
)
def test_a_certificate_holds_for_36_months_to_the_same_day_or_the_last_of_the_month(issued: date, until: date) -> None:
    assert valid_until(issued) == until


@given(st.dates(date(2019, 1, 1), date(2060, 1, 1)))
def test_a_certificate_ends_in_its_month_three_years_on(issued: date) -> None:
    until = valid_until(issued)

    assert (until.year, until.month) == (issued.year + 3, issued.month)
    assert until.day <= issued.day


def test_ranking_again_is_filed_180_to_120_days_before_the_end() -> None:
    assert rerank_window(date(2027, 1, 15)) == (date(2026, 7, 19), date(2026, 9, 17))


def test_an_old_certificate_holds_180_days_longer_at_most() -> None:
    assert extended_until(date(2027, 1, 15)) == date(2027, 7, 14)


@pytest.mark.parametrize(
    ("proposed", "year", "number"),
    [
        (date(2026, 4, 29), 2026, 1),
        (date(2026, 4, 30), 2026, 2),
        (date(2026, 10, 29), 2026, 2),
        (date(2026, 10, 30), 2027, 1),
    ],
)
def test_a_proposal_belongs_to_the_round_it_comes_strictly_in_time_for(proposed: date, year: int, number: int) -> None:
    found = round_of(proposed)

    assert (found.year, found.number) == (year, number)
    assert found.ends_before == date(year, 6 if number == 1 else 12, 30)


@pytest.mark.parametrize(
    ("proposed", "ends"),
    [
        (date(2026, 1, 29), date(2026, 3, 30)),
        (date(2026, 1, 30), date(2026, 9, 30)),
        (date(2026, 7, 30), date(2027, 3, 30)),
    ],
)
def test_the_centre_has_rounds_of_its_own(proposed: date, ends: date) -> None:
    assert round_of(proposed, Tier.CENTRAL).ends_before == ends


def test_a_commune_checks_within_15_working_days() -> None:
    assert commune_due(date(2026, 6, 5), WorkCalendar()) == date(2026, 6, 26)


def test_five_samples_go_with_a_product_none_with_tourism() -> None:
    assert [samples_of(number) for number in (1, 25, 26)] == [5, 5, 0]


@pytest.mark.parametrize(
    ("purpose", "filed", "decision", "finish_by"),
    [
        (Purpose.FIRST, date(2026, 5, 21), EARLIER_DECISION, date(2026, 7, 21)),
        (Purpose.UPGRADE, date(2026, 5, 21), EARLIER_DECISION, date(2026, 7, 21)),
        (Purpose.RERANK, date(2026, 5, 21), EARLIER_DECISION, date(2026, 6, 21)),
        (Purpose.FIRST, date(2026, 5, 22), DECISION, None),
    ],
)
def test_a_dossier_is_judged_by_the_decision_of_the_day_it_is_filed(
    purpose: Purpose, filed: date, decision: str, finish_by: date | None
) -> None:
    ruling = ruling_of(purpose, datetime(filed.year, filed.month, filed.day, 9, tzinfo=HANOI))

    assert (ruling.decision, ruling.finish_by) == (decision, finish_by)


def test_the_day_of_filing_is_that_in_viet_nam_whatever_the_sender_s_clock_says() -> None:
    last_second = datetime(2026, 5, 21, 16, 59, 59, tzinfo=UTC)
    in_paris = datetime(2026, 5, 21, 19, 0, tzinfo=timezone(timedelta(hours=2)))

    assert ruling_of(Purpose.FIRST, last_second).decision == EARLIER_DECISION
    assert ruling_of(Purpose.FIRST, in_paris).decision == DECISION


def test_a_product_code_is_province_commune_serial_year() -> None:
    code = ProductCode(province="38", commune="15001", serial=3, year=2026)

    assert str(code) == "38-15001-3-2026"
    assert ProductCode.parse("38-15001-3-2026") == code


def test_a_code_from_before_districts_ended_is_still_read() -> None:
    code = ProductCode.parse("83-829-28780-3-2022")

    assert (code.district, code.commune, str(code)) == ("829", "28780", "83-829-28780-3-2022")


@pytest.mark.parametrize("text", ["", "38-15001-2026", "38-15001-0-2026", "38-15001-3-1999", "38-15001-3-2026-x"])
def test_what_is_no_code_of_a_product_is_refused(text: str) -> None:
    with pytest.raises(ProductCodeMalformed):
        ProductCode.parse(text)


def test_a_slip_has_the_serials_of_commune_and_province() -> None:
    assert slip_number(3, None, "38", "15001", 2026) == "03-…/PĐK-38-15001-2026"
    assert slip_number(3, 11, "38", "15001", 2026) == "03-11/PĐK-38-15001-2026"


def test_a_result_is_due_with_its_round_or_45_days_after_the_full_dossier_and_never_after_the_transition() -> None:
    april, november = date(2026, 4, 29), date(2026, 11, 2)

    assert result_due(Purpose.FIRST, april, november) == date(2026, 6, 29)
    assert result_due(Purpose.UPGRADE, november, november) == date(2027, 6, 29)
    assert result_due(Purpose.RERANK, april, november) == date(2026, 12, 17)
    assert result_due(Purpose.FIRST, april, april, date(2026, 5, 1)) == date(2026, 5, 1)


def test_what_was_received_is_entered_within_60_days_and_not_before_it_came() -> None:
    today = date(2026, 11, 23)

    require_received(today, today)
    require_received(today - timedelta(days=60), today)
    for wrong in (today + timedelta(days=1), today - timedelta(days=61)):
        with pytest.raises(ProposalInvalid):
            require_received(wrong, today)
