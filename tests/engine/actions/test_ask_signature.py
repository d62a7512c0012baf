"""Signing and sealing: the digest first, the key once, the number between."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.province import province
from api.settings import Settings
from api.wiring import now, room_settings
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.use_key import use_key
from engine.certificates import CertificateUntrusted
from engine.documents import DocumentNotInState, OutgoingState, VersionKind
from engine.events import WaitNoted
from engine.ids import SYSTEM, DocumentId, WorkItemId
from engine.queries import PageRequest
from engine.registers import Direction
from engine.rounds.make_notices import settle_notices
from engine.signings import KeyNotYours, SigningNotFound, SigningState, WrongKeyKind
from engine.validations import Verdict
from engine.work_items import WorkItemNotFound, WorkItemNotOpen, WorkItemState, WorkItemTakesNoSignature
from signing.pool import RoomPool
from tests.support.builders import an_id
from tests.support.office import Office

COMMUNES = tuple(office.agency.id for office in province()[1:])


def ask(office: Office, document_id: DocumentId, element: str, by: str, key: str = "default") -> WorkItemId:
    item = office.item(document_id, element)
    return ask_signature(
        AskSignature(work_item_id=item.id, key=key), by=office.people[by], services=office.house.services
    ).id


def leaves(office: Office) -> list[str]:
    with office.house.services.begin() as work:
        page = work.audit.search(office.people["chutich"].agency_id, PageRequest(limit=200))
    return [event.action for event in reversed(page.items)]


def outgoing_entries(office: Office) -> list[tuple[str, str | None]]:
    with office.house.services.begin() as work:
        register = work.registers.for_direction(office.people["chutich"].agency_id, Direction.OUTGOING)
        year = office.house.services.clock().year
        return [
            (entry.printed, entry.cancelled_reason)
            for entry in work.registers.entries(register.id, year, PageRequest(limit=200)).items
        ]


def test_a_document_goes_from_draft_to_issued_valid_and_archived(office: Office) -> None:
    document_id = office.issued()

    document = office.outgoing(document_id)
    with office.house.services.begin() as work:
        report = work.documents.find_report(document_id)
        kinds = [version.kind for version in work.documents.versions(document_id)]
        archived = [content.file_id for content in work.documents.archived(document_id)]
    assert (document.state, document.number) == (OutgoingState.ISSUED, "01/QĐ-UBND")
    assert report is not None
    assert report.report.verdict is Verdict.VALID
    assert kinds == ["prepared", "initialled", "signed", "numbered", "sealed", "final"]
    assert archived == [document.file_id]


def test_every_recipient_s_clerk_finds_it_waiting_and_no_number_is_taken_for_them(office: Office) -> None:
    office.issued(recipients=COMMUNES)

    for commune in ("xa1", "xa2"):
        items = office.inbox(f"vanthu.{commune}")
        assert [item.element_id for item in items] == ["register"]
        assert office.incoming(items[0].document_id).arrival_number is None


def test_the_digest_is_on_record_before_the_key_is_used(office: Office) -> None:
    document_id = office.reviewed()
    item_id = ask(office, document_id, "sign", "chutich")

    with office.house.services.begin() as work:
        signing = work.signings.find(item_id)
        item = work.work_items.get(item_id)
    assert signing is not None
    assert signing.state is SigningState.DIGESTED
    assert item.state is WorkItemState.SIGNING
    assert office.outgoing(document_id).state is OutgoingState.SIGNING
    assert leaves(office)[-1] == "signature.asked"


def test_asking_twice_gives_one_digest_and_one_signature(office: Office) -> None:
    document_id = office.reviewed()
    item = office.item(document_id, "sign")
    ask(office, document_id, "sign", "chutich")

    with pytest.raises(WorkItemNotOpen):
        ask_signature(AskSignature(work_item_id=item.id), by=office.people["chutich"], services=office.house.services)
    office.run_jobs()

    assert leaves(office).count("signature.asked") == 1
    assert leaves(office).count("document.signed") == 1


def test_using_the_key_again_after_it_was_used_changes_nothing(office: Office) -> None:
    document_id = office.reviewed()
    item_id = ask(office, document_id, "sign", "chutich")
    office.run_jobs()
    before = office.outgoing(document_id)

    use_key(item_id, services=office.house.services)

    assert office.outgoing(document_id) == before


def test_nothing_is_signed_for_work_that_was_taken_away_meanwhile(office: Office) -> None:
    document_id = office.reviewed()
    item_id = ask(office, document_id, "sign", "chutich")
    services = office.house.services
    with services.begin() as work:
        item, _ = work.work_items.lock(item_id)
        work.work_items.save(item.cancelled(services.clock()))
        note = WaitNoted(
            by=SYSTEM,
            at=services.clock(),
            agency_id=item.agency_id,
            work_item_id=item.id,
            document_id=document_id,
            code="timer",
        )
        work.record(note)

    office.run_jobs()

    assert leaves(office).count("document.signed") == 0
    with services.begin() as work:
        signing = work.signings.find(item_id)
    assert signing is not None
    assert signing.state is SigningState.DIGESTED


def test_a_key_is_used_only_where_it_was_asked_for(office: Office) -> None:
    with pytest.raises(SigningNotFound):
        use_key(WorkItemId(an_id("no item")), services=office.house.services)


def test_the_prepared_file_that_was_put_on_record_is_the_one_that_is_signed(office: Office) -> None:
    document_id = office.reviewed()
    item_id = ask(office, document_id, "sign", "chutich")
    with office.house.services.begin() as work:
        signing = work.signings.find(item_id)
    assert signing is not None
    prepared = json.loads(signing.prepared)

    office.run_jobs()

    signed = office.house.services.read(office.outgoing(document_id).file_id)
    original = office.house.services.read(signing.prepared_file_id)
    start, end = prepared["region_start"], prepared["region_end"]
    assert prepared["digest"] == signing.digest
    assert (signed[:start], signed[end:]) == (original[:start], original[end:])


@pytest.mark.parametrize("username", ["phochutich", "chanhvanphong", "vanthu"])
def test_only_the_named_signer_signs(office: Office, username: str) -> None:
    document_id = office.reviewed()

    with pytest.raises(WorkItemNotFound):
        ask(office, document_id, "sign", username)


@pytest.mark.parametrize(("element", "by", "key"), [("sign", "chutich", "agency"), ("seal", "vanthu", "default")])
def test_a_signature_needs_a_person_s_key_and_a_seal_the_agency_s(
    office: Office, element: str, by: str, key: str
) -> None:
    document_id = office.reviewed() if element == "sign" else office.numbered()

    with pytest.raises(WrongKeyKind):
        ask(office, document_id, element, by, key)


def test_another_s_key_is_refused(office: Office) -> None:
    document_id = office.reviewed()

    with pytest.raises(KeyNotYours):
        ask(office, document_id, "sign", "chutich", str(office.people["phochutich"].id))


def test_a_step_that_is_not_done_by_signing_takes_no_signature(office: Office) -> None:
    document_id = office.draft().document.id

    with pytest.raises(WorkItemTakesNoSignature):
        ask(office, document_id, "draft", "chuyenvien")


def test_what_was_sealed_and_issued_is_not_numbered_again(office: Office) -> None:
    document = office.outgoing(office.issued())

    with pytest.raises(DocumentNotInState):
        document.numbered("02/QĐ-UBND", office.house.services.clock().date())


def test_a_number_returned_at_the_seal_stays_cancelled_with_its_reason_and_the_next_is_taken(office: Office) -> None:
    document_id = office.numbered()

    office.complete(document_id, "seal", "return", "vanthu", reason="Sai trích yếu")
    office.complete(document_id, "number", "number", "vanthu")
    office.run_jobs()

    assert outgoing_entries(office) == [("02/QĐ-UBND", None), ("01/QĐ-UBND", "Sai trích yếu")]
    assert office.outgoing(document_id).number == "02/QĐ-UBND"


def test_a_document_returned_to_its_signer_is_signed_anew_from_the_unsigned_file(office: Office) -> None:
    document_id = office.signed()
    office.complete(document_id, "number", "return", "vanthu", reason="Ký nhầm")

    document = office.outgoing(document_id)
    with office.house.services.begin() as work:
        current = work.documents.versions(document_id)[-1]
    assert (document.state, current.kind) == (OutgoingState.TO_SIGN, VersionKind.INITIALLED)
    office.sign(document_id, "sign", "chutich")
    assert office.outgoing(document_id).state is OutgoingState.SIGNED


def test_returns_go_back_one_step_at_a_time(office: Office) -> None:
    document_id = office.reviewed()

    office.complete(document_id, "sign", "return", "chutich", reason="Xem lại thể thức")
    office.complete(document_id, "review_format", "return", "chanhvanphong", reason="Xem lại nội dung")
    office.complete(document_id, "review_content", "return", "truongphong", reason="Viết lại")

    assert office.item(document_id, "draft").assignee == office.people["chuyenvien"].id
    assert office.outgoing(document_id).state is OutgoingState.DRAFT


def test_a_certificate_that_may_not_sign_is_refused_before_anything_is_on_record(office: Office) -> None:
    item = office.item(office.reviewed(), "sign")
    settings = room_settings(office.house.settings)
    pool = RoomPool(replace(settings, roots=()), processes=1, clock=now)
    services, chairman = replace(office.house.services, pdfs=pool), office.people["chutich"]

    with pytest.raises(CertificateUntrusted):
        ask_signature(AskSignature(work_item_id=item.id), by=chairman, services=services)

    pool.close()
    with office.house.services.begin() as work:
        assert work.signings.find(item.id) is None
    assert office.item(item.document_id, "sign").state is WorkItemState.OPEN


def test_what_was_prepared_for_a_key_that_was_replaced_is_given_back_to_its_signer(
    office: Office, signing_settings: Settings, tmp_path: Path
) -> None:
    document_id = office.reviewed()
    item = office.item(document_id, "sign")
    services = office.house.services
    ask_signature(AskSignature(work_item_id=item.id), by=office.people["chutich"], services=services)
    # The file called after the chairman is another key's by now.
    assert signing_settings.keys is not None
    other = signing_settings.keys / f"{office.people['phochutich'].id}.p12"
    (tmp_path / f"{office.people['chutich'].id}.p12").write_bytes(other.read_bytes())
    pool = RoomPool(replace(room_settings(signing_settings), keys=tmp_path), processes=1, clock=now)
    use_key(item.id, services=replace(services, pdfs=pool))
    pool.close()
    settle_notices(services=services)

    with services.begin() as work:
        signing, again = work.signings.find(item.id), work.work_items.get(item.id)
        told = [one.news.path for one in work.notices.shown_to(office.people["chutich"].id, PageRequest()).items]
    assert signing is not None
    assert (signing.state, again.state) == (SigningState.VOID, WorkItemState.OPEN)
    assert f"/work-items/{item.id}" in told
    office.sign(document_id, "sign", "chutich")
    assert office.outgoing(document_id).state is OutgoingState.SIGNED
