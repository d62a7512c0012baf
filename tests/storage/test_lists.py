"""Lists: what a person may see, found without its marks, page by page and in a firm order."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from engine import access
from engine.documents import Document
from engine.ids import PersonId, WorkItemId
from engine.people import Person, Role, placed
from engine.ports import Begin, UnitOfWork
from engine.queries import DocumentQuery, PageRequest, WorkItemQuery
from engine.registers import Direction
from engine.stand_ins import StandInKind
from storage.queries import PlaceUnknown
from tests.storage.builders import (
    NOON,
    TODAY,
    Office,
    a_desk,
    a_work_item,
    an_office,
    incoming,
    new_id,
    outgoing,
    registered,
)
from tests.support.builders import a_stand_in


def found(work: UnitOfWork, reader: Person, **wanted: Any) -> list[Document]:  # noqa: ANN401 - fields of a query
    return list(work.documents.search(DocumentQuery(reader=reader, **wanted), PageRequest()).items)


@pytest.mark.parametrize(
    "text",
    [
        "nông thôn mới",
        "NONG THON MOI",
        "mới nông",
        "quang xuong",
        "15/UBND-NN",
        "o\u0302ng tho\u0302n",
    ],
)
def test_a_document_is_found_by_words_without_their_marks(begin: Begin, text: str) -> None:
    with begin() as work:
        office = an_office(work)
        document = registered(office, 1)
        work.documents.add(document)

        assert found(work, office.person("clerk"), text=text) == [document]


@pytest.mark.parametrize("text", ["giao thông", "%", "n_ng", "\\", "nông thôn cũ"])
def test_a_document_is_not_found_by_words_it_does_not_have(begin: Begin, text: str) -> None:
    with begin() as work:
        office = an_office(work)
        work.documents.add(registered(office, 1))

        assert found(work, office.person("clerk"), text=text) == []


def test_documents_are_narrowed_by_direction_type_and_day(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        arrived = registered(office, 1, arrival_date=date(2026, 3, 1))
        drafted = outgoing(office)
        for document in (arrived, drafted):
            work.documents.add(document)
        clerk = office.person("clerk")

        assert found(work, clerk, direction=Direction.INCOMING) == [arrived]
        assert found(work, clerk, direction=Direction.OUTGOING) == [drafted]
        assert found(work, clerk, type="QĐ") == [drafted]
        assert found(work, clerk, to_date=date(2026, 3, 1)) == [arrived]
        assert found(work, clerk, from_date=date(2026, 3, 2)) == [drafted]
        assert found(work, clerk, from_date=TODAY, to_date=TODAY) == [drafted]


def test_a_draft_of_late_evening_belongs_to_the_day_in_vietnam(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        late = outgoing(office, created_at=NOON.replace(hour=18))
        work.documents.add(late)
        clerk = office.person("clerk")

        assert found(work, clerk, from_date=TODAY + timedelta(days=1)) == [late]
        assert found(work, clerk, to_date=TODAY) == []


def test_who_reads_what_is_the_same_in_lists_as_for_one_document(begin: Begin) -> None:
    with begin() as work:
        office, other = an_office(work, "H56"), an_office(work, "H57")
        unit = office.units[0].id
        open_to_unit = registered(office, 1).read_by(units=[unit])
        open_to_person = registered(office, 2).read_by(people=[office.person("other").id])
        own_draft = outgoing(office)
        for document in (open_to_unit, open_to_person, own_draft):
            work.documents.add(document)
        everything = [own_draft, open_to_person, open_to_unit]

        for reader in ("clerk", "head", "auditor"):
            assert found(work, office.person(reader)) == everything
        assert found(work, office.person("specialist")) == [own_draft, open_to_unit]
        assert found(work, office.person("unit_head")) == [open_to_unit]
        assert found(work, office.person("other")) == [open_to_person]
        assert found(work, other.person("clerk")) == []


def test_documents_are_listed_page_by_page_the_newest_first(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        documents = [incoming(office) for _ in range(5)]
        for document in documents:
            work.documents.add(document)
        query = DocumentQuery(reader=office.person("clerk"))

        first = work.documents.search(query, PageRequest(limit=3))
        second = work.documents.search(query, PageRequest(limit=3, after=first.next))

    assert [*first.items, *second.items] == documents[::-1]
    assert second.next is None


def test_a_page_never_has_more_rows_than_two_hundred(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        for _ in range(201):
            work.documents.add(incoming(office))
        page = work.documents.search(DocumentQuery(reader=office.person("clerk")), PageRequest(limit=100_000))

    assert len(page.items) == 200
    assert page.next is not None


@pytest.mark.parametrize("after", ["", "x", "1", "0.x", "9." + "0" * 32])
def test_a_list_is_not_continued_from_nowhere(begin: Begin, after: str) -> None:
    with begin() as work:
        clerk = an_office(work).person("clerk")
        with pytest.raises(PlaceUnknown):
            work.documents.search(DocumentQuery(reader=clerk), PageRequest(after=after))
        with pytest.raises(PlaceUnknown):
            work.work_items.search(WorkItemQuery(person=clerk), PageRequest(after=after))


def inbox(work: UnitOfWork, person: Person) -> list[WorkItemId]:
    return [item.id for item in work.work_items.search(WorkItemQuery(person=person), PageRequest()).items]


def test_an_inbox_has_what_is_assigned_and_what_the_posts_allow(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        office: Office = desk.office
        specialist, other = office.person("specialist"), office.person("other")
        role = frozenset({Role.SPECIALIST})
        for_all = a_work_item(desk.instance, roles=role)
        for_unit = a_work_item(desk.instance, roles=role, unit_id=office.units[0].id)
        taken = a_work_item(desk.instance, roles=role, assignee=other.id)
        named = a_work_item(desk.instance, roles=frozenset(), assignee=specialist.id)
        excluded = a_work_item(desk.instance, roles=role, excluded=frozenset({specialist.id}))
        work.work_items.add([for_all, for_unit, taken, named, excluded])

        assert inbox(work, specialist) == [for_all.id, for_unit.id, named.id]
        assert inbox(work, other) == [for_all.id, taken.id, excluded.id]
        assert inbox(work, office.person("head")) == [desk.item.id]


def test_an_inbox_has_exactly_what_its_person_may_act_on(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        office: Office = desk.office
        people = [office.person(name) for name in ("clerk", "specialist", "other", "head")]
        acting = a_stand_in(people[3], people[2], kind=StandInKind.ACTING)
        led = placed(people, [acting, a_stand_in(people[3], people[1])])
        roles = [frozenset(some) for some in ({Role.CLERK}, {Role.SPECIALIST, Role.HEAD}, {Role.HEAD}, set[Role]())]
        units = [None, *(unit.id for unit in office.units)]
        items = [
            a_work_item(desk.instance, roles=some, unit_id=unit, assignee=assignee, excluded=excluded, urgency=urgency)
            for urgency, (some, unit, assignee, excluded) in enumerate(
                itertools.product(
                    roles, units, [None, *(one.id for one in people[1:])], [frozenset(), frozenset({people[3].id})]
                )
            )
            if some or assignee
        ]
        items = [replace(item, urgency=item.urgency % 4) for item in items]
        work.work_items.add(items)

        for person in (*people, *led):
            expected = {item.id for item in [*items, desk.item] if access.may_act(person, item)}
            found = work.work_items.search(WorkItemQuery(person=person), PageRequest(limit=200)).items
            assert {item.id for item in found} == expected, person.username
            assert [item.urgency for item in found] == sorted((item.urgency for item in found), reverse=True)


def test_an_inbox_has_neither_what_is_done_nor_what_is_being_signed(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        head = desk.office.person("head")
        work.work_items.save(desk.item.signing())
        assert inbox(work, head) == []

        work.work_items.save(desk.item.completed("assign", head.id, NOON))

        assert inbox(work, head) == []


def test_an_inbox_is_read_page_by_page_the_urgent_and_the_oldest_first(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        items = [a_work_item(desk.instance, urgency=urgency) for urgency in (0, 3, 1, 3)]
        work.work_items.add(items)
        head = desk.office.person("head")
        expected = [items[1].id, items[3].id, items[2].id, desk.item.id, items[0].id]
        seen: list[WorkItemId] = []
        after: str | None = None
        for _ in expected:
            page = work.work_items.search(WorkItemQuery(person=head), PageRequest(limit=1, after=after))
            seen += [item.id for item in page.items]
            after = page.next

    assert seen == expected
    assert after is None


def test_an_inbox_can_be_narrowed_to_one_document(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        first, second = a_desk(work, office), a_desk(work, office)
        query = WorkItemQuery(person=office.person("head"), document_id=second.document.id)

        assert [item.id for item in work.work_items.search(query, PageRequest()).items] == [second.item.id]
        assert inbox(work, office.person("head")) == [first.item.id, second.item.id]


def test_the_same_paper_registered_before_is_found(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        earlier = registered(office, 1)
        for document in (
            earlier,
            registered(office, 2, organ_name="Sở Nông nghiệp"),
            registered(office, 3, code_number="16"),
            incoming(office),
        ):
            work.documents.add(document)

        assert work.documents.duplicates(incoming(office, organ_name="ubnd huyện QUẢNG XƯƠNG")) == [earlier.id]
        assert work.documents.duplicates(earlier) == []


def test_nobody_of_nowhere_has_an_empty_inbox(begin: Begin) -> None:
    with begin() as work:
        clerk = an_office(work).person("clerk")
        nobody = replace(clerk, id=PersonId(new_id()), posts=())

        assert inbox(work, nobody) == []
        assert found(work, nobody) == []
