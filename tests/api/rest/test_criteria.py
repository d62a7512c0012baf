"""Sets of criteria and localities by REST: read, judged by, loaded from Excel; every wrong cell named."""

from typing import Any

from api.workbooks import read_workbook, write_workbook
from engine.criteria_sheets import FACTS, INDICATORS
from engine.locality_sheets import SHEET
from tests.api.rest.callers import Caller, Callers, problem

SET = "/criteria-sets/commune-2026"


def workbook_of(caller: Caller, path: str) -> dict[str, list[list[Any]]]:
    answer = caller.get(f"{path}/workbook")
    assert answer.status_code == 200
    return {name: [list(row) for row in rows] for name, rows in read_workbook(answer.content).items()}


def sent(caller: Caller, book: dict[str, list[list[Any]]]) -> Any:
    return caller.post("/criteria-sets", files={"file": ("a.xlsx", write_workbook(book))})


def test_versions_say_what_is_in_force_and_what_is_to_be_entered(callers: Callers) -> None:
    items = {each["id"]: each for each in callers["chuyenvien"].read("/criteria-sets")["items"]}

    assert items["commune-2021/1"]["last_day"] == "2026-02-14"
    assert (items["commune-2026/1"]["to_be_entered"], items["commune-2026/1"]["last_day"]) == (47, "2026-02-14")
    assert items["commune-2026/2"]["certainty"] == "demonstration"
    one = callers["vanthu.xa1"].read("/criteria-sets/commune-2021/1")
    assert len(one["criteria"]) == 19
    assert one["shares"] == {"satisfaction": "90", "coverage": "70", "meeting": "90", "loaded": []}
    assert one["criteria"][14]["indicators"][0]["thresholds"] == [{"value": "90", "where": []}]
    problem(callers["vanthu"].get("/criteria-sets/commune-2026/9"), 404, "criteria.set_not_found")


def test_values_are_judged_by_the_limits_of_the_localitys_group(callers: Callers) -> None:
    official = callers["xa1.chuyenvien"]
    by_code = {each["code"]: each["id"] for each in official.read("/localities?kind=commune")["items"]}

    def judged(code: str, **values: str) -> Any:
        return official.post(f"{SET}/2/judgement", {"locality_id": by_code[code], "values": values})

    def third(code: str) -> Any:
        return next(one for one in judged(code, **{"3.1": "52,5"}).json()["criteria"] if one["number"] == 3)

    plain = third("99101")
    assert plain["verdict"] == "not_met"
    assert plain["indicators"][0] == {
        "code": "3.1",
        "value": "52.5",
        "threshold": "60",
        "verdict": "not_met",
        "short_by": "7.5",
    }
    assert third("99102")["indicators"][0]["verdict"] == "met"
    problem(judged("99101", **{"4.1": "-1"}), 422, "criteria.value_unfit")
    problem(judged("99101", **{"99.1": "1"}), 404, "criteria.indicator_not_found")


def test_a_workbook_is_downloaded_filled_in_and_loaded_once(callers: Callers) -> None:
    administrator = callers["quantri"]
    book = workbook_of(administrator, f"{SET}/2")
    book[FACTS][4][1] = "01/01/2027"
    book[INDICATORS][1][5] = "Có quy hoạch chung của xã"

    loaded = sent(administrator, book)
    again = sent(administrator, book)

    assert loaded.status_code == 201
    assert (loaded.json()["id"], loaded.json()["supersedes"]) == ("commune-2026/3", "commune-2026/2")
    assert loaded.json()["criteria"][0]["indicators"][0]["name"] == "Có quy hoạch chung của xã"
    assert (again.status_code, again.json()["id"]) == (201, "commune-2026/3")
    book[INDICATORS][1][5] = "Khác"
    problem(sent(administrator, book), 409, "criteria.succession_wrong")
    book[FACTS][6][1] = None
    problem(sent(administrator, book), 409, "criteria.overlap")


def test_wrong_cells_are_named_and_nothing_is_loaded(callers: Callers) -> None:
    administrator = callers["quantri"]
    book = workbook_of(administrator, f"{SET}/2")
    book[INDICATORS][3][7] = "≥"

    refused = problem(sent(administrator, book), 422, "criteria.book_wrong")

    fields = {error["field"]: error["message"] for error in refused["errors"]}
    assert "Chỉ tiêu!I4" in fields
    assert fields["Chỉ tiêu!I4"].startswith("Trang tính 'Chỉ tiêu', dòng 4, cột I")
    problem(administrator.post("/criteria-sets", files={"file": ("a.xlsx", b"%PDF-1.7")}), 422, "workbook.unreadable")


def test_shipped_sets_are_loaded_once(callers: Callers) -> None:
    assert callers["quantri"].post("/criteria-sets/shipped").json() == {"items": []}


def test_a_locality_is_made_known_and_changed_as_it_was_seen(callers: Callers) -> None:
    administrator = callers["quantri"]
    facts = {"name": "xã Mới", "region": "north_central", "group": "group_2", "households": 10}
    made = administrator.post("/localities", {"items": [{**facts, "code": "99555", "kind": "commune", "parent": "99"}]})
    assert made.status_code == 201, made.text
    path = f"/localities/{made.json()['items'][0]['id']}"
    seen = administrator.get(path)

    put = administrator.ask("PUT", path, json={**facts, "households": 12}, headers={"If-Match": seen.headers["ETag"]})

    assert (put.status_code, put.json()["households"], put.json()["rev"]) == (200, 12, 1)
    stale = administrator.ask("PUT", path, json=facts, headers={"If-Match": seen.headers["ETag"]})
    assert stale.status_code == 412
    wrong = administrator.ask("PUT", path, json={**facts, "group": "group_3"})
    assert [one["field"] for one in problem(wrong, 422, "locality.invalid")["errors"]] == ["group"]
    known = {**facts, "code": "99555", "kind": "commune", "parent": "99"}
    problem(administrator.post("/localities", {"items": [known]}), 409, "locality.known")
    problem(administrator.get("/localities/x"), 404, "locality.not_found")


def test_localities_are_previewed_then_loaded_as_previewed_and_every_wrong_cell_is_named(callers: Callers) -> None:
    administrator = callers["quantri"]
    content = administrator.get("/locality-workbook").content
    book = {name: [list(row) for row in rows] for name, rows in read_workbook(content).items()}
    rows = book[SHEET]
    changed = next(row for row in rows if row[0] == "99101")
    changed[7] = 4321
    rows.append(["99888", "xã Mới", "99", "Bắc Trung Bộ", 2, None, None, 900, None])
    rows.append(["99888.01", "thôn Đông", *[None] * 7])

    def sent_to(path: str) -> Any:
        return administrator.post(path, files={"file": ("a.xlsx", write_workbook(book))})

    seen = sent_to("/locality-workbook/preview").json()
    assert [one["code"] for one in seen["added"]] == ["99888", "99888.01"]
    assert [(one["code"], [fact["after"] for fact in one["facts"]]) for one in seen["changed"]] == [("99101", ["4321"])]
    assert "99888" not in [one["code"] for one in administrator.read("/localities")["items"]]
    changed[7] = 4322
    moved = sent_to(f"/locality-workbook/loading?previewed={seen['sha256']}")
    problem(moved, 409, "locality.plan_moved")
    changed[7] = 4321
    loaded = sent_to(f"/locality-workbook/loading?previewed={seen['sha256']}")
    assert loaded.json() == seen
    again = sent_to("/locality-workbook/loading").json()
    assert (again["added"], again["changed"], again["untouched"]) == ([], [], len(rows) - 1)
    known = {one["code"]: one for one in administrator.read("/localities")["items"]}
    assert (known["99101"]["households"], known["99888.01"]["parent_id"]) == (4321, known["99888"]["id"])
    changed[3], rows[-1][0] = "Tây Nam Bộ", "998"
    refused = problem(sent_to("/locality-workbook/loading"), 422, "locality.book_wrong")
    assert len(refused["errors"]) == 2
    del book[SHEET]
    problem(sent_to("/locality-workbook/preview"), 409, "locality.book_empty")


def test_a_past_recognition_is_corrected_and_withdrawn_as_it_was_seen(callers: Callers) -> None:
    administrator = callers["quantri"]
    commune = next(one for one in administrator.read("/localities?kind=commune")["items"] if one["code"] == "99101")
    past = {"tier": "commune_smart", "decision": "12/QĐ-UBND", "decided_on": "2020-01-06", "basis": "Bộ 2016"}
    made = administrator.made(f"/localities/{commune['id']}/achievements", past, headers={"Idempotency-Key": "a"})
    record = f"/localities/{commune['id']}/achievements/{made['achievements'][0]['id']}"
    right = {**past, "decision": "21/QĐ-UBND", "reason": "Ghi nhầm số"}
    stale = {"If-Match": '"7"'}

    assert administrator.ask("PUT", record, json=right, headers=stale).status_code == 412
    put = administrator.ask("PUT", record, json=right, headers={"If-Match": '"0"'})
    assert (put.json()["decision"], put.json()["by_hand"], put.headers["ETag"]) == ("21/QĐ-UBND", True, '"1"')
    (said,) = put.json()["corrections"]
    assert (said["decision"], said["reason"], said["withdraws"]) == ("12/QĐ-UBND", "Ghi nhầm số", False)
    assert said["by"]["id"] == administrator.read("/me")["person"]["id"]
    problem(administrator.ask("PUT", record, json=right), 422, "achievement.invalid")
    gone = {"reason": "Không có quyết định này"}
    assert administrator.post(record + "/withdrawal", gone, headers=stale).status_code == 412
    withdrawn = administrator.post(record + "/withdrawal", gone, headers={"If-Match": '"1"'}).json()
    assert (withdrawn["withdrawn_at"] is None, len(withdrawn["corrections"])) == (False, 2)
    problem(administrator.post(record + "/withdrawal", gone), 409, "achievement.withdrawn")
    assert administrator.read(f"/localities/{commune['id']}")["achievements"] == []
    for reader in (callers["kiemtra"], callers["xa1.chuyenvien"]):
        assert reader.read(record)["corrections"] == withdrawn["corrections"]
        (listed,) = reader.read(f"/localities/{commune['id']}/achievements")["items"]
        assert (listed["id"], listed["withdrawn_at"]) == (withdrawn["id"], withdrawn["withdrawn_at"])
        problem(reader.post(record + "/withdrawal", gone), 403, "access.not_allowed")
    for stranger in (callers["vanthu.xa2"], callers["chuyenvien"]):
        problem(stranger.get(record), 403, "access.not_allowed")
        problem(stranger.get(f"/localities/{commune['id']}/achievements"), 403, "access.not_allowed")
    problem(administrator.get(record[:-1]), 404, "achievement.unknown")
