"""The audit log, for the auditor."""

import hashlib

import pytest

from engine.audit import canonical
from tests.api.rest.callers import Callers, problem
from tests.support.office import Office


def test_every_leaf_hashes_to_what_is_said(callers: Callers, office: Office) -> None:
    office.register()

    events = callers["kiemtra"].read("/audit/events")["items"]

    assert {"session.started", "file.stored", "incoming_document.registered"} <= {each["action"] for each in events}
    for each in events:
        assert hashlib.sha256(b"\x00" + canonical(each["leaf"])).hexdigest() == each["leaf_hash"]
        assert each["leaf"]["id"] == each["id"]


def test_the_leaves_of_one_subject_are_found(callers: Callers, office: Office) -> None:
    document_id = str(office.register().document.id)
    office.register(code_number="13")

    events = callers["kiemtra"].read(f"/audit/events?subject={document_id}")["items"]

    assert [(each["action"], each["subject_id"]) for each in events] == [("incoming_document.registered", document_id)]


def test_the_log_is_paged_and_newest_first(callers: Callers, office: Office) -> None:
    office.register()
    auditor = callers["kiemtra"]
    first = auditor.read("/audit/events?limit=2")
    second = auditor.read(f"/audit/events?limit=200&after={first['next']}")

    times = [each["at"] for each in first["items"] + second["items"]]

    assert times == sorted(times, reverse=True)
    assert len({each["id"] for each in first["items"] + second["items"]}) == len(times)


def test_what_people_said_is_in_no_leaf_in_clear(callers: Callers, office: Office) -> None:
    document_id = str(office.register().document.id)
    item = callers["chutich"].item(document_id, "direct")
    body = {"outcome": "file", "data": {"note": "bí mật đời tư"}, "comment": "cũng bí mật"}
    callers["chutich"].post(f"/work-items/{item['id']}/complete", body)

    log = callers["kiemtra"].get("/audit/events").text

    assert "work_item.completed" in log
    assert "bí mật" not in log


@pytest.mark.parametrize("username", ["vanthu", "chutich", "chuyenvien", "quantri", "vanthu.xa1"])
def test_the_log_is_the_auditor_s_alone(callers: Callers, username: str) -> None:
    problem(callers[username].get("/audit/events"), 403, "access.not_allowed")


def test_leaves_of_other_agencies_are_not_there(callers: Callers, office: Office) -> None:
    callers["vanthu.xa1"].read("/me")
    actors = {each["actor"] for each in callers["kiemtra"].read("/audit/events")["items"]}

    assert str(office.people["vanthu.xa1"].id) not in actors
