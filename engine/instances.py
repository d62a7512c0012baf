"""Instances: running procedures, and the history of what was entered and left in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.errors import Conflict, Invalid, NotFound
from engine.ids import AgencyId, DefinitionId, DocumentId, InstanceId, PersonId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The step of another instance that called this one and waits for its end.

    Attributes:
        depth: How many instances called one another up to this one.
    """

    instance_id: InstanceId
    task_id: TaskId
    element_id: str
    depth: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One run of a definition for one document; *state* belongs to engine.runtime alone.

    Attributes:
        caller: Who called it; None where the application or a message started it.
        beside: Its document has another procedure as its own.
        with_caller: What stands in the reasons below is said of its caller, which it was suspended or ended with.
        failed_with: Code of the error it ended with; None: it ended well, or has not yet.
        waits: Differs when what it waits for by itself does (engine.waits); empty where that is nothing.
        suspended_at: Since when nothing moves it but an administrator; None where it runs.
        suspended_because: Why, in the administrator's words.
        cancelled_because: Why an administrator ended it before its end; None where nobody did.
    """

    id: InstanceId
    agency_id: AgencyId
    definition_id: DefinitionId
    definition_key: str
    bundle_sha256: str
    document_id: DocumentId
    state: bytes
    started_at: datetime
    finished_at: datetime | None = None
    rev: int = 0
    waits: str = ""
    suspended_at: datetime | None = None
    suspended_because: str | None = None
    cancelled_because: str | None = None
    caller: Caller | None = None
    beside: bool = False
    with_caller: bool = False
    failed_with: str | None = None

    def moved(
        self, state: bytes, *, finished: bool, at: datetime, waits: str | None = None, failed_with: str | None = None
    ) -> "Instance":
        """Return this instance one step further; without *waits* it waits for what it did before."""
        kept = self.waits if waits is None else waits
        return replace(
            self,
            state=state,
            finished_at=at if finished else None,
            rev=self.rev + 1,
            waits=kept,
            suspended_at=None if finished else self.suspended_at,
            suspended_because=None if finished else self.suspended_because,
            with_caller=self.with_caller and not finished,
            failed_with=failed_with,
        )

    def migrated(self, to: DefinitionId, bundle_sha256: str, state: bytes, waits: str) -> "Instance":
        """Return this instance as it runs by another version of its model; if suspended it stays so."""
        self.require_unfinished()
        return replace(self, definition_id=to, bundle_sha256=bundle_sha256, state=state, waits=waits, rev=self.rev + 1)

    @property
    def standing(self) -> str:
        """Whether it is 'running', 'suspended', 'cancelled', 'failed' (ended with an error) or 'finished'."""
        return standing_of(self.finished_at, self.cancelled_because, self.failed_with, self.suspended_at)

    def require_running(self) -> None:
        """Raise InstanceEnded or InstanceHalted unless it may move."""
        self.require_unfinished()
        self.require_not_suspended()

    def require_not_suspended(self) -> None:
        """Raise InstanceHalted while an administrator keeps it from moving."""
        if self.suspended_at is not None:
            raise InstanceHalted(reason=self.suspended_because)

    def require_unfinished(self) -> None:
        """Raise InstanceEnded if it is over."""
        if self.finished_at is not None:
            raise InstanceEnded

    def suspended(self, reason: str, at: datetime, *, with_caller: bool = False) -> "Instance":
        """Return this instance as standing still because of *reason*, which is perhaps that of its caller."""
        self.require_running()
        return replace(self, suspended_at=at, suspended_because=reason, with_caller=with_caller, rev=self.rev + 1)

    def resumed(self) -> "Instance":
        """Return this instance as going on.

        Raises:
            InstanceRuns: Nobody suspended it.
        """
        self.require_unfinished()
        if self.suspended_at is None:
            raise InstanceRuns
        return replace(self, suspended_at=None, suspended_because=None, with_caller=False, rev=self.rev + 1)

    def cancelled(self, reason: str, at: datetime, *, with_caller: bool = False) -> "Instance":
        """Return this instance as ended before its end; it waits for nothing any more."""
        self.require_unfinished()
        return replace(
            self,
            finished_at=at,
            cancelled_because=reason,
            with_caller=with_caller,
            suspended_at=None,
            suspended_because=None,
            waits="",
            rev=self.rev + 1,
        )


class Movement(StrEnum):
    """Whether an element was entered or left, or a person took back that they left it."""

    ENTERED = "entered"
    LEFT = "left"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One line of an instance's history: an element entered, left or taken back, by whom, with which outcome."""

    instance_id: InstanceId
    agency_id: AgencyId
    task_id: TaskId
    element_id: str
    name: str
    kind: str
    movement: Movement
    at: datetime
    actor: PersonId
    outcome: str | None = None


class InstanceState(StrEnum):
    """By which state procedures are listed; those that are stuck run too."""

    UNFINISHED = "unfinished"
    RUNNING = "running"
    SUSPENDED = "suspended"
    STUCK = "stuck"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceLine:
    """A procedure in a list of many.

    Attributes:
        standing: As Instance.standing says it.
        steps: Names of people's steps that wait.
        incidents: How many of its steps are stuck.
    """

    id: InstanceId
    document_id: DocumentId
    definition_key: str
    version: int
    standing: str
    started_at: datetime
    suspended_at: datetime | None
    finished_at: datetime | None
    steps: tuple[str, ...]
    incidents: int


def standing_of(
    finished_at: datetime | None, cancelled_because: str | None, failed_with: str | None, suspended_at: datetime | None
) -> str:
    """Say whether a procedure is 'running', 'suspended', 'cancelled', 'failed' (ended with an error) or 'finished'."""
    if finished_at is None:
        return "running" if suspended_at is None else "suspended"
    if failed_with is not None:
        return "failed"
    return "finished" if cancelled_because is None else "cancelled"


def in_force(history: Sequence[Activity]) -> list[Activity]:
    """Return the lines that still hold, the oldest first: a step that was taken back, and what followed, are left out.

    A step is taken back only while nothing else moved the procedure, so what follows its end followed from it.
    """
    lines: list[Activity] = []
    for line in history:
        if line.movement is not Movement.RECALLED:
            lines.append(line)
            continue
        left = [place for place, one in enumerate(lines) if _ends(one, line)]
        del lines[left[-1] if left else len(lines) :]
    return lines


def _ends(line: Activity, recalled: Activity) -> bool:
    return line.movement is Movement.LEFT and line.task_id == recalled.task_id


class InstanceNotFound(NotFound):
    """No such running procedure, or not for this person."""

    code = "instance.not_found"
    template = "There is no such procedure."


class InstanceMoved(Conflict):
    """Somebody else moved the procedure first."""

    code = "instance.moved"
    template = "Somebody else acted on this first. Reload the page to see how it stands now."


class InstanceHalted(Conflict):
    """An administrator suspended the procedure."""

    code = "instance.suspended"
    template = "This procedure is suspended because: %(reason)s. Nothing of it moves until an administrator resumes it."


class InstanceRuns(Conflict):
    """The procedure that is to be resumed was not suspended."""

    code = "instance.not_suspended"
    template = "This procedure is not suspended. Reload the page to see how it stands."


class InstanceEnded(Conflict):
    """The procedure is over; nothing moves it any more."""

    code = "instance.ended"
    template = "This procedure is over. Reload the page to see how it stands."


class InstanceNotCancellable(Conflict):
    """The document of the procedure is signed or has a number, so it cannot simply be dropped."""

    code = "instance.not_cancellable"
    template = (
        "The document is '%(state)s' already, so its procedure cannot be cancelled."
        " Return it step by step with a reason; a number it has is cancelled in the register then."
    )


class AdministrationInvalid(Invalid):
    """What an administrator asks for is not said as it must be; every wrong field is named."""

    code = "instance.administration_invalid"
    template = "Some fields are not right. Correct those that are marked and send again."
