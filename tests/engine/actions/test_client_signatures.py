"""Signatures made on their holder's own computer: prepared, signed elsewhere, handed in, once."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from pyhanko.sign.fields import MDPPerm

from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.cancel_signature import cancel_signature
from engine.actions.choose_key import ChooseKey, choose_key
from engine.actions.complete_signature import CompleteSignature, complete_signature
from engine.actions.expire_signature import expire_signature
from engine.actions.fetch_prepared_file import fetch_prepared_file
from engine.actions.link_signature import link_signature
from engine.actions.prepare_signature import PrepareSignature, prepare_signature
from engine.actions.suspend_instance import suspend_instance
from engine.actions.take_signed_file import TakeSignedFile, take_signed_file
from engine.administration import Administration
from engine.client_signatures import (
    ClientSignature,
    HandedInOtherwise,
    KeyHeldHere,
    LinkUnknown,
    NothingPrepared,
    PreparedForAnother,
    SealedHereOnly,
    SignatureGiven,
    SignatureNotOfThis,
    SignedFileRefused,
    SignElsewhere,
)
from engine.documents import Attachment, OutgoingState
from engine.ids import DocumentId, WorkItemId
from engine.instances import InstanceHalted
from engine.operations.move import VersionMoved
from engine.queries import PageRequest
from engine.rounds.expire_signatures import expire_signatures
from engine.rounds.make_notices import settle_notices
from engine.signing_keys import KeyKind
from engine.validations import Verdict
from engine.work_items import WorkItem, WorkItemNotFound, WorkItemState
from tests.signing.samples import with_field_text
from tests.support.elsewhere import Holder
from tests.support.office import Office, a_pdf


@pytest.fixture
def chairman(office: Office) -> Holder:
    return Holder(office=office, username="chutich").chosen()


@pytest.fixture
def plugged(office: Office) -> Holder:
    return Holder(office=office, username="chutich").chosen(KeyKind.PLUGIN)


def hand_in(office: Office, known: ClientSignature, signature: bytes, by: str = "chutich") -> WorkItem:
    request = CompleteSignature(work_item_id=known.work_item_id, signature=signature)
    return complete_signature(request, by=office.people[by], services=office.house.services)


def upload(office: Office, what: WorkItemId | str, content: bytes) -> WorkItem:
    by = None if isinstance(what, str) else office.people["chutich"]
    return take_signed_file(TakeSignedFile(what=what, content=content), by=by, services=office.house.services)


def leaves(office: Office) -> list[str]:
    with office.house.services.begin() as work:
        page = work.audit.search(office.people["chutich"].agency_id, PageRequest(limit=200))
    return [event.action for event in reversed(page.items)]


def unread(office: Office) -> int:
    settle_notices(services=office.house.services)
    with office.house.services.begin() as work:
        return work.notices.unread(office.people["chutich"].id)


def state_of(office: Office, known: ClientSignature) -> WorkItemState:
    with office.house.services.begin() as work:
        return work.work_items.get(known.work_item_id).state


def issue(office: Office, document_id: DocumentId) -> Verdict:
    office.complete(document_id, "number", "number", "vanthu")
    office.run_jobs()
    office.sign(document_id, "seal", "vanthu", "agency")
    office.run_jobs()
    with office.house.services.begin() as work:
        report = work.documents.find_report(document_id)
    assert office.outgoing(document_id).state is OutgoingState.ISSUED
    assert report is not None
    return report.report.verdict


def test_a_signature_made_elsewhere_carries_the_document_to_its_issue(office: Office, chairman: Holder) -> None:
    document_id = office.reviewed()
    known = chairman.prepared(document_id)
    assert office.outgoing(document_id).state is OutgoingState.SIGNING
    prepared = json.loads(known.prepared)
    pdf = office.house.services.read(known.prepared_file_id)
    covered = pdf[: prepared["region_start"]] + pdf[prepared["region_end"] :]
    assert hashlib.sha256(covered).hexdigest() == known.digest

    signature = chairman.signature(known.to_sign)
    hand_in(office, known, signature)
    hand_in(office, known, signature)
    office.run_jobs()

    assert office.outgoing(document_id).state is OutgoingState.SIGNED
    found = leaves(office)
    assert [found.count(f"signature.{what}") for what in ("prepared", "handed_in", "asked")] == [1, 1, 0]
    assert found.count("document.signed") == 1
    assert hand_in(office, known, signature).state is WorkItemState.COMPLETED
    assert issue(office, document_id) is Verdict.VALID


def test_prepared_again_it_is_the_same_digest(office: Office, chairman: Holder) -> None:
    document_id = office.reviewed()
    first = chairman.prepared(document_id)
    request = PrepareSignature(work_item_id=first.work_item_id)

    again, is_new = prepare_signature(request, by=office.people["chutich"], services=office.house.services)

    assert (again, is_new) == (first, False)
    assert leaves(office).count("signature.prepared") == 1
    with pytest.raises(VersionMoved):
        prepare_signature(
            replace(request, expected=first.prepared_file_id),
            by=office.people["chutich"],
            services=office.house.services,
        )


def test_what_is_no_signature_over_this_digest_is_refused_and_the_right_one_is_taken_after_it(
    office: Office, chairman: Holder
) -> None:
    known = chairman.prepared(office.reviewed())
    wrong = (
        b"",
        b"junk" * 64,
        chairman.signature(b"another digest"),
        chairman.signature(bytes.fromhex(known.digest)),
        Holder(office=office, username="phochutich").signature(known.to_sign),
    )

    for signature in wrong:
        with pytest.raises(SignatureNotOfThis):
            hand_in(office, known, signature)

    assert state_of(office, known) is WorkItemState.SIGNING
    assert "signature.handed_in" not in leaves(office)
    hand_in(office, known, chairman.signature(known.to_sign))


def test_nobody_else_hands_in_or_takes_back_what_was_prepared(office: Office) -> None:
    seal = Holder(office=office, username=None).chosen()
    known = seal.prepared(office.numbered(), "seal", by="vanthu")
    signature = seal.signature(known.to_sign)

    with pytest.raises(WorkItemNotFound):
        hand_in(office, known, signature, by="chuyenvien")
    hand_in(office, known, signature, by="vanthu")
    office.run_jobs()
    with pytest.raises(SignatureGiven), office.house.services.begin() as work:
        cancel_signature(known.work_item_id, by=office.people["vanthu"], at=office.house.services.clock(), work=work)


def test_what_a_colleague_prepared_is_theirs_alone(office: Office, chairman: Holder) -> None:
    known = chairman.prepared(office.reviewed())

    with pytest.raises(PreparedForAnother):
        known.require_of(office.people["phochutich"].id)


def test_taken_back_the_work_is_open_and_the_old_digest_is_never_accepted(office: Office, chairman: Holder) -> None:
    document_id = office.reviewed()
    known = chairman.prepared(document_id)
    services = office.house.services
    with services.begin() as work:
        opened = cancel_signature(known.work_item_id, by=office.people["chutich"], at=services.clock(), work=work)
    assert (opened.state, opened.waiting_for) == (WorkItemState.OPEN, None)
    assert office.outgoing(document_id).state is OutgoingState.TO_SIGN

    with pytest.raises(NothingPrepared):
        hand_in(office, known, chairman.signature(known.to_sign))
    second = chairman.prepared(document_id)
    with pytest.raises(SignatureNotOfThis):
        hand_in(office, second, chairman.signature(known.to_sign))
    hand_in(office, second, chairman.signature(second.to_sign))
    assert leaves(office)[-3:] == ["signature.taken_back", "signature.prepared", "signature.handed_in"]


def test_a_second_signature_of_the_same_digest_changes_nothing(office: Office) -> None:
    holder = Holder(office=office, username="phochutich").chosen()
    known = holder.prepared(office.reviewed(signer=office.people["phochutich"].id))
    first, other = holder.signature(known.to_sign), holder.signature(known.to_sign)
    hand_in(office, known, first, by="phochutich")

    if first != other:  # ECDSA makes another one each time
        with pytest.raises(SignatureGiven):
            hand_in(office, known, other, by="phochutich")
    request = PrepareSignature(work_item_id=known.work_item_id)
    with pytest.raises(SignatureGiven):
        prepare_signature(request, by=office.people["phochutich"], services=office.house.services)
    assert leaves(office).count("signature.handed_in") == 1


def test_a_key_elsewhere_is_not_asked_of_the_server_nor_one_here_of_its_holder(
    office: Office, chairman: Holder
) -> None:
    document_id = office.reviewed()
    item = office.item(document_id, "sign")
    services = office.house.services

    with pytest.raises(SignElsewhere):
        ask_signature(AskSignature(work_item_id=item.id), by=office.people["chutich"], services=services)
    choose_key(
        ChooseKey(person_id=office.people["chutich"].id, kind=KeyKind.FILE),
        by=office.people["quantri"],
        services=services,
    )
    with pytest.raises(KeyHeldHere):
        chairman.prepared(document_id)


def test_a_suspended_procedure_takes_no_signature_and_goes_on_once_resumed(office: Office, chairman: Holder) -> None:
    known = chairman.prepared(office.reviewed())
    services = office.house.services
    with services.begin() as work:
        asked = Administration(instance_id=known.instance_id, reason="Kiểm tra")
        suspend_instance(asked, by=office.people["quantri"], at=services.clock(), work=work)

    with pytest.raises(InstanceHalted):
        hand_in(office, known, chairman.signature(known.to_sign))


def test_a_seal_elsewhere_takes_no_document_with_attachments_since_it_signs_one_file(office: Office) -> None:
    seal = Holder(office=office, username=None).chosen()
    attached = Attachment(file_id=office.upload(a_pdf(2), by="chuyenvien"), name="Phụ lục.pdf")
    document_id = office.numbered(attachments=(attached,))

    with pytest.raises(SealedHereOnly):
        seal.prepared(document_id, "seal", by="vanthu")
    assert office.item(document_id, "seal").state is WorkItemState.OPEN


def test_what_is_not_signed_in_time_is_open_again_and_its_signer_is_told(office: Office, chairman: Holder) -> None:
    document_id = office.reviewed()
    item, services = office.item(document_id, "sign"), office.house.services
    request = PrepareSignature(work_item_id=item.id, lifetime=timedelta(microseconds=1))
    known, _ = prepare_signature(request, by=office.people["chutich"], services=services)

    with pytest.raises(NothingPrepared):
        hand_in(office, known, chairman.signature(known.to_sign))
    assert expire_signatures(services=services) == 1
    with services.begin() as work:
        expire_signature(known.id, at=services.clock(), work=work)

    assert unread(office) >= 1
    assert office.item(document_id, "sign").state is WorkItemState.OPEN
    assert office.outgoing(document_id).state is OutgoingState.TO_SIGN
    assert leaves(office).count("signature.expired") == 1


@pytest.mark.parametrize("field", ["ChuKy", "Signature1"])
def test_a_whole_file_signed_by_the_plugin_carries_the_document_to_its_issue(
    office: Office, plugged: Holder, field: str
) -> None:
    document_id = office.reviewed()
    known = plugged.prepared(document_id)
    links = link_signature(known.work_item_id, by=office.people["chutich"], services=office.house.services)
    fetched = fetch_prepared_file(links.fetch, by=None, services=office.house.services)
    served = office.house.services.read(fetched.prepared_file_id)
    signed = plugged.signed(served, field)

    upload(office, links.hand_in, signed)
    upload(office, links.hand_in, signed)
    upload(office, known.work_item_id, signed)
    office.run_jobs()

    document = office.outgoing(document_id)
    content = office.house.services.read(document.file_id)
    assert document.state is OutgoingState.SIGNED
    assert content.startswith(served)
    assert len(content) == len(signed)
    assert (
        hashlib.sha256(content).digest() != hashlib.sha256(signed).digest()
    )  # the time-stamp went into the place of the signature, which it does not cover
    assert leaves(office).count("signature.handed_in") == 1
    assert issue(office, document_id) is Verdict.VALID


def test_an_address_serves_one_file_once_and_nothing_else(office: Office, plugged: Holder) -> None:
    known = plugged.prepared(office.reviewed())
    services = office.house.services
    before = link_signature(known.work_item_id, by=office.people["chutich"], services=services)
    links = link_signature(known.work_item_id, by=office.people["chutich"], services=services)
    fetch_prepared_file(links.fetch, by=None, services=services)

    for wrong in (links.fetch, links.hand_in, before.fetch, "", "guessed"):
        with pytest.raises(LinkUnknown):
            fetch_prepared_file(wrong, by=None, services=services)
    with pytest.raises(LinkUnknown):
        upload(office, before.hand_in, b"%PDF-")
    assert leaves(office).count("signature.fetched") == 1


def test_a_file_that_is_not_the_given_one_and_one_signature_more_is_refused(office: Office, plugged: Holder) -> None:
    known = plugged.prepared(office.reviewed())
    served = office.house.services.read(known.prepared_file_id)
    signed = plugged.signed(served)
    deputy = Holder(office=office, username="phochutich")
    wrong = {
        "does not begin": plugged.signed(served.replace(b"%PDF-1.7", b"%PDF-1.6", 1)),
        "not signed": served,
        "cannot be read": served + b"\nstartxref\n1\n%%EOF\n",
        "More than one": deputy.signed(signed, "Dau"),
        "another certificate": deputy.signed(served),
        "somebody else": plugged.signed(served, "Dau"),
        "later change": plugged.signed(served, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES),
        "further changes": plugged.signed(with_field_text(served, "SoKyHieu", "Số: 99/QĐ-UBND")),
        "no room": plugged.signed(served, reserved=8192),
        "weak": plugged.signed(served, md_algorithm="sha1"),
    }

    for words, content in wrong.items():
        with pytest.raises(SignedFileRefused, match=words):
            upload(office, known.work_item_id, content)
    for junk in (b"", b"junk", signed[:-400], signed + b"more", signed[:-4000] + b"0" * 4000):
        with pytest.raises(SignedFileRefused):
            upload(office, known.work_item_id, junk)

    assert state_of(office, known) is WorkItemState.SIGNING
    upload(office, known.work_item_id, signed)
    with pytest.raises(SignatureGiven):
        upload(office, known.work_item_id, plugged.signed(served, reason="again"))


def test_a_digest_is_signed_as_a_digest_and_a_file_as_a_file(office: Office, chairman: Holder) -> None:
    document_id = office.reviewed()
    known = chairman.prepared(document_id)
    with pytest.raises(HandedInOtherwise):
        upload(office, known.work_item_id, b"%PDF-")
    with pytest.raises(HandedInOtherwise):
        link_signature(known.work_item_id, by=office.people["chutich"], services=office.house.services)
