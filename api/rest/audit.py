"""The audit log, for the auditor: leaves exactly as they are hashed."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, PageOf, page_of, problems
from api.rest.calls import CallDep
from api.rest.fields import BLANK_AS_NONE, PRINTABLE
from api.rest.routes import Door
from engine import access
from engine.audit import AuditEvent

router = APIRouter(route_class=Door, tags=["audit"])


class LeafAnswer(Answer):
    """One leaf. `leaf_hash` is SHA-256(0x00 ‖ the leaf as RFC 8785 canonical JSON), as in RFC 6962."""

    id: UUID
    at: datetime
    actor: UUID
    action: str
    subject_type: str
    subject_id: str
    leaf: dict[str, Any]
    leaf_hash: str


@router.get("/audit/events", summary="Audit log", response_model=PageOf[LeafAnswer], responses=problems(403, 422))
def list_events(
    call: CallDep,
    page: PageDep,
    work: WorkDep,
    subject: Annotated[
        Annotated[str, Field(max_length=200), PRINTABLE] | None,
        BLANK_AS_NONE,
        Query(description="Id of a document, work item, procedure, file, … the leaves are about"),
    ] = None,
) -> PageOf[LeafAnswer]:
    """Return the agency's leaves, the newest first."""
    access.require(call.by, "read_audit")
    return page_of(work.audit.search(call.by.agency_id, page, subject_id=subject), leaf_answer)


def leaf_answer(event: AuditEvent) -> LeafAnswer:
    """Return the leaf as answers show it."""
    return LeafAnswer(
        id=event.id,
        at=event.at,
        actor=event.actor,
        action=event.action,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        leaf=json.loads(event.leaf),
        leaf_hash=event.leaf_hash.hex(),
    )
