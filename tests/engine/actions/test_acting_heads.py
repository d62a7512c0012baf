"""An acting head (Q.) in force: they sign as head, and the head whose post it is does not, by whatever way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.actions.found_agency import found_agency
from engine.actions.make_copy import MakeCopy, make_copy
from engine.actions.make_out_document import make_out_document
from engine.actions.record_stand_in import RecordStandIn, record_stand_in
from engine.actions.send_otp import send_otp
from engine.co_signing import FurtherSigner
from engine.competence import HeadReplaced
from engine.copies import CopyForm, Medium
from engine.deadlines import office_date
from engine.documents import DocumentInvalid, OutgoingState
from engine.drafts import signers
from engine.ids import AgencyId, DocumentId, PersonId
from engine.people import Agency, Person, Post, Role
from engine.queries import NewPerson
from engine.signature_batches import BatchItemState
from engine.stand_ins import (
    ActingHeadOverlaps,
    Basis,
    Scope,
    StandIn,
    StandInInvalid,
    StandInKind,
    StandInNotPassedOn,
    StandInOverlaps,
    StandInState,
)
from tests.engine.actions.test_joint_document import minutes, sign, signed_fields
from tests.engine.actions.test_sign_batch import begin, states, view
from tests.support.elsewhere import Holder
from tests.support.office import Office


def appoint(office: Office, substitute: str = "phochutich") -> StandIn:
    return office.stand_in("chutich", substitute, kind=StandInKind.ACTING)


def make_out(office: Office, document_id: DocumentId, by: str) -> None:
    make_out_document(office.item(document_id, "sign").id, by=office.people[by], services=office.house.services)


def asks_for_a_code(office: Office, document_id: DocumentId) -> None:
    send_otp(
        office.item(document_id, "sign").id, "default", by=office.people["chutich"], services=office.house.services
    )


def prepares_elsewhere(office: Office, document_id: DocumentId) -> None:
    Holder(office=office, username="chutich").chosen().prepared(document_id)


@pytest.mark.parametrize(
    "act",
    [
        lambda office, document_id: office.sign(document_id, "sign", "chutich"),
        lambda office, document_id: make_out(office, document_id, "chutich"),
        asks_for_a_code,
        prepares_elsewhere,
    ],
    ids=["signs", "has it made out", "asks for a code", "prepares elsewhere"],
)
def test_the_head_signs_nothing_as_head_while_another_acts_and_is_told_who_since_when(
    office: Office, act: Callable[[Office, DocumentId], object]
) -> None:
    document_id = office.reviewed()
    appoint(office)
    since = office_date(office.house.services.clock()).strftime("%d/%m/%Y")

    with pytest.raises(HeadReplaced, match=f"{office.people['phochutich'].name} .* since {since}, by 12/QĐ-UBND"):
        act(office, document_id)

    assert office.outgoing(document_id).state is OutgoingState.TO_SIGN


def test_in_a_batch_the_head_who_is_replaced_signs_nothing(office: Office) -> None:
    document_id = office.reviewed()
    view(office, document_id, "chutich")
    appoint(office)

    batch = begin(office, [office.item(document_id, "sign").id])
    office.run_jobs()

    assert states(office, batch) == [(BatchItemState.FAILED, "signing.head_replaced")]


def test_the_acting_head_signs_in_the_post_and_the_head_again_once_that_ended(office: Office) -> None:
    first, second = office.reviewed(), office.reviewed()
    acting = appoint(office)
    placed = office.placed("phochutich")

    make_out(placed, first, "phochutich")
    placed.sign(first, "sign", "phochutich")
    assert office.outgoing(first).signer_under == acting.id
    office.revoke(acting)
    office.sign(second, "sign", "chutich")

    assert [office.outgoing(one).state for one in (first, second)] == [OutgoingState.SIGNED] * 2


def test_who_is_replaced_signs_minutes_in_the_capacity_they_were_chosen_for(office: Office) -> None:
    document_id = minutes(office)
    appoint(office)

    sign(office, document_id, "chutich")

    assert "ChuKy" in signed_fields(office, document_id)


def test_the_head_who_is_replaced_is_neither_offered_nor_taken_as_a_signer(office: Office) -> None:
    appoint(office)
    services, people = office.house.services, office.people
    with services.begin() as work:
        drafter = people["chuyenvien"]
        offered = {one.id for one in signers(drafter.agency_id, drafter.id, services.clock(), work)}

    assert people["phochutich"].id in offered
    assert people["chutich"].id not in offered
    beside = [FurtherSigner(person=people["chutich"].id)]
    for field, named in (
        ("signer", {"signer": people["chutich"].id}),
        ("further_signers/0", {"signer": people["phochutich"].id, "further": beside}),
    ):
        with pytest.raises(DocumentInvalid) as refused:
            office.draft(**named)
        assert [(error.field, error.code) for error in refused.value.errors] == [(field, "head_replaced")]


def test_what_is_put_before_the_head_by_itself_goes_to_the_acting_head(office: Office) -> None:
    original = office.issued()
    appoint(office)
    request = MakeCopy(document_id=original, form=CopyForm.TRUE_COPY, source=Medium.ELECTRONIC, target=Medium.PAPER)

    made = make_copy(request, by=office.people["vanthu"], services=office.house.services)

    assert office.outgoing(made.document_id).signer == office.people["phochutich"].id


def a_person_of(agency: Agency, office: Office, role: Role, name: str) -> Person:
    with office.house.services.begin() as work:
        return Person(
            id=PersonId(work.new_id()),
            agency_id=agency.id,
            username=f"{name}.hai",
            name=name,
            title=name,
            posts=(Post(role=role),),
        )


def test_an_agency_has_one_acting_head_at_a_time_however_many_heads_are_on_record(office: Office) -> None:
    services = office.house.services
    with services.begin() as work:
        agency = Agency(id=AgencyId(work.new_id()), code="H56.99", name="Ban Hai", symbol="BH", place="Thanh Hóa")
    roles = {
        "first": Role.HEAD,
        "second": Role.HEAD,
        "one": Role.DEPUTY_HEAD,
        "other": Role.DEPUTY_HEAD,
        "clerk": Role.ADMINISTRATOR,
    }
    people = {name: a_person_of(agency, office, role, name) for name, role in roles.items()}
    with services.begin() as work:
        new = [NewPerson(person=one, password_hash="$argon2id$x") for one in people.values()]
        found_agency(agency, [], new, at=services.clock(), work=work)
    today = office_date(services.clock())

    def record(principal: str, substitute: str, days: int = 0) -> StandIn:
        request = RecordStandIn(
            principal=people[principal].id,
            substitute=people[substitute].id,
            kind=StandInKind.ACTING,
            first_day=today + timedelta(days=days),
            last_day=today + timedelta(days=days + 1),
            basis=Basis(text="Quyết định", number="3/QĐ-UBND", issued_on=today),
        )
        with services.begin() as work:
            return record_stand_in(request, by=people["clerk"], at=services.clock(), work=work)

    record("first", "one")
    with pytest.raises(StandInOverlaps):
        record("first", "one")
    for principal in ("first", "second"):
        with pytest.raises(ActingHeadOverlaps, match=r"one is on record as acting head .* 3/QĐ-UBND"):
            record(principal, "other")
    assert record("second", "other", days=2).principal == people["second"].id


def test_nobody_who_is_or_acts_as_head_says_who_acts_whatever_other_post_they_hold(office: Office) -> None:
    acting = appoint(office, "chanhvanphong")
    placed = office.placed("chanhvanphong")

    with pytest.raises(NotAllowed):
        placed.revoke(acting, by="chanhvanphong")
    with pytest.raises(NotAllowed):
        placed.stand_in("chutich", "phochutich", by="chanhvanphong", kind=StandInKind.ACTING)
    assert placed.stand_in("truongphong", "chuyenvien", by="chanhvanphong").kind is StandInKind.ABSENCE
    assert office.revoke(acting, by="quantri").revoked_by == office.people["quantri"].id


def test_an_acting_head_rests_on_the_number_and_date_of_the_decision_that_appoints(office: Office) -> None:
    today = office_date(office.house.services.clock())
    whole = Basis(text="Quyết định bổ nhiệm", number="7/QĐ-UBND", issued_on=today)

    for basis in (replace(whole, number=None), replace(whole, number=" "), replace(whole, issued_on=None)):
        with pytest.raises(StandInInvalid):
            office.stand_in("chutich", "phochutich", kind=StandInKind.ACTING, basis=basis)


def order(office: Office, acting: StandIn, by: str = "phochutich", **changes: Any) -> StandIn:  # noqa: ANN401
    how = {"kind": StandInKind.BY_ORDER, "under": acting.id, **changes}
    return office.stand_in("chutich", "truongphong", by=by, **how)


def test_an_acting_head_has_others_sign_by_order_and_all_of_it_ends_with_the_acting(office: Office) -> None:
    acting = appoint(office)
    given = order(office.placed("phochutich"), acting)
    further = office.stand_in("chutich", "chuyenvien", by="truongphong", kind=StandInKind.DEPUTY, under=given.id)

    office.revoke(acting)

    with office.house.services.begin() as work:
        known = work.stand_ins.several([acting.id, given.id, further.id]).values()
    now = office.house.services.clock()
    assert {one.state(now) for one in known} == {StandInState.REVOKED}


def test_what_an_acting_head_gives_lasts_no_longer_than_they_act(office: Office) -> None:
    acting = appoint(office)
    day_after = office_date(acting.ends_at)

    with pytest.raises(StandInInvalid) as refused:
        order(office, acting, by="quantri", last_day=day_after)

    assert [(error.field, error.code) for error in refused.value.errors] == [("last_day", "beyond")]


def test_an_acting_head_orders_and_authorises_and_passes_on_neither_the_post_nor_an_absence(office: Office) -> None:
    acting = appoint(office)
    letters = Scope(document_types=frozenset({"CV"}))

    assert order(office, acting, by="quantri", kind=StandInKind.AUTHORISED, scope=letters).under == acting.id
    for kind in (StandInKind.ABSENCE, StandInKind.ACTING):
        with pytest.raises((StandInNotPassedOn, StandInOverlaps, ActingHeadOverlaps)):
            order(office, acting, by="quantri", kind=kind)
    with pytest.raises(NotAllowed):
        order(office, acting, by="chuyenvien")


def test_what_the_head_gives_while_another_acts_is_refused_and_what_they_gave_before_is_the_acting_heads_to_end(
    office: Office,
) -> None:
    before = office.stand_in("chutich", "truongphong.ocop", kind=StandInKind.BY_ORDER)
    acting = appoint(office)
    office = office.placed("phochutich").placed("chutich")

    for by in ("chutich", "quantri"):
        with pytest.raises(StandInInvalid) as refused:
            office.stand_in("chutich", "truongphong", by=by, kind=StandInKind.BY_ORDER)
        assert [(error.field, error.code) for error in refused.value.errors] == [("under", "head_replaced")]
    assert office.stand_in("chutich", "truongphong", by="chutich").kind is StandInKind.ABSENCE
    with pytest.raises(NotAllowed):
        office.revoke(before, by="chutich")
    assert office.revoke(before, by="phochutich").revoked_by == office.people["phochutich"].id
    assert acting.revoked_at is None
