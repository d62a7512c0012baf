"""From a commune's first value to the published decision and its certificate, by HTTP alone."""

from datetime import timedelta
from typing import Any

from api.wiring import now
from engine.deadlines import office_date
from tests.api.rest.callers import Callers, problem
from tests.support.composing import a_photo
from tests.support.councils import MEMBERS
from tests.support.house import RunJobs
from tests.support.office import a_pdf

DRAFTER, CHIEF, HEAD, CLERK = "xa1.chuyenvien", "xa1.truongphong", "xa1.chutich", "vanthu.xa1"
DEPARTMENTS = {
    "NTM": ("chuyenvien", "truongphong"),
    **{key.upper(): (f"{key}.cv", f"{key}.truong") for key in ("snnmt", "sxd", "stc", "cat", "snv")},
}
"""Who appraises for each unit of the province, and who confirms it."""


class Journey:
    """People at their own clients, who know of a dossier only what the API tells them."""

    def __init__(self, callers: Callers, run_jobs: RunJobs) -> None:
        self.callers, self.run_jobs = callers, run_jobs

    def waits(self, element: str, who: str) -> Any:
        """Return the one item at this step in somebody's inbox, with its ETag."""
        items = self.callers[who].read("/work-items?mine=true&limit=200")["items"]
        found = [one["id"] for one in items if one["element_id"] == element]
        assert len(found) == 1, [one["element_id"] for one in items]
        answer = self.callers[who].get(f"/work-items/{found[0]}")
        return {**answer.json(), "etag": answer.headers["ETag"]}

    def do(self, who: str, element: str, outcome: str, **data: object) -> None:
        """Finish the step, as the page one saw had it."""
        item = self.waits(element, who)
        path, body = f"/work-items/{item['id']}/complete", {"outcome": outcome, "data": data}
        answer = self.callers[who].post(path, body, headers={"If-Match": item["etag"]})
        assert answer.status_code == 200, answer.text
        self.run_jobs()

    def sign(self, who: str, element: str, key: str = "default") -> None:
        """Sign the very file one saw."""
        item = self.waits(element, who)
        body = {"key": key, "file_id": item["file"]["sha256"]}
        answer = self.callers[who].post(f"/work-items/{item['id']}/signature", body, headers={"If-Match": item["etag"]})
        assert answer.status_code == 202, answer.text
        self.run_jobs()

    def issue(self, drafter: str, chief: str, office: str, clerk: str, signers: dict[str, str]) -> None:
        """Take the one document that is being drafted all the way; *signers* are steps by who signs."""
        self.do(drafter, "draft", "submit")
        self.do(chief, "review_content", "approve")
        self.do(office, "review_format", "approve")
        for who, element in signers.items():
            self.sign(who, element)
        self.do(clerk, "number", "number")
        self.sign(clerk, "seal", key="agency")

    def province_issues(self, signers: dict[str, str], drafter: str = "chuyenvien") -> None:
        """Take the province's document all the way."""
        self.issue(drafter, "truongphong", "chanhvanphong", "vanthu", signers)


def opened(journey: Journey) -> str:
    """Return the id of a dossier the commune opened, once though it asked twice."""
    drafter = journey.callers[DRAFTER]
    place = next(one for one in drafter.read("/localities?kind=commune")["items"] if one["code"] == "99101")
    body = {
        "locality_id": place["id"],
        "tier": "commune",
        "receiver_id": journey.callers["vanthu"].read("/me")["agency"]["id"],
        "signer": journey.callers[HEAD].read("/me")["person"]["id"],
        "subject": "Đề nghị công nhận xã Hoằng Thử đạt chuẩn nông thôn mới năm 2026",
        "body": "Kính đề nghị Ủy ban nhân dân tỉnh xem xét, công nhận xã đạt chuẩn nông thôn mới.",
    }
    made: str = drafter.made("/recognition-dossiers", body, headers={"Idempotency-Key": "dossier"})["id"]
    assert drafter.made("/recognition-dossiers", body, headers={"Idempotency-Key": "dossier"})["id"] == made
    return made


def criteria_of(journey: Journey, dossier_id: str) -> list[Any]:
    """Return the indicators the dossier is judged by."""
    rules = journey.callers[DRAFTER].read(f"/dossiers/{dossier_id}")["rules_id"]
    criteria = journey.callers[DRAFTER].read(f"/criteria-sets/{rules}")["criteria"]
    return [one for criterion in criteria for one in criterion["indicators"]]


def assessed(journey: Journey, dossier_id: str) -> dict[str, Any]:
    """Have the commune report that every indicator is met, with a photo beside one, and return what it reported."""
    drafter, path = journey.callers[DRAFTER], f"/dossiers/{dossier_id}"
    values = {one["code"]: {"value": good(one), "rev": -1} for one in criteria_of(journey, dossier_id)}
    conditions = {"no_dong": 0, "antt": True}
    values |= {code: {"value": value, "rev": -1} for code, value in conditions.items()}
    told = drafter.ask("PUT", path + "/assessments", json={"values": values})
    assert told.status_code == 200, told.text
    photo = drafter.made("/files", None, files={"file": ("anh.jpg", a_photo(), "image/jpeg")})["id"]
    shown = {"indicator": "1.1", "file_id": photo, "name": "Quy hoạch.jpg"}
    assert drafter.ask("PUT", path + "/evidence", json=shown).status_code == 200
    return values


def good(indicator: Any) -> object:
    """Return a value that meets the indicator in every commune."""
    limits = [one["value"] for one in indicator["thresholds"]]
    if not limits:
        return True
    numbers = [float(one.replace(",", ".")) for one in limits]
    return max(numbers) if indicator["comparator"] == "at_least" else min(numbers)


def heard(journey: Journey, dossier_id: str) -> None:
    """Have a village and three households say what they think."""
    drafter, today = journey.callers[DRAFTER], office_date(now())
    said = {
        "source": "village_meeting",
        "name": "Thôn Đông",
        "held_on": str(today - timedelta(days=1)),
        "present": 80,
        "agreed": 80,
    }
    drafter.made(f"/dossiers/{dossier_id}/contributions", said, headers={"Idempotency-Key": "village"})
    journey.do(DRAFTER, "opinions", "done")
    surveys = f"/dossiers/{dossier_id}/surveys"
    body = {"surveyor": "Ủy ban MTTQ Việt Nam xã Hoằng Thử", "households": 3}
    survey = drafter.made(surveys, body, headers={"Idempotency-Key": "survey"})["id"]
    for number in (1, 2, 3):
        drafter.post(f"{surveys}/{survey}/answers", {"number": number, "satisfied": True})
    assert drafter.post(f"{surveys}/{survey}/close").json()["suffices"] is True
    journey.do(DRAFTER, "survey", "done")


def met(journey: Journey, dossier_id: str) -> None:
    """Have the commune's meeting agree."""
    meeting = {
        "held_at": now().isoformat(),
        "place": "Hội trường xã",
        "chair": "Lê Thị Mai, Chủ tịch Ủy ban nhân dân xã",
        "secretary": "Trần Văn Nam, công chức văn phòng",
        "present": 10,
        "agreed": 9,
        "disagreed": 1,
        "file_id": journey.callers[DRAFTER].uploaded(a_pdf(9)),
    }
    journey.callers[DRAFTER].made(f"/dossiers/{dossier_id}/meetings", meeting, headers={"Idempotency-Key": "meeting"})
    journey.do(CHIEF, "meeting", "held")


def composed(journey: Journey, dossier_id: str) -> None:
    """Have every part that is required filled; who saw an older state of the dossier is refused."""
    drafter, path = journey.callers[DRAFTER], f"/dossiers/{dossier_id}"
    stale = drafter.get(path).headers["ETag"]
    parts = [one["code"] for one in drafter.read(path)["parts"] if one["required"] and one["code"] != "to_trinh"]
    for place, code in enumerate(parts, start=1):
        body = {"part": code, "file_id": drafter.uploaded(a_pdf(place)), "name": f"{code}.pdf"}
        latest = drafter.get(path).headers["ETag"]
        assert drafter.ask("PUT", path + "/files", json=body, headers={"If-Match": latest}).status_code == 200
    late = drafter.ask("PUT", path + "/files", json=body, headers={"If-Match": stale})
    problem(late, 412, "request.precondition_failed")


def visited(journey: Journey, dossier_id: str) -> str:
    """Have a department look at the roads on the spot, and return the id of its visit."""
    specialist, today = journey.callers["sxd.cv"], str(office_date(now()))
    listed = f"/dossiers/{dossier_id}/field-visits"
    draft = specialist.made(listed, {"place": "Thôn Đông"}, headers={"Idempotency-Key": "visit"})
    assert specialist.made(listed, {"place": "Thôn Đông"}, headers={"Idempotency-Key": "visit"}) == draft
    photo = specialist.made("/files", None, files={"file": ("anh.jpg", a_photo(number=7), "image/jpeg")})["id"]
    people = [("unit", "Mai Quốc Việt"), ("commune", "Lê Thị Mai")]
    visit = {
        "first_day": today,
        "last_day": today,
        "place": "Thôn Đông",
        "participants": [{"side": side, "name": name} for side, name in people],
        "findings": [{"indicator": "2.1", "found": "Đường đã bê tông hóa"}],
        "photos": [{"file_id": photo, "caption": "Đường trục thôn"}],
    }
    own = f"/field-visits/{draft['id']}"
    early = problem(specialist.ask("PUT", own, json={**visit, "last_day": "2099-01-01"}), 422, "field_visit.invalid")
    assert [one["field"] for one in early["errors"]] == ["last_day"]
    kept = specialist.ask("PUT", own, json=visit, headers={"If-Match": '"0"'})
    assert kept.status_code == 200, kept.text
    problem(specialist.ask("PUT", own, json=visit, headers={"If-Match": '"0"'}), 412, "request.precondition_failed")
    problem(journey.callers[DRAFTER].get(own), 404, "field_visit.not_found")
    recorded = specialist.post(own + "/record", headers={"If-Match": kept.headers["ETag"]}).json()
    problem(specialist.ask("DELETE", own), 409, "field_visit.recorded")
    for file in (recorded["minutes"], photo):
        assert journey.callers[DRAFTER].get(f"{own}/files/{file}").status_code == 200
    return str(draft["id"])


def appraised(journey: Journey, dossier_id: str, values: dict[str, Any]) -> None:
    """Have every department appraise its indicators and its head confirm them, each by their own account."""
    indicators = criteria_of(journey, dossier_id)
    responsible = {one["department"] for one in indicators} - {""}
    for symbol in sorted(responsible | {"NTM"}):
        who, head = DEPARTMENTS[symbol]
        own = {one["code"] for one in indicators if one["department"] == symbol}
        if symbol == "NTM":
            own |= {one["code"] for one in indicators if not one["department"]} | {"no_dong", "antt", "hai_long"}
        entries = {code: {"value": values.get(code, {"value": 100})["value"]} for code in own}
        body = {"stage": "appraised", "values": entries}
        told = journey.callers[who].ask("PUT", f"/dossiers/{dossier_id}/assessments", json=body)
        assert told.status_code == 200, (symbol, told.text)
        journey.do(who, "appraise_unit", "done", findings="Đúng thực tế")
        journey.do(head, "confirm_unit", "confirm")


def voted(journey: Journey) -> None:
    """Have the council meet, vote in secret, and sign its minutes."""
    callers, secretary = journey.callers, journey.callers["hd9"]
    council = next(one["id"] for one in secretary.read("/councils")["items"] if one["purpose"] == "ntm")
    (matter,) = secretary.read(f"/councils/{council}/matters")["items"]
    body = {"matters": [matter["id"]], "at": matter["asked_at"], "place": "Phòng họp số 2"}
    session = secretary.made(f"/councils/{council}/sessions", body, headers={"Idempotency-Key": "session"})
    there = f"/council-sessions/{session['id']}"
    people = {name: callers[name].read("/me")["person"]["id"] for name in MEMBERS}
    roll = {"present": list(people.values()), "presiding": people["hd1"]}
    etag = secretary.get(there).headers["ETag"]
    assert secretary.post(there + "/opening", roll, headers={"If-Match": etag}).status_code == 200
    vote = secretary.post(there + "/votes", {"matter_id": matter["id"]}).json()["votes"][0]["id"]
    for name in MEMBERS:
        assert callers[name].read("/council-votes")["items"][0]["id"] == vote
        assert callers[name].post(f"/council-votes/{vote}/ballots", {"choice": "agree"}).status_code == 204
    closed = secretary.post(f"/council-votes/{vote}/closing").json()["votes"][0]
    assert closed["tally"]["passed"] is True
    secretary.post(there + "/end", {})
    journey.run_jobs()
    journey.province_issues({"hd1": "sign_together", "hd9": "sign_together"}, drafter="hd9")


def test_a_commune_comes_from_its_first_value_to_the_published_decision_by_http_alone(
    callers: Callers, run_jobs: RunJobs
) -> None:
    journey = Journey(callers, run_jobs)
    dossier_id = opened(journey)
    values = assessed(journey, dossier_id)
    journey.do(DRAFTER, "assess", "done")
    yesterday = str(office_date(now()) - timedelta(days=1))
    journey.do(DRAFTER, "publish", "published", place="Trụ sở xã", until=yesterday)
    heard(journey, dossier_id)
    met(journey, dossier_id)
    composed(journey, dossier_id)
    journey.do(DRAFTER, "complete_parts", "done")
    journey.issue(DRAFTER, CHIEF, CHIEF, CLERK, {HEAD: "sign"})
    path = f"/recognition-dossiers/{dossier_id}/explanation"
    assert callers["vanthu"].read(path)["state"] == "submitted"

    journey.do("vanthu", "register", "register")
    journey.do("chuyenvien", "check_completeness", "complete")
    visit_id = visited(journey, dossier_id)
    appraised(journey, dossier_id, values)
    late = callers["sxd.cv"].post(f"/dossiers/{dossier_id}/field-visits", {})
    problem(late, 409, "field_visit.handed_in")
    assert [one["id"] for one in callers[DRAFTER].read(path)["visits"]] == [visit_id]
    journey.province_issues({"chanhvanphong": "sign"})
    assert callers[DRAFTER].read(path)["eligible"] is True
    voted(journey)
    journey.province_issues({"chutich": "sign"})
    journey.do("chuyenvien", "announce", "announced", on="2026-12-20", place="Hội trường xã")

    (found,) = callers.nobody.read("/publications?q=Hoằng Thử")["items"]
    told = callers[DRAFTER].read(path)
    public = f"/publications/{found['code']}"
    assert (found["holder"], found["in_force"], found["has_certificate"]) == ("xã Hoằng Thử", True, True)
    assert (told["state"], told["decision"]) == ("closed", found["number"])
    sent = [callers.nobody.get(public + file) for file in ("/content", "/certificate")]
    assert [one.content[:5] for one in sent] == [b"%PDF-"] * 2
    assert found["number"].replace("/", "-").replace("Đ", "D") in sent[1].headers["Content-Disposition"]
    locality = callers[DRAFTER].read(f"/dossiers/{dossier_id}")["locality_id"]
    assert callers[DRAFTER].read(f"/localities/{locality}")["achievements"][0]["tier"] == "commune"
