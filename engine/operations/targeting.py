"""What the procedure of a registration does: the target is accepted or refused, and the registration is closed."""

from dataclasses import replace

from engine.deadlines import office_date
from engine.documents import IncomingState
from engine.operations.move import Data, Move, text_of
from engine.targets import TargetState


def accept_target(move: Move, parameters: Data, data: Data) -> Data:
    """Note that the target stands, from the day of the decision."""
    return _answer(move, TargetState.ACCEPTED, None)


def refuse_target(move: Move, parameters: Data, data: Data) -> Data:
    """Note that the target does not stand, and why."""
    return _answer(move, TargetState.REFUSED, text_of(data, "decide", "reason"))


def _answer(move: Move, state: TargetState, reason: str | None) -> Data:
    target = move.work.targets.of_document(move.document.id)
    move.work.targets.save(target.answered(state, move.by, office_date(move.at), reason))
    result = "Đồng ý đăng ký mục tiêu" if state is TargetState.ACCEPTED else f"Không đồng ý: {reason or ''}"
    move.document = replace(move.incoming(), result=result).in_state(IncomingState.IN_PROGRESS)
    return {"state": state.value}


def close_registration(move: Move, parameters: Data, data: Data) -> Data:
    """Close the registration once its sender was told."""
    move.document = move.incoming().in_state(IncomingState.CLOSED)
    return {}
