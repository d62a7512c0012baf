"""Incidents: work of the machine that did not succeed and waits for a person, with the cause in words."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.errors import Conflict, NotFound
from engine.ids import AgencyId, DocumentId, IncidentId, InstanceId, TaskId


class IncidentState(StrEnum):
    """Whether somebody still has to look."""

    OPEN = "open"
    RETRYING = "retrying"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A stuck step of a procedure: what was tried, why it failed, since when, how often.

    Attributes:
        operation: The operation of the step, or 'open_work_item' where nobody may do the work.
        parameters: What the operation was given, as a JSON object.
        code: Code of the error that stopped it.
        message: The cause, in a sentence.
    """

    id: IncidentId
    agency_id: AgencyId
    instance_id: InstanceId
    document_id: DocumentId
    task_id: TaskId
    element_id: str
    operation: str
    parameters: str
    code: str
    message: str
    first_seen: datetime
    last_seen: datetime
    count: int = 1
    state: IncidentState = IncidentState.OPEN

    def seen_again(self, code: str, message: str, at: datetime) -> "Incident":
        """Return this incident as it failed once more."""
        return replace(
            self,
            code=code,
            message=message,
            last_seen=at,
            count=self.count + 1,
            state=IncidentState.OPEN,
        )

    def retrying(self) -> "Incident":
        """Return this incident as tried again."""
        if self.state is not IncidentState.OPEN:
            raise IncidentNotOpen
        return replace(self, state=IncidentState.RETRYING)

    def resolved(self) -> "Incident":
        """Return this incident as over."""
        return replace(self, state=IncidentState.RESOLVED)


class IncidentNotFound(NotFound):
    """No such incident, or not for this person."""

    code = "incident.not_found"
    template = "There is no such incident."


class IncidentNotOpen(Conflict):
    """The incident is being retried or is over."""

    code = "incident.not_open"
    template = "This incident is already being retried or is over. Reload the page to see how it stands."
