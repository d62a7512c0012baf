"""Where a document stands at the steps of the shipped procedures, for an administrator who moves it there by hand."""

from collections.abc import Mapping
from typing import Final

from engine.documents import Document, IncomingDocument, IncomingState, OutgoingState
from engine.errors import Conflict
from engine.operations.move import Move

STATES: Final[Mapping[str, IncomingState | OutgoingState]] = {
    "incoming_document/register": IncomingState.RECEIVED,
    "incoming_document/direct": IncomingState.REGISTERED,
    "incoming_document/assign": IncomingState.DIRECTED,
    "incoming_document/handle": IncomingState.ASSIGNED,
    "outgoing_document/draft": OutgoingState.DRAFT,
    "outgoing_document/review_content": OutgoingState.IN_REVIEW,
    "outgoing_document/review_format": OutgoingState.IN_REVIEW,
    "outgoing_document/sign": OutgoingState.TO_SIGN,
    "outgoing_document/number": OutgoingState.SIGNED,
    "outgoing_document/seal": OutgoingState.NUMBERED,
    "joint_document/draft": OutgoingState.DRAFT,
    "joint_document/review_content": OutgoingState.IN_REVIEW,
    "joint_document/review_format": OutgoingState.IN_REVIEW,
    "joint_document/sign_in_order": OutgoingState.TO_SIGN,
    "joint_document/sign_together": OutgoingState.TO_SIGN,
    "joint_document/countersign": OutgoingState.SIGNED,
    "joint_document/number": OutgoingState.SIGNED,
    "joint_document/seal": OutgoingState.NUMBERED,
    "document_copy/decide": OutgoingState.IN_REVIEW,
    "document_copy/seal": OutgoingState.TO_SIGN,
    "document_copy/hand_out": OutgoingState.NUMBERED,
}
"""The state of a document that waits at a step, as 'procedure/element'."""

_TO: Final = frozenset(
    {IncomingState.REGISTERED, IncomingState.DIRECTED, IncomingState.ASSIGNED}
    | {OutgoingState.DRAFT, OutgoingState.IN_REVIEW, OutgoingState.TO_SIGN}
)
_FROM: Final = _TO | {IncomingState.IN_PROGRESS, OutgoingState.SIGNING}
"""Between these only the state says how far a document is: neither a signature nor a number hangs on it."""


class StateUnfit(Conflict):
    """A document cannot be taken to a step, since a signature or a number stands between."""

    code = "document.state_unfit"
    template = (
        "The document is '%(state)s', and at this step it has to be '%(needed)s'. A signature, a number or the"
        " end of its handling stands between: return it, or take it on, by the steps of its procedure."
    )


def place(move: Move, element_id: str) -> None:
    """Bring the document of a move to the state it has at this step of a shipped procedure.

    Models of an agency's own do not say which state they want; a step that meets the wrong one refuses it.

    Raises:
        StateUnfit: More than a word would have to change.
    """
    document, needed = move.document, STATES.get(f"{move.instance.definition_key}/{element_id}")
    if needed is None or document.state is needed:
        return
    if document.state not in _FROM or needed not in _TO:
        raise StateUnfit(state=document.state.value, needed=needed.value)
    move.document = _in_state(document, needed)
    move.note("set_state", {"state": needed.value})


def _in_state(document: Document, state: IncomingState | OutgoingState) -> Document:
    if isinstance(document, IncomingDocument):
        return document.in_state(IncomingState(state))
    return document.in_state(OutgoingState(state))
