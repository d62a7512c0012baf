"""Who may know and do what."""

from dataclasses import replace

import pytest

from engine import access
from engine.access import NotAllowed
from engine.approvals import TooFewMayAgree
from engine.documents import DocumentNotFound
from engine.ids import AgencyId, PersonId, UnitId
from engine.people import Person, Role, placed
from engine.stand_ins import StandInKind
from engine.work_items import NobodyMayDo, WorkItemExcluded, WorkItemNotFound, WorkItemNotYours
from tests.support.builders import UNIT, a_person, a_stand_in, a_work_item, an_id, an_incoming_document

ELSEWHERE = AgencyId(an_id("another agency"))
OTHER_UNIT = UnitId(an_id("another unit"))
COLLEAGUE = PersonId(an_id("colleague"))


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD, Role.AUDITOR])
def test_registry_leaders_and_auditor_read_every_document_of_the_agency(role: Role) -> None:
    assert access.may_read(a_person(role), an_incoming_document())


@pytest.mark.parametrize("role", list(Role))
def test_nobody_reads_a_document_of_another_agency(role: Role) -> None:
    stranger = a_person(role, agency=ELSEWHERE)

    assert not access.may_read(stranger, an_incoming_document().read_by(people=[stranger.id]))


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.ADMINISTRATOR])
def test_others_read_only_what_the_chain_brought_to_them(role: Role) -> None:
    person, document = a_person(role), an_incoming_document()

    with pytest.raises(DocumentNotFound):
        access.require_read(person, document)
    access.require_read(person, document.read_by(units=[UNIT]))
    access.require_read(person, document.read_by(people=[person.id]))


@pytest.mark.parametrize("action", sorted(action for action in access.ALLOWED if not action.startswith("read_")))
def test_the_auditor_writes_nothing(action: str) -> None:
    with pytest.raises(NotAllowed):
        access.require(a_person(Role.AUDITOR), action)


def test_a_candidate_holds_the_role_in_the_unit() -> None:
    access.require_act(a_person(Role.HEAD_OF_UNIT), a_work_item())


def test_the_same_role_in_another_unit_does_not_count() -> None:
    with pytest.raises(WorkItemNotFound):
        access.require_act(a_person(Role.HEAD_OF_UNIT, unit=OTHER_UNIT), a_work_item())


def test_a_person_of_another_agency_learns_nothing() -> None:
    with pytest.raises(WorkItemNotFound):
        access.require_act(a_person(Role.HEAD_OF_UNIT, agency=ELSEWHERE), a_work_item())


def test_what_a_colleague_claimed_is_theirs() -> None:
    with pytest.raises(WorkItemNotYours):
        access.require_act(a_person(Role.HEAD_OF_UNIT), a_work_item(assignee=COLLEAGUE))


def test_who_did_the_step_it_must_differ_from_is_told_so() -> None:
    person = a_person(Role.HEAD_OF_UNIT)

    with pytest.raises(WorkItemExcluded):
        access.require_act(person, a_work_item(excluded=frozenset({person.id})))


def test_even_the_named_assignee_is_kept_out_by_separation_of_duties() -> None:
    person = a_person(Role.HEAD)
    item = a_work_item(roles=frozenset(), unit_id=None, assignee=person.id, excluded=frozenset({person.id}))

    with pytest.raises(WorkItemExcluded):
        access.require_act(person, item)


HEADS_WORK = replace(a_work_item(), roles=frozenset({Role.HEAD}), unit_id=None)


@pytest.fixture
def led() -> tuple[Person, Person, Person]:
    """A head whose post somebody else acts in (Q.), who that is, and who was assigned the head's work in an absence."""
    people = [
        a_person(Role.HEAD, name="head", unit=None),
        a_person(Role.HEAD_OF_UNIT, name="acting"),
        a_person(Role.SPECIALIST, name="substitute"),
    ]
    head, acting, substitute = people
    found = placed(people, [a_stand_in(head, acting, kind=StandInKind.ACTING), a_stand_in(head, substitute)])
    return found[0], found[1], found[2]


@pytest.mark.parametrize("action", sorted(action for action, roles in access.ALLOWED.items() if Role.HEAD in roles))
def test_what_heads_may_do_who_acts_as_head_does_and_not_the_head_they_replace(
    action: str, led: tuple[Person, Person, Person]
) -> None:
    head, acting, _ = led

    assert access.may(acting, action)
    assert access.may(head, action) == (access.ALLOWED[action] >= access.WORKS)


def test_a_head_who_is_replaced_keeps_their_other_posts_but_never_says_who_acts(
    led: tuple[Person, Person, Person],
) -> None:
    also_chief = replace(led[0], posts=(*led[0].posts, *a_person(Role.CHIEF_OF_OFFICE).posts))

    assert access.may(also_chief, "record_stand_ins")
    assert not access.may(also_chief, "appoint_acting_heads")


def test_the_work_of_the_head_is_the_acting_heads_also_what_the_head_had_taken(
    led: tuple[Person, Person, Person],
) -> None:
    head, acting, substitute = led
    for item in (HEADS_WORK, replace(HEADS_WORK, assignee=head.id)):
        place = access.require_act(acting, item)
        assert place is not None
        assert place.of.id == head.id
        for other in (head, substitute):
            with pytest.raises(WorkItemNotFound):
                access.require_act(other, item)


def test_what_is_a_replaced_heads_by_name_stays_theirs(led: tuple[Person, Person, Person]) -> None:
    named = replace(HEADS_WORK, roles=frozenset(), assignee=led[0].id)

    assert access.require_act(led[0], named) is None


def test_a_replaced_head_reads_what_was_brought_to_them_and_no_longer_everything(
    led: tuple[Person, Person, Person],
) -> None:
    head, acting, substitute = led
    document = an_incoming_document()

    assert access.may_read(acting, document)
    assert not any(access.may_read(one, document) for one in (head, substitute))
    assert access.may_read(head, document.read_by(people=[head.id]))


def test_a_replaced_head_counts_for_nothing_and_who_acts_in_the_post_as_one(led: tuple[Person, Person, Person]) -> None:
    head, acting, substitute = led

    assert [access.holders(people, HEADS_WORK) for people in (led, [head, substitute], [acting])] == [1, 0, 1]
    assert access.why_nobody_may(HEADS_WORK, led) is None
    assert isinstance(access.why_nobody_may(HEADS_WORK, [head, substitute]), NobodyMayDo)
    assert isinstance(access.why_nobody_may(replace(HEADS_WORK, excluded=frozenset({acting.id})), led), NobodyMayDo)


def test_who_acts_as_head_and_has_the_work_themselves_gives_one_opinion(led: tuple[Person, Person, Person]) -> None:
    head, acting, _ = led
    both = replace(HEADS_WORK, roles=frozenset({Role.HEAD, Role.HEAD_OF_UNIT}), needs=2)

    assert access.holders(led, both) == 1
    assert isinstance(access.why_nobody_may(both, led), TooFewMayAgree)
    assert access.holders(led, replace(both, voters=frozenset({acting.id, head.id}))) == 0
