"""Status codes of the national exchange axis: which there are, what may follow what, which need a reason.

Source: QCVN 102:2016/BTTTT as its SDK's samples show it; transitions by our own reading of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.errors import Conflict, Invalid


class StatusCode(StrEnum):
    """What becomes of a document at the agency it was sent to."""

    ARRIVED = "01"
    REFUSED = "02"
    ACCEPTED = "03"
    ASSIGNED = "04"
    IN_PROGRESS = "05"
    DONE = "06"
    TAKE_BACK = "13"
    AGREED = "15"
    DECLINED = "16"


NAMES: Mapping[StatusCode, str] = {
    StatusCode.ARRIVED: "Đã đến",
    StatusCode.REFUSED: "Từ chối tiếp nhận",
    StatusCode.ACCEPTED: "Đã tiếp nhận",
    StatusCode.ASSIGNED: "Phân công",
    StatusCode.IN_PROGRESS: "Đang xử lý",
    StatusCode.DONE: "Hoàn thành",
    StatusCode.TAKE_BACK: "Lấy lại",
    StatusCode.AGREED: "Đồng ý cập nhật/lấy lại",
    StatusCode.DECLINED: "Từ chối cập nhật/lấy lại",
}
"""The names the axis gives its codes."""

_NEXT: Mapping[StatusCode | None, frozenset[StatusCode]] = {
    None: frozenset({StatusCode.ARRIVED}),
    StatusCode.ARRIVED: frozenset({StatusCode.REFUSED, StatusCode.ACCEPTED}),
    StatusCode.ACCEPTED: frozenset({StatusCode.ASSIGNED, StatusCode.IN_PROGRESS, StatusCode.DONE}),
    StatusCode.ASSIGNED: frozenset({StatusCode.IN_PROGRESS, StatusCode.DONE}),
    StatusCode.IN_PROGRESS: frozenset({StatusCode.DONE}),
}
_ANSWERS = frozenset({StatusCode.AGREED, StatusCode.DECLINED})


class StatusUnknown(Invalid):
    """The axis knows no such code."""

    code = "exchange.status_unknown"
    template = "The status code '%(status)s' does not exist. Send one of 01 to 06, 13, 15, 16."


class StatusOutOfOrder(Conflict):
    """The code cannot follow what was reported before."""

    code = "exchange.status_out_of_order"
    template = "The status '%(status)s' cannot follow '%(before)s'. Report the steps in their order."


class StatusNeedsReason(Invalid):
    """A refusal must say why.

    Source: Decree 30/2020/NĐ-CP, art. 21.
    """

    code = "exchange.status_needs_reason"
    template = "A refused document goes back with a reason. Say why it is refused."


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was reported of one document so far, and whether the sender asked for it back or changed it."""

    last: StatusCode | None = None
    pending_request: bool = False


def parse_status(text: str) -> StatusCode:
    """Return the code; raises StatusUnknown."""
    try:
        return StatusCode(text)
    except ValueError as cause:
        raise StatusUnknown(status=text) from cause


def require_next(history: History, status: StatusCode, reason: str | None = None) -> None:
    """Raise unless *status* may be reported now.

    Raises:
        StatusNeedsReason: A refusal without a reason.
        StatusOutOfOrder: It cannot follow; an answer (15, 16) needs a request of the sender.
    """
    if status is StatusCode.REFUSED and not (reason or "").strip():
        raise StatusNeedsReason
    if status in _ANSWERS:
        allowed = history.pending_request
    elif status is StatusCode.TAKE_BACK:
        allowed = history.last not in (None, StatusCode.REFUSED)
    else:
        allowed = status in _NEXT.get(history.last, frozenset())
    if not allowed:
        raise StatusOutOfOrder(status=status.value, before=history.last.value if history.last else "-")
