"""What is counted of tries at signing in."""

from datetime import UTC, datetime, timedelta

from engine.sign_in_tries import JUDGED_WITHIN, Tries, TryBound

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BOUND = TryBound(most=2, window=timedelta(minutes=15))


def test_a_try_that_is_judged_takes_the_place_of_one_that_may_be_wrong() -> None:
    one = Tries(since=NOON).begun(NOON)
    two = one.begun(NOON)

    assert one.has_place(BOUND)
    assert not two.has_place(BOUND)
    assert two.ended(NOON) == one
    assert not two.ended(NOON).counted().has_place(BOUND)


def test_a_window_that_is_over_counts_nothing_and_keeps_who_is_judged() -> None:
    later = NOON + BOUND.window
    tries = Tries(wrong=2, since=NOON, judging=(later,))

    assert tries.standing(BOUND, later - timedelta(seconds=1)).wrong == 2
    assert tries.standing(BOUND, later) == Tries(since=later, judging=(later,))


def test_a_window_begins_with_what_was_wrong_first_not_with_who_was_right() -> None:
    later = NOON + timedelta(minutes=14)

    assert Tries(since=NOON).standing(BOUND, later).counted() == Tries(wrong=1, since=later)


def test_a_judgement_that_takes_too_long_holds_no_place() -> None:
    tries = Tries(wrong=1, since=NOON, judging=(NOON, NOON + timedelta(seconds=1)))

    assert tries.standing(BOUND, NOON + JUDGED_WITHIN).judging == (NOON + timedelta(seconds=1),)
