"""What was prepared to be signed under a stand-in is signed by nobody once that is over; it is given up at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.complete_signature import CompleteSignature, complete_signature
from engine.actions.fetch_prepared_file import fetch_prepared_file
from engine.actions.link_signature import link_signature
from engine.actions.make_out_document import make_out_document
from engine.actions.take_signed_file import TakeSignedFile, take_signed_file
from engine.client_signatures import ClientSignature, NothingPrepared
from engine.competence import HeadReplaced
from engine.documents import OutgoingState
from engine.ids import DocumentId
from engine.queries import PageRequest
from engine.rounds.expire_signatures import end_signatures
from engine.rounds.make_notices import settle_notices
from engine.signing_keys import KeyKind
from engine.signings import SigningState
from engine.stand_ins import Scope, StandIn, StandInKind, StandInOver
from engine.work_items import WorkItemState
from tests.support.elsewhere import Holder
from tests.support.office import Office

DECISIONS = Scope(document_types=frozenset({"QĐ"}))
UNTIL_AFTER = timedelta(days=3)


def holder(office: Office, username: str, kind: KeyKind = KeyKind.CLIENT) -> Holder:
    return Holder(office=office, username=username).chosen(kind)


def hand_in(known: ClientSignature, key: Holder, by: str) -> None:
    request = CompleteSignature(work_item_id=known.work_item_id, signature=key.signature(known.to_sign))
    complete_signature(request, by=key.office.people[by], services=key.office.house.services)


def last_leaf(office: Office) -> str:
    with office.house.services.begin() as work:
        return work.audit.search(office.people["chutich"].agency_id, PageRequest(limit=1)).items[0].action


def unread(office: Office, username: str) -> int:
    settle_notices(services=office.house.services)
    with office.house.services.begin() as work:
        return work.notices.unread(office.people[username].id)


def is_open_again(office: Office, document_id: DocumentId) -> bool:
    waits = office.item(document_id, "sign").state is WorkItemState.OPEN
    return waits and office.outgoing(document_id).state is OutgoingState.TO_SIGN


def by_acting(office: Office) -> tuple[StandIn, str]:
    return office.stand_in("chutich", "phochutich", kind=StandInKind.ACTING), "phochutich"


def by_order(office: Office) -> tuple[StandIn, str]:
    return office.stand_in("chutich", "truongphong.ocop", kind=StandInKind.BY_ORDER), "truongphong.ocop"


def authorised(office: Office) -> tuple[StandIn, str]:
    given = office.stand_in("chutich", "truongphong.ocop", kind=StandInKind.AUTHORISED, scope=DECISIONS)
    return given, "truongphong.ocop"


def by_deputy(office: Office) -> tuple[StandIn, str]:
    order = office.stand_in("chutich", "chanhvanphong", kind=StandInKind.BY_ORDER)
    passed_on = {"kind": StandInKind.DEPUTY, "under": order.id}
    return office.stand_in("chutich", "vanthu", by="chanhvanphong", **passed_on), "vanthu"


def by_order_of_the_acting_head(office: Office) -> tuple[StandIn, str]:
    acting, _ = by_acting(office)
    how = {"kind": StandInKind.BY_ORDER, "under": acting.id}
    office.stand_in("chutich", "truongphong.ocop", by="phochutich", **how)
    return acting, "truongphong.ocop"


@pytest.mark.parametrize(
    "recorded",
    [by_acting, by_order, authorised, by_deputy, by_order_of_the_acting_head],
    ids=["Q.", "TL.", "TUQ.", "KT.", "TL. of the Q."],
)
def test_what_was_prepared_under_a_stand_in_is_not_handed_in_after_it_and_the_work_is_open(
    office: Office, recorded: Callable[[Office], tuple[StandIn, str]]
) -> None:
    stand_in, username = recorded(office)
    document_id = office.reviewed(signer=office.people[username].id)
    key = holder(office.placed(username), username)
    known = key.prepared(document_id)
    office.revoke(stand_in)

    with pytest.raises(StandInOver):
        hand_in(known, key, username)

    assert is_open_again(office, document_id)
    assert last_leaf(office) == "signature.right_ended"
    with pytest.raises(NothingPrepared):
        hand_in(known, key, username)


def test_what_was_given_up_can_be_made_out_anew_and_prepared_to_another_digest(office: Office) -> None:
    stand_in, username = by_acting(office)
    document_id = office.reviewed(signer=office.people[username].id)
    key = holder(office.placed(username), username)
    known = key.prepared(document_id)
    office.revoke(stand_in)
    office.run_jobs()

    make_out_document(office.item(document_id, "sign").id, by=office.people[username], services=office.house.services)
    key = replace(key, office=office)
    again = key.prepared(document_id)
    hand_in(again, key, username)
    office.run_jobs()

    assert again.digest != known.digest
    signed = office.outgoing(document_id)
    assert (signed.state, signed.signer_under) == (OutgoingState.SIGNED, None)


def test_with_the_revocation_the_worker_gives_up_what_waits_and_its_signer_is_told(office: Office) -> None:
    stand_in, username = by_order(office)
    document_id = office.reviewed(signer=office.people[username].id)
    holder(office.placed(username), username).prepared(document_id)
    before = unread(office, username)

    office.revoke(stand_in)
    office.run_jobs()

    assert is_open_again(office, document_id)
    assert unread(office, username) == before + 1


def test_what_waits_is_given_up_when_its_period_is_over_and_not_before(office: Office) -> None:
    _, username = by_order(office)
    document_id = office.reviewed(signer=office.people[username].id)
    holder(office.placed(username), username).prepared(document_id)
    services = office.house.services

    def later() -> datetime:
        return services.clock() + UNTIL_AFTER

    assert end_signatures(services=services) == 0
    assert end_signatures(services=replace(services, clock=later)) == 1
    assert is_open_again(office, document_id)


def test_who_acts_on_the_head_s_own_work_hands_nothing_in_either_once_that_is_over(office: Office) -> None:
    document_id = office.reviewed()
    stand_in, username = by_acting(office)
    key = holder(office.placed(username), username)
    by = key.office.people[username]
    make_out_document(office.item(document_id, "sign").id, by=by, services=office.house.services)
    known = key.prepared(document_id)
    office.revoke(stand_in)

    with pytest.raises(StandInOver):
        hand_in(known, replace(key, office=office.placed(username)), username)

    assert is_open_again(office, document_id)


def test_the_browser_plugin_hands_in_no_file_and_fetches_none_after_the_stand_in(office: Office) -> None:
    stand_in, username = by_acting(office)
    document_id = office.reviewed(signer=office.people[username].id)
    key = holder(office.placed(username), username, KeyKind.PLUGIN)
    known = key.prepared(document_id)
    services = office.house.services
    address = link_signature(known.work_item_id, by=key.office.people[username], services=services)
    signed = key.signed(services.read(known.prepared_file_id))
    office.revoke(stand_in)

    with pytest.raises(StandInOver):
        fetch_prepared_file(address.fetch, by=None, services=services)
    with pytest.raises(StandInOver):
        take_signed_file(TakeSignedFile(what=address.hand_in, content=signed), by=None, services=services)

    assert is_open_again(office, document_id)


def test_the_head_hands_nothing_in_once_another_acts_as_head(office: Office) -> None:
    document_id = office.reviewed()
    key = holder(office, "chutich")
    known = key.prepared(document_id)
    by_acting(office)

    with pytest.raises(HeadReplaced):
        hand_in(known, key, "chutich")

    assert is_open_again(office, document_id)


def test_a_key_of_the_server_signs_nothing_that_was_asked_under_a_stand_in_that_is_over(office: Office) -> None:
    stand_in, username = by_acting(office)
    document_id = office.reviewed(signer=office.people[username].id)
    item, services = office.item(document_id, "sign"), office.house.services
    by = office.placed(username).people[username]
    ask_signature(AskSignature(work_item_id=item.id), by=by, services=services)
    office.revoke(stand_in)

    office.run_jobs()

    assert is_open_again(office, document_id)
    with services.begin() as work:
        signing = work.signings.find(item.id)
    assert signing is not None
    assert signing.state is SigningState.VOID
    assert signing.signed_file_id is None


def test_what_was_handed_in_while_the_stand_in_held_is_a_signature_and_stays(office: Office) -> None:
    stand_in, username = by_acting(office)
    document_id = office.reviewed(signer=office.people[username].id)
    key = holder(office.placed(username), username)
    hand_in(key.prepared(document_id), key, username)

    office.revoke(stand_in)
    office.run_jobs()

    assert office.outgoing(document_id).state is OutgoingState.SIGNED
