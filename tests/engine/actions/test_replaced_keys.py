"""Keys in people's computers that are replaced while something waits for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from engine.actions.choose_key import STILL_PREPARED, ChooseKey, choose_key
from engine.actions.complete_signature import CompleteSignature, complete_signature
from engine.client_signatures import ClientSignature, NothingPrepared, SignatureNotOfThis
from engine.documents import OutgoingState
from engine.ids import KeyChoiceId, SignatureId
from engine.ports import UnitOfWork
from engine.queries import PageRequest
from engine.rounds.expire_signatures import expire_signatures
from engine.rounds.make_notices import settle_notices
from engine.signatures import KeyMismatch
from engine.signing_key_events import KeyChosen
from engine.signing_keys import KeyKind
from engine.work_items import WorkItemState
from storage.database import DatabaseBusy
from tests.support.elsewhere import Holder
from tests.support.office import Office


@pytest.fixture
def chairman(office: Office) -> Holder:
    return Holder(office=office, username="chutich").chosen()


def hand_in(known: ClientSignature, signature: bytes, office: Office) -> None:
    request = CompleteSignature(work_item_id=known.work_item_id, signature=signature)
    complete_signature(request, by=office.people["chutich"], services=office.house.services)


def last_leaf(office: Office) -> str:
    with office.house.services.begin() as work:
        return work.audit.search(office.people["chutich"].agency_id, PageRequest(limit=1)).items[0].action


def unread(office: Office) -> int:
    settle_notices(services=office.house.services)
    with office.house.services.begin() as work:
        return work.notices.unread(office.people["chutich"].id)


def another_key_for_the_chairman(office: Office, kind: KeyKind = KeyKind.FILE) -> None:
    request = ChooseKey(person_id=office.people["chutich"].id, kind=kind)
    choose_key(request, by=office.people["quantri"], services=office.house.services)


def test_once_another_key_is_chosen_what_was_prepared_is_given_up_and_the_work_is_open(
    office: Office, chairman: Holder
) -> None:
    document_id = office.reviewed()
    known = chairman.prepared(document_id)
    before = unread(office)

    another_key_for_the_chairman(office)

    assert office.item(document_id, "sign").state is WorkItemState.OPEN
    assert office.outgoing(document_id).state is OutgoingState.TO_SIGN
    assert last_leaf(office) == "signature.key_replaced"
    assert unread(office) == before + 1
    with pytest.raises(NothingPrepared):
        hand_in(known, chairman.signature(known.to_sign), office)
    office.sign(document_id, "sign", "chutich")
    office.run_jobs()
    assert office.outgoing(document_id).state is OutgoingState.SIGNED


def test_after_a_key_was_replaced_another_digest_is_prepared_and_the_old_signature_is_refused(
    office: Office, chairman: Holder
) -> None:
    document_id = office.reviewed()
    known = chairman.prepared(document_id)
    another_key_for_the_chairman(office)
    chairman.chosen()

    again = chairman.prepared(document_id)

    assert again.digest != known.digest
    with pytest.raises(SignatureNotOfThis):
        hand_in(again, chairman.signature(known.to_sign), office)


def test_the_same_certificate_chosen_again_leaves_what_was_prepared(office: Office, chairman: Holder) -> None:
    known = chairman.prepared(office.reviewed())

    chairman.chosen()

    hand_in(known, chairman.signature(known.to_sign), office)
    assert last_leaf(office) == "signature.handed_in"


def test_what_was_prepared_while_the_key_was_replaced_is_given_up_by_the_worker(
    office: Office, chairman: Holder
) -> None:
    document_id = office.reviewed()
    known = chairman.prepared(document_id)
    services = office.house.services
    with services.begin() as work:
        choice = work.key_choices.find(known.agency_id, known.asked_by)
        assert choice is not None
        other = replace(choice, id=KeyChoiceId(work.new_id()), certificate_sha256="0" * 64)
        work.key_choices.save(choice.ended(services.clock()))
        work.key_choices.add(other)
        work.record(
            KeyChosen(
                by=known.asked_by,
                at=services.clock(),
                agency_id=known.agency_id,
                key_choice_id=other.id,
                person_id=known.asked_by,
                kind=KeyKind.CLIENT.value,
                certificate=other.certificate_sha256,
                before=choice.id,
            )
        )

    with pytest.raises(KeyMismatch):
        hand_in(known, chairman.signature(known.to_sign), office)
    assert expire_signatures(services=services) == 1
    assert office.item(document_id, "sign").state is WorkItemState.OPEN


def test_a_key_that_was_chosen_is_chosen_although_something_prepared_cannot_be_given_up_now(
    office: Office, chairman: Holder
) -> None:
    document_id = office.reviewed()
    chairman.prepared(document_id)
    services = office.house.services
    seen: list[SignatureId] = []

    @contextmanager
    def begin() -> Iterator[UnitOfWork]:
        with services.begin() as work:
            seen.extend(work.client_signatures.of_replaced_keys(None, 1))
            if len(seen) > 1:  # the first is who looks what there is to be given up
                raise DatabaseBusy
            yield work

    request = ChooseKey(person_id=office.people["chutich"].id, kind=KeyKind.FILE)
    chosen = choose_key(request, by=office.people["quantri"], services=replace(services, begin=begin))

    assert chosen.warnings[-1] == STILL_PREPARED
    assert expire_signatures(services=services) == 1
    assert office.item(document_id, "sign").state is WorkItemState.OPEN
