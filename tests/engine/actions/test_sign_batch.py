"""Documents signed together: each for itself; what stops one stops no other, and nothing is signed twice."""

# ruff: noqa: ANN401 - changes are fields of any type

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine import procedures
from engine.access import NotAllowed
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.begin_signature_batch import BeginSignatureBatch, begin_signature_batch
from engine.actions.note_wait import note_wait
from engine.actions.retry_signature_batch import RetrySignatureBatch, retry_signature_batch
from engine.actions.sign_batch import sign_batch
from engine.actions.stop_signature_batch import stop_signature_batch
from engine.actions.use_key import use_key
from engine.actions.view_page import ViewPage, view_page
from engine.documents import Attachment, OutgoingState
from engine.events import WaitNoted
from engine.files import FileNotFound
from engine.ids import DocumentId, FileId, SignatureBatchId, WorkItemId
from engine.page_views import AttachmentNotViewed, PageNotFound, PagesNotViewed, pages_to_view
from engine.queries import Once, PageRequest
from engine.signature_batches import (
    BatchItem,
    BatchItemState,
    NothingToRetry,
    SignatureBatch,
    SignatureBatchInvalid,
    SignatureBatchNotFound,
)
from engine.signatures import KeyUnavailable, SigningBusy
from engine.signings import KeyNotYours, PinNotAsked
from engine.work_items import WorkItemNotOpen, WorkItemState
from tests.engine.actions.test_ask_signature import leaves
from tests.support.builders import an_id
from tests.support.office import Office, a_pdf

WAITING, PREPARED, SIGNED, FAILED, SKIPPED = BatchItemState
NOT_VIEWED = "signature_batch.pages_not_viewed"


def view(office: Office, document_id: DocumentId, by: str, *pages: int, up_to: int = 5) -> None:
    for page in pages or (1,):
        request = ViewPage(document_id=document_id, page=page, every_page_up_to=up_to)
        view_page(request, by=office.people[by], services=office.house.services)


def begin(office: Office, items: Sequence[WorkItemId], by: str = "chutich", **changes: Any) -> SignatureBatch:
    request = BeginSignatureBatch(work_item_ids=items, every_page_up_to=5)
    return begin_signature_batch(
        replace(request, **changes),
        by=office.people[by],
        services=office.house.services,
    )


def reviewed(office: Office, count: int, **changes: Any) -> tuple[list[DocumentId], list[WorkItemId]]:
    documents = [office.reviewed(**changes) for _ in range(count)]
    return documents, [office.item(document_id, "sign").id for document_id in documents]


def items_of(office: Office, batch: SignatureBatch) -> Sequence[BatchItem]:
    with office.house.services.begin() as work:
        return work.signature_batches.items(batch.id)


def states(office: Office, batch: SignatureBatch) -> list[tuple[BatchItemState, str | None]]:
    return [(item.state, item.code) for item in items_of(office, batch)]


def retry(office: Office, batch: SignatureBatch, by: str = "chutich") -> SignatureBatch:
    return retry_signature_batch(
        RetrySignatureBatch(batch_id=batch.id), by=office.people[by], services=office.house.services
    )


def test_each_document_of_a_batch_is_signed_for_itself_and_sealed_so_too(office: Office) -> None:
    documents, items = reviewed(office, 2)
    for document_id in documents:
        view(office, document_id, "chutich")

    batch = begin(office, items)
    assert states(office, batch) == [(WAITING, None)] * 2
    office.run_jobs()

    assert states(office, batch) == [(SIGNED, None)] * 2
    assert [office.outgoing(one).state for one in documents] == [OutgoingState.SIGNED] * 2
    told = leaves(office)
    assert [told.count(one) for one in ("document.viewed", "signature_batch.begun")] == [2, 1]
    assert [told.count(one) for one in ("signature.asked", "document.signed")] == [2, 2]
    for document_id in documents:
        office.complete(document_id, "number", "number", "vanthu")
        office.run_jobs()
        view(office, document_id, "vanthu")
    sealing = begin(office, [office.item(one, "seal").id for one in documents], by="vanthu", key="agency")
    office.run_jobs()
    assert states(office, sealing) == [(SIGNED, None)] * 2
    assert [office.outgoing(one).state for one in documents] == [OutgoingState.ISSUED] * 2


def test_what_stops_one_document_is_said_of_it_and_only_failures_are_tried_again(office: Office) -> None:
    documents, items = reviewed(office, 5)
    unseen, returned, single, changed, _ = documents
    for document_id in documents[1:]:
        view(office, document_id, "chutich")
    services = office.house.services
    batch = begin(office, items, expected={items[3]: FileId("0" * 64)})
    office.complete(returned, "sign", "return", "chutich", reason="Xem lại")
    ask_signature(AskSignature(work_item_id=items[2]), by=office.people["chutich"], services=services)
    office.run_jobs()

    assert states(office, batch) == [
        (FAILED, NOT_VIEWED),
        (SKIPPED, "work_item.not_open"),
        (SKIPPED, "work_item.not_open"),
        (FAILED, "document.version_moved"),
        (SIGNED, None),
    ]
    assert "page 1" in str(items_of(office, batch)[0].message)
    view(office, unseen, "chutich")
    retry(office, batch)
    office.run_jobs()

    assert [state for state, _ in states(office, batch)] == [SIGNED, SKIPPED, SKIPPED, SIGNED, SIGNED]
    assert office.outgoing(single).state is office.outgoing(changed).state is OutgoingState.SIGNED
    assert leaves(office).count("document.signed") == 4
    with pytest.raises(NothingToRetry):
        retry(office, batch)


def test_two_batches_over_the_same_document_sign_it_once_and_the_other_says_so(office: Office) -> None:
    documents, items = reviewed(office, 1)
    view(office, documents[0], "chutich")

    batches = [begin(office, items), begin(office, items)]
    office.run_jobs()

    assert sorted(states(office, batch)[0] for batch in batches) == [(SIGNED, None), (SKIPPED, "work_item.not_open")]
    told = leaves(office)
    assert (told.count("signature.asked"), told.count("document.signed")) == (1, 1)


def test_a_batch_cut_off_anywhere_goes_on_where_it_was_and_signs_nothing_twice(office: Office) -> None:
    documents, items = reviewed(office, 2)
    for document_id in documents:
        view(office, document_id, "chutich")
    batch, services = begin(office, items), office.house.services
    first = AskSignature(work_item_id=items[0], expected=office.document(documents[0]).file_id, batch_id=batch.id)
    ask_signature(first, by=office.people["chutich"], services=services)
    assert states(office, batch) == [(PREPARED, None), (WAITING, None)]

    sign_batch(batch.id, services=services)  # the worker that was killed comes back
    sign_batch(batch.id, services=services)
    use_key(items[0], services=services)
    office.run_jobs()

    assert states(office, batch) == [(SIGNED, None)] * 2
    told = leaves(office)
    assert (told.count("signature.asked"), told.count("document.signed")) == (2, 2)
    assert "signature_batch.item_stopped" not in told


def test_who_loses_the_post_after_beginning_signs_no_more(office: Office) -> None:
    stand_in = office.stand_in("vanthu", "chanhvanphong")
    document_id = office.numbered()
    placed = office.placed("chanhvanphong")
    view(placed, document_id, "chanhvanphong")
    batch = begin(placed, [office.item(document_id, "seal").id], by="chanhvanphong", key="agency")

    office.revoke(stand_in)
    office.run_jobs()

    assert states(office, batch) == [(FAILED, "work_item.not_found")]
    assert office.outgoing(document_id).state is OutgoingState.NUMBERED


def test_what_the_machine_cannot_go_on_with_failed_and_can_be_tried_again(office: Office) -> None:
    documents, items = reviewed(office, 1)
    view(office, documents[0], "chutich")
    batch, services = begin(office, items), office.house.services

    stop_signature_batch(batch.id, SigningBusy(), services=services)
    office.run_jobs()
    assert states(office, batch) == [(FAILED, "signature.busy")]
    retry(office, batch)
    office.run_jobs()

    assert states(office, batch) == [(SIGNED, None)]


def test_a_batch_takes_up_to_50_different_documents_of_ones_own_for_one_kind_of_key(office: Office) -> None:
    documents, (mine,) = reviewed(office, 1)
    other = office.numbered()
    seal, draft = office.item(other, "seal").id, office.item(office.draft().document.id, "draft").id
    foreign = office.item(office.register().document.id, "direct").id
    nobody = WorkItemId(an_id("no item"))

    def wrong(items: Sequence[WorkItemId], by: str = "chutich", **changes: Any) -> dict[str, str]:
        with pytest.raises(SignatureBatchInvalid) as refused:
            begin(office, items, by, **changes)
        return {error.field: error.code for error in refused.value.errors}

    assert wrong([]) == {"work_item_ids": "required"}
    assert wrong([nobody] * 51) == {"work_item_ids": "too_many"}
    assert wrong([mine, mine]) == {"work_item_ids/1": "twice"}
    assert wrong([mine, nobody, seal]) == {"work_item_ids/1": "not_found", "work_item_ids/2": "not_found"}
    assert wrong([foreign]) == {"work_item_ids/0": "takes_no_signature"}
    assert wrong([draft], by="chuyenvien") == {"work_item_ids/0": "takes_no_signature"}
    assert wrong([seal], by="vanthu") == {"work_item_ids/0": "wrong_key"}
    with pytest.raises(NotAllowed):
        begin(office, [mine], key="agency")
    with pytest.raises(KeyNotYours):
        begin(office, [mine], key=str(office.people["phochutich"].id))
    with pytest.raises(PinNotAsked):
        begin(office, [mine], pin="1234")
    with office.house.services.begin() as work:
        assert not work.signature_batches.search(office.people["chutich"].agency_id, None, PageRequest()).items
    assert documents


def test_the_same_request_begins_one_batch_and_others_do_not_know_of_it(office: Office) -> None:
    _, items = reviewed(office, 1)
    once = Once(key="a", fingerprint="1")

    batch = begin(office, items, once=once)

    assert begin(office, items, once=once) == batch
    with pytest.raises(SignatureBatchNotFound):
        retry(office, batch, by="phochutich")
    with pytest.raises(SignatureBatchNotFound):
        sign_batch(SignatureBatchId(an_id("no batch")), services=office.house.services)


def test_a_signature_the_key_did_not_make_is_tried_again_over_the_same_digest(office: Office) -> None:
    documents, items = reviewed(office, 1)
    view(office, documents[0], "chutich")
    batch, services = begin(office, items), office.house.services
    sign_batch(batch.id, services=services)
    with services.begin() as work:
        item, _ = work.work_items.lock(items[0])
        before = work.signings.find(items[0])
    with services.begin() as work:
        note_wait(item.id, KeyUnavailable(key="a", detail="b"), at=services.clock(), work=work)
    assert states(office, batch) == [(FAILED, "signature.key_unavailable")]

    retry(office, batch)
    assert states(office, batch) == [(PREPARED, None)]
    office.run_jobs()

    assert states(office, batch) == [(SIGNED, None)]
    with services.begin() as work:
        after = work.signings.find(items[0])
    assert before is not None
    assert after is not None
    assert before.digest == after.digest
    assert leaves(office).count("document.signed") == 1


def test_what_was_given_back_to_its_signer_meanwhile_is_asked_for_anew(office: Office) -> None:
    documents, items = reviewed(office, 1)
    view(office, documents[0], "chutich")
    batch, services = begin(office, items), office.house.services
    sign_batch(batch.id, services=services)
    with services.begin() as work:
        item, instance = work.work_items.lock(items[0])
        move = procedures.prepare(instance, by=batch.by, at=services.clock(), work=work)
        signing = work.signings.find(items[0])
        assert signing is not None
        work.signings.save(signing.voided("changed"))
        work.work_items.save(replace(item, state=WorkItemState.OPEN))
        document = office.outgoing(documents[0]).in_state(OutgoingState.TO_SIGN)
        work.documents.save(document)
        work.record(
            WaitNoted(
                by=batch.by,
                at=move.at,
                agency_id=batch.agency_id,
                work_item_id=item.id,
                document_id=item.document_id,
                code="document.version_moved",
            )
        )
    assert states(office, batch) == [(FAILED, "document.version_moved")]

    retry(office, batch)
    office.run_jobs()

    assert states(office, batch) == [(SIGNED, None)]


def test_all_pages_of_a_short_document_and_the_first_and_last_of_a_long_one_have_to_be_seen() -> None:
    assert [pages_to_view(pages, 5) for pages in (1, 2, 5, 6)] == [(1,), (1, 2), (1, 2, 3, 4, 5), (1, 6)]
    assert pages_to_view(3, 0) == (1, 3)


def test_pages_are_noted_of_who_has_work_on_the_document_and_told_once_all_are_there(office: Office) -> None:
    document_id = office.reviewed(body=None, file_id=office.upload(a_pdf(pages=7), by="chuyenvien"))
    document = office.document(document_id)

    def noted(by: str) -> set[int]:
        with office.house.services.begin() as work:
            views = next(iter(work.page_views.several(office.people[by].id, [document.id])), None)
        return set(views.pages) if views else set()

    view(office, document_id, "chutich", 7, 2, 7)
    view(office, document_id, "phochutich", 1)
    assert (noted("chutich"), noted("phochutich")) == ({2, 7}, set())
    assert "document.viewed" not in leaves(office)
    view(office, document_id, "chutich", 1, 3, 1)

    assert leaves(office).count("document.viewed") == 1
    with pytest.raises(PageNotFound):
        view(office, document_id, "chutich", 8)
    assert PagesNotViewed(pages="1").code == NOT_VIEWED
    assert WorkItemNotOpen.code == "work_item.not_open"


def test_a_document_whose_attachments_were_not_seen_is_not_signed_among_others(office: Office) -> None:
    attached = Attachment(name="Phụ lục.pdf", file_id=office.upload(a_pdf(), by="chuyenvien"))
    (document_id,), items = reviewed(office, 1, attachments=(attached,))
    view(office, document_id, "chutich")

    batch = begin(office, items)
    office.run_jobs()
    assert states(office, batch) == [(FAILED, AttachmentNotViewed.code)]
    request = ViewPage(document_id=document_id, page=1, every_page_up_to=5, place=1)
    view_page(request, by=office.people["chutich"], services=office.house.services)
    retry(office, batch)
    office.run_jobs()

    assert states(office, batch) == [(SIGNED, None)]
    assert leaves(office).count("document.viewed") == 2


def test_an_attachment_that_is_not_there_has_no_pages(office: Office) -> None:
    document_id = office.reviewed()
    for place in (1, -1):
        request = ViewPage(document_id=document_id, page=1, every_page_up_to=5, place=place)
        with pytest.raises(FileNotFound):
            view_page(request, by=office.people["chutich"], services=office.house.services)


def test_contents_expected_of_what_is_not_in_the_batch_are_refused(office: Office) -> None:
    documents, items = reviewed(office, 2)
    view(office, documents[0], "chutich")
    foreign = {items[1]: FileId("0" * 64)}

    with pytest.raises(SignatureBatchInvalid) as refused:
        begin(office, items[:1], expected=foreign)
    assert [(error.field, error.code) for error in refused.value.errors] == [(f"expected/{items[1]}", "not_chosen")]
    batch = begin(office, items[:1])
    with pytest.raises(SignatureBatchInvalid):
        retry_signature_batch(
            RetrySignatureBatch(batch_id=batch.id, expected=foreign),
            by=office.people["chutich"],
            services=office.house.services,
        )
