"""One move of a procedure as its operations see it: the document, who moves it, when, and what they changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from engine.documents import Document, IncomingDocument, OutgoingDocument, Version, VersionKind
from engine.errors import Conflict, OurFault, VanthuError
from engine.ids import FileId, InstanceId, PersonId
from engine.instances import Instance
from engine.ports import UnitOfWork
from engine.recalls import Hindrance
from engine.runtime.surroundings import OperationEnded

Data = Mapping[str, object]
"""JSON-like values: what a form gave, what an operation found, what the procedure knows."""

Kind = TypeVar("Kind", IncomingDocument, OutgoingDocument)


class OperationMisplaced(OurFault):
    """A model uses an operation for a kind of document it is not made for, or before its data are there."""

    code = "operation.misplaced"
    template = "The procedure uses '%(operation)s' where it cannot work (%(why)s). Tell the administrator."


class VersionMoved(Conflict):
    """The document got another version while something was made of the earlier one."""

    code = "document.version_moved"
    template = "The document changed meanwhile. Look at its new version, then do this again."


@dataclass(slots=True, kw_only=True)
class Move:  # allow: open-dataclass, it gathers what one transaction changes
    """A trigger on its way through a procedure; mutable, lives for one transaction.

    Attributes:
        start_procedure: Starts the procedure of this key for another, new document.
        effects: What the operations did, in order, for the audit leaf: 'take_number(number=5)'.
        hindrance: Why the step can never be taken back, where its caller knows.
        calls: Instances called so far in this transaction, by this move and by those it called.
    """

    instance: Instance
    document: Document
    by: PersonId
    at: datetime
    work: UnitOfWork
    start_procedure: Callable[[str, Document, Data], object]
    effects: list[str] = field(default_factory=list)
    hindrance: Hindrance | None = None
    calls: list[InstanceId] = field(default_factory=list)
    _kept: Document | None = None

    def __post_init__(self) -> None:
        self._kept = self.document

    def incoming(self) -> IncomingDocument:
        """Return the document as an incoming one; raises OperationMisplaced."""
        if not isinstance(self.document, IncomingDocument):
            raise OperationMisplaced(operation="incoming", why="the document is an outgoing one")
        return self.document

    def outgoing(self) -> OutgoingDocument:
        """Return the document as an outgoing one; raises OperationMisplaced."""
        if not isinstance(self.document, OutgoingDocument):
            raise OperationMisplaced(operation="outgoing", why="the document is an incoming one")
        return self.document

    def require_file(self, file_id: FileId) -> None:
        """Raise VersionMoved unless this content is still the current version."""
        if self.document.file_id != file_id:
            raise VersionMoved

    def add_version(self, kind: VersionKind, file_id: FileId) -> None:
        """Make this content the document's current version."""
        self.document = self.document.with_file(file_id)
        self.work.documents.add_version(
            Version(
                document_id=self.document.id,
                ordinal=self.document.version,
                kind=kind,
                file_id=file_id,
                made_at=self.at,
                made_by=self.by,
            )
        )

    def inline(self, operations: Mapping[str, "Inline"]) -> Callable[[str, Data, Data], Data]:
        """Return what the runtime calls for a service task that works inside the transaction."""

        def run(operation: str, parameters: Data, data: Data) -> Data:
            result = operations[operation](self, parameters, data)
            self.note(operation, result)
            return result

        return run

    def guarded(self, expected: tuple[type[VanthuError], ...]) -> Callable[[Callable[[], Data]], Data]:
        """Return what does an operation so that one of the *expected* errors undoes what it changed, and no more."""

        def do(act: Callable[[], Data]) -> Data:
            before = self.document, self._kept, len(self.effects)
            try:
                with self.work.savepoint():
                    return act()
            except expected as error:
                self.document, self._kept, kept = before
                del self.effects[kept:]
                raise OperationEnded(error.code, str(error)) from error

        return do

    def take_over(self, other: "Move") -> None:
        """Go on with the same document as another move of this transaction left it."""
        self.document = self._kept = other.document

    def note(self, operation: str, result: Data) -> None:
        """Add an operation and its result to the effects."""
        facts = ",".join(f"{name}={value}" for name, value in result.items())
        self.effects.append(f"{operation}({facts})")

    def operations(self) -> set[str]:
        """Return which operations ran."""
        return {effect.partition("(")[0] for effect in self.effects}

    def keep_document(self) -> None:
        """Save the document if the move changed it."""
        if self.document != self._kept:
            self.work.documents.save(self.document)
            self._kept = self.document


Inline = Callable[[Move, Data, Data], Data]
"""An operation inside the transaction: move, parameters, the procedure's data → its result, small and not private."""


def text_of(data: Data, element: str, name: str) -> str | None:
    """Return what the form of *element* gave as *name*, or None where it gave nothing."""
    given = data.get(element)
    value = given.get(name) if isinstance(given, Mapping) else None
    return value if isinstance(value, str) and value else None
