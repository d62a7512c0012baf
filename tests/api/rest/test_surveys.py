"""Surveys and contributions by REST: opened once however often asked, counted exactly, closed."""

from typing import Any

from engine.actions.give_public_opinion import give_public_opinion
from tests.api.rest.callers import Caller, Callers, problem, wrong_fields
from tests.api.rest.test_dossiers import OPENING
from tests.support.composing import CODE, VILLAGE, Desk
from tests.support.office import Office, a_pdf


def opened(drafter: Caller, **changes: object) -> str:
    return f"/dossiers/{drafter.made('/dossiers', {**OPENING, **changes})['id']}"


def test_a_survey_is_opened_once_counted_exactly_and_closed(callers: Callers) -> None:
    drafter = callers["xa1.chuyenvien"]
    dossier = opened(drafter)
    nobody_asked = drafter.post(f"{dossier}/surveys", {"surveyor": "MTTQ xã", "households": 0})
    assert wrong_fields(nobody_asked, "survey.invalid") == {"households": "survey.households"}
    body = {"surveyor": "MTTQ xã Hoằng Thử", "households": 3}
    first = drafter.post(f"{dossier}/surveys", body, headers={"Idempotency-Key": "s"})
    again = drafter.post(f"{dossier}/surveys", body, headers={"Idempotency-Key": "s"})
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    survey = f"{dossier}/surveys/{first.json()['id']}"

    for number, satisfied in ((1, True), (2, False)):
        counted = drafter.post(f"{survey}/answers", {"number": number, "satisfied": satisfied, "comment": "Đường"})
    assert counted.json()["comments"] == []
    problem(drafter.post(f"{survey}/answers", {"number": 2, "satisfied": True}), 409, "survey.answered_already")
    problem(drafter.post(f"{survey}/answers", {"number": 4, "satisfied": True}), 404, "survey.not_found")
    closed = drafter.post(f"{survey}/close").json()

    assert {name: closed[name] for name in ("answered", "satisfied", "coverage", "rate", "suffices")} == {
        "answered": 2,
        "satisfied": 1,
        "coverage": "66.66",
        "rate": "50",
        "suffices": False,
    }
    assert closed["comments"] == ["Đường", "Đường"]
    assert drafter.read(f"{dossier}/surveys")["items"] == [drafter.read(survey)]
    problem(drafter.post(f"{survey}/close"), 409, "survey.closed")
    other = opened(drafter, locality_id=str(VILLAGE["locality_id"]), rules_id=VILLAGE["rules_id"])
    problem(drafter.get(f"{other}/surveys/{closed['id']}"), 404, "survey.not_found")


def test_a_contribution_is_recorded_once_and_more_cannot_agree_than_were_there(callers: Callers) -> None:
    drafter = callers["xa1.chuyenvien"]
    path = f"{opened(drafter)}/contributions"
    body: dict[str, Any] = {"source": "village_meeting", "name": "Thôn Đông", "held_on": "2026-01-05"}
    wrong = drafter.post(path, {**body, "present": 10, "agreed": 11})
    assert wrong_fields(wrong, "contribution.invalid") == {"agreed": "outside"}

    made = [
        drafter.post(path, {**body, "present": 80, "agreed": 79}, headers={"Idempotency-Key": "c"}) for _ in range(2)
    ]

    assert [one.status_code for one in made] == [201, 201]
    assert [(one["name"], one["agreed"]) for one in drafter.read(path)["items"]] == [("Thôn Đông", 79)]
    problem(callers["xa2.chuyenvien"].get(path), 404, "dossier.not_found")


def test_of_two_people_at_one_dossier_neither_overwrites_the_other(callers: Callers) -> None:
    drafter, clerk = callers["xa1.chuyenvien"], callers["vanthu.xa1"]
    path = opened(drafter)
    seen = drafter.get(path).headers["ETag"]

    def put(by: Caller, value: object, **headers: str) -> Any:
        body = {"values": {"2.1": {"value": value, "rev": -1}}}
        return by.ask("PUT", f"{path}/assessments", json=body, headers=headers)

    assert put(clerk, "95,5").status_code == 200
    assert put(drafter, 90, **{"If-Match": seen}).status_code == 412
    refused = put(drafter, 90)
    assert "2.1" in problem(refused, 409, "assessment.moved")["detail"]
    kept = drafter.read(path)["assessments"]
    assert [(one["value"], one["rev"]) for one in kept] == [("95.5", 0)]


def test_what_is_missing_the_draft_and_the_meetings_are_told_in_words(callers: Callers, office: Office) -> None:
    drafter, desk = callers["xa1.chuyenvien"], Desk(office)
    dossier = desk.open()
    path = f"/dossiers/{dossier.id}"
    steps = drafter.read(f"{path}/readiness", headers={"Accept-Language": "vi"})["steps"]
    assert [one["step"] for one in steps] == ["self_assessment", "opinions", "survey", "meeting", "parts"]
    assert steps[2] == {
        "step": "survey",
        "ready": False,
        "missing": [
            {
                "code": "dossier.survey_not_opened",
                "message": "Chưa lấy ý kiến các hộ. Hãy mở đợt lấy ý kiến tại trang ý kiến.",
            }
        ],
    }
    problem(drafter.get(f"{path}/draft"), 404, "public_draft.not_found")
    desk.publish(dossier)
    with desk.services.begin() as work:
        give_public_opinion(CODE, "Kênh chưa xong", agreed=False, at=desk.services.clock(), work=work)
    assert drafter.read(f"{path}/draft")["unanswered"] == 1

    answer, said = f"{path}/public-opinions/1/response", {"response": "Hoàn thành trong tháng 12"}
    assert drafter.ask("PUT", answer, json=said, headers={"If-Match": '"3"'}).status_code == 412
    assert drafter.ask("PUT", answer, json=said, headers={"If-Match": '"0"'}).headers["ETag"] == '"1"'
    problem(drafter.ask("PUT", f"{path}/public-opinions/9/response", json=said), 404, "public_draft.opinion_not_found")

    responses = f"{path}/public-opinions/responses"
    problem(drafter.post(responses, {"numbers": [1], **said}), 409, "public_draft.opinion_moved")
    with desk.services.begin() as work:
        give_public_opinion(CODE, "Đường chưa xong", agreed=False, at=desk.services.clock(), work=work)
    told = drafter.post(responses, {"numbers": [2, 2], **said}).json()["items"]
    assert [(one["number"], one["response"]) for one in told] == [(2, "Hoàn thành trong tháng 12")]

    meeting = {"held_at": "2026-01-05T08:00:00+07:00", "place": "Hội trường", "chair": "A", "secretary": "B"}
    counted = {"present": 7, "agreed": 6, "disagreed": 1, "file_id": drafter.uploaded(a_pdf(9))}
    made = [drafter.made(f"{path}/meetings", meeting | counted, headers={"Idempotency-Key": "m"}) for _ in range(2)]
    assert (made[0], made[0]["percent"], made[0]["passed"]) == (made[1], "85,71", False)
    assert len(drafter.read(f"{path}/meetings")["items"]) == 1
