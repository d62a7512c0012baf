"""Attachments in files of their own are sealed with their document: words only, each its own digest, resumable."""

import re
from io import BytesIO

import pikepdf
import pytest

from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.use_key import use_key
from engine.attachment_seals import AttachmentSeal, AttachmentState, state_of
from engine.documents import Attachment, OutgoingState
from engine.ids import DocumentId
from engine.neighbours import ARCHIVE
from engine.queries import PageRequest
from engine.sealing import seal_attachments
from engine.signatures import TEXT_SEAL_FIELD, NotYetSigned
from engine.signing_keys import SigningKey
from engine.signings import SigningState
from engine.validations import Verdict
from engine.work_items import WorkItemState
from tests.support.office import Office, a_pdf


def with_attachments(office: Office, *contents: bytes) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(file_id=office.upload(content, by="chuyenvien"), name=f"Phụ lục {place}.pdf")
        for place, content in enumerate(contents, start=1)
    )


def seals_of(office: Office, document_id: DocumentId) -> list[AttachmentSeal]:
    with office.house.services.begin() as work:
        return list(work.attachment_seals.of_document(document_id))


def leaves(office: Office, document_id: DocumentId) -> list[str]:
    with office.house.services.begin() as work:
        page = work.audit.search(office.people["vanthu"].agency_id, PageRequest(limit=200), subject_id=str(document_id))
    return [event.action for event in reversed(page.items)]


def test_attachments_are_sealed_in_words_archived_and_delivered_with_their_document(office: Office) -> None:
    recipient = office.commune("xa1").agency_id
    attached = with_attachments(office, a_pdf(2), a_pdf(3))
    document_id = office.issued(attachments=attached, recipients=(recipient,))

    document = office.outgoing(document_id)
    delivered = office.incoming(office.inbox("vanthu.xa1")[0].document_id)
    with office.house.services.begin() as work:
        archived = {content.file_id for content in work.documents.archived(document_id)}
        newest = work.documents.find_report(document_id)
    services = office.house.services
    assert document.state is OutgoingState.ISSUED
    assert [one.name for one in document.attachments] == ["Phụ lục 1.pdf", "Phụ lục 2.pdf"]
    assert {one.file_id for one in document.attachments}.isdisjoint(one.file_id for one in attached)
    assert archived == {document.file_id, *(one.file_id for one in document.attachments)}
    assert delivered.attachments == document.attachments
    assert newest is not None
    assert newest.file_id == document.file_id
    for place, one in enumerate(document.attachments, start=2):
        content = services.read(one.file_id)
        report = services.pdfs.validate(content, services.clock())
        assert report.verdict is Verdict.VALID, report.problems
        assert report.signatures[0].field == TEXT_SEAL_FIELD
        with services.store.open(ARCHIVE, one.file_id) as kept:
            assert kept.read() == content
        with pikepdf.open(BytesIO(content)) as opened:
            assert len(opened.pages) == place
            assert "/XObject" not in opened.Root.AcroForm.Fields[0].AP.N.Resources


def test_the_digest_of_each_attachment_is_on_record_before_the_key_is_used(office: Office) -> None:
    document_id = office.numbered(attachments=with_attachments(office, a_pdf(2), a_pdf(3)))
    item = office.item(document_id, "seal")

    ask_signature(
        AskSignature(work_item_id=item.id, key="agency"), by=office.people["vanthu"], services=office.house.services
    )

    seals = seals_of(office, document_id)
    assert [seal.state for seal in seals] == [SigningState.DIGESTED] * 2
    assert len({seal.digest for seal in seals}) == 2
    assert all(re.fullmatch(r"01/QĐ-UBND; \d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2} \+07:00", seal.text) for seal in seals)
    assert leaves(office, document_id)[-3:] == ["signature.asked", "attachment.seal_asked", "attachment.seal_asked"]


def test_after_a_crash_between_two_files_none_is_signed_twice(office: Office) -> None:
    document_id = office.numbered(attachments=with_attachments(office, a_pdf(2), a_pdf(3)))
    item = office.item(document_id, "seal")
    services = office.house.services
    ask_signature(AskSignature(work_item_id=item.id, key="agency"), by=office.people["vanthu"], services=services)

    key = SigningKey(holder=str(office.people["vanthu"].agency_id))
    seal_attachments(item.id, key, services=services)
    first = [seal.signed_file_id for seal in seals_of(office, document_id)]
    with services.begin() as work:
        assert work.work_items.get(item.id).state is WorkItemState.SIGNING
    use_key(item.id, services=services)
    office.run_jobs()

    assert [seal.signed_file_id for seal in seals_of(office, document_id)] == first
    assert leaves(office, document_id).count("attachment.sealed") == 2
    assert leaves(office, document_id).count("document.signed") == 2
    assert office.outgoing(document_id).state is OutgoingState.ISSUED


def test_an_attachment_that_others_signed_goes_along_as_it_came(office: Office) -> None:
    signed = office.house.services.read(office.outgoing(office.signed()).file_id)
    attached = with_attachments(office, signed)
    document_id = office.issued(attachments=attached)

    assert office.outgoing(document_id).attachments == attached
    assert seals_of(office, document_id) == []
    assert state_of(0, 1, []) is AttachmentState.AS_IT_CAME


def test_a_draft_of_the_agency_s_own_is_not_sealed_as_an_attachment_before_its_official_signed(office: Office) -> None:
    draft = office.house.services.read(office.draft().document.file_id)
    document_id = office.numbered(attachments=with_attachments(office, draft))

    with pytest.raises(NotYetSigned):
        office.sign(document_id, "seal", "vanthu", key="agency")

    assert office.item(document_id, "seal").state is WorkItemState.OPEN


def test_a_number_taken_anew_is_the_one_on_the_attachments(office: Office) -> None:
    document_id = office.numbered(attachments=with_attachments(office, a_pdf(2)))
    office.complete(document_id, "seal", "return", "vanthu", reason="Sai trích yếu")
    office.complete(document_id, "number", "number", "vanthu")
    office.run_jobs()

    office.sign(document_id, "seal", "vanthu", key="agency")

    assert [seal.text[:11] for seal in seals_of(office, document_id)] == ["02/QĐ-UBND;"]
