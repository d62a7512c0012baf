"""Work done in another's place: what the log says of it, when it ends, and what may be signed so."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.actions.claim_work_item import claim_work_item
from engine.actions.make_out_document import make_out_document
from engine.competence import NotCompetent, NotMadeHere, PrintedForAnother
from engine.documents import DocumentNotInState, OutgoingState, VersionKind
from engine.explanations import why
from engine.ids import DocumentId
from engine.stand_ins import Scope, StandInKind, StandInOver
from engine.work_items import WorkItemExcluded, WorkItemNotFound
from tests.support.office import Office, a_pdf


def leaves(office: Office, subject: object) -> list[dict[str, Any]]:
    with office.house.services.begin() as work:
        found = work.audit.about(office.people["chutich"].agency_id, [str(subject)])
    return [json.loads(event.leaf) for event in found]


def said(office: Office, document_id: DocumentId, element: str, username: str) -> list[str]:
    item, services = office.item(document_id, element), office.house.services
    with services.begin() as work:
        return [one.template for one in why(item, office.people[username], services.clock(), work)]


def make_out(office: Office, document_id: DocumentId, by: str) -> None:
    item = office.item(document_id, "sign")
    make_out_document(item.id, by=office.people[by], services=office.house.services)


def test_whoever_stands_in_sees_and_does_the_work_and_every_leaf_says_for_whom(office: Office) -> None:
    stand_in = office.stand_in("truongphong", "chuyenvien.ocop")
    document_id = office.draft().document.id
    office.complete(document_id, "draft", "submit", "chuyenvien")
    assert office.inbox("chuyenvien.ocop") == []
    office = office.placed("chuyenvien.ocop")
    assert [item.element_id for item in office.inbox("chuyenvien.ocop")] == ["review_content"]
    assert said(office, document_id, "review_content", "chuyenvien.ocop")[0].startswith("You can do this in the place")

    done = office.complete(document_id, "review_content", "approve", "chuyenvien.ocop")

    assert done.on_behalf_of == office.people["truongphong"].id
    leaf = leaves(office, done.id)[-1]
    assert leaf["actor"] == str(office.people["chuyenvien.ocop"].id)
    assert leaf["on_behalf_of"] == str(office.people["truongphong"].id)
    assert leaf["data"]["by_stand_in"] == str(stand_in.id)
    assert office.people["chuyenvien.ocop"].id in office.document(document_id).reader_people


def test_after_the_revocation_nobody_acts_however_they_were_signed_in(office: Office) -> None:
    stand_in = office.stand_in("truongphong", "chuyenvien.ocop")
    document_id = office.draft().document.id
    office.complete(document_id, "draft", "submit", "chuyenvien")
    signed_in_before = office.placed("chuyenvien.ocop")
    office.revoke(stand_in)

    with pytest.raises(StandInOver):
        signed_in_before.complete(document_id, "review_content", "approve", "chuyenvien.ocop")
    with pytest.raises(WorkItemNotFound):
        office.placed("chuyenvien.ocop").complete(document_id, "review_content", "approve", "chuyenvien.ocop")


def test_an_act_and_a_revocation_at_once_leave_the_act_before_or_none(office: Office) -> None:
    stand_in = office.stand_in("truongphong", "chuyenvien.ocop")
    document_id = office.draft().document.id
    office.complete(document_id, "draft", "submit", "chuyenvien")
    item, placed = office.item(document_id, "review_content"), office.placed("chuyenvien.ocop")
    services = office.house.services

    def claim() -> bool:
        try:
            with services.begin() as work:
                claim_work_item(item.id, by=placed.people["chuyenvien.ocop"], at=services.clock(), work=work)
        except StandInOver:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        claimed, revoked = both.submit(claim), both.submit(office.revoke, stand_in)
        assert revoked.result().revoked_at is not None
        acted = claimed.result()

    log = [leaf["action"] for leaf in leaves(office, item.id)]
    assert log.count("work_item.claimed") == acted


def test_who_drafted_in_anothers_place_and_the_other_are_both_kept_from_signing(office: Office) -> None:
    office.stand_in("chanhvanphong", "phochutich")
    document_id = office.draft(by="chanhvanphong", signer=office.people["phochutich"].id).document.id
    placed = office.placed("phochutich")
    placed.complete(document_id, "draft", "submit", "phochutich")
    office.complete(document_id, "review_content", "approve", "chanhvanphong")

    office.complete(document_id, "review_format", "approve", "chanhvanphong")
    office.run_jobs()

    with office.house.services.begin() as work:
        instance = work.instances.find_of_document(document_id)
        assert instance is not None
        assert [known.code for known in work.incidents.of_instance(instance.id)] == ["work_item.nobody_may_do"]


def test_a_deputy_in_the_heads_place_has_it_printed_kt_and_signs(office: Office) -> None:
    office.stand_in("chutich", "phochutich")
    document_id = office.reviewed()
    office = office.placed("phochutich")
    with pytest.raises(PrintedForAnother):
        office.sign(document_id, "sign", "phochutich")

    make_out(office, document_id, "phochutich")
    office.sign(document_id, "sign", "phochutich")

    signed, deputy = office.outgoing(document_id), office.people["phochutich"].id
    assert (signed.state, signed.signer) == (OutgoingState.SIGNED, deputy)
    with office.house.services.begin() as work:
        assert [one.kind for one in work.documents.versions(document_id)][-2:] == [
            VersionKind.INITIALLED,
            VersionKind.SIGNED,
        ]
    told = {leaf["action"]: leaf["on_behalf_of"] for leaf in leaves(office, document_id)}
    head = str(office.people["chutich"].id)
    assert [told[action] for action in ("document.made_out", "signature.asked", "document.signed")] == [head] * 3


def test_an_absence_alone_gives_no_signature_and_an_order_does_for_what_it_covers(office: Office) -> None:
    document_id = office.reviewed()
    office.stand_in("chutich", "chanhvanphong")
    absent = office.placed("chanhvanphong")
    for act in (absent.sign, lambda *_: make_out(absent, document_id, "chanhvanphong")):
        with pytest.raises(NotCompetent):
            act(document_id, "sign", "chanhvanphong")

    notices = Scope(document_types=frozenset({"TB"}))
    office.stand_in("chutich", "truongphong.ocop", kind=StandInKind.AUTHORISED, scope=notices)
    with pytest.raises(WorkItemNotFound):
        make_out(office.placed("truongphong.ocop"), document_id, "truongphong.ocop")
    decisions = Scope(document_types=frozenset({"QĐ"}))
    office.stand_in("chutich", "truongphong.ocop", kind=StandInKind.BY_ORDER, scope=decisions)
    ordered = office.placed("truongphong.ocop")
    make_out(ordered, document_id, "truongphong.ocop")
    assert ordered.outgoing(document_id).signer == office.people["truongphong.ocop"].id


def test_an_order_lets_a_head_of_unit_be_named_as_signer_and_its_end_takes_the_signature_back(office: Office) -> None:
    order = office.stand_in("chutich", "truongphong.ocop", kind=StandInKind.BY_ORDER)
    document_id = office.reviewed(signer=office.people["truongphong.ocop"].id)
    assert office.outgoing(document_id).signer_under == order.id
    office.revoke(order)

    with pytest.raises(NotCompetent):
        office.placed("truongphong.ocop").sign(document_id, "sign", "truongphong.ocop")


def test_a_pdf_made_elsewhere_is_not_made_out_to_another_nor_a_draft(office: Office) -> None:
    office.stand_in("chutich", "phochutich")
    document_id = office.reviewed(body=None, file_id=office.upload(a_pdf(2), by="chuyenvien"))
    placed = office.placed("phochutich")

    with pytest.raises(NotMadeHere):
        make_out(placed, document_id, "phochutich")
    item = placed.item(placed.register().document.id, "direct")
    with pytest.raises(DocumentNotInState):
        make_out_document(item.id, by=placed.people["phochutich"], services=placed.house.services)


def test_the_absent_clerks_substitute_registers_in_their_place(office: Office) -> None:
    office.stand_in("vanthu", "chuyenvien")
    people = office.placed("chuyenvien").people
    office.people.people["vanthu"], kept = people["chuyenvien"], office.people.people["vanthu"]
    try:
        document_id = office.register().document.id
    finally:
        office.people.people["vanthu"] = kept

    leaf = leaves(office, document_id)[0]
    assert (leaf["actor"], leaf["on_behalf_of"]) == (str(people["chuyenvien"].id), str(kept.id))


def test_kept_apart_is_said_with_the_step_and_what_to_do(office: Office) -> None:
    document_id = office.reviewed()
    office.stand_in("chutich", "chuyenvien")
    placed = office.placed("chuyenvien")

    with pytest.raises(WorkItemExcluded):
        placed.complete(document_id, "sign", "return", "chuyenvien", reason="Sai")
    assert said(placed, document_id, "sign", "chuyenvien")[0].startswith("You may not do this: whoever did %(steps)s")
