"""Documents that several people sign: in order, in any order, countersigned, returned, and never a signature lost."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

import pytest

from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.complete_work_item import CompleteWorkItem
from engine.actions.finish_work_item import finish_work_item
from engine.actions.make_out_document import make_out_document
from engine.actions.recall_work_item import recall_work_item
from engine.actions.report_failure import Failure, report_failure
from engine.actions.revise_draft import ReviseDraft, revise_draft
from engine.actions.use_key import use_key
from engine.audit import AuditEvent
from engine.co_signing import FurtherSigner
from engine.competence import NotCompetent, SignedByOthers
from engine.documents import DocumentInvalid, OutgoingState, VersionKind
from engine.drafts import compose, draft_of, signer_of
from engine.ids import DocumentId
from engine.letters import Letter
from engine.neighbours import PdfRoom
from engine.signatures import SEAL_FIELD, CertificateFacts, PreparedSignature
from engine.signing_keys import SigningKey
from engine.signing_places import place_of
from engine.signings import AnotherSigns, NoFieldForSignature, SignatureNotProven
from engine.stand_ins import StandInKind
from engine.validations import SignatureKind, ValidationReport
from engine.work_items import WorkItem, WorkItemState
from tests.support.builders import an_outgoing_document
from tests.support.office import Office, a_pdf


def minutes(office: Office, *, in_order: bool = True, countersigns: bool = False, **changes: object) -> DocumentId:
    """Draft minutes for the chair (the head), their secretary (the drafter) and the deputy; bring them to be signed."""
    people = office.people
    further = [
        FurtherSigner(person=people["chuyenvien"].id, capacity="Thư ký"),
        FurtherSigner(person=people["phochutich"].id, countersigns=countersigns),
    ]
    given: dict[str, object] = {
        "type": "BB",
        "capacity": "Chủ tọa",
        "further": further,
        "in_order": in_order,
        **changes,
    }
    return office.reviewed(**given)


def items(office: Office, document_id: DocumentId) -> dict[str, WorkItem]:
    """The open items by who they are for."""
    with office.house.services.begin() as work:
        instance = work.instances.find_of_document(document_id)
        assert instance is not None
        names = {person.id: name for name, person in office.people.people.items()}
        return {names[item.assignee]: item for item in work.work_items.open_of(instance.id) if item.assignee}


def ask(office: Office, document_id: DocumentId, by: str) -> WorkItem:
    item = items(office, document_id)[by]
    return ask_signature(AskSignature(work_item_id=item.id), by=office.people[by], services=office.house.services)


def sign(office: Office, document_id: DocumentId, by: str) -> None:
    ask(office, document_id, by)
    office.run_jobs()


def give_back(office: Office, document_id: DocumentId, by: str, reason: str) -> None:
    item = items(office, document_id)[by]
    request = CompleteWorkItem(work_item_id=item.id, outcome="return", data={"reason": reason})
    finish_work_item(request, by=office.people[by], services=office.house.services)


def gives_up(office: Office, item: WorkItem) -> None:
    """Have the worker give up on the signature of this item: its key cannot be used."""
    failure = Failure(
        operation="use_key",
        element_id=item.element_id,
        task_id=item.task_id,
        code="signature.key_unavailable",
        message="x",
    )
    services = office.house.services
    with services.begin() as work:
        report_failure(failure, item.instance_id, at=services.clock(), work=work)


def signed_fields(office: Office, document_id: DocumentId) -> list[str]:
    services = office.house.services
    content = services.read(office.outgoing(document_id).file_id)
    report = services.pdfs.validate(content, services.clock())
    assert report.verdict == "valid", report.problems
    return [one.field for one in report.signatures if one.kind is not SignatureKind.TIMESTAMP]


def leaves(office: Office, document_id: DocumentId, action: str) -> list[AuditEvent]:
    with office.house.services.begin() as work:
        agency = office.people["vanthu"].agency_id
        return [leaf for leaf in work.audit.about(agency, [str(document_id)]) if leaf.action == action]


def test_in_order_the_next_one_signs_when_the_one_before_has(office: Office) -> None:
    document_id = minutes(office)
    assert list(items(office, document_id)) == ["chutich"]

    sign(office, document_id, "chutich")

    assert list(items(office, document_id)) == ["chuyenvien"]
    assert office.outgoing(document_id).state is OutgoingState.TO_SIGN
    sign(office, document_id, "chuyenvien")
    sign(office, document_id, "phochutich")
    assert office.outgoing(document_id).state is OutgoingState.SIGNED
    office.complete(document_id, "number", "number", "vanthu")
    office.run_jobs()
    office.sign(document_id, "seal", "vanthu", key="agency")
    assert office.outgoing(document_id).state is OutgoingState.ISSUED
    assert signed_fields(office, document_id) == ["ChuKy", "ChuKy2", "ChuKy3", SEAL_FIELD]


def test_in_any_order_all_may_sign_and_who_comes_first_certifies(office: Office) -> None:
    document_id = minutes(office, in_order=False)
    assert set(items(office, document_id)) == {"chutich", "chuyenvien", "phochutich"}

    for by in ("phochutich", "chutich", "chuyenvien"):
        sign(office, document_id, by)

    assert signed_fields(office, document_id) == ["ChuKy3", "ChuKy", "ChuKy2"]


def test_while_one_signs_the_others_wait_and_no_signature_is_lost(office: Office) -> None:
    document_id = minutes(office, in_order=False)
    ask(office, document_id, "chutich")

    with pytest.raises(AnotherSigns, match="Nguyễn Văn Đức"):
        ask(office, document_id, "phochutich")

    office.run_jobs()
    sign(office, document_id, "phochutich")
    assert signed_fields(office, document_id) == ["ChuKy", "ChuKy3"]


def test_a_signature_prepared_on_an_older_version_goes_back_to_its_signer(office: Office) -> None:
    document_id = minutes(office, in_order=False)
    ask(office, document_id, "phochutich")
    stuck = items(office, document_id)["phochutich"]
    gives_up(office, stuck)
    ask(office, document_id, "chutich")
    use_key(items(office, document_id)["chutich"].id, services=office.house.services)

    use_key(stuck.id, services=office.house.services)

    assert signed_fields(office, document_id) == ["ChuKy"]
    assert items(office, document_id)["phochutich"].state is WorkItemState.OPEN
    assert len(leaves(office, document_id, "document.signature_given_back")) == 1
    ask(office, document_id, "phochutich")
    use_key(stuck.id, services=office.house.services)
    assert signed_fields(office, document_id) == ["ChuKy", "ChuKy3"]


def test_who_countersigns_comes_after_all_signers_and_before_the_seal(office: Office) -> None:
    document_id = minutes(office, in_order=False, countersigns=True)
    assert set(items(office, document_id)) == {"chutich", "chuyenvien"}
    sign(office, document_id, "chuyenvien")
    sign(office, document_id, "chutich")

    assert list(items(office, document_id)) == ["phochutich"]
    assert office.outgoing(document_id).state is OutgoingState.SIGNED
    sign(office, document_id, "phochutich")

    office.complete(document_id, "number", "number", "vanthu")
    office.run_jobs()
    office.sign(document_id, "seal", "vanthu", key="agency")
    assert signed_fields(office, document_id) == ["ChuKy2", "ChuKy", "ChuKy3", SEAL_FIELD]


def test_what_is_returned_leaves_its_signatures_behind_and_says_so(office: Office) -> None:
    document_id = minutes(office)
    unsigned = office.outgoing(document_id).file_id
    sign(office, document_id, "chutich")

    give_back(office, document_id, "chuyenvien", "Ghi sai ý kiến")

    document = office.outgoing(document_id)
    assert (document.state, document.file_id) == (OutgoingState.IN_REVIEW, unsigned)
    with office.house.services.begin() as work:
        assert work.signings.of_document(document_id) == []
    (leaf,) = leaves(office, document_id, "document.signatures_voided")
    assert [(private.path, private.value) for private in leaf.private] == [("reason", "Ghi sai ý kiến")]
    assert b'"ChuKy"' in leaf.leaf
    office.complete(document_id, "review_format", "approve", "chanhvanphong")
    office.run_jobs()
    sign(office, document_id, "chutich")
    assert signed_fields(office, document_id) == ["ChuKy"]


def test_who_returns_it_ends_the_work_of_all_who_sign_beside_them(office: Office) -> None:
    document_id = minutes(office, in_order=False)
    asked = ask(office, document_id, "chutich")

    give_back(office, document_id, "phochutich", "Thiếu thành phần")
    office.run_jobs()

    use_key(asked.id, services=office.house.services)
    assert items(office, document_id) == {}
    assert office.outgoing(document_id).state is OutgoingState.IN_REVIEW


def test_nobody_signs_in_the_place_of_a_member_or_a_secretary(office: Office) -> None:
    document_id = minutes(office, in_order=False)
    office.stand_in("chuyenvien", "phochutich")
    deputy = office.placed("phochutich").people["phochutich"]
    request = AskSignature(work_item_id=items(office, document_id)["chuyenvien"].id)

    with pytest.raises(NotCompetent):
        ask_signature(request, by=deputy, services=office.house.services)


def test_a_signature_that_does_not_stand_our_check_opens_no_next_step(office: Office) -> None:
    document_id = minutes(office)
    asked = ask(office, document_id, "chutich")
    services = replace(office.house.services, pdfs=cast("PdfRoom", Doubting(office.house.services.pdfs)))

    with pytest.raises(SignatureNotProven, match="ChuKy is missing"):
        use_key(asked.id, services=services)

    assert list(items(office, document_id)) == ["chutich"]


@dataclass(frozen=True)
class Doubting:
    """A room that makes signatures and, when it judges them, finds none."""

    room: PdfRoom

    def require_fit(self, key: SigningKey, at: datetime) -> CertificateFacts:
        """Find the certificate fit."""
        return self.room.require_fit(key, at)

    def complete_signature(self, prepared: PreparedSignature, key: SigningKey) -> bytes:
        """Sign."""
        return self.room.complete_signature(prepared, key)

    def validate(self, pdf: bytes, at: datetime) -> ValidationReport:
        """Find nothing."""
        return replace(self.room.validate(pdf, at), signatures=())


@pytest.mark.parametrize(
    ("further", "code"),
    [
        ([("chutich", None)], "twice"),
        ([("chuyenvien", None)], "drafter"),
        ([("truongphong", None)], "capacity"),
        ([("kiemtra", "Ủy viên")], "not_found"),
        ([("phochutich", None), ("phochutich", None)], "twice"),
    ],
)
def test_only_who_may_sign_beside_the_first_signer_is_named(
    office: Office, further: list[tuple[str, str | None]], code: str
) -> None:
    named = [FurtherSigner(person=office.people[name].id, capacity=capacity) for name, capacity in further]

    with pytest.raises(DocumentInvalid) as refused:
        office.draft(further=named)

    assert {error.code for error in refused.value.errors} == {code}


def test_only_head_and_deputies_sign_in_the_name_of_a_collective(office: Office) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        office.draft(signer=office.people["chanhvanphong"].id, collective="Ủy ban nhân dân")

    assert [(error.field, error.code) for error in refused.value.errors] == [("collective", "not_theirs")]


def test_an_uploaded_document_gets_a_field_for_every_signer(office: Office) -> None:
    document_id = minutes(office, in_order=False, body=None, file_id=office.upload(a_pdf(), by="chuyenvien"))

    for by in ("chuyenvien", "phochutich", "chutich"):
        sign(office, document_id, by)

    assert signed_fields(office, document_id) == ["ChuKy2", "ChuKy3", "ChuKy"]


def test_initials_are_given_for_a_file_and_stand_on_the_page(office: Office) -> None:
    document_id = office.reviewed()

    document = office.outgoing(document_id)
    with office.house.services.begin() as work:
        versions = work.documents.versions(document_id)
    assert [version.kind for version in versions] == [VersionKind.PREPARED, VersionKind.INITIALLED]
    assert [(one.kind, one.file_id) for one in document.initials] == [
        ("content", versions[0].file_id),
        ("format", versions[0].file_id),
    ]
    assert len(leaves(office, document_id, "document.initialled")) == 2


def test_a_page_that_others_signed_is_not_printed_for_another_signer(office: Office) -> None:
    document_id = minutes(office, in_order=False)
    office.stand_in("chutich", "chanhvanphong", kind=StandInKind.BY_ORDER)
    chief, item = office.placed("chanhvanphong").people["chanhvanphong"], items(office, document_id)["chutich"]
    sign(office, document_id, "phochutich")

    with pytest.raises(SignedByOthers):
        make_out_document(item.id, by=chief, services=office.house.services)


def test_before_anybody_signed_a_further_signer_s_place_is_printed_for_who_stands_in(office: Office) -> None:
    head, deputy = office.people["chutich"].id, office.people["phochutich"].id
    document_id = office.reviewed(signer=deputy, further=[FurtherSigner(person=head)], in_order=False)
    stand_in = office.stand_in("chutich", "chanhvanphong", kind=StandInKind.BY_ORDER)
    chief, item = office.placed("chanhvanphong").people["chanhvanphong"], items(office, document_id)["chutich"]

    made = make_out_document(item.id, by=chief, services=office.house.services)

    assert (made.further[0].person, made.further[0].under) == (chief.id, stand_in.id)
    assert made.signer == deputy


def test_a_document_without_a_place_for_the_signature_is_not_signed() -> None:
    with pytest.raises(NoFieldForSignature, match="ChuKy2"):
        place_of(an_outgoing_document(), "ChuKy2")


def test_a_change_of_the_text_drops_the_initials(office: Office) -> None:
    document_id = office.draft().document.id
    office.complete(document_id, "draft", "submit", "chuyenvien")
    office.complete(document_id, "review_content", "approve", "truongphong")
    office.complete(document_id, "review_format", "return", "chanhvanphong", reason="Sai nơi nhận")
    office.complete(document_id, "review_content", "return", "truongphong", reason="Sửa nơi nhận")
    request = ReviseDraft(work_item_id=office.item(document_id, "draft").id, body="Điều 1. Sửa.")

    revised = revise_draft(request, by=office.people["chuyenvien"], services=office.house.services)

    assert revised.initials == ()


def test_an_initial_that_is_taken_back_is_gone(office: Office) -> None:
    document_id = office.draft().document.id
    office.complete(document_id, "draft", "submit", "chuyenvien")
    done = office.complete(document_id, "review_content", "approve", "truongphong")
    services = office.house.services

    with services.begin() as work:
        recall_work_item(done.id, by=office.people["truongphong"], at=services.clock(), work=work)

    assert office.outgoing(document_id).initials == ()


def test_an_uploaded_page_shows_its_initials_once_however_often_it_was_returned(office: Office) -> None:
    file_id = office.upload(a_pdf(), by="chuyenvien")
    document_id = office.reviewed(body=None, file_id=file_id)
    office.complete(document_id, "sign", "return", "chutich", reason="Xem lại thể thức")
    office.complete(document_id, "review_format", "approve", "chanhvanphong")
    office.run_jobs()

    content = office.house.services.read(office.outgoing(document_id).file_id)
    assert content.count(b"/KyNhay Do") == 1
    office.sign(document_id, "sign", "chutich")
    assert signed_fields(office, document_id) == ["ChuKy"]


def letter_of(office: Office, document_id: DocumentId) -> Letter:
    """Return the letter that the document's page is made from."""
    document, at = office.outgoing(document_id), office.house.services.clock()
    with office.house.services.begin() as work:
        return compose(draft_of(document, signer_of(document, at, work), at, work), work)


def test_beside_the_head_s_own_signature_nobody_signs_for_the_head(office: Office) -> None:
    deputy = FurtherSigner(person=office.people["phochutich"].id)
    beside = letter_of(office, office.draft(further=[deputy]).document.id)
    head = FurtherSigner(person=office.people["chutich"].id)
    first = letter_of(office, office.draft(signer=office.people["phochutich"].id, further=[head]).document.id)
    alone = letter_of(office, office.draft(signer=office.people["phochutich"].id).document.id)

    assert beside.authority_lines() == ("CHỦ TỊCH",)
    assert [one.lines for one in beside.further] == [("PHÓ CHỦ TỊCH",)]
    assert first.authority_lines() == ("PHÓ CHỦ TỊCH",)
    assert alone.authority_lines() == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")


@pytest.mark.parametrize(
    ("kind", "addressed"), [("CV", True), ("TTr", True), ("BC", True), ("TB", False), ("GM", False)]
)
def test_only_official_letters_submissions_and_reports_name_whom_they_are_addressed_to(
    office: Office, kind: str, *, addressed: bool
) -> None:
    letter = letter_of(office, office.draft(type=kind, others=("Sở Nội vụ",)).document.id)

    assert letter.addressees == (("Sở Nội vụ",) if addressed else ())
    assert letter.recipients == (("Như trên",) if addressed else ("Sở Nội vụ",))
