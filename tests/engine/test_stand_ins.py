"""Who acts in whose place: what it lets them do, sign and read, and what is never passed on."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import access
from engine.access import NotAllowed
from engine.approvals import OpinionGiven
from engine.competence import Matter, own_competence, placed_competence
from engine.ids import PersonId, StandInId, UnitId
from engine.people import Person, Place, Post, Role
from engine.stand_in_rules import check_passing_on
from engine.stand_ins import (
    Scope,
    StandIn,
    StandInEnded,
    StandInInvalid,
    StandInKind,
    StandInNotPassedOn,
    StandInState,
)
from engine.work_items import WorkItemExcluded, WorkItemNotFound, WorkItemNotYours
from tests.support.builders import (
    NOON,
    UNIT,
    a_person,
    a_stand_in,
    a_work_item,
    an_id,
    an_incoming_document,
    an_outgoing_document,
)

HEAD = a_person(Role.HEAD, name="head", unit=None)
UNIT_HEAD = a_person(Role.HEAD_OF_UNIT, name="unit head")
OTHER_UNIT = UnitId(an_id("another unit"))
BOSS = replace(HEAD, title="Chủ tịch")
DECISION = Matter(type="QĐ", unit_id=UNIT)


def standing_in(person: Person, of: Person, through: str | None = None, **changes: Any) -> Person:  # noqa: ANN401
    place = Place(of=of, by=a_stand_in(of, person, **changes), through=through)
    return replace(person, places=(*person.places, place))


SUBSTITUTE = standing_in(a_person(Role.SPECIALIST, name="substitute"), UNIT_HEAD)
POOL = a_work_item()


def test_whoever_stands_in_does_what_the_other_could_do() -> None:
    named = replace(POOL, roles=frozenset(), unit_id=None, assignee=UNIT_HEAD.id)

    for item in (POOL, named):
        place = access.require_act(SUBSTITUTE, item)
        assert place is not None
        assert place.of == UNIT_HEAD


def test_who_may_do_it_themselves_does_it_for_themselves() -> None:
    able = standing_in(a_person(Role.HEAD_OF_UNIT, name="able"), UNIT_HEAD)

    assert access.require_act(able, POOL) is None


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(document_types=frozenset({"CV"})), True),
        (Scope(document_types=frozenset({"QĐ"})), False),
        (Scope(units=frozenset({UNIT})), True),
        (Scope(units=frozenset({OTHER_UNIT})), False),
        (Scope(steps=frozenset({"incoming_document"})), True),
        (Scope(steps=frozenset({"incoming_document/assign"})), True),
        (Scope(steps=frozenset({"incoming_document/handle"})), False),
        (Scope(document_types=frozenset({"CV"}), units=frozenset({OTHER_UNIT})), False),
    ],
)
def test_only_what_the_scope_has_in_it_is_done_in_anothers_place(scope: Scope, covered: bool) -> None:
    item = replace(POOL, procedure="incoming_document", document_type="CV", about_unit=UNIT)
    limited = standing_in(a_person(Role.SPECIALIST, name="substitute"), UNIT_HEAD, scope=scope)

    assert access.may_act(limited, item) is covered
    assert access.is_candidate(limited, item) is covered


def test_what_one_takes_in_anothers_place_stays_the_others_and_is_no_third_persons() -> None:
    taken = POOL.acted_on(UNIT_HEAD.id, StandInId(an_id("stand-in"))).claimed(SUBSTITUTE.id)
    third = standing_in(a_person(Role.SPECIALIST, name="third"), UNIT_HEAD)

    assert access.require_act(SUBSTITUTE, taken) is not None
    assert access.require_act(UNIT_HEAD, taken) is None
    with pytest.raises(WorkItemNotYours):
        access.require_act(third, taken)


def test_what_was_taken_in_anothers_place_is_lost_when_the_stand_in_ends() -> None:
    taken = POOL.acted_on(UNIT_HEAD.id, StandInId(an_id("stand-in"))).claimed(SUBSTITUTE.id)

    with pytest.raises(WorkItemNotFound):
        access.require_act(replace(SUBSTITUTE, places=()), taken)


def test_released_it_goes_back_to_whom_the_model_names() -> None:
    named = replace(POOL, roles=frozenset(), unit_id=None, assignee=UNIT_HEAD.id)
    taken = named.acted_on(UNIT_HEAD.id, StandInId(an_id("stand-in"))).claimed(SUBSTITUTE.id)

    assert taken.released().assignee == UNIT_HEAD.id
    assert taken.released().on_behalf_of is None


@pytest.mark.parametrize("kept_apart", [UNIT_HEAD.id, SUBSTITUTE.id])
def test_separation_of_duties_holds_for_both_who_acts_and_in_whose_place(kept_apart: PersonId) -> None:
    with pytest.raises(WorkItemExcluded):
        access.require_act(SUBSTITUTE, replace(POOL, excluded=frozenset({kept_apart})))


@pytest.mark.parametrize("voter", [UNIT_HEAD.id, SUBSTITUTE.id])
def test_an_opinion_counts_for_both_who_gave_it_and_in_whose_place(voter: PersonId) -> None:
    with pytest.raises(OpinionGiven):
        access.require_act(SUBSTITUTE, replace(POOL, needs=2, voters=frozenset({voter})))


def test_what_was_done_in_anothers_place_counts_as_done_by_both() -> None:
    done = POOL.acted_on(UNIT_HEAD.id, StandInId(an_id("stand-in")))

    assert done.done_along(SUBSTITUTE.id) == (UNIT_HEAD.id,)


def test_the_others_documents_are_read_within_the_scope_and_no_longer_than_it_holds() -> None:
    theirs = an_incoming_document().read_by(people=[UNIT_HEAD.id])
    letters = Scope(document_types=frozenset({"QĐ"}))

    assert access.may_read(SUBSTITUTE, theirs)
    assert not access.may_read(replace(SUBSTITUTE, places=()), theirs)
    assert not access.may_read(standing_in(a_person(Role.SPECIALIST, name="x"), UNIT_HEAD, scope=letters), theirs)
    assert access.may_read(
        standing_in(a_person(Role.SPECIALIST, name="x"), HEAD, scope=letters), an_outgoing_document()
    )


def test_an_absent_clerks_whole_work_includes_the_counter_and_the_seal_but_nothing_else_is_lent() -> None:
    clerk = a_person(Role.CLERK, name="clerk")
    person = a_person(Role.SPECIALIST, name="substitute")

    for action in ("register_document", "use_agency_key"):
        access.require(standing_in(person, clerk), action)
        for lent in (
            standing_in(person, clerk, scope=Scope(document_types=frozenset({"CV"}))),
            standing_in(person, clerk, kind=StandInKind.DEPUTY),
        ):
            with pytest.raises(NotAllowed):
                access.require(lent, action)


@pytest.mark.parametrize("action", ["read_audit", "deploy_definition", "record_stand_ins", "retry_incident"])
def test_the_rights_of_auditors_and_administrators_are_never_lent(action: str) -> None:
    everything = a_person(Role.AUDITOR, Role.ADMINISTRATOR, Role.CHIEF_OF_OFFICE, name="everything")

    with pytest.raises(NotAllowed):
        access.require(standing_in(a_person(Role.SPECIALIST, name="substitute"), everything), action)


DEPUTY = replace(a_person(Role.DEPUTY_HEAD, name="deputy", unit=None), title="Phó Chủ tịch")
CHIEF = replace(a_person(Role.CHIEF_OF_OFFICE, name="chief"), title="Chánh Văn phòng")
DEPUTY_CHIEF = replace(a_person(Role.SPECIALIST, name="deputy chief"), title="Phó Chánh Văn phòng")


def printed(signer: Person, place: Place | None = None) -> tuple[str, ...] | None:
    found = placed_competence(signer, place, DECISION, BOSS) if place else own_competence(signer, DECISION, BOSS)
    return found.lines(signer.title) if found else None


def test_by_their_own_posts_the_head_the_deputies_and_the_chief_of_office_sign() -> None:
    assert printed(BOSS) == ("CHỦ TỊCH",)
    assert printed(DEPUTY) == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert printed(CHIEF) == ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")
    assert printed(UNIT_HEAD) is None


def test_an_acting_head_signs_as_the_head_does_and_is_printed_so() -> None:
    acting = replace(BOSS, posts=(Post(role=Role.HEAD, acting=True),))

    assert printed(acting) == ("Q. CHỦ TỊCH",)


@pytest.mark.parametrize("person", [DEPUTY, CHIEF])
def test_who_is_recorded_as_acting_head_signs_by_the_post_they_fill_not_by_their_own(person: Person) -> None:
    acting = standing_in(person, BOSS, kind=StandInKind.ACTING)

    right = own_competence(acting, DECISION, BOSS)

    assert printed(acting) == ("Q. CHỦ TỊCH",)
    assert printed(person, acting.places[0]) == ("Q. CHỦ TỊCH",)
    assert right is not None
    assert right.is_of_head
    assert right.in_name_of("Ủy ban nhân dân").lines(f"Q. {BOSS.title}") == ("TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH")


def test_an_acting_head_signs_as_such_although_an_absence_of_before_covers_the_work_too() -> None:
    absent = standing_in(DEPUTY, BOSS)
    both = standing_in(absent, BOSS, kind=StandInKind.ACTING)

    assert printed(both, both.places[0]) == ("Q. CHỦ TỊCH",)
    assert printed(absent, absent.places[0]) == printed(DEPUTY)


@pytest.mark.parametrize("action", sorted(access.ALLOWED))
def test_an_acting_head_may_do_what_the_head_may_beside_their_own_work(action: str) -> None:
    person = a_person(Role.SPECIALIST, name="acting")
    acting = standing_in(person, BOSS, kind=StandInKind.ACTING)

    assert access.may(acting, action) == (access.may(BOSS, action) or access.may(person, action))
    assert access.place_to(acting, action) is None


@pytest.mark.parametrize("action", sorted(access.NEVER_THE_HEADS))
def test_what_is_never_the_heads_an_acting_head_does_by_no_other_post_either(action: str) -> None:
    chief = a_person(Role.CHIEF_OF_OFFICE, Role.ADMINISTRATOR, name="chief")

    assert access.may(chief, action)
    assert not access.may(standing_in(chief, BOSS, kind=StandInKind.ACTING), action)
    assert access.may(standing_in(chief, BOSS), action)


def test_an_acting_head_has_the_head_s_rights_only_not_those_of_the_head_s_other_posts() -> None:
    both = replace(BOSS, posts=(*BOSS.posts, Post(role=Role.ADMINISTRATOR)))
    acting = standing_in(a_person(Role.SPECIALIST, name="acting"), both, kind=StandInKind.ACTING)

    assert access.may(acting, "circulate_documents")
    assert not access.may(acting, "manage_trust")


def test_head_and_deputy_sign_in_the_name_of_the_collective_and_nobody_else_does() -> None:
    def collective(signer: Person) -> tuple[str, ...]:
        right = own_competence(signer, DECISION, BOSS)
        assert right is not None
        return right.in_name_of("Ủy ban nhân dân").lines(signer.title)

    assert collective(BOSS) == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    assert collective(DEPUTY) == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert collective(CHIEF) == printed(CHIEF)


def test_an_order_or_an_authorisation_lets_a_head_of_unit_sign_what_it_covers() -> None:
    head = replace(UNIT_HEAD, title="Trưởng phòng")
    limited = Scope(document_types=frozenset({"QĐ"}))

    assert printed(standing_in(head, BOSS, kind=StandInKind.BY_ORDER)) == ("TL. CHỦ TỊCH", "TRƯỞNG PHÒNG")
    assert printed(standing_in(head, BOSS, kind=StandInKind.AUTHORISED, scope=limited)) == (
        "TUQ. CHỦ TỊCH",
        "TRƯỞNG PHÒNG",
    )
    other = Scope(document_types=frozenset({"TB"}))
    assert printed(standing_in(head, BOSS, kind=StandInKind.AUTHORISED, scope=other)) is None


def test_an_absence_gives_a_signature_only_to_those_who_sign_for_the_head_anyway() -> None:
    for person, lines in ((DEPUTY, ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")), (CHIEF, None), (UNIT_HEAD, None)):
        assert printed(person, standing_in(person, BOSS).places[0]) == lines


def test_a_units_deputy_signs_for_its_head_who_signs_by_order() -> None:
    three = ("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG")
    for_chief = standing_in(DEPUTY_CHIEF, CHIEF, kind=StandInKind.DEPUTY).places[0]
    passed_on = standing_in(DEPUTY_CHIEF, BOSS, "Chánh Văn phòng", kind=StandInKind.DEPUTY).places[0]
    for_nobody = standing_in(DEPUTY_CHIEF, UNIT_HEAD, kind=StandInKind.DEPUTY).places[0]

    assert printed(DEPUTY_CHIEF, for_chief) == three
    assert printed(DEPUTY_CHIEF, passed_on) == three
    assert printed(DEPUTY_CHIEF, for_nobody) is None


def passed_on(parent: StandIn, above: StandIn | None = None, **changes: Any) -> None:  # noqa: ANN401
    child = replace(parent, substitute=DEPUTY_CHIEF.id, kind=StandInKind.DEPUTY, under=parent.id, **changes)
    check_passing_on(parent, child, NOON, above=above)


def test_an_order_is_passed_on_to_the_deputy_and_an_authorisation_to_nobody() -> None:
    order = a_stand_in(BOSS, CHIEF, kind=StandInKind.BY_ORDER)

    passed_on(order)
    for kind in (StandInKind.AUTHORISED, StandInKind.ABSENCE):
        with pytest.raises(StandInNotPassedOn):
            passed_on(replace(order, kind=kind, may_pass_on=kind is StandInKind.AUTHORISED))


def test_what_was_passed_on_once_is_not_passed_on_again() -> None:
    with pytest.raises(StandInNotPassedOn):
        passed_on(a_stand_in(BOSS, CHIEF, kind=StandInKind.BY_ORDER), above=a_stand_in(BOSS, UNIT_HEAD))


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": NOON + timedelta(days=9)},
        {"scope": Scope()},
        {"scope": Scope(document_types=frozenset({"QĐ", "TB"}))},
        {"principal": UNIT_HEAD.id},
    ],
)
def test_what_is_passed_on_is_no_longer_wider_or_other_than_it_was(changes: dict[str, Any]) -> None:
    order = a_stand_in(BOSS, CHIEF, kind=StandInKind.BY_ORDER, scope=Scope(document_types=frozenset({"QĐ"})))

    with pytest.raises(StandInInvalid):
        passed_on(order, **changes)


def test_a_stand_in_holds_from_its_first_moment_until_its_end_or_its_revocation() -> None:
    known = a_stand_in(BOSS, CHIEF)

    def state(at: datetime, stand_in: StandIn = known) -> StandInState:
        return stand_in.state(at)

    assert state(known.starts_at - timedelta(seconds=1)) is StandInState.PLANNED
    assert state(known.starts_at) is StandInState.IN_FORCE
    assert state(known.ends_at) is StandInState.OVER
    assert state(NOON, known.revoked(BOSS.id, NOON)) is StandInState.REVOKED
    with pytest.raises(StandInEnded):
        known.revoked(BOSS.id, known.ends_at)


def test_scopes_meet_where_neither_leaves_the_other_out() -> None:
    decisions, notices = Scope(document_types=frozenset({"QĐ"})), Scope(document_types=frozenset({"TB"}))
    signing = Scope(steps=frozenset({"outgoing_document/sign"}))

    assert Scope().meets(decisions)
    assert decisions.meets(signing)
    assert not decisions.meets(notices)
    assert signing.is_within(Scope(steps=frozenset({"outgoing_document"})))
    assert not Scope().is_within(signing)
