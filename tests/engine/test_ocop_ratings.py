"""Certificates of OCOP: in force, extended, revoked, checked."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from engine.ids import OcopProductId, OcopRatingId, PersonId
from engine.ocop_ratings import (
    CertificateOver,
    NoDecision,
    PostCheck,
    Rating,
    Revocation,
    RevocationEarly,
    RevocationGround,
    RevocationLate,
    WrongDecider,
    require_decider,
)
from engine.ocop_terms import Decider
from engine.rubrics import built_in
from tests.support.builders import AGENCY, NOON, an_id

ISSUED = date(2024, 1, 15)
RATING = Rating(
    id=OcopRatingId(an_id("rating")),
    product_id=OcopProductId(an_id("product")),
    agency_id=AGENCY,
    stars=4,
    mean=Fraction(239, 3),
    rubric_id=built_in(1).id,
    decision="05/QĐ-UBND",
    issued_on=ISSUED,
    recorded_at=NOON,
    recorded_by=PersonId(an_id("clerk")),
)


def taken_back(on: date, concluded: date = date(2026, 3, 1)) -> Revocation:
    return Revocation(
        ground=RevocationGround.MARK_MISUSED, concluded_on=concluded, revoked_on=on, decision="09/QĐ-UBND"
    )


def test_a_certificate_is_in_force_from_its_day_to_its_last() -> None:
    days = [date(2024, 1, 14), ISSUED, date(2027, 1, 15), date(2027, 1, 16)]

    assert [RATING.holds_on(day) for day in days] == [False, True, True, False]


def test_ranking_again_filed_in_time_lets_the_old_certificate_hold_on_for_180_days() -> None:
    extended = RATING.extended_for(date(2026, 12, 1))

    assert (extended.holds_until, extended.holds_on(date(2027, 7, 14))) == (date(2027, 7, 14), True)
    assert not extended.holds_on(date(2027, 7, 15))


def test_what_is_filed_after_the_end_extends_nothing() -> None:
    with pytest.raises(CertificateOver, match="15/01/2027"):
        RATING.extended_for(date(2027, 1, 16))


def test_a_revoked_certificate_holds_no_longer_and_is_neither_extended_nor_revoked_again() -> None:
    revoked = RATING.revoked(taken_back(date(2026, 3, 16)))

    assert [revoked.holds_on(day) for day in (date(2026, 3, 15), date(2026, 3, 16))] == [True, False]
    with pytest.raises(CertificateOver):
        revoked.extended_for(date(2026, 9, 1))
    with pytest.raises(CertificateOver):
        revoked.revoked(taken_back(date(2026, 3, 16)))


def test_it_is_revoked_within_15_days_of_the_conclusion() -> None:
    with pytest.raises(RevocationLate, match="16/03/2026"):
        RATING.revoked(taken_back(date(2026, 3, 17)))


def test_it_is_not_revoked_before_anything_was_concluded() -> None:
    with pytest.raises(RevocationEarly):
        RATING.revoked(taken_back(date(2026, 2, 28)))


def test_there_are_six_grounds() -> None:
    assert len(RevocationGround) == 6


def test_a_post_check_stays_with_the_certificate() -> None:
    check = PostCheck(checked_on=date(2026, 5, 1), by=RATING.recorded_by, complies=False, note="Nhãn sai.")

    checked = RATING.checked(check)

    assert (checked.checks, checked.rev) == ((check,), 1)
    assert replace(checked, checks=(), rev=0) == RATING


def test_1_and_2_stars_are_decided_by_nobody() -> None:
    for stars in (1, 2):
        with pytest.raises(NoDecision):
            require_decider(stars, Decider.PROVINCE_CHAIRMAN)


def test_5_stars_are_not_the_province_s_nor_4_the_minister_s() -> None:
    with pytest.raises(WrongDecider):
        require_decider(5, Decider.PROVINCE_CHAIRMAN)
    with pytest.raises(WrongDecider):
        require_decider(4, Decider.MINISTER)
    require_decider(5, Decider.MINISTER)
