"""Time limits in models: a length, or an expression that gives one; mistakes are found at deployment or named."""

from datetime import date, timedelta

import pytest

from engine.calendars import DayKind, WorkCalendar
from engine.runtime.errors import ExpressionFailed
from engine.runtime.run import Run
from engine.runtime.surroundings import Surroundings
from tests.engine.runtime.drawing import NOON, event, findings, flows, human, made, quiet
from tests.support.models import after, boundary

START, END, STRAIGHT = event("start", "start"), event("end", "end"), flows("start > work > end")


def due(written: str, **data: object) -> str | None:
    model = made(START, human("work", due=written), END, STRAIGHT)
    return Run.start(model, data, quiet, at=NOON).progress.opened[0].due


@pytest.mark.parametrize("written", ["2 days", "5 half-days", "0.5 days", "1 day by noon"])
def test_a_length_is_taken_as_it_is_written(written: str) -> None:
    assert due(written) == written


def test_an_expression_gives_a_length_a_date_or_nothing() -> None:
    assert due("'0 days' if urgency else '1 day'", urgency=1) == "0 days"
    assert due("text(days) + ' days'", days=15) == "15 days"
    assert due("answer_by", answer_by="2026-12-31") == "2026-12-31"
    assert due("answer_by", answer_by=None) is None
    assert due("answer_by", answer_by="") is None


@pytest.mark.parametrize("given", ["soon", "-1 days", "2026-02-30", 5])
def test_what_an_expression_gives_must_be_a_time_limit(given: object) -> None:
    with pytest.raises(ExpressionFailed, match="no time limit"):
        due("given", given=given)


def test_a_task_without_a_limit_has_none() -> None:
    model = made(START, human("work"), END, STRAIGHT)

    assert Run.start(model, {}, quiet, at=NOON).progress.opened[0].due is None


@pytest.mark.parametrize(
    ("written", "code"),
    [("1000 days", "due.length"), ("2 weeks", "expression.refused"), ("open('x')", "expression.refused")],
)
def test_a_wrong_limit_is_found_at_deployment(written: str, code: str) -> None:
    found = findings(START, human("work", due=written), END, STRAIGHT)

    assert {name: finding.element_id for name, finding in found.items()} == {code: "work"}


@pytest.mark.parametrize("given", ["9999-12-31", "2031-01-01", "0001-01-01"])
def test_a_day_years_away_is_refused_since_every_list_counts_to_it(given: str) -> None:
    with pytest.raises(ExpressionFailed, match="years away"):
        due("given", given=given)


@pytest.mark.parametrize("said", ["3 days", "workdays(3)"])
def test_a_timer_that_the_calendar_no_longer_lets_end_is_told_by_its_step(said: str) -> None:
    model = made(START, human("work"), END, STRAIGHT, boundary("late", "work", after(said)), flows("late > end"))
    state = Run.start(model, {}, quiet, at=NOON).progress.state
    closed = {
        year: {date(year, 1, 1) + timedelta(days=n): DayKind.OFF for n in range(366)}
        for year in range(NOON.year, NOON.year + 14)
    }
    never = Surroundings(inline=quiet, calendar=lambda: WorkCalendar(kinds=closed))

    with pytest.raises(ExpressionFailed, match="late"):
        Run.resume(model, state, never).recount((), NOON)
