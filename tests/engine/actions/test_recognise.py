"""Recognising: the decision drafted from its template, signed by the head alone, published with its certificate."""

from pathlib import Path

import pytest

from engine import procedures
from engine.actions.make_out_document import make_out_document
from engine.actions.revise_draft import ReviseDraft, revise_draft
from engine.call_events import InstanceStarted
from engine.competence import ReservedToHead
from engine.documents import OutgoingDocument
from engine.events import Private
from engine.ids import DocumentId, InstanceId
from engine.operations.publishing import publish
from engine.publications import NotToBePublished, Publication, PublicationEnded, PublicationKind, PublicationQuery
from engine.queries import PageRequest
from engine.stand_ins import Scope, StandInKind
from engine.validations import Verdict
from tests.signing.samples import printed_by
from tests.support.office import Office, a_pdf

FACTS = {
    "holder": "xã Hoằng Thử",
    "tier": "nông thôn mới",
    "bases": ["Quyết định số 18/2022/QĐ-TTg của Thủ tướng Chính phủ"],
    "request_number": "12/TTr-UBND",
    "request_date": "2026-11-02",
    "request_agency": "Ủy ban nhân dân xã Hoằng Thử",
    "proposer": "Phòng Nông thôn mới",
    "criteria": "Bộ tiêu chí quốc gia về xã nông thôn mới",
}
ABOUT = {
    "kind": "recognition",
    "title": "Công nhận xã Hoằng Thử đạt chuẩn nông thôn mới",
    "holder": "xã Hoằng Thử",
    "award": "nông thôn mới",
    "facts": [["Bộ tiêu chí", "2026 - 2030"]],
    "revokes": None,
    "recipients": [],
}


def started(office: Office, **changes: object) -> InstanceId:
    """Start 'recognise' beside the procedure of an incoming document; return its instance."""
    document_id = office.register(file_id=office.upload(a_pdf())).document.id
    data = {
        "template": "recognise_commune",
        "drafter": str(office.people["chuyenvien"].id),
        "facts": FACTS,
        "about": ABOUT,
        **changes,
    }
    services = office.house.services
    with services.begin() as work:
        document, definition = work.documents.lock(document_id), work.definitions.find_active("recognise")
        assert definition is not None
        by = office.people["vanthu"].id
        move = procedures.start_by_message(definition, document, data, by=by, at=services.clock(), work=work)
        work.record(
            InstanceStarted(
                by=by,
                at=services.clock(),
                agency_id=document.agency_id,
                instance_id=move.instance.id,
                document_id=document.id,
                definition_id=definition.id,
                name="test",
                correlation=Private(value=""),
                payload=Private(value=""),
                sender=None,
                effects=(),
            )
        )
    office.run_jobs()
    return move.instance.id


def decision_of(office: Office, instance_id: InstanceId) -> DocumentId:
    with office.house.services.begin() as work:
        return next(called.document_id for called in work.instances.called_by(instance_id))


def checked(office: Office, document_id: DocumentId) -> None:
    office.complete(document_id, "draft", "submit", "chuyenvien")
    office.complete(document_id, "review_content", "approve", "truongphong")
    office.complete(document_id, "review_format", "approve", "chanhvanphong")
    office.run_jobs()


def issued(office: Office, document_id: DocumentId) -> OutgoingDocument:
    checked(office, document_id)
    office.sign(document_id, "sign", "chutich")
    office.complete(document_id, "number", "number", "vanthu")
    office.run_jobs()
    office.sign(document_id, "seal", "vanthu", key="agency")
    return office.outgoing(document_id)


def published(office: Office) -> list[Publication]:
    with office.house.services.begin() as work:
        return list(work.publications.search(PublicationQuery(), PageRequest(limit=10)).items)


def test_a_decision_is_drafted_signed_sealed_with_its_certificate_and_published_until_it_is_revoked(
    office: Office,
) -> None:
    instance_id = started(office)
    decision = issued(office, decision_of(office, instance_id))

    (found,) = published(office)
    services = office.house.services
    certificate = services.pdfs.validate(services.read(decision.attachments[0].file_id), services.clock())

    assert decision.signer == office.people["chutich"].id
    assert "xã Hoằng Thử đạt chuẩn nông thôn mới" in (decision.body or "")
    assert (found.document_id, found.number, found.in_force) == (decision.id, decision.number, True)
    assert found.kind is PublicationKind.RECOGNITION
    assert found.certificate == decision.attachments[0].name
    assert certificate.verdict is Verdict.VALID

    with services.begin() as work:
        move = procedures.move_of(work.instances.get(instance_id), decision, decision.drafter, services.clock(), work)
        with pytest.raises(NotToBePublished):
            publish(move, {"decision": str(decision.id), "about": ABOUT}, {})

    again = started(office, about={**ABOUT, "kind": "revocation", "title": "Thu hồi", "revokes": str(found.id)})
    issued(office, decision_of(office, again))
    ending, ended = published(office)

    assert (ended.id, ended.revoked_by, ending.in_force) == (found.id, ending.id, True)
    with pytest.raises(PublicationEnded):
        ended.revoked(ending.id, services.clock())


def test_a_deputy_a_stand_in_and_whoever_is_authorised_sign_no_decision_of_the_head(office: Office) -> None:
    document_id = decision_of(office, started(office))
    deputy, services = office.people["phochutich"], office.house.services
    item = office.item(document_id, "draft")

    with pytest.raises(ReservedToHead):
        revise_draft(
            ReviseDraft(work_item_id=item.id, signer=deputy.id), by=office.people["chuyenvien"], services=services
        )
    checked(office, document_id)
    for kind, substitute in (
        (StandInKind.DEPUTY, "phochutich"),
        (StandInKind.ABSENCE, "phochutich"),
        (StandInKind.AUTHORISED, "truongphong.ocop"),
        (StandInKind.BY_ORDER, "truongphong.ocop"),
    ):
        scope = Scope(document_types=frozenset({"QĐ"}))
        stand_in = office.stand_in("chutich", substitute, kind=kind, scope=scope)
        placed = office.placed(substitute)
        with pytest.raises(ReservedToHead):
            placed.sign(document_id, "sign", substitute)
        with pytest.raises(ReservedToHead):
            make_out_document(office.item(document_id, "sign").id, by=placed.people[substitute], services=services)
        office.revoke(stand_in)
    office.sign(document_id, "sign", "chutich")

    assert office.outgoing(document_id).state == "signed"


def test_a_text_that_lacks_a_fact_makes_no_draft_and_waits_for_the_head_of_a_unit(office: Office) -> None:
    instance_id = started(office, facts={**FACTS, "holder": ""})

    with office.house.services.begin() as work:
        (item,) = work.work_items.open_of(instance_id)
        called = work.instances.called_by(instance_id)

    assert (item.element_id, called) == ("mend_draft", [])
    assert published(office) == []


def test_who_is_recorded_as_acting_head_signs_what_only_the_head_signs_and_is_printed_so(
    office: Office, tmp_path: Path
) -> None:
    document_id = decision_of(office, started(office))
    checked(office, document_id)
    office.stand_in("chutich", "phochutich", kind=StandInKind.ACTING)
    placed, services = office.placed("phochutich"), office.house.services

    make_out_document(office.item(document_id, "sign").id, by=placed.people["phochutich"], services=services)
    placed.sign(document_id, "sign", "phochutich")

    assert office.outgoing(document_id).state == "signed"
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(services.read(office.outgoing(document_id).file_id))
    said = printed_by("pdftotext", "-layout", signed, "-")
    assert "Q. CHỦ TỊCH" in said
    assert "KT." not in said
