"""Councils by REST: founded, convened, voted in, and what is told of a vote before and after it is closed."""

from tests.api.rest.callers import Callers, problem
from tests.support.councils import MEMBERS, Chamber
from tests.support.office import Office


def test_a_council_is_founded_once_shown_and_ended(callers: Callers, office: Office) -> None:
    clerk, people = callers["vanthu"], office.people
    members = [
        {"person_id": str(people["hd1"].id), "function": "chair", "unit": "Sở Nông nghiệp và Môi trường"},
        {"person_id": str(people["hd2"].id)},
        {"person_id": str(people["hd3"].id)},
        {"person_id": str(people["hd9"].id), "function": "secretary", "votes": False},
    ]
    body = {
        "name": "Hội đồng xét thôn thông minh",
        "purpose": "thon",
        "basis": "Quyết định số 30/QĐ-UBND",
        "members": members,
        "valid_from": "2026-01-01",
        "rules": {"quorum": "2/3", "passing": ">1/2", "source": "Quy chế số 1"},
    }

    made = clerk.made("/councils", body, headers={"Idempotency-Key": "hd"})

    assert clerk.made("/councils", body, headers={"Idempotency-Key": "hd"})["id"] == made["id"]
    assert (made["rules"]["quorum"], made["rules"]["passing"], made["rules"]["from_memory"]) == ("2/3", ">50%", False)
    path = f"/councils/{made['id']}"
    assert callers["hd2"].read(path)["members"][1]["person"]["name"] == people["hd2"].name
    assert made["id"] in [one["id"] for one in callers["hd9"].read("/councils")["items"]]
    problem(callers["hd8"].get(path), 404, "council.not_found")
    last = {"json": {"day": "2026-12-31"}}
    problem(
        clerk.ask("PUT", path + "/last-day", headers={"If-Match": '"7"'}, **last), 412, "request.precondition_failed"
    )
    assert clerk.ask("PUT", path + "/last-day", headers={"If-Match": '"0"'}, **last).json()["valid_to"] == "2026-12-31"
    wrong = {**body, "rules": {"quorum": "most"}}
    problem(clerk.post("/councils", wrong), 422, "council.share_malformed")
    problem(clerk.post("/councils", {**body, "members": members[:1]}), 422, "council.invalid")


def test_a_session_is_held_by_rest_and_nothing_is_told_of_ballots_before_the_vote_is_closed(
    callers: Callers, office: Office
) -> None:
    chamber = Chamber(office=office)
    matter, people, secretary = chamber.put(limit="10 days"), office.people, callers["hd9"]
    path = f"/councils/{chamber.council.id}"
    endless = chamber.put()
    waiting = secretary.read(path + "/matters")["items"]
    assert [(one["id"], one["due_at"] is None) for one in waiting] == [(str(matter.id), False), (str(endless.id), True)]
    body = {"matters": [str(matter.id)], "at": chamber.now.isoformat(), "place": "Phòng họp số 1"}
    session = secretary.made(path + "/sessions", body, headers={"Idempotency-Key": "p"})
    assert secretary.made(path + "/sessions", body, headers={"Idempotency-Key": "p"})["id"] == session["id"]
    there = f"/council-sessions/{session['id']}"
    roll = {"present": [str(people[name].id) for name in MEMBERS[:8]], "presiding": str(people["hd1"].id)}
    problem(secretary.post(there + "/opening", roll, headers={"If-Match": '"9"'}), 412, "request.precondition_failed")
    assert secretary.post(there + "/opening", roll).json()["state"] == "open"
    secretary.post(there + "/attendance", {"member": str(people["hd9"].id), "is_present": True})
    interest = {"matter_id": str(matter.id), "member": str(people["hd3"].id), "reason": "Người thân"}
    callers["hd3"].post(there + "/interests", interest)

    opened = secretary.post(there + "/votes", {"matter_id": str(matter.id)}).json()
    vote = opened["votes"][0]
    assert (vote["missing"], vote["tally"], opened["quorum_needed"]) == (8, None, 7)
    ballots = f"/council-votes/{vote['id']}/ballots"
    assert [one["id"] for one in callers["hd2"].read("/council-votes")["items"]] == [vote["id"]]
    assert callers["hd2"].post(ballots, {"choice": "disagree"}).status_code == 204
    problem(callers["hd2"].post(ballots, {"choice": "agree"}), 409, "council_vote.voted_already")
    problem(callers["hd3"].post(ballots, {"choice": "agree"}), 403, "council_vote.interest")
    problem(callers["vanthu"].post(ballots, {"choice": "agree"}), 403, "council.not_a_member")
    during = secretary.read(there)["votes"][0]
    assert (during["missing"], during["ballots"][0]["choice"]) == (7, None)
    for name in ("hd1", *MEMBERS[3:]):
        callers[name].post(ballots, {"choice": "agree"})
    closed = secretary.post(f"/council-votes/{vote['id']}/closing").json()["votes"][0]

    assert (closed["tally"]["percent"], closed["tally"]["passed"]) == ("87.5", False)
    assert {one["choice"] for one in closed["ballots"]} == {"agree", "disagree"}
    problem(secretary.post(f"/council-votes/{vote['id']}/voiding", {"reason": "A"}), 409, "council_vote.not_open")
    assert secretary.post(there + "/end", {}).json()["state"] == "closed"
    assert secretary.read(path + "/sessions")["items"][0]["id"] == session["id"]
