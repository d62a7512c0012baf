"""The office calendar over REST: read as it is used, confirmed by an administrator, refused with every mistake."""

from datetime import timedelta

import pytest

from engine.deadlines import office_date
from engine.ids import DocumentId
from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.support.house import RunJobs
from tests.support.office import Office

CALENDAR = "/calendar/2026"
HOURS = {"morning_start": "07:30", "morning_end": "11:30", "afternoon_start": "13:30", "afternoon_end": "17:00"}


@pytest.fixture
def registered(office: Office) -> DocumentId:
    """A document that is due in ten days."""
    today = office_date(office.house.services.clock())
    return office.register(due_date=today + timedelta(days=10)).document.id


def test_a_year_is_proposed_until_it_is_confirmed(callers: Callers, run_jobs: RunJobs) -> None:
    administrator = callers["quantri"]
    proposed = administrator.read(CALENDAR)
    assert (proposed["proposed"], proposed["rev"], proposed["confirmed_by"]) == (True, 0, None)
    assert {"day": "2026-08-22", "kind": "make_up", "name": ""} in proposed["days"]

    days = [*proposed["days"], {"day": "2026-12-24", "kind": "morning_only", "name": "Nghỉ chiều"}]
    answer = administrator.ask("PUT", CALENDAR, json={"days": days, "hours": HOURS}, headers={"If-Match": '"0"'})
    run_jobs()

    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"1"'
    kept = callers["vanthu"].read(CALENDAR)
    assert (kept["proposed"], kept["hours"], kept["days"]) == (False, HOURS, days)
    assert kept["confirmed_by"]["name"] == administrator.read("/me")["person"]["name"]
    assert callers["vanthu.xa1"].read(CALENDAR)["proposed"] is True
    leaves = callers["kiemtra"].read("/audit/events")["items"]
    assert "calendar.saved" in {leaf["action"] for leaf in leaves}
    problem(
        administrator.ask("PUT", CALENDAR, json={"days": []}, headers={"If-Match": '"0"'}),
        412,
        "request.precondition_failed",
    )


def test_wrong_days_are_named_all_at_once(callers: Callers) -> None:
    administrator = callers["quantri"]
    days = [
        {"day": "2026-11-25", "kind": "make_up"},
        {"day": "2026-11-28", "kind": "off"},
        {"day": "2027-01-01", "kind": "off"},
    ]

    assert wrong_fields(administrator.ask("PUT", CALENDAR, json={"days": days}), "calendar.invalid") == {
        "days/0": "worked_already",
        "days/1": "off_already",
        "days/2": "other_year",
    }
    off = [{"day": "2026-02-30", "kind": "off"}, {"day": "2026-03-02", "kind": "party"}]
    late = {**HOURS, "morning_end": "25:00"}
    assert wrong_fields(administrator.ask("PUT", CALENDAR, json={"days": off, "hours": late})) == {
        "days/0/day": "date",
        "days/1/kind": "choice",
        "hours/morning_end": "malformed",
    }
    assert wrong_fields(administrator.ask("PUT", CALENDAR, json={})) == {"days": "required"}


def test_a_year_out_of_range_is_refused(callers: Callers) -> None:
    for year in ("1999", "2101", "-5", "99999999999999999999"):
        problem(callers["quantri"].get(f"/calendar/{year}"), 422, "calendar.year_out_of_range")
        answer = callers["quantri"].ask("PUT", f"/calendar/{year}", json={"days": []})
        problem(answer, 422, "calendar.year_out_of_range")
    assert wrong_fields(callers["quantri"].get("/calendar/next")) == {"year": "type"}


def test_a_document_is_paused_and_goes_on(callers: Callers, registered: DocumentId) -> None:
    clerk, path = callers["vanthu"], f"/documents/{registered}"

    paused = clerk.post(f"{path}/pause", {"reason": "Chờ bổ sung"})
    assert (paused.status_code, paused.json()["light"], paused.json()["pauses"][0]["reason"]) == (
        200,
        "paused",
        "Chờ bổ sung",
    )
    item = clerk.read(f"/work-items?document_id={registered}")["items"][0]
    assert item["light"] == "paused"
    assert item["due_in_words"].startswith("tạm dừng")
    assert callers["chutich"].read("/work-items/forecast?on=2099-12-31")["items"] == []
    problem(clerk.post(f"{path}/pause", {"reason": "Chờ nữa"}), 409, "document.clock_stands")
    assert wrong_fields(clerk.post(f"{path}/pause", {"reason": " "})) == {"reason": "required"}

    resumed = clerk.post(f"{path}/resume")
    assert (resumed.status_code, resumed.json()["light"]) == (200, "on_time")
    assert resumed.json()["pauses"][0]["ended"] is not None
    problem(clerk.post(f"{path}/resume"), 409, "document.clock_runs")
