"""Documents signed together, as rows; how far each is now is read beside its signature, its work and its incident."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, exists, insert, or_, select, update

from engine.errors import VanthuError
from engine.ids import AgencyId, DocumentId, FileId, PersonId, SignatureBatchId, SignatureId, WorkItemId
from engine.incidents import IncidentState
from engine.operations.move import VersionMoved
from engine.queries import Page, PageRequest
from engine.signature_batches import BatchItem, BatchItemState, SignatureBatch, SignatureBatchNotFound
from engine.work_items import WorkItemNotOpen, WorkItemState
from storage.queries import id_in, page_of
from storage.schema import incidents, signature_batch_items, signature_batches, signings, work_items
from storage.statements import AnyRow, Fixed, Statements

_COLUMNS = signature_batch_items.c
_GET = Fixed(select(signature_batches).where(signature_batches.c.id == bindparam("batch")))
_ITEMS = Fixed(
    select(
        signature_batch_items,
        signings.c.signed_file_id,
        work_items.c.state.label("work_state"),
        incidents.c.code.label("incident_code"),
        incidents.c.message.label("incident_message"),
    )
    .join(work_items, work_items.c.id == _COLUMNS.work_item_id)
    .outerjoin(signings, signings.c.id == _COLUMNS.signature_id)
    .outerjoin(
        incidents,
        and_(
            incidents.c.task_id == work_items.c.task_id,
            incidents.c.instance_id == work_items.c.instance_id,
            incidents.c.state == IncidentState.OPEN.value,
        ),
    )
    .where(_COLUMNS.batch_id == bindparam("batch"))
    .order_by(_COLUMNS.place)
)
_ONE = (_COLUMNS.batch_id == bindparam("batch"), _COLUMNS.work_item_id == bindparam("item"))
_IS_WAITING = _COLUMNS.state == BatchItemState.WAITING.value
_IS_RETURNED = and_(
    _COLUMNS.state == BatchItemState.PREPARED.value,
    exists().where(work_items.c.id == _COLUMNS.work_item_id, work_items.c.state == WorkItemState.OPEN.value),
)
_PREPARED = Fixed(
    update(signature_batch_items)
    .where(*_ONE, _IS_WAITING)
    .values(state=BatchItemState.PREPARED.value, signature_id=bindparam("signature"), code=None, message=None)
)
_STOPPED = (
    update(signature_batch_items)
    .where(*_ONE, _IS_WAITING)
    .values(state=bindparam("new_state"), code=bindparam("new_code"), message=bindparam("new_message"))
)
_AGAIN = (
    update(signature_batch_items)
    .where(*_ONE, or_(_COLUMNS.state == BatchItemState.FAILED.value, _IS_RETURNED))
    .values(
        state=BatchItemState.WAITING.value, signature_id=None, file_id=bindparam("new_file"), code=None, message=None
    )
)
_TROUBLE = (
    update(signature_batch_items)
    .where(_COLUMNS.work_item_id == bindparam("item"), _COLUMNS.state == BatchItemState.PREPARED.value)
    .values(code=bindparam("new_code"), message=bindparam("new_message"))
)


class PostgresSignatureBatches:
    """Documents signed together, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, batch: SignatureBatch, items: Sequence[BatchItem]) -> None:
        """Keep a new batch."""
        names = ("id", "agency_id", "by", "key", "every_page_up_to", "begun_at")
        self._connection.execute(insert(signature_batches), {name: getattr(batch, name) for name in names})
        kept = ("batch_id", "place", "work_item_id", "document_id", "file_id")
        rows = [{name: getattr(item, name) for name in kept} | {"state": item.kept.value} for item in items]
        self._connection.execute(insert(signature_batch_items), rows)

    def get(self, batch_id: SignatureBatchId) -> SignatureBatch:
        """Return the batch, or raise SignatureBatchNotFound."""
        row = self._connection.ask_one(_GET, {"batch": batch_id})
        if row is None:
            raise SignatureBatchNotFound
        return _batch(row)

    def items(self, batch_id: SignatureBatchId) -> Sequence[BatchItem]:
        """Return its documents in their order, as they are now."""
        return [_item(row) for row in self._connection.ask(_ITEMS, {"batch": batch_id})]

    def search(self, agency_id: AgencyId, by: PersonId | None, page: PageRequest) -> Page[SignatureBatch]:
        """Return a page of the agency's batches, or of this person's, the newest first."""
        wanted = select(signature_batches).where(signature_batches.c.agency_id == agency_id)
        if by is not None:
            wanted = wanted.where(signature_batches.c.by == by)
        if page.after is not None:
            wanted = wanted.where(signature_batches.c.id < id_in(page.after))
        newest = wanted.order_by(signature_batches.c.id.desc())
        return page_of(self._connection, newest, page, _batch, lambda row: row.id)

    def prepared(self, batch_id: SignatureBatchId, work_item_id: WorkItemId, signature_id: SignatureId) -> None:
        """Note that the document's digest is on record."""
        self._connection.later(_PREPARED, {"batch": batch_id, "item": work_item_id, "signature": signature_id})

    def stopped(self, item: BatchItem) -> bool:
        """Note why a document that waited is not signed; say whether it still waited."""
        new = {"new_state": item.kept.value, "new_code": item.code, "new_message": item.message}
        found = self._connection.execute(_STOPPED, {"batch": item.batch_id, "item": item.work_item_id, **new})
        return bool(found.rowcount)

    def note_trouble(self, work_item_id: WorkItemId, error: VanthuError | None) -> None:
        """Note in every batch that prepared this what its signature waits for; None: it is being tried again."""
        new = {"new_code": error.code, "new_message": str(error)} if error else {"new_code": None, "new_message": None}
        self._connection.execute(_TROUBLE, {"item": work_item_id, **new})

    def again(self, items: Sequence[BatchItem]) -> int:
        """Let these wait again; return how many of them had failed still."""
        return sum(
            self._connection.execute(
                _AGAIN, {"batch": item.batch_id, "item": item.work_item_id, "new_file": item.file_id}
            ).rowcount
            for item in items
        )


def _batch(row: AnyRow) -> SignatureBatch:
    return SignatureBatch(
        id=SignatureBatchId(row.id),
        agency_id=AgencyId(row.agency_id),
        by=PersonId(row.by),
        key=row.key,
        every_page_up_to=row.every_page_up_to,
        begun_at=row.begun_at,
    )


def _item(row: AnyRow) -> BatchItem:
    kept = BatchItemState(row.state)
    going = kept is BatchItemState.PREPARED and row.signed_file_id is None
    returned = going and row.work_state == WorkItemState.OPEN.value
    ended = going and row.work_state not in (WorkItemState.OPEN.value, WorkItemState.SIGNING.value)
    code, message = row.code, row.message
    if returned or ended:
        why = VersionMoved() if returned else WorkItemNotOpen(state=row.work_state)
        code, message = why.code, str(why)
    elif kept is BatchItemState.PREPARED and not going:
        code = message = None
    elif going and row.incident_code is not None:
        code, message = row.incident_code, row.incident_message
    return BatchItem(
        batch_id=SignatureBatchId(row.batch_id),
        work_item_id=WorkItemId(row.work_item_id),
        document_id=DocumentId(row.document_id),
        place=row.place,
        file_id=FileId(row.file_id),
        kept=kept,
        signed=row.signed_file_id is not None,
        returned=returned,
        ended=ended,
        code=code,
        message=message,
    )
