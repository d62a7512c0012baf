"""Localities loaded from a table: what it would change, shown before anything is kept."""

from engine.criteria_sheets import Book
from engine.localities import LocalityKind
from engine.locality_reading import read_plan
from engine.locality_sheets import LocalityPlan, book_of
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial


def current_book(*, by: Person, work: UnitOfWork) -> Book:
    """Return the table of all localities as they are now; raises NotAllowed."""
    require_provincial(by, "manage_localities", work)
    return book_of(work.localities.all(), {agency.id: agency.code for agency in work.people.agencies()})


def wait_for_others(work: UnitOfWork) -> None:
    """Let whoever else makes localities known finish first, so that what is known is read behind them."""
    for province in work.localities.all(LocalityKind.PROVINCE):
        work.localities.lock(province.id)


def plan_loading(book: Book, *, by: Person, work: UnitOfWork) -> LocalityPlan:
    """Return what the table would change; nothing is kept.

    Raises:
        NotAllowed: The person is no administrator of the province.
        LocalityBookWrong, LocalityBookEmpty: It cannot be read so; wrong cells are named.
    """
    require_provincial(by, "manage_localities", work)
    agencies = {agency.code: agency.id for agency in work.people.agencies()}
    return read_plan(book, work.localities.all(), agencies, work.new_id)
