"""Number books: no gap, no double, whoever comes at once and whatever is rolled back."""

import concurrent.futures

import pytest

from engine.errors import Conflict
from engine.ids import AgencyId, RegisterId
from engine.ports import Begin
from engine.queries import PageRequest
from engine.registers import Direction, RegisterNotFound
from storage.queries import PlaceUnknown
from storage.unit_of_work import transactions
from tests.storage.builders import NOON, TODAY, an_entry, an_event, an_office, new_id, registered
from tests.support.postgres import Database


class ChangedHerMind(Conflict):
    """The clerk breaks off."""

    code = "test.changed_her_mind"
    template = "The clerk breaks off."


def may_break(breaks: bool) -> None:
    if breaks:
        raise ChangedHerMind


def test_a_new_agency_has_one_book_for_each_direction(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)

        books = work.registers.of_agency(office.agency.id)

        assert [book.direction for book in books] == [Direction.INCOMING, Direction.OUTGOING]
        assert work.registers.get(books[0].id) == books[0]
        assert work.registers.for_direction(office.agency.id, Direction.INCOMING) == books[0]


def test_numbers_begin_at_one_each_year_and_in_each_book(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        incoming, outgoing = work.registers.of_agency(office.agency.id)

        taken = [work.registers.next_number(incoming.id, year) for year in (2026, 2026, 2027)]

        assert taken == [1, 2, 1]
        assert work.registers.next_number(outgoing.id, 2026) == 1


def test_a_hundred_clerks_at_once_leave_no_gap_and_no_double(database: Database) -> None:
    begin = transactions(database.engine(pool_size=10, lock_limit_s=30))
    with begin() as work:
        office = an_office(work)
        book = work.registers.for_direction(office.agency.id, Direction.INCOMING)
    plans = [place % 3 == 1 for place in range(100)]

    def register(breaks: bool) -> int | None:
        try:
            with begin() as work:
                number = work.registers.next_number(book.id, TODAY.year)
                document = registered(office, number)
                work.documents.add(document)
                work.registers.add(an_entry(book, document.id, number))
                work.record(an_event(office.agency.id))
                may_break(breaks)
        except ChangedHerMind:
            return None
        return number

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        numbers = [number for number in pool.map(register, plans) if number is not None]

    assert sorted(numbers) == list(range(1, plans.count(False) + 1))


def test_a_cancelled_number_stays_with_its_reason_and_another_can_be_taken(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        book = work.registers.for_direction(office.agency.id, Direction.INCOMING)
        document = registered(office, 1)
        work.documents.add(document)
        first = an_entry(book, document.id, 1)
        work.registers.add(first)
        work.registers.save(first.cancelled("sai số", NOON))
        second = an_entry(book, document.id, 2)
        work.registers.add(second)

    with begin() as work:
        assert work.registers.find_entry(document.id) == second
        assert work.registers.entries(book.id, TODAY.year, PageRequest()).items == (
            second,
            first.cancelled("sai số", NOON),
        )


def test_a_book_is_read_page_by_page_from_the_highest_number(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        book = work.registers.for_direction(office.agency.id, Direction.INCOMING)
        for number in range(1, 6):
            document = registered(office, number)
            work.documents.add(document)
            work.registers.add(an_entry(book, document.id, number))
    seen, after = [], None

    with begin() as work:
        for _ in range(3):
            page = work.registers.entries(book.id, TODAY.year, PageRequest(limit=2, after=after))
            seen.append([entry.number for entry in page.items])
            after = page.next

    assert seen == [[5, 4], [3, 2], [1]]
    assert after is None


@pytest.mark.parametrize("after", ["", "x", "-1", "9999999999", "٣"])
def test_a_book_is_not_continued_from_nowhere(begin: Begin, after: str) -> None:
    with begin() as work, pytest.raises(PlaceUnknown):
        work.registers.entries(RegisterId(new_id()), TODAY.year, PageRequest(after=after))


def test_a_book_that_is_not_there_is_not_found(begin: Begin) -> None:
    with begin() as work:
        with pytest.raises(RegisterNotFound):
            work.registers.get(RegisterId(new_id()))
        with pytest.raises(RegisterNotFound):
            work.registers.for_direction(AgencyId(new_id()), Direction.INCOMING)
