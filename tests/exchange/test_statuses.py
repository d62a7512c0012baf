"""What the exchange axis lets an agency report."""

import pytest

from engine.deliveries import DeliveryState
from exchange.statuses import (
    NAMES,
    History,
    StatusCode,
    StatusNeedsReason,
    StatusOutOfOrder,
    StatusUnknown,
    parse_status,
    require_next,
)


def test_the_axis_knows_nine_codes_and_names_each() -> None:
    assert sorted(StatusCode) == ["01", "02", "03", "04", "05", "06", "13", "15", "16"]
    assert NAMES.keys() == set(StatusCode)


def test_a_delivery_inside_the_house_speaks_the_same_codes() -> None:
    assert set(DeliveryState) <= set(StatusCode)


@pytest.mark.parametrize("text", ["99", "1", "", "01 "])
def test_any_other_code_is_refused(text: str) -> None:
    with pytest.raises(StatusUnknown):
        parse_status(text)


@pytest.mark.parametrize(("before", "after"), [(None, "01"), ("01", "03"), ("03", "04"), ("03", "06"), ("05", "06")])
def test_the_steps_of_handling_follow_one_another_and_may_be_skipped(before: str | None, after: str) -> None:
    require_next(History(last=StatusCode(before) if before else None), StatusCode(after))


@pytest.mark.parametrize(("before", "after"), [(None, "03"), ("02", "03"), ("06", "05"), ("04", "03"), ("02", "13")])
def test_a_status_out_of_order_is_refused(before: str | None, after: str) -> None:
    with pytest.raises(StatusOutOfOrder):
        require_next(History(last=StatusCode(before) if before else None), StatusCode(after))


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_refusal_without_a_reason_is_refused(reason: str | None) -> None:
    with pytest.raises(StatusNeedsReason):
        require_next(History(last=StatusCode.ARRIVED), StatusCode.REFUSED, reason)


@pytest.mark.parametrize("answer", [StatusCode.AGREED, StatusCode.DECLINED])
def test_an_answer_needs_a_request(answer: StatusCode) -> None:
    with pytest.raises(StatusOutOfOrder):
        require_next(History(last=StatusCode.ACCEPTED), answer)
    require_next(History(last=StatusCode.ACCEPTED, pending_request=True), answer)
