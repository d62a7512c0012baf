"""Who may know and do what: one place for the rules, asked by every action and mirrored by every list.

Own agency only. Its registry and its leaders read every document; others read what the handling chain brought to them
or to their unit; the auditor reads everything of the agency and changes nothing.
"""

from typing import Final

from engine.documents import Document, DocumentNotFound
from engine.errors import Forbidden
from engine.ids import AgencyId
from engine.people import Person, Role
from engine.work_items import WorkItem, WorkItemExcluded, WorkItemNotFound, WorkItemNotYours

READS_WHOLE_AGENCY: Final = frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD, Role.AUDITOR})

ALLOWED: Final[dict[str, frozenset[Role]]] = {
    "register_document": frozenset({Role.CLERK}),
    "draft_document": frozenset(
        {Role.CLERK, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD}
    ),
    "store_file": frozenset(Role) - {Role.AUDITOR},
    "deploy_definition": frozenset({Role.ADMINISTRATOR}),
    "activate_definition": frozenset({Role.ADMINISTRATOR}),
    "read_definitions": frozenset(Role),
    "read_registers": frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD, Role.AUDITOR}),
    "read_incidents": frozenset({Role.ADMINISTRATOR, Role.CLERK, Role.CHIEF_OF_OFFICE, Role.AUDITOR}),
    "retry_incident": frozenset({Role.ADMINISTRATOR, Role.CLERK, Role.CHIEF_OF_OFFICE}),
    "read_calendar": frozenset(Role),
    "save_calendar": frozenset({Role.ADMINISTRATOR}),
    "read_forecast": READS_WHOLE_AGENCY,
    "pause_document": frozenset(
        {Role.CLERK, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD}
    ),
    "deliver_message": frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE, Role.ADMINISTRATOR}),
    "read_audit": frozenset({Role.AUDITOR}),
    "use_agency_key": frozenset({Role.CLERK}),
    "comment_on_document": frozenset(Role) - {Role.AUDITOR},
    "watch_document": frozenset(Role) - {Role.AUDITOR},
    "manage_webhooks": frozenset({Role.ADMINISTRATOR}),
    "read_status": frozenset({Role.ADMINISTRATOR}),
}
"""Which roles may do what does not depend on one document or work item."""


class NotAllowed(Forbidden):
    """The person's posts do not include this action."""

    code = "access.not_allowed"
    template = "Your posts do not let you do this. Ask a colleague whose work it is, or the administrator."


def may(person: Person, action: str) -> bool:
    """Say whether one of the person's roles allows *action* (a key of ALLOWED)."""
    return bool(person.roles & ALLOWED[action])


def require(person: Person, action: str) -> None:
    """Raise NotAllowed unless the person may do *action*."""
    if not may(person, action):
        raise NotAllowed


def may_read(person: Person, document: Document) -> bool:
    """Say whether the person may read the document."""
    if person.agency_id != document.agency_id:
        return False
    return bool(
        person.roles & READS_WHOLE_AGENCY
        or person.units & document.reader_units
        or person.id in document.reader_people
        or person.id == document.created_by
    )


def require_read(person: Person, document: Document) -> None:
    """Raise DocumentNotFound unless the person may read it: not there and not to be known are one answer."""
    if not may_read(person, document):
        raise DocumentNotFound


def require_agency(person: Person, agency_id: AgencyId, refusal: Exception) -> None:
    """Raise *refusal* unless the person is of this agency."""
    if person.agency_id != agency_id:
        raise refusal


def is_candidate(person: Person, item: WorkItem) -> bool:
    """Say whether the person's posts, and no separation of duties, let them do the item."""
    if person.agency_id != item.agency_id or person.id in item.excluded:
        return False
    if item.assignee == person.id:
        return True
    return any(person.holds(role, item.unit_id) for role in item.roles)


def require_act(person: Person, item: WorkItem) -> None:
    """Raise unless the person may act on the item now.

    Raises:
        WorkItemNotFound: They are not to know of it.
        WorkItemExcluded: Separation of duties.
        WorkItemNotYours: A colleague claimed it, or it is a colleague's by the model.
    """
    if person.agency_id != item.agency_id:
        raise WorkItemNotFound
    if item.assignee == person.id or is_candidate(person, item):
        if person.id in item.excluded:
            raise WorkItemExcluded
        if item.assignee in (None, person.id):
            return
        raise WorkItemNotYours(holder="a colleague")
    if person.id in item.excluded and any(person.holds(role, item.unit_id) for role in item.roles):
        raise WorkItemExcluded
    raise WorkItemNotFound
