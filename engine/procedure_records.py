"""What procedures ask of storage: models, runs, work items, where and until when they wait; see engine.ports."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from engine.definitions import Activation, Definition
from engine.ids import AgencyId, DefinitionId, DocumentId, IncidentId, InstanceId, TaskId, WorkItemId
from engine.incidents import Incident
from engine.instances import Activity, Instance, InstanceLine
from engine.messages import SendingKind, Subscription
from engine.queries import ForecastCount, ForecastQuery, InstanceQuery, Page, PageRequest, WorkItemQuery
from engine.recalls import Recall
from engine.timers import DueTimer, Timer
from engine.work_items import WorkItem


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


class Definitions(Protocol):
    """Deployed procedure models."""

    def get(self, definition_id: DefinitionId) -> Definition:
        """Return the definition with its files, or raise DefinitionNotFound."""

    def find_latest(self, key: str) -> Definition | None:
        """Return the newest version, or None."""

    def find_active(self, key: str) -> Definition | None:
        """Return the version that new instances run by, or None."""

    def find_version(self, key: str, version: int) -> Definition | None:
        """Return that version, or None."""

    def find_started_by(self, message: str) -> Definition | None:
        """Return the active version of the procedure that the message starts, or None."""

    def find_bundle(self, key: str, bundle_sha256: str) -> Definition | None:
        """Return the newest version with exactly these files, or None."""

    def add(self, definition: Definition) -> None:
        """Keep a new version."""

    def activate(self, activation: Activation) -> None:
        """Have new instances of the model run by this version from now on."""

    def activations(self) -> Mapping[str, Activation]:
        """Return which version each model is at, by the model's key."""

    def all(self) -> Sequence[Definition]:
        """Return every version of every model, the newest first, without their files' contents being needed."""


class Instances(Protocol):
    """Running procedures and their history."""

    def get(self, instance_id: InstanceId) -> Instance:
        """Return the instance, or raise InstanceNotFound."""

    def lock(self, instance_id: InstanceId) -> Instance:
        """Return the instance for moving it, or raise InstanceNotFound."""

    def find_of_document(self, document_id: DocumentId) -> Instance | None:
        """Return the document's own procedure, or None."""

    def beside(self, document_id: DocumentId) -> Sequence[Instance]:
        """Return what works on the document beside its own procedure, the oldest first."""

    def called_by(self, instance_id: InstanceId, task_id: TaskId | None = None) -> Sequence[Instance]:
        """Return what the instance called, by all its steps or by this task, the oldest first."""

    def add(self, instance: Instance) -> None:
        """Keep a new instance."""

    def save(self, instance: Instance, recall: Recall | None = None) -> None:
        """Keep the new value of a locked instance; raises InstanceMoved if its rev is not the next one.

        With *recall*, unless it names a hindrance, the state before is kept beside it; what was kept before is not.
        """

    def stand(self, instance: Instance) -> None:
        """Keep since when and why a locked instance stands still, or that it does not; nothing else of it changes."""

    def find_recall(self, instance_id: InstanceId) -> tuple[Recall, bytes | None] | None:
        """Return what the last trigger kept for a recall, with the state before it, or None."""

    def record(self, activities: Sequence[Activity]) -> None:
        """Append lines of history."""

    def search(self, query: InstanceQuery, page: PageRequest) -> Page[InstanceLine]:
        """Return a page of these procedures: those that are over the newest first, the others the oldest first."""

    def history(self, instance_id: InstanceId) -> Sequence[Activity]:
        """Return the history, the oldest first."""


class WorkItems(Protocol):
    """People's tasks."""

    def get(self, work_item_id: WorkItemId) -> WorkItem:
        """Return the work item, or raise WorkItemNotFound."""

    def lock(self, work_item_id: WorkItemId) -> tuple[WorkItem, Instance]:
        """Return the work item and its instance, both for changing, in one statement; or raise WorkItemNotFound."""

    def open_of(self, instance_id: InstanceId) -> Sequence[WorkItem]:
        """Return the instance's items that are open or being signed."""

    def of_instance(self, instance_id: InstanceId) -> Sequence[WorkItem]:
        """Return all items the instance ever had, finished ones too, the oldest first."""

    def lock_counted_before(self, agency_id: AgencyId, version: int, limit: int) -> Sequence[WorkItem]:
        """Return unfinished items whose due time is of an older calendar, for changing; not those others hold."""

    def forecast(self, query: ForecastQuery, page: PageRequest) -> Page[WorkItem]:
        """Return a page of the open items that are late once *query.until* has passed, the soonest first."""

    def forecast_counts(self, query: ForecastQuery) -> Sequence[ForecastCount]:
        """Return how many such items there are, by unit and person."""

    def add(self, items: Sequence[WorkItem]) -> None:
        """Keep new work items."""

    def save(self, item: WorkItem) -> None:
        """Keep the new value of a locked item."""

    def search(self, query: WorkItemQuery, page: PageRequest) -> Page[WorkItem]:
        """Return a page of open items, the urgent and the oldest first."""

    def touched_by(self, ids: Collection[UUID]) -> Sequence[WorkItem]:
        """Return the items among these ids, and all that are open of the documents and instances among them."""

    def due_until(self, day: date, page: PageRequest) -> Page[WorkItem]:
        """Return a page of every agency's open items that are due on this day or before and whose clock runs."""
