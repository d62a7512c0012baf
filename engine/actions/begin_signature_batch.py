"""Begin a signature batch: one authentication for up to 50 documents; the worker then signs each for itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine import access
from engine.actions.sign_batch import sign_batch
from engine.batching import require_expected
from engine.choices import step_of
from engine.definitions import SignatureKind
from engine.errors import FieldError, Refusal
from engine.ids import FileId, SignatureBatchId, WorkItemId
from engine.key_use import key_of
from engine.neighbours import Services
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.signature_batch_events import SignatureBatchBegun
from engine.signature_batches import MOST, SIGN_BATCH, BatchItem, SignatureBatch, SignatureBatchInvalid
from engine.signing_keys import SigningKey
from engine.signing_rights import AGENCY, DEFAULT
from engine.signings import KeyNotYours
from engine.typed_keys import Typed
from engine.work_items import WorkItem, WorkItemNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSignatureBatch:
    """Work items to be done by signing, in this order, with one key.

    Attributes:
        key: As engine.actions.ask_signature takes it; one for all.
        every_page_up_to: Of documents up to so many pages each has to have been seen.
        expected: The content the person saw of a document, by its work item; where it is not said, the present one.
        pin: What the key asks for; it is used in this call, for all documents, and kept nowhere.
        otp: A one-time code; a key that asks for one signs document by document.
    """

    work_item_ids: Sequence[WorkItemId]
    every_page_up_to: int
    key: str = DEFAULT
    expected: Mapping[WorkItemId, FileId] = field(default_factory=dict)
    pin: str | None = field(default=None, repr=False)
    otp: str | None = field(default=None, repr=False)
    once: Once | None = None


def begin_signature_batch(request: BeginSignatureBatch, *, by: Person, services: Services) -> SignatureBatch:
    """Keep the batch and have the worker sign; what stands in the way of one document stops no other.

    With a key that asks for a PIN everything is signed here and now: a PIN is never given to a job.

    Raises:
        SignatureBatchInvalid: None, too many, one twice, one that is not the person's, or steps that need another key.
        NotAllowed: They only read, or may not use the agency's key.
        KeyNotYours, PinNotAsked, OtpNotAsked: The key, or a PIN for it, does not fit the person.
        PinNeeded, OneCodeEach: The key asks for a PIN that was not typed, or for a code each time.
        IdempotencyKeyReused: The same key came with another request.
    """
    access.require(by, "sign_documents")
    _require_own(request, by)
    _require_set(request.work_item_ids)
    require_expected(request.expected, request.work_item_ids)
    typed = Typed(pin=request.pin, otp=request.otp)
    with services.begin() as work:
        key = key_of(by.agency_id, None if _by_agency(request.key, by) else by.id, services=services, work=work)
    typed.require_for_several(key)
    batch, is_new = _kept(request, key, by, services)
    if is_new and key.asks:
        sign_batch(batch.id, typed=typed, services=services)
    return batch


def _kept(request: BeginSignatureBatch, key: SigningKey, by: Person, services: Services) -> tuple[SignatureBatch, bool]:
    """Return the batch, and whether it is new."""
    with services.begin() as work:
        if request.once and (known := work.requests.find(by.id, request.once)):
            return work.signature_batches.get(SignatureBatchId(known)), False
        batch = SignatureBatch(
            id=SignatureBatchId(work.new_id()),
            agency_id=by.agency_id,
            by=by.id,
            key=request.key,
            every_page_up_to=request.every_page_up_to,
            begun_at=services.clock(),
        )
        items = _items(request, batch, by, work)
        work.signature_batches.add(batch, items)
        work.record(_begun(batch, items))
        if not key.asks:
            work.jobs.defer(SIGN_BATCH, {"batch_id": str(batch.id)})
        if request.once:
            work.requests.remember(by.id, request.once, batch.id, batch.begun_at)
        return batch, True


def _begun(batch: SignatureBatch, items: Sequence[BatchItem]) -> SignatureBatchBegun:
    return SignatureBatchBegun(
        by=batch.by,
        at=batch.begun_at,
        agency_id=batch.agency_id,
        signature_batch_id=batch.id,
        key=batch.key,
        work_item_ids=[item.work_item_id for item in items],
        file_ids=[item.file_id for item in items],
    )


def _by_agency(key: str, by: Person) -> bool:
    return key in (AGENCY, str(by.agency_id))


def _require_own(request: BeginSignatureBatch, by: Person) -> None:
    if _by_agency(request.key, by):
        access.require(by, "use_agency_key")
    elif request.key not in (DEFAULT, str(by.id)):
        raise KeyNotYours


def _require_set(work_item_ids: Sequence[WorkItemId]) -> None:
    if not work_item_ids:
        raise _invalid([_wrong(None, "required", "Choose at least one document.")])
    if len(work_item_ids) > MOST:
        raise _invalid(
            [_wrong(None, "too_many", "At most 50 documents are signed together. Sign the rest afterwards.")]
        )
    twice = [place for place, one in enumerate(work_item_ids) if one in work_item_ids[:place]]
    if twice:
        raise _invalid([_wrong(place, "twice", "This document was chosen twice.") for place in twice])


def _items(request: BeginSignatureBatch, batch: SignatureBatch, by: Person, work: UnitOfWork) -> list[BatchItem]:
    found = [_visible(work_item_id, by, work) for work_item_id in request.work_item_ids]
    needed = SignatureKind.AGENCY if _by_agency(request.key, by) else SignatureKind.PERSON
    wrong = list(_misfits(found, needed, work))
    if wrong:
        raise _invalid(wrong)
    items = [item for item in found if item is not None]
    documents = work.documents.several({item.document_id for item in items})
    return [
        BatchItem(
            batch_id=batch.id,
            work_item_id=item.id,
            document_id=item.document_id,
            place=place,
            file_id=request.expected.get(item.id, documents[item.document_id].file_id),
        )
        for place, item in enumerate(items)
    ]


def _visible(work_item_id: WorkItemId, by: Person, work: UnitOfWork) -> WorkItem | None:
    """Return the work item, None where there is none that the person is to know of."""
    try:
        item = work.work_items.get(work_item_id)
        access.require_act(by, item)
    except WorkItemNotFound:
        return None
    except Refusal:
        pass  # it is said of this one when its turn comes; the others are signed
    return item


def _misfits(items: Sequence[WorkItem | None], needed: SignatureKind, work: UnitOfWork) -> Iterator[FieldError]:
    for place, item in enumerate(items):
        if item is None:
            yield _wrong(place, "not_found", WorkItemNotFound.template)
            continue
        kinds = {outcome.signature for outcome in step_of(item, work)[1].outcomes} - {None}
        if not kinds:
            yield _wrong(place, "takes_no_signature", "There is nothing to sign in this step.")
        elif needed not in kinds and needed is SignatureKind.AGENCY:
            yield _wrong(place, "wrong_key", "This step is signed with one's own key, not sealed. Do it by itself.")
        elif needed not in kinds:
            yield _wrong(place, "wrong_key", "This step is sealed with the agency's key. Do it by itself.")


def _wrong(place: int | None, code: str, message: str) -> FieldError:
    path = "work_item_ids" if place is None else f"work_item_ids/{place}"
    return FieldError(field=path, code=code, message=message)


def _invalid(errors: Sequence[FieldError]) -> SignatureBatchInvalid:
    return SignatureBatchInvalid(errors=errors)
