"""What will be late on a day: open work and documents, by unit and person, page by page."""

from datetime import date, timedelta

import pytest

from engine.deadlines import office_date
from tests.api.rest.callers import Callers, wrong_fields
from tests.support.office import Office


@pytest.fixture
def due(office: Office) -> date:
    """The due date of two documents; a third is due a month later, a fourth has no limit."""
    today = office_date(office.house.services.clock())
    soon = today + timedelta(days=3)
    for number, day in enumerate((soon, soon, soon + timedelta(days=30), None)):
        office.register(code_number=str(number), due_date=day)
    return soon + timedelta(days=4)


def test_open_work_is_late_by_its_due_time_page_by_page(callers: Callers, due: date) -> None:
    head = callers["chutich"]

    first = head.read(f"/work-items/forecast?on={due}&limit=1")
    second = head.read(f"/work-items/forecast?on={due}&limit=1&after={first['next']}")

    numbers = [one["items"][0]["document"]["number"] for one in (first, second)]
    assert numbers == ["0/SNN-VP", "1/SNN-VP"]
    assert second["next"] is None
    assert head.read(f"/work-items/forecast?on={due - timedelta(days=20)}")["items"] == []
    assert {one["light"] for one in first["items"]} <= {"on_time", "due_soon"}
    counts = head.read(f"/work-items/forecast/counts?on={due}")["items"]
    assert [(one["person"], one["unit"], one["count"]) for one in counts] == [(None, None, 2)]
    documents = head.read(f"/documents/forecast?on={due}&limit=1")
    rest = head.read(f"/documents/forecast?on={due}&after={documents['next']}")
    assert [one["number"] for one in (*documents["items"], *rest["items"])] == ["0/SNN-VP", "1/SNN-VP"]


def test_a_forecast_is_narrowed_to_a_unit_or_a_person(callers: Callers, office: Office, due: date) -> None:
    head = callers["chutich"]
    items = head.read(f"/work-items/forecast?on={due}")["items"]
    head.post(f"/work-items/{items[0]['id']}/claim")
    chief = office.people["chutich"]

    assert len(head.read(f"/work-items/forecast?on={due}&person_id={chief.id}")["items"]) == 1
    counts = head.read(f"/work-items/forecast/counts?on={due}&person_id={chief.id}")["items"]
    assert [(one["person"]["name"], one["count"]) for one in counts] == [(chief.name, 1)]
    nowhere = "01a203dd-c979-75e1-9d26-000000000000"
    for path in ("work-items", "documents"):
        assert head.read(f"/{path}/forecast?on={due}&unit_id={nowhere}")["items"] == []


def test_another_agency_sees_nothing_of_it(callers: Callers, due: date) -> None:
    assert callers["vanthu.xa1"].read(f"/work-items/forecast?on={due}")["items"] == []
    assert callers["vanthu.xa1"].read(f"/documents/forecast?on={due}")["items"] == []


@pytest.mark.parametrize("after", ["x", "1e999/x", "nan/01a203dd-c979-75e1-9d26-000000000000", "5", "2026-02-30.x"])
def test_a_place_that_no_page_ended_with_is_refused(callers: Callers, after: str) -> None:
    for path in ("/work-items/forecast", "/documents/forecast"):
        answer = callers["chutich"].get(f"{path}?after={after}")
        assert (answer.status_code, answer.json()["code"]) == (422, "page.place_unknown")


def test_a_day_that_does_not_exist_is_refused(callers: Callers) -> None:
    assert wrong_fields(callers["chutich"].get("/work-items/forecast?on=2026-02-30")) == {"on": "date"}
