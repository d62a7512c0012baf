"""Documents as lists of work show them."""

from dataclasses import dataclass

from engine.deadlines import Pause
from engine.documents import Document, IncomingDocument
from engine.ids import DocumentId
from engine.registers import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """What a list says of a document.

    Attributes:
        number: As printed on it: '05/QĐ-UBND'; None while it has none.
        pause: The pause in which its clock stands now, or None while it runs.
    """

    id: DocumentId
    direction: Direction
    type: str
    subject: str
    state: str
    number: str | None
    pause: Pause | None


def line_of(document: Document) -> DocumentLine:
    """Return what a list says of the document."""
    return DocumentLine(
        id=document.id,
        direction=Direction.INCOMING if isinstance(document, IncomingDocument) else Direction.OUTGOING,
        type=document.type,
        subject=document.subject,
        state=document.state.value,
        number=printed_number(document),
        pause=document.pause,
    )


def printed_number(document: Document) -> str | None:
    """Return a document's number as printed on it: '05/QĐ-UBND'; None while it has none."""
    if isinstance(document, IncomingDocument):
        return f"{document.code_number}/{document.code_notation}"
    return document.number
