"""The audit log for its readers: who did what, when, to what, with the leaf as it was kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, WorkDep
from api.web.deeds import ACTIONS
from api.web.desk import Desk, DeskDep
from api.web.names import Names, names_of
from engine import access
from engine.audit import AuditEvent

router = APIRouter()

LONGEST_ID = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One leaf as a page shows it."""

    event: AuditEvent
    who: str
    what: str
    leaf: str
    leaf_hash: str


@router.get("/audit/events")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep, subject: str = "") -> Response:
    """Show the agency's leaves, the newest first; with *subject* those about one thing."""
    access.require(desk.person, "read_audit")
    wanted = subject.strip()[:LONGEST_ID]
    found = work.audit.search(desk.person.agency_id, page, subject_id=wanted or None)
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    told = _told(found.items, names, desk)
    return desk.page("audit_events/list.html", told=told, subject=wanted, next_page=found.next)


def _told(events: Sequence[AuditEvent], names: Names, desk: Desk) -> list[Told]:
    return [
        Told(
            event=event,
            who=names.person(event.actor),
            what=desk.speaks(ACTIONS.get(event.action, event.action)),
            leaf=json.dumps(json.loads(event.leaf), ensure_ascii=False, indent=2),
            leaf_hash=event.leaf_hash.hex(),
        )
        for event in events
    ]
