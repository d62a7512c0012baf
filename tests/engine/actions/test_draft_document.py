"""Drafting outgoing documents, and revising them while they are with their drafter."""

import io
from dataclasses import replace
from typing import Any
from uuid import UUID

import pikepdf
import pytest

from api.province import province
from engine.access import NotAllowed
from engine.actions.complete_work_item import CompleteWorkItem
from engine.actions.finish_work_item import finish_work_item
from engine.actions.revise_draft import ReviseDraft, revise_draft
from engine.documents import (
    Attachment,
    DocumentInvalid,
    DocumentNotInState,
    DrafterMayNotSign,
    IncomingState,
    OutgoingDocument,
    OutgoingState,
    VersionKind,
)
from engine.ids import AgencyId, DocumentId, FileId, PersonId
from engine.letters import LetterUnprintable
from engine.pdfs import AlreadySigned, Corner
from engine.work_items import WorkItemNotFound, WorkItemNotOpen
from tests.support.builders import an_id
from tests.support.office import Office, a_pdf

COMMUNE = province()[1].agency.id
NOBODY = UUID("0199f000-0000-7000-8000-000000000000")


def kinds(office: Office, document_id: DocumentId) -> list[VersionKind]:
    with office.house.services.begin() as work:
        return [version.kind for version in work.documents.versions(document_id)]


def test_a_draft_made_from_text_is_a_pdf_waiting_with_its_drafter(office: Office) -> None:
    drafted = office.draft().document

    item = office.item(drafted.id, "draft")
    assert drafted.state is OutgoingState.DRAFT
    assert item.assignee == office.people["chuyenvien"].id
    assert office.house.services.read(drafted.file_id).startswith(b"%PDF-")
    assert kinds(office, drafted.id) == [VersionKind.PREPARED]


def test_an_uploaded_pdf_is_kept_as_it_came_and_with_fields_as_its_second_version(office: Office) -> None:
    uploaded = office.upload(a_pdf(2), by="chuyenvien")

    drafted = office.draft(body=None, file_id=uploaded).document

    with office.house.services.begin() as work:
        versions = work.documents.versions(drafted.id)
    assert [(version.kind, version.file_id == uploaded) for version in versions] == [
        (VersionKind.ORIGINAL, True),
        (VersionKind.PREPARED, False),
    ]


def test_a_signed_pdf_is_no_draft(office: Office) -> None:
    signed = office.document(office.signed()).file_id

    with pytest.raises(AlreadySigned):
        office.draft(body=None, file_id=signed)


def test_who_drafts_may_not_name_themselves_as_signer(office: Office) -> None:
    with pytest.raises(DrafterMayNotSign):
        office.draft(by="chutich")


@pytest.mark.parametrize("username", ["kiemtra", "quantri"])
def test_auditor_and_administrator_do_not_draft(office: Office, username: str) -> None:
    with pytest.raises(NotAllowed):
        office.draft(by=username)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"body": None}, "body", "one_of"),
        ({"body": "x", "file_id": FileId("0" * 64)}, "body", "one_of"),
        ({"body": " \n "}, "body", "required"),
        ({"body": "x" * 501}, "body", "word_too_long"),
        ({"body": "a\n" * 1_001}, "body", "too_many"),
        ({"body": "ab " * 20_000}, "body", "too_long"),
        ({"body": None, "file_id": FileId("0" * 64)}, "file_id", "not_found"),
        ({"type": "XX"}, "type", "unknown"),
        ({"subject": ""}, "subject", "required"),
        ({"urgency": -1}, "urgency", "unknown"),
        ({"unit_id": NOBODY}, "unit_id", "not_yours"),
        ({"unit_id": province()[0].units[1].id}, "unit_id", "not_yours"),
        ({"recipients": (AgencyId(NOBODY),)}, "recipients/0", "not_found"),
        ({"recipients": (COMMUNE, COMMUNE)}, "recipients/1", "twice"),
        ({"replies_to": (DocumentId(NOBODY),)}, "replies_to/0", "not_found"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    office: Office, changes: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        office.draft(**changes)

    assert (field, code) in {(error.field, error.code) for error in refused.value.errors}
    assert office.inbox("chuyenvien") == []


@pytest.mark.parametrize("username", ["truongphong", "chuyenvien.ocop", "kiemtra", "xa1.chutich"])
def test_only_those_who_sign_here_may_be_named_as_signer(office: Office, username: str) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        office.draft(signer=office.people[username].id)

    assert [(error.field, error.code) for error in refused.value.errors] == [("signer", "not_a_signer")]


def test_characters_without_a_letter_form_are_refused(office: Office) -> None:
    with pytest.raises(LetterUnprintable):
        office.draft(body="Chúc mừng 🎉")


def test_a_reply_links_both_documents_and_the_answered_one_is_in_progress(office: Office) -> None:
    answered = office.register().document.id
    office.complete(answered, "direct", "assign", "chutich", lead_unit=str(province()[0].units[0].id))
    office.complete(answered, "assign", "assign", "truongphong", handler=str(office.people["chuyenvien"].id))

    reply = office.draft(replies_to=(answered,)).document

    with office.house.services.begin() as work:
        replies = work.documents.replies_to(answered)
    assert [document.id for document in replies] == [reply.id]
    assert office.incoming(answered).state is IncomingState.IN_PROGRESS


def test_a_document_one_may_not_read_cannot_be_answered(office: Office) -> None:
    hidden = office.register().document.id

    with pytest.raises(DocumentInvalid):
        office.draft(replies_to=(hidden,))


def test_submitting_with_new_text_makes_a_new_version_first(office: Office) -> None:
    document_id = office.draft().document.id
    data = {"body": "Điều 1. Nội dung mới.", "subject": "Trích yếu mới"}
    request = CompleteWorkItem(work_item_id=office.item(document_id, "draft").id, outcome="submit", data=data)

    finish_work_item(request, by=office.people["chuyenvien"], services=office.house.services)

    document = office.outgoing(document_id)
    assert (document.subject, document.body, document.version) == ("Trích yếu mới", "Điều 1. Nội dung mới.", 2)
    assert document.state is OutgoingState.IN_REVIEW


def test_a_new_subject_of_an_uploaded_pdf_leaves_the_pdf_as_it_is(office: Office) -> None:
    uploaded = office.upload(a_pdf(2), by="chuyenvien")
    document_id = office.draft(body=None, file_id=uploaded).document.id
    before = office.outgoing(document_id).file_id
    revision = ReviseDraft(work_item_id=office.item(document_id, "draft").id, subject="Trích yếu mới")

    revised = revise_draft(revision, by=office.people["chuyenvien"], services=office.house.services)

    assert (revised.subject, revised.file_id) == ("Trích yếu mới", before)


def test_a_draft_can_change_from_text_to_an_uploaded_file(office: Office) -> None:
    document_id = office.draft().document.id
    uploaded = office.upload(a_pdf(2), by="chuyenvien")
    revision = ReviseDraft(work_item_id=office.item(document_id, "draft").id, file_id=uploaded)

    revised = revise_draft(revision, by=office.people["chuyenvien"], services=office.house.services)

    assert revised.body is None
    assert kinds(office, document_id) == [VersionKind.PREPARED, VersionKind.ORIGINAL, VersionKind.PREPARED]


def test_nobody_else_revises_a_draft(office: Office) -> None:
    revision = ReviseDraft(work_item_id=office.item(office.draft().document.id, "draft").id, body="x")

    with pytest.raises(WorkItemNotFound):
        revise_draft(revision, by=office.people["truongphong"], services=office.house.services)


def test_a_submitted_draft_is_revised_no_more(office: Office) -> None:
    document_id = office.draft().document.id
    item = office.item(document_id, "draft")
    office.complete(document_id, "draft", "submit", "chuyenvien")

    with pytest.raises((WorkItemNotOpen, DocumentNotInState)):
        revise_draft(
            ReviseDraft(work_item_id=item.id, body="x"),
            by=office.people["chuyenvien"],
            services=office.house.services,
        )


def test_signer_recipients_urgency_and_attachments_change_while_it_is_a_draft(office: Office) -> None:
    document_id = office.draft().document.id
    commune, attached = office.commune().agency_id, office.upload(a_pdf(3), by="chuyenvien")
    revision = ReviseDraft(
        work_item_id=office.item(document_id, "draft").id,
        signer=office.people["phochutich"].id,
        recipients=[commune],
        urgency=2,
        attachments=[Attachment(file_id=attached, name="Phụ lục.pdf")],
    )

    revised = revise_draft(revision, by=office.people["chuyenvien"], services=office.house.services)

    assert (revised.recipients, int(revised.urgency), revised.version) == ((commune,), 2, 2)
    assert [kept.file_id for kept in revised.attachments] == [attached]
    for element, outcome, by in (
        ("draft", "submit", "chuyenvien"),
        ("review_content", "approve", "truongphong"),
        ("review_format", "approve", "chanhvanphong"),
    ):
        office.complete(document_id, element, outcome, by)
    office.run_jobs()
    assert office.item(document_id, "sign").assignee == office.people["phochutich"].id


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("signer", {"signer": PersonId(an_id("nobody"))}),
        ("recipients/0", {"recipients": [AgencyId(an_id("nowhere"))]}),
        ("urgency", {"urgency": 4}),
        ("attachments/0/file_id", {"attachments": [Attachment(file_id=FileId("ab" * 32), name="x.pdf")]}),
    ],
)
def test_a_draft_is_not_revised_into_something_wrong(office: Office, field: str, change: dict[str, Any]) -> None:
    item = office.item(office.draft().document.id, "draft")

    with pytest.raises(DocumentInvalid) as refused:
        revise_draft(
            ReviseDraft(work_item_id=item.id, **change),
            by=office.people["chuyenvien"],
            services=office.house.services,
        )

    assert field in {error.field for error in refused.value.errors}


def test_an_uploaded_pdf_gets_the_code_of_outsiders_only_where_the_office_names_a_corner(office: Office) -> None:
    uploaded = office.upload(a_pdf(), by="chuyenvien")
    public = replace(office.house.services, public_url="https://vanban.thunghiem.gov.vn")
    cornered = replace(public, code_on_uploads=Corner.BOTTOM_LEFT)
    offices = [replace(office, house=replace(office.house, services=services)) for services in (public, cornered)]

    plain, printed = (one.draft(body=None, file_id=uploaded).document for one in offices)

    assert drawn(office, plain) == b""
    assert drawn(office, printed).count(b" re") > 100


def drawn(office: Office, document: OutgoingDocument) -> bytes:
    """Return what is drawn on the page."""
    with pikepdf.open(io.BytesIO(office.house.services.read(document.file_id))) as pdf:
        contents = pdf.pages[0].obj.get("/Contents", pikepdf.Array())
        parts = contents if isinstance(contents, pikepdf.Array) else [contents]
        return b"".join(part.read_bytes() for part in parts).strip()
