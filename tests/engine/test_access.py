"""Who may know and do what."""

import pytest

from engine import access
from engine.access import NotAllowed
from engine.documents import DocumentNotFound
from engine.ids import AgencyId, PersonId, UnitId
from engine.people import Role
from engine.work_items import WorkItemExcluded, WorkItemNotFound, WorkItemNotYours
from tests.support.builders import UNIT, a_person, a_work_item, an_id, an_incoming_document

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
