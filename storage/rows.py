"""Rows that more than one noun reads, and rows that are written many at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import JSON, Table, Text, bindparam, cast, column, func, insert, select

from engine.deadlines import Pause
from engine.document_lines import DocumentLine
from engine.documents import (
    Attachment,
    Document,
    IncomingDocument,
    IncomingState,
    OutgoingDocument,
    OutgoingState,
    Urgency,
)
from engine.ids import (
    AgencyId,
    DefinitionId,
    DeliveryId,
    DocumentId,
    FileId,
    InstanceId,
    PersonId,
    StandInId,
    TaskId,
    UnitId,
    WorkItemId,
)
from engine.instances import Caller, Instance
from engine.people import Post, Role
from engine.registers import Direction
from engine.signatories import Initial, InitialKind, Signatory
from engine.stand_ins import Basis, Scope, StandIn, StandInKind
from storage.schema import documents, instances
from storage.statements import AnyRow, Fixed

DOCUMENT_COLUMNS: Final = tuple(column for column in documents.c if column.computed is None)
DOCUMENT_LINE_COLUMNS: Final = tuple(
    documents.c[name]
    for name in ("id", "direction", "type", "subject", "state", "code_number", "code_notation", "number", "pauses")
)
INSTANCE_COLUMNS: Final = tuple(column for column in instances.c if column.name not in ("previous_state", "recall"))
"""An instance as it is; what taking its last step back needs is read for that alone."""


def instance_from(row: AnyRow) -> Instance:
    """Return the instance in the row."""
    return Instance(
        id=InstanceId(row.id),
        agency_id=AgencyId(row.agency_id),
        definition_id=DefinitionId(row.definition_id),
        definition_key=row.definition_key,
        bundle_sha256=row.bundle_sha256,
        document_id=DocumentId(row.document_id),
        state=bytes(row.state),
        started_at=row.started_at,
        finished_at=row.finished_at,
        rev=row.rev,
        waits=row.waits,
        suspended_at=row.suspended_at,
        suspended_because=row.suspended_because,
        cancelled_because=row.cancelled_because,
        caller=None if row.caller_id is None else _caller(row),
        beside=row.beside,
        with_caller=row.with_caller,
        failed_with=row.failed_with,
    )


def _caller(row: AnyRow) -> Caller:
    return Caller(
        instance_id=InstanceId(row.caller_id),
        task_id=TaskId(row.caller_task),
        element_id=row.caller_element,
        depth=row.call_depth,
    )


def posts_from(posts: Sequence[Mapping[str, Any]]) -> tuple[Post, ...]:
    """Return the posts in a column of JSON."""
    return tuple(
        Post(
            role=Role(post["role"]), unit_id=UnitId(UUID(post["unit"])) if post["unit"] else None, acting=post["acting"]
        )
        for post in posts
    )


def stand_in_from(row: AnyRow) -> StandIn:
    """Return the stand-in in the row."""
    return StandIn(
        id=StandInId(row.id),
        agency_id=AgencyId(row.agency_id),
        principal=PersonId(row.principal),
        substitute=PersonId(row.substitute),
        kind=StandInKind(row.kind),
        scope=Scope(
            document_types=frozenset(row.document_types),
            units=frozenset(UnitId(unit) for unit in row.units),
            steps=frozenset(row.steps),
        ),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        basis=Basis(
            text=row.basis,
            number=row.basis_number,
            issued_on=row.basis_issued_on,
            document_id=DocumentId(row.basis_document_id) if row.basis_document_id else None,
        ),
        may_pass_on=row.may_pass_on,
        recorded_at=row.recorded_at,
        recorded_by=PersonId(row.recorded_by),
        under=StandInId(row.under) if row.under else None,
        revoked_at=row.revoked_at,
        revoked_by=PersonId(row.revoked_by) if row.revoked_by else None,
    )


def document_line_from(row: AnyRow) -> DocumentLine:
    """Return what lists say of the document in the row."""
    direction = Direction(row.direction)
    incoming = direction is Direction.INCOMING
    last = _pause(row.pauses[-1]) if row.pauses else None
    return DocumentLine(
        id=DocumentId(row.id),
        direction=direction,
        type=row.type,
        subject=row.subject,
        state=row.state,
        number=f"{row.code_number}/{row.code_notation}" if incoming else row.number,
        pause=last if last is not None and last.ended is None else None,
    )


def document_from(row: AnyRow) -> Document:
    """Return the document in the row."""
    return incoming_from(row) if row.direction == Direction.INCOMING else outgoing_from(row)


def _shared(row: AnyRow) -> dict[str, Any]:
    return {
        "id": DocumentId(row.id),
        "agency_id": AgencyId(row.agency_id),
        "type": row.type,
        "subject": row.subject,
        "urgency": Urgency(row.urgency),
        "file_id": FileId(row.file_id),
        "created_at": row.created_at,
        "created_by": PersonId(row.created_by),
        "version": row.version,
        "attachments": tuple(
            Attachment(file_id=FileId(item["file_id"]), name=item["name"]) for item in row.attachments
        ),
        "pauses": tuple(_pause(item) for item in row.pauses),
        "reader_units": frozenset(row.reader_units),
        "reader_people": frozenset(row.reader_people),
        "rev": row.rev,
    }


def incoming_from(row: AnyRow) -> IncomingDocument:
    """Return the incoming document in the row."""
    return IncomingDocument(
        **_shared(row),
        code_number=row.code_number,
        code_notation=row.code_notation,
        issued_date=row.issued_date,
        organ_name=row.organ_name,
        state=IncomingState(row.state),
        due_date=row.due_date,
        due_by_noon=row.due_by_noon,
        arrival_number=row.arrival_number,
        arrival_date=row.arrival_date,
        delivery_id=None if row.delivery_id is None else DeliveryId(row.delivery_id),
        result=row.result,
    )


def outgoing_from(row: AnyRow) -> OutgoingDocument:
    """Return the outgoing document in the row."""
    return OutgoingDocument(
        **_shared(row),
        drafter=PersonId(row.drafter),
        unit_id=UnitId(row.unit_id),
        signer=PersonId(row.signer),
        signer_under=None if row.signer_under is None else StandInId(row.signer_under),
        state=OutgoingState(row.state),
        body=row.body,
        recipients=tuple(row.recipients),
        others=tuple(row.others),
        replies_to=tuple(row.replies_to),
        number=row.number,
        issued_date=row.issued_date,
        further=tuple(_signatory(item) for item in row.further),
        in_order=row.in_order,
        capacity=row.capacity,
        collective=row.collective,
        initials=tuple(_initial(item) for item in row.initials),
        reserved_to_head=row.reserved_to_head,
    )


def _signatory(kept: Mapping[str, Any]) -> Signatory:
    return Signatory(
        person=PersonId(UUID(kept["person"])),
        field=kept["field"],
        under=StandInId(UUID(kept["under"])) if kept["under"] else None,
        capacity=kept["capacity"],
        countersigns=kept["countersigns"],
    )


def _initial(kept: Mapping[str, Any]) -> Initial:
    return Initial(
        kind=InitialKind(kept["kind"]),
        by=PersonId(UUID(kept["by"])),
        at=datetime.fromisoformat(kept["at"]),
        file_id=FileId(kept["file_id"]),
        work_item_id=WorkItemId(UUID(kept["work_item_id"])),
    )


def signatories_written(document: OutgoingDocument) -> dict[str, list[dict[str, Any]]]:
    """Return who signs beside the first signer, and who initialled, as these columns keep them."""
    return {
        "further": [
            {
                "person": str(one.person),
                "field": one.field,
                "under": str(one.under) if one.under else None,
                "capacity": one.capacity,
                "countersigns": one.countersigns,
            }
            for one in document.further
        ],
        "initials": [
            {
                "kind": one.kind.value,
                "by": str(one.by),
                "at": one.at.isoformat(),
                "file_id": one.file_id,
                "work_item_id": str(one.work_item_id),
            }
            for one in document.initials
        ],
    }


def _pause(kept: Mapping[str, Any]) -> Pause:
    ended = kept["ended"]
    return Pause(
        began=datetime.fromisoformat(kept["began"]),
        reason=kept["reason"],
        ended=datetime.fromisoformat(ended) if ended else None,
    )


def insert_many(table: Table, *names: str) -> Fixed:
    """Return the statement that inserts any number of rows with these columns at once; give it *written* rows.

    However many rows there are, the server sees one statement, which it has prepared, with one parameter: the driver
    takes longer to write a parameter for each column than the server to read them from JSON.
    """
    given = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON)).table_valued(
        *(column(name, table.c[name].type) for name in names)
    )
    rows = select(given.render_derived(with_types=True))
    return Fixed(insert(table).inline().from_select(list(names), rows))


def written(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Write rows, dicts by plain str, as the parameter of `insert_many`."""
    return {"rows": orjson.dumps(rows, default=_written).decode()}


def _written(value: object) -> str:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
