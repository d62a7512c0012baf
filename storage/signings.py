"""Signatures asked for as rows; at most one that counts for each work item."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from engine.client_signatures import ClientSignatureState
from engine.ids import AgencyId, DocumentId, FileId, InstanceId, PersonId, SignatureId, WorkItemId
from engine.people import Role
from engine.signatures import SIGNER_FIELD
from engine.signings import Signing, SigningState
from engine.stand_ins import StandInKind
from engine.work_items import WorkItemState
from storage.schema import client_signatures, documents, posts, signings, stand_ins, work_items
from storage.statements import Statements

_COUNTS = signings.c.state != SigningState.VOID.value
_FIND = (
    select(signings)
    .where(signings.c.work_item_id == bindparam("item_id"))
    .order_by(_COUNTS.desc(), signings.c.asked_at.desc())
    .limit(1)
)
_OF_DOCUMENT = (
    select(signings)
    .where(signings.c.document_id == bindparam("document_id"), _COUNTS)
    .order_by(signings.c.asked_at, signings.c.id)
)
_VOIDED = (
    select(signings)
    .where(
        signings.c.document_id == bindparam("document_id"),
        signings.c.state == SigningState.VOID.value,
        signings.c.signed_at.is_not(None),
    )
    .order_by(signings.c.signed_at.desc(), signings.c.id.desc())
)
_WAITS = (
    select(signings.c.work_item_id, signings.c.field, signings.c.asked_by)
    .where(signings.c.state == SigningState.DIGESTED.value)
    .union_all(
        select(client_signatures.c.work_item_id, client_signatures.c.field, client_signatures.c.asked_by).where(
            client_signatures.c.state == ClientSignatureState.OPEN.value
        )
    )
    .subquery("waits")
)
_FIELD: ColumnElement[str] = literal_column("'field'")
_UNDER: ColumnElement[str] = literal_column("'under'")
_BY_FIRST = and_(_WAITS.c.field == SIGNER_FIELD, stand_ins.c.id == documents.c.signer_under)
_BY_FURTHER = documents.c.further.contains(
    func.jsonb_build_array(func.jsonb_build_object(_FIELD, _WAITS.c.field, _UNDER, cast(stand_ins.c.id, Text)))
)
_HOLDS = and_(
    stand_ins.c.revoked_at.is_(None), stand_ins.c.starts_at <= bindparam("at"), stand_ins.c.ends_at > bindparam("at")
)
_RESTS_ON_OVER = exists().where(or_(stand_ins.c.id == work_items.c.by_stand_in, _BY_FIRST, _BY_FURTHER), ~_HOLDS)
_HEAD_REPLACED = exists().where(
    posts.c.person_id == _WAITS.c.asked_by,
    posts.c.role == Role.HEAD.value,
    stand_ins.c.agency_id == posts.c.agency_id,
    stand_ins.c.kind == StandInKind.ACTING.value,
    _HOLDS,
)
_RIGHTS_ENDED = (
    select(_WAITS.c.work_item_id)
    .select_from(_WAITS)
    .join(work_items, work_items.c.id == _WAITS.c.work_item_id)
    .join(documents, documents.c.id == work_items.c.document_id)
    .where(work_items.c.state == WorkItemState.SIGNING.value, or_(_RESTS_ON_OVER, _HEAD_REPLACED))
    .order_by(_WAITS.c.work_item_id)
    .limit(bindparam("most"))
)
_CHANGING = ("state", "signed_file_id", "signed_at", "void_because")
_SAVE = (
    update(signings)
    .where(signings.c.id == bindparam("signing_id"))
    .values({name: bindparam(name) for name in _CHANGING})
)
_FIXED = tuple(column.name for column in signings.c if column.name not in _CHANGING)


class PostgresSignings:
    """Signatures asked for, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def find(self, work_item_id: WorkItemId) -> Signing | None:
        """Return the signing of this work item that counts, else the last that became void, or None."""
        row = self._connection.execute(_FIND, {"item_id": work_item_id}).one_or_none()
        return None if row is None else _signing(row)

    def of_document(self, document_id: DocumentId) -> Sequence[Signing]:
        """Return those of the document that are not void, in the order they were asked for."""
        return [_signing(row) for row in self._connection.execute(_OF_DOCUMENT, {"document_id": document_id})]

    def voided(self, document_id: DocumentId) -> Sequence[Signing]:
        """Return those that had been made and count no more, since the document was returned; the newest first."""
        return [_signing(row) for row in self._connection.execute(_VOIDED, {"document_id": document_id})]

    def rights_ended(self, at: datetime, limit: int) -> Sequence[WorkItemId]:
        """Return the work items that wait for a signature by a right that may be over: a stand-in's, or the head's."""
        rows = self._connection.execute(_RIGHTS_ENDED, {"at": at, "most": limit})
        return [WorkItemId(row.work_item_id) for row in rows]

    def add(self, signing: Signing) -> None:
        """Keep a new signing."""
        fixed = {name: getattr(signing, name) for name in _FIXED}
        self._connection.execute(insert(signings), {**fixed, **_changing(signing)})

    def save(self, signing: Signing) -> None:
        """Keep its new value; what is signed, and with which key, stays."""
        self._connection.execute(_SAVE, {"signing_id": signing.id, **_changing(signing)})


def _changing(signing: Signing) -> dict[str, Any]:
    return {
        "state": signing.state.value,
        "signed_file_id": signing.signed_file_id,
        "signed_at": signing.signed_at,
        "void_because": signing.void_because,
    }


def _signing(row: Row[Any]) -> Signing:
    return Signing(
        id=SignatureId(row.id),
        agency_id=AgencyId(row.agency_id),
        document_id=DocumentId(row.document_id),
        instance_id=InstanceId(row.instance_id),
        work_item_id=WorkItemId(row.work_item_id),
        field=row.field,
        outcome=row.outcome,
        key_id=row.key_id,
        digest=row.digest,
        prepared_file_id=FileId(row.prepared_file_id),
        prepared=row.prepared,
        asked_at=row.asked_at,
        asked_by=PersonId(row.asked_by),
        state=SigningState(row.state),
        signed_file_id=None if row.signed_file_id is None else FileId(row.signed_file_id),
        signed_at=row.signed_at,
        base_file_id=None if row.base_file_id is None else FileId(row.base_file_id),
        void_because=row.void_because,
    )
