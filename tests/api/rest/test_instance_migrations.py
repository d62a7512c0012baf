"""Migrations over HTTP: a plan checked and tried, carried out, followed, and undone."""

import pytest

from engine.ids import DefinitionId
from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.support.migrations import deploy, steps
from tests.support.office import Office

PATH = "/instance-migrations"
REASON = {"reason": "Quy trình mới theo Quyết định 12/QĐ-UBND"}


@pytest.fixture
def target(office: Office) -> DefinitionId:
    """A version to go to; two documents are worked on by the version before, one of them past its first step."""
    deploy(office, *steps("read", "answer"))
    documents = [office.register().document.id for _ in range(2)]
    office.complete(documents[0], "read", "done", "vanthu")
    return deploy(office, *steps("reply", "check"))


def test_a_plan_is_checked_tried_and_carried_out_once_and_can_be_followed_and_undone(
    callers: Callers, office: Office, target: DefinitionId
) -> None:
    administrator = callers["quantri"]
    body = {"target_id": str(target), "mapping": {"answer": "reply"}}

    plan = administrator.post(f"{PATH}/plan", body).json()
    (source,) = [one for one in plan["sources"] if one["running"]]
    assert {one["element_id"]: one["target_id"] for one in source["elements"]} == {"read": None, "answer": "reply"}
    tried = administrator.post(f"{PATH}/dry-run?limit=1", body).json()
    assert (tried["can"], tried["cannot"], tried["hindrances"], len(tried["items"])) == (1, 1, {"gone": 1}, 1)
    assert tried["next"]
    headers = {"Idempotency-Key": "k"}
    begun = administrator.made(PATH, {**body, **REASON}, headers=headers)
    assert administrator.made(PATH, {**body, **REASON}, headers=headers)["id"] == begun["id"]
    assert (begun["state"], begun["waiting"]) == ("running", 2)

    office.run_jobs()

    path = f"{PATH}/{begun['id']}"
    assert administrator.read(path) | {"state": "finished", "done": 1, "refused": 1} == administrator.read(path)
    (refused,) = administrator.read(f"{path}/instances?state=refused")["items"]
    assert refused["obstacles"][0]["message"] == ("Quy trình đang ở bước 'read', phiên bản kia không có bước này.")
    (done,) = administrator.read(f"{path}/instances?state=done")["items"]
    passages = administrator.read(f"/instances/{done['instance_id']}")["passages"]
    assert [(one["to_version"] - one["from_version"], one["reason"]) for one in passages] == [(1, REASON["reason"])]
    assert administrator.read(f"{path}/undo")["items"][0]["can"]
    undone = administrator.made(f"{path}/undo", REASON)
    office.run_jobs()
    assert administrator.read(f"{PATH}/{undone['id']}")["done"] == 1
    assert [one["id"] for one in administrator.read(PATH)["items"]] == [undone["id"], begun["id"]]


def test_what_is_wrong_is_named_and_what_is_over_cannot_be_stopped(
    callers: Callers, office: Office, target: DefinitionId
) -> None:
    administrator = callers["quantri"]
    plan = {"target_id": str(target), "mapping": {"answer": "nowhere", "x": "check"}}

    expected = {"mapping/answer": "target_unknown", "mapping/x": "unknown"}
    for call in ("/plan", "/dry-run"):
        assert wrong_fields(administrator.post(PATH + call, plan), "migration.plan_invalid") == expected
    assert wrong_fields(administrator.post(PATH, plan)) == {"reason": "required"}
    assert "mapping" in str(wrong_fields(administrator.post(PATH, {**plan, **REASON, "mapping": {"a": 1}})))
    begun = administrator.made(PATH, {"target_id": str(target), **REASON})
    path = f"{PATH}/{begun['id']}"
    assert administrator.post(f"{path}/stop").json()["state"] == "stopped"
    problem(administrator.post(f"{path}/stop"), 409, "migration.not_running")
    assert administrator.post(f"{path}/continue").json()["state"] == "running"
    problem(administrator.post(f"{path}/continue"), 409, "migration.not_stopped")
    problem(administrator.post(f"{path}/undo", REASON), 409, "migration.nothing_to_do")
    assert wrong_fields(administrator.post(f"{path}/undo", {"reason": " "})) == {"reason": "required"}
    problem(administrator.get(f"{PATH}/{target}"), 404, "migration.not_found")
