"""Number books."""

import pytest

from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.support.office import Office


def register_of(callers: Callers, direction: str, username: str = "vanthu") -> str:
    registers = callers[username].read("/registers")["items"]
    found: str = next(register["id"] for register in registers if register["direction"] == direction)
    return found


def test_an_agency_has_a_book_for_each_direction(callers: Callers) -> None:
    registers = callers["kiemtra"].read("/registers")["items"]

    assert [register["direction"] for register in registers] == ["incoming", "outgoing"]


def test_the_numbers_of_this_year_are_listed_the_highest_first(callers: Callers, office: Office) -> None:
    made = [office.register(code_number=str(n)).document for n in range(3)]

    entries = callers["vanthu"].read(f"/registers/{register_of(callers, 'incoming')}/entries?year=")["items"]

    assert [(entry["number"], entry["document_id"]) for entry in entries] == [
        (3 - place, str(document.id)) for place, document in enumerate(reversed(made))
    ]
    assert entries[0]["entered_by"]["name"] == "Nguyễn Thị Hoa"


def test_the_numbers_of_a_year_are_paged(callers: Callers, office: Office) -> None:
    for n in range(3):
        office.register(code_number=str(n))
    path = f"/registers/{register_of(callers, 'incoming')}/entries?limit=2"

    first = callers["vanthu"].read(path)
    second = callers["vanthu"].read(f"{path}&after={first['next']}")

    assert [entry["number"] for entry in first["items"] + second["items"]] == [3, 2, 1]
    assert second["next"] is None


def test_a_year_without_numbers_is_empty(callers: Callers, office: Office) -> None:
    office.register()

    assert callers["vanthu"].read(f"/registers/{register_of(callers, 'incoming')}/entries?year=1999")["items"] == []


def test_a_cancelled_number_stays_with_its_reason(callers: Callers, office: Office) -> None:
    document_id = str(office.numbered())
    callers["vanthu"].complete(document_id, "seal", "return", reason="Sai ngày")

    entries = callers["vanthu"].read(f"/registers/{register_of(callers, 'outgoing')}/entries")["items"]

    assert [(entry["printed"], entry["cancelled_reason"]) for entry in entries] == [("01/QĐ-UBND", "Sai ngày")]


@pytest.mark.parametrize("username", ["chuyenvien", "truongphong", "quantri"])
def test_the_books_are_not_for_everybody(callers: Callers, username: str) -> None:
    book = register_of(callers, "incoming")

    problem(callers[username].get("/registers"), 403, "access.not_allowed")
    problem(callers[username].get(f"/registers/{book}/entries"), 403, "access.not_allowed")


def test_the_book_of_another_agency_is_not_there(callers: Callers) -> None:
    foreign = register_of(callers, "incoming", "vanthu.xa1")

    problem(callers["vanthu"].get(f"/registers/{foreign}/entries"), 404, "register.not_found")
    problem(callers["vanthu"].get("/registers/1/entries"), 404, "register.not_found")


def test_a_year_that_is_none_is_a_wrong_field(callers: Callers) -> None:
    answer = callers["vanthu"].get(f"/registers/{register_of(callers, 'incoming')}/entries?year=26")

    assert wrong_fields(answer) == {"year": "too_small"}
