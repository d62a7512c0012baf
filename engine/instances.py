"""Instances: running procedures, and the history of what was entered and left in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.errors import Conflict, NotFound
from engine.ids import AgencyId, DefinitionId, DocumentId, InstanceId, PersonId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One run of a definition for one document; *state* belongs to engine.runtime alone.

    Attributes:
        waits: Differs when what it waits for by itself does (engine.waits); empty where that is nothing.
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

    def moved(self, state: bytes, *, finished: bool, at: datetime, waits: str | None = None) -> "Instance":
        """Return this instance one step further; without *waits* it waits for what it did before."""
        kept = self.waits if waits is None else waits
        return replace(self, state=state, finished_at=at if finished else None, rev=self.rev + 1, waits=kept)


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
