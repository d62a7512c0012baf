"""Instances: running procedures, and the history of what was entered and left in them."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.errors import Conflict, NotFound
from engine.ids import AgencyId, DefinitionId, DocumentId, InstanceId, PersonId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One run of a definition for one document; *state* belongs to engine.runtime alone."""

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

    def moved(self, state: bytes, *, finished: bool, at: datetime) -> "Instance":
        """Return this instance one step further."""
        return replace(self, state=state, finished_at=at if finished else None, rev=self.rev + 1)


class Movement(StrEnum):
    """Whether an element was entered or left."""

    ENTERED = "entered"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One line of an instance's history: an element entered or left, by whom, with which outcome."""

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


class InstanceNotFound(NotFound):
    """No such running procedure, or not for this person."""

    code = "instance.not_found"
    template = "There is no such procedure."


class InstanceMoved(Conflict):
    """Somebody else moved the procedure first."""

    code = "instance.moved"
    template = "Somebody else acted on this first. Reload the page to see how it stands now."
