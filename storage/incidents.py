"""Stuck steps as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from engine.ids import AgencyId, DocumentId, IncidentId, InstanceId, PersonId, TaskId
from engine.incidents import Incident, IncidentNotFound, IncidentState, Skip
from engine.queries import Page, PageRequest
from storage.queries import id_in, page_of
from storage.schema import incidents
from storage.statements import Statements

_GET = select(incidents).where(incidents.c.id == bindparam("incident_id"))
_OF_TASK = select(incidents).where(incidents.c.task_id == bindparam("for_task"), incidents.c.state != "resolved")
_UNRESOLVED_OF = select(incidents).where(
    incidents.c.instance_id == bindparam("of_instance"), incidents.c.state != "resolved"
)
_SKIP = ("skip_by", "skip_at", "skip_because")
_CHANGING = ("parameters", "code", "message", "last_seen", "times", "state", *_SKIP)
_SAVE = (
    update(incidents)
    .where(incidents.c.id == bindparam("incident_id"))
    .values({incidents.c[name]: bindparam(f"new_{name}") for name in _CHANGING})
)


class PostgresIncidents:
    """Stuck steps, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, incident_id: IncidentId) -> Incident:
        """Return the incident, or raise IncidentNotFound."""
        row = self._connection.execute(_GET, {"incident_id": incident_id}).one_or_none()
        if row is None:
            raise IncidentNotFound
        return _incident(row)

    def find_of_task(self, task_id: TaskId) -> Incident | None:
        """Return the task's incident that is not resolved, or None."""
        row = self._connection.execute(_OF_TASK, {"for_task": task_id}).one_or_none()
        return None if row is None else _incident(row)

    def of_instance(self, instance_id: InstanceId) -> Sequence[Incident]:
        """Return all incidents the instance ever had, resolved ones too, the oldest first."""
        had = select(incidents).where(incidents.c.instance_id == instance_id).order_by(incidents.c.id)
        return [_incident(row) for row in self._connection.execute(had)]

    def unresolved_of(self, instance_id: InstanceId) -> Sequence[Incident]:
        """Return the instance's incidents that are not resolved."""
        return [_incident(row) for row in self._connection.execute(_UNRESOLVED_OF, {"of_instance": instance_id})]

    def add(self, incident: Incident) -> None:
        """Keep a new incident."""
        self._connection.execute(insert(incidents), _values(incident))

    def save(self, incident: Incident) -> None:
        """Keep its new value."""
        values = _values(incident)
        changed = {f"new_{name}": values[name] for name in _CHANGING}
        self._connection.execute(_SAVE, {"incident_id": incident.id, **changed})

    def search(self, agency_id: AgencyId, page: PageRequest, *, unresolved: bool = True) -> Page[Incident]:
        """Return a page of the agency's incidents, the newest first."""
        wanted = select(incidents).where(incidents.c.agency_id == agency_id)
        if unresolved:
            wanted = wanted.where(incidents.c.state != "resolved")
        if page.after is not None:
            wanted = wanted.where(incidents.c.id < id_in(page.after))
        return page_of(self._connection, wanted.order_by(incidents.c.id.desc()), page, _incident, lambda row: row.id)


_NAMES = tuple(column.name for column in incidents.c if column.name not in ("times", "state", *_SKIP))


def _values(incident: Incident) -> dict[str, Any]:
    kept = {name: getattr(incident, name) for name in _NAMES}
    skip = incident.skip
    proposed = (skip.by, skip.at, skip.reason) if skip else (None, None, None)
    return {
        **kept,
        "times": incident.count,
        "state": incident.state.value,
        **dict(zip(_SKIP, proposed, strict=True)),
    }


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        id=IncidentId(row.id),
        agency_id=AgencyId(row.agency_id),
        instance_id=InstanceId(row.instance_id),
        document_id=DocumentId(row.document_id),
        task_id=TaskId(row.task_id),
        element_id=row.element_id,
        operation=row.operation,
        parameters=row.parameters,
        code=row.code,
        message=row.message,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        count=row.times,
        state=IncidentState(row.state),
        skip=Skip(by=PersonId(row.skip_by), at=row.skip_at, reason=row.skip_because) if row.skip_by else None,
    )
