"""Targets, plan and progress by REST."""

from tests.api.rest.callers import Callers, problem
from tests.support.office import a_pdf


def test_a_target_is_registered_once_and_counts_in_the_progress_of_its_year(callers: Callers) -> None:
    clerk, leader = callers["vanthu"], callers["chutich"]
    commune = next(each for each in clerk.read("/localities?kind=commune")["items"] if each["code"] == "99101")
    year = 2029
    body = {
        "locality_id": commune["id"],
        "tier": "commune",
        "year": year,
        "criteria_met": [1, 2, 3],
        "file_id": clerk.uploaded(a_pdf()),
    }
    headers = {"Idempotency-Key": "once"}

    made = clerk.made("/targets", body, headers=headers)

    assert (made["state"], made["criteria_set"]) == ("registered", "commune-2026/2")
    assert clerk.made("/targets", body, headers=headers) == made
    problem(clerk.post("/targets", {**body, "year": 2010}), 422, "target.late")
    problem(clerk.post("/targets", body), 409, "target.known")
    assert clerk.read(f"/targets?year={year}")["items"] == [made]

    plan = leader.get(f"/tier-plans/{year}")
    put = leader.ask("PUT", f"/tier-plans/{year}", json={"planned": {"commune": 21}}, headers={"If-Match": '"0"'})
    assert (plan.json()["planned"], put.json()["planned"], put.headers["ETag"]) == ({}, {"commune": 21}, '"1"')
    stale = leader.ask("PUT", f"/tier-plans/{year}", json={"planned": {"commune": 1}}, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    found = callers["xa1.chuyenvien"].read(f"/progress?year={year}")
    tier = next(each for each in found["tiers"] if each["tier"] == "commune")
    assert (tier["planned"], tier["recognised"], tier["share"], tier["registered"]) == (21, 0, "0.0", 1)
    assert len(found["communes"]) == 10
    assert [each["communes"] for each in found["areas"]] == [2, 5, 3]
