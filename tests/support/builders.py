"""Builders: each gives every field a plausible value, so that a test names only what matters."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from engine.documents import IncomingDocument, IncomingState, OutgoingDocument, OutgoingState, Urgency
from engine.ids import (
    AgencyId,
    DocumentId,
    FileId,
    InstanceId,
    PersonId,
    StandInId,
    TaskId,
    UnitId,
    WorkItemId,
)
from engine.people import Person, Post, Role
from engine.stand_ins import Basis, Scope, StandIn, StandInKind
from engine.work_items import WorkItem

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
"""Friday 20 November 2026, noon in Việt Nam."""
FILE = FileId("ab" * 32)
_SPACE = UUID("0d5f6c3e-0000-5000-8000-000000000000")


def an_id(name: str) -> UUID:
    """Return the id that belongs to a name, the same each time."""
    return uuid5(_SPACE, name)


AGENCY = AgencyId(an_id("agency"))
UNIT = UnitId(an_id("unit"))


def a_person(*roles: Role, name: str = "somebody", unit: UnitId | None = UNIT, agency: AgencyId = AGENCY) -> Person:
    """Return a person holding the roles in a unit."""
    return Person(
        id=PersonId(an_id(name)),
        agency_id=agency,
        username=name,
        name=name.title(),
        title="Chuyên viên",
        posts=tuple(Post(role=role, unit_id=unit) for role in roles),
    )


def an_incoming_document(**changes: Any) -> IncomingDocument:
    """Return a received document."""
    document = IncomingDocument(
        id=DocumentId(an_id("incoming")),
        agency_id=AGENCY,
        type="CV",
        subject="V/v rà soát tiêu chí nông thôn mới",
        urgency=Urgency.NORMAL,
        file_id=FILE,
        created_at=NOON,
        created_by=PersonId(an_id("clerk")),
        code_number="12",
        code_notation="SNN-VP",
        issued_date=date(2026, 11, 19),
        organ_name="Sở Nông nghiệp và Môi trường",
        state=IncomingState.RECEIVED,
    )
    return replace(document, **changes)


def an_outgoing_document(**changes: Any) -> OutgoingDocument:
    """Return a draft."""
    document = OutgoingDocument(
        id=DocumentId(an_id("outgoing")),
        agency_id=AGENCY,
        type="QĐ",
        subject="Về việc công nhận xã đạt chuẩn nông thôn mới",
        urgency=Urgency.NORMAL,
        file_id=FILE,
        created_at=NOON,
        created_by=PersonId(an_id("drafter")),
        drafter=PersonId(an_id("drafter")),
        unit_id=UNIT,
        signer=PersonId(an_id("signer")),
        state=OutgoingState.DRAFT,
        body="Điều 1. Công nhận.",
    )
    return replace(document, **changes)


def a_work_item(**changes: Any) -> WorkItem:
    """Return an open item for the head of a unit."""
    item = WorkItem(
        id=WorkItemId(an_id("item")),
        agency_id=AGENCY,
        instance_id=InstanceId(an_id("instance")),
        task_id=TaskId(an_id("task")),
        element_id="assign",
        name="Phân công xử lý",
        name_en="Assign",
        document_id=DocumentId(an_id("incoming")),
        roles=frozenset({Role.HEAD_OF_UNIT}),
        unit_id=UNIT,
        assignee=None,
        excluded=frozenset(),
        urgency=0,
        opened_at=NOON,
    )
    return replace(item, **changes)


def a_stand_in(of: Person, by: Person, **changes: Any) -> StandIn:
    """Return a stand-in during an absence, in force at noon."""
    stand_in = StandIn(
        id=StandInId(an_id("stand-in")),
        agency_id=AGENCY,
        principal=of.id,
        substitute=by.id,
        kind=StandInKind.ABSENCE,
        scope=Scope(),
        starts_at=NOON - timedelta(days=1),
        ends_at=NOON + timedelta(days=1),
        basis=Basis(text="Quyết định phân công", number="12/QĐ-UBND", issued_on=date(2026, 11, 18)),
        may_pass_on=False,
        recorded_at=NOON,
        recorded_by=PersonId(an_id("clerk")),
    )
    return replace(stand_in, **changes)
