"""Documents signed together: up to 50 by one authentication, each for itself, and only failures tried again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import HouseDep, PageDep, WorkDep
from api.rest.answers import Answer, Names, PageOf, PersonRef, page_of, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, RequestBody, Sha256
from api.rest.paths import SignatureBatchPath
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from api.texts import spoken
from engine import access
from engine.actions.begin_signature_batch import BeginSignatureBatch, begin_signature_batch
from engine.actions.retry_signature_batch import RetrySignatureBatch, retry_signature_batch
from engine.batching import readable_batch
from engine.ids import FileId, WorkItemId
from engine.ports import UnitOfWork
from engine.signature_batches import BatchItem, BatchItemState, SignatureBatch, is_over

router = APIRouter(route_class=Door, tags=["signature batches"])

_MANY = 1_000

Secret = Annotated[str | None, Field(max_length=200, repr=False)]
Expected = Annotated[dict[UUID, Sha256], Field(max_length=_MANY)]


class SignatureBatchBody(RequestBody):
    """Work items to be signed in this order, with one key: `default` is one's own, `agency` that of the agency.

    `expected` says by work item which content one saw (`document.file_id`); of another version meanwhile nothing is
    signed. The pages that have to be seen must have been fetched before (`GET /documents/{document_id}/pages/{n}`).
    A key that asks for a `pin` is used in this call, for all documents; one that asks for an `otp` signs one by one.
    """

    work_item_ids: Annotated[list[UUID], Field(max_length=_MANY)]
    key: Annotated[str, Field(max_length=200), FILLED] = "default"
    expected: Expected = Field(default_factory=dict)
    pin: Secret = None
    otp: Secret = None


class SignatureBatchRetryBody(RequestBody):
    """What one saw meanwhile of documents that changed, and what the key asks for, as when the batch was begun."""

    expected: Expected = Field(default_factory=dict)
    pin: Secret = None
    otp: Secret = None


class BatchItemAnswer(Answer):
    """One document of a batch.

    `waiting`: its turn comes. `prepared`: its digest is on record, the key is being used. `signed`. `failed`: not
    signed, can be tried again. `skipped`: nothing is left to sign, it was done or taken away otherwise. `code` and
    `message` say what stands in the way.
    """

    work_item_id: UUID
    document_id: UUID
    file_id: str
    state: BatchItemState
    code: str | None
    message: str | None


class SignatureBatchLine(Answer):
    """A batch in a list."""

    id: UUID
    by: PersonRef | None
    key: str
    begun_at: datetime


class SignatureBatchAnswer(SignatureBatchLine):
    """A batch with what became of each document; `over` where nothing goes on by itself."""

    over: bool
    items: list[BatchItemAnswer]


@router.get("/signature-batches", summary="Batches of signatures", response_model=PageOf[SignatureBatchLine])
def list_batches(call: CallDep, page: PageDep, work: WorkDep) -> PageOf[SignatureBatchLine]:
    """Return batches, the newest first: one's own, for an auditor those of the agency."""
    of = None if access.may(call.by, "read_audit") else call.by.id
    found = work.signature_batches.search(call.by.agency_id, of, page)
    names = Names(call.by.agency_id, work)
    return page_of(
        found,
        lambda one: SignatureBatchLine(id=one.id, by=names.person(one.by), key=one.key, begun_at=one.begun_at),
    )


@router.post(
    "/signature-batches",
    status_code=202,
    summary="Sign documents together",
    response_model=SignatureBatchAnswer,
    responses=problems(403, 409, 422),
)
def begin(
    body: SignatureBatchBody, key: RepeatKeyDep, call: CallDep, house: HouseDep, response: Response
) -> SignatureBatchAnswer:
    """Begin a batch; the worker signs, and `GET` tells how far it is. What stops one document stops no other."""
    request = BeginSignatureBatch(
        work_item_ids=[WorkItemId(one) for one in body.work_item_ids],
        key=body.key,
        expected=_expected(body.expected),
        every_page_up_to=house.settings.every_page_up_to,
        pin=body.pin,
        otp=body.otp,
        # What opens the key leaves no trace, not even a digest.
        once=key.once(body.model_copy(update={"pin": None, "otp": None})),
    )
    batch = begin_signature_batch(request, by=call.by, services=call.services)
    response.headers["Location"] = f"/api/v1/signature-batches/{batch.id}"
    with call.services.begin() as work:
        return _answer(batch, call, work)


@router.get(
    "/signature-batches/{batch_id}", summary="A batch", response_model=SignatureBatchAnswer, responses=problems(404)
)
def get_batch(batch_id: SignatureBatchPath, call: CallDep, work: WorkDep) -> SignatureBatchAnswer:
    """Return what became of each document, to its signer and to auditors."""
    return _answer(readable_batch(batch_id, call.by, work), call, work)


@router.post(
    "/signature-batches/{batch_id}/retry",
    status_code=202,
    summary="Try failures again",
    response_model=SignatureBatchAnswer,
    responses=problems(404, 409, 422),
)
def retry(
    batch_id: SignatureBatchPath, call: CallDep, body: SignatureBatchRetryBody | None = None
) -> SignatureBatchAnswer:
    """Try again what failed and nothing else; a digest that is on record is signed, never another one."""
    said = body or SignatureBatchRetryBody()
    request = RetrySignatureBatch(batch_id=batch_id, expected=_expected(said.expected), pin=said.pin, otp=said.otp)
    batch = retry_signature_batch(request, by=call.by, services=call.services)
    with call.services.begin() as work:
        return _answer(batch, call, work)


def _expected(given: Mapping[UUID, str]) -> dict[WorkItemId, FileId]:
    return {WorkItemId(item): FileId(file) for item, file in given.items()}


def _answer(batch: SignatureBatch, call: Call, work: UnitOfWork) -> SignatureBatchAnswer:
    items = work.signature_batches.items(batch.id)
    return SignatureBatchAnswer(
        id=batch.id,
        by=Names(call.by.agency_id, work).person(batch.by),
        key=batch.key,
        begun_at=batch.begun_at,
        over=is_over(items),
        items=[_item(item, call) for item in items],
    )


def _item(item: BatchItem, call: Call) -> BatchItemAnswer:
    return BatchItemAnswer(
        work_item_id=item.work_item_id,
        document_id=item.document_id,
        file_id=item.file_id,
        state=item.state,
        code=item.code,
        message=spoken(item.message, call.language) if item.message else None,
    )
