"""What running procedures ask of storage: where they are stuck, what and until when they wait; see engine.ports."""

from collections.abc import Sequence
from typing import Protocol

from engine.ids import AgencyId, IncidentId, InstanceId, TaskId
from engine.incidents import Incident
from engine.instances import Instance
from engine.messages import SendingKind, Subscription
from engine.queries import Page, PageRequest
from engine.timers import DueTimer, Timer


class Incidents(Protocol):
    """Stuck steps."""

    def get(self, incident_id: IncidentId) -> Incident:
        """Return the incident, or raise IncidentNotFound."""

    def find_of_task(self, task_id: TaskId) -> Incident | None:
        """Return the task's incident that is not resolved, or None."""

    def of_instance(self, instance_id: InstanceId) -> Sequence[Incident]:
        """Return all incidents the instance ever had, resolved ones too, the oldest first."""

    def unresolved_of(self, instance_id: InstanceId) -> Sequence[Incident]:
        """Return the instance's incidents that are not resolved."""

    def add(self, incident: Incident) -> None:
        """Keep a new incident."""

    def save(self, incident: Incident) -> None:
        """Keep its new value."""

    def search(self, agency_id: AgencyId, page: PageRequest, *, unresolved: bool = True) -> Page[Incident]:
        """Return a page of the agency's incidents, the newest first."""


class Messages(Protocol):
    """Who waits for messages and signals."""

    def replace(self, instance_id: InstanceId, kept: Sequence[Subscription]) -> None:
        """Make *kept* all that a locked instance waits for."""

    def waiting(
        self, agency_id: AgencyId, kind: SendingKind, name: str, correlation: str | None = None
    ) -> Sequence[Subscription]:
        """Return the steps of the agency that wait for exactly this."""

    def of_instance(self, instance_id: InstanceId) -> Sequence[Subscription]:
        """Return all that an instance waits for."""

    def find_of_task(self, instance_id: InstanceId, task_id: TaskId) -> Subscription | None:
        """Return what this step waits for, or None."""


class Timers(Protocol):
    """Timers of running procedures; whoever changes one holds its instance."""

    def replace(self, instance_id: InstanceId, kept: Sequence[Timer]) -> None:
        """Make *kept* all timers of a locked instance; one that was there before stays as it is."""

    def of_instance(self, instance_id: InstanceId) -> Sequence[Timer]:
        """Return the timers of an instance."""

    def claim(self) -> tuple[DueTimer, Instance] | None:
        """Return the timer that is due the longest and its instance, locked, passing over those somebody is at."""

    def put_off(self, due: DueTimer) -> None:
        """Leave a timer of a locked instance alone for its pause."""

    def try_now(self, instance_id: InstanceId, task_id: TaskId) -> bool:
        """Have the timer of a locked instance tried at once if it is due; say whether there still is one."""

    def find_counted_before(
        self, agency_id: AgencyId, version: int, after: InstanceId | None = None
    ) -> InstanceId | None:
        """Return the next instance by id with a timer in working time of an older calendar, or None."""

    def seconds_to_next(self) -> float | None:
        """Return how long it is until a timer is to be tried; None where there is none."""
