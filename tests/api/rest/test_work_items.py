"""People's tasks: the inbox, taking, handing on, finishing, signing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.province import province
from api.wiring import House
from tests.api.rest.callers import Caller, Callers, counted, problem, wrong_fields
from tests.support.house import Crowd, RunJobs
from tests.support.office import Office


@pytest.fixture
def registered(office: Office, run_jobs: RunJobs) -> str:
    """A registered document, waiting for direction."""
    document_id = str(office.register().document.id)
    run_jobs()
    return document_id


def act(caller: Caller, item: dict[str, Any], verb: str, body: object = None, **headers: str) -> Any:
    return caller.post(f"/work-items/{item['id']}/{verb}", body, headers=headers)


def assigned(lead: str) -> dict[str, Any]:
    return {"outcome": "assign", "data": {"lead_unit": lead}}


def unit_of(callers: Callers, username: str) -> str:
    unit: str = callers[username].read("/me")["units"][0]["id"]
    return unit


def test_an_item_lies_in_the_inbox_of_everybody_who_may_do_it_and_of_nobody_else(
    callers: Callers, registered: str
) -> None:
    def inbox(username: str) -> list[str]:
        return [item["document_id"] for item in callers[username].read("/work-items?mine=true")["items"]]

    assert [inbox(name) for name in ("chutich", "phochutich", "chanhvanphong")] == [[registered]] * 3
    assert [inbox(name) for name in ("vanthu", "chuyenvien", "kiemtra", "vanthu.xa1")] == [[]] * 4


def test_an_item_offers_its_outcomes_with_forms_to_choose_in(callers: Callers, registered: str) -> None:
    item = callers["chutich"].item(registered, "direct")

    assert [outcome["id"] for outcome in item["outcomes"]] == ["assign", "file"]
    offered = item["outcomes"][0]["form"]["properties"]["lead_unit"]["oneOf"]
    assert {choice["title"] for choice in offered} == {
        unit.name for unit in province()[0].units if unit.symbol != "HĐTĐ"
    }
    assert (item["may_act"], item["state"], item["element_id"]) == (True, "open", "direct")
    assert item["why"]


def test_an_item_shows_the_very_bytes_it_is_about(callers: Callers, registered: str) -> None:
    head = callers["chutich"]
    item = head.item(registered, "direct")

    content = head.get(f"/documents/{registered}/content")

    assert item["file"]["sha256"] == content.headers["ETag"].strip('"')
    assert item["file"]["size"] == len(content.content)
    assert item["file"]["pages"] == 1


def test_who_reads_the_document_sees_its_items_but_may_not_act(callers: Callers, registered: str) -> None:
    item = callers["kiemtra"].item(registered, "direct")

    assert item["may_act"] is False
    problem(act(callers["kiemtra"], item, "claim"), 404, "work_item.not_found")


def test_who_may_not_read_the_document_learns_nothing_of_its_items(callers: Callers, registered: str) -> None:
    item = callers["chutich"].item(registered, "direct")

    for username in ("chuyenvien", "quantri", "vanthu.xa1"):
        problem(callers[username].get(f"/work-items/{item['id']}"), 404, "work_item.not_found")
        problem(callers[username].get(f"/work-items?document_id={registered}"), 404, "document.not_found")


def test_a_claimed_item_is_ones_own_until_it_is_released(callers: Callers, registered: str) -> None:
    head, deputy = callers["chutich"], callers["phochutich"]
    item = head.item(registered, "direct")

    claimed = act(head, item, "claim")
    assert (claimed.status_code, claimed.json()["assignee"]["name"]) == (200, "Nguyễn Văn Đức")
    problem(act(deputy, item, "claim"), 403, "work_item.not_yours")

    assert act(head, item, "release").json()["assignee"] is None
    assert act(deputy, item, "claim").status_code == 200


def test_an_item_is_handed_to_a_colleague_who_may_do_it(callers: Callers, registered: str, people: Crowd) -> None:
    item = callers["chutich"].item(registered, "direct")

    given = act(callers["chutich"], item, "delegate", {"to": str(people["phochutich"].id)})

    assert given.json()["assignee"]["id"] == str(people["phochutich"].id)
    assert callers["chutich"].read("/work-items?mine=true")["items"] == []


@pytest.mark.parametrize("to", ["chuyenvien", "kiemtra", "xa1.chutich"])
def test_an_item_is_not_handed_to_somebody_who_may_not_do_it(
    callers: Callers, registered: str, people: Crowd, house: House, to: str
) -> None:
    item = callers["chutich"].item(registered, "direct")
    before = counted(house)

    answer = act(callers["chutich"], item, "delegate", {"to": str(people[to].id)})

    assert wrong_fields(answer, "work_item.data_invalid") == {"to": "not_a_candidate"}
    assert counted(house) == before


def test_completing_moves_the_document_on(callers: Callers, registered: str) -> None:
    head = callers["chutich"]
    lead = unit_of(callers, "truongphong")

    done = head.complete(registered, "direct", "assign", lead_unit=lead, due_date="2030-01-31", note="Khẩn trương")

    assert (done["state"], done["outcome"], done["outcomes"]) == ("completed", "assign", [])
    document = head.read(f"/documents/{registered}")
    assert (document["state"], document["due_date"]) == ("directed", "2030-01-31")
    assert document["directives"][0]["lead_unit"]["name"] == "Phòng Nông thôn mới"
    assert [item["document_id"] for item in callers["truongphong"].read("/work-items")["items"]] == [registered]


def test_an_item_completed_twice_at_once_is_done_once(callers: Callers, registered: str) -> None:
    head, deputy = callers["chutich"], callers["phochutich"]
    item, lead = head.item(registered, "direct"), unit_of(callers, "truongphong")
    together = threading.Barrier(2)

    def complete(caller: Caller) -> Any:
        together.wait(timeout=10)
        return act(caller, item, "complete", assigned(lead))

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(complete, (head, deputy)))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    problem(refused, 409, "work_item.not_open")
    done = [line for line in head.read(f"/documents/{registered}/history")["items"] if line["element_id"] == "direct"]
    assert [line["movement"] for line in done] == ["entered", "left"]


def test_an_outcome_the_model_does_not_offer_is_refused(callers: Callers, registered: str, house: House) -> None:
    head = callers["chutich"]
    item, before = head.item(registered, "direct"), counted(house)

    answer = act(head, item, "complete", {"outcome": "approve", "data": {}})

    assert "approve" in answer.json()["detail"]
    assert answer.status_code in (409, 422)
    assert answer.json()["code"].startswith("outcome.") or answer.json()["code"].endswith("outcome_unknown")
    assert counted(house) == before


def test_form_fields_of_the_wrong_type_are_all_named_and_nothing_moves(
    callers: Callers, registered: str, house: House
) -> None:
    head = callers["chutich"]
    item, before = head.item(registered, "direct"), counted(house)
    data = {"lead_unit": 5, "coordinating_units": "all", "due_date": "2026-02-30", "note": ["x"], "secret": True}

    answer = act(head, item, "complete", {"outcome": "assign", "data": data})

    assert wrong_fields(answer, "work_item.data_invalid") == {
        "lead_unit": "type",
        "coordinating_units": "type",
        "due_date": "date",
        "note": "type",
        "secret": "unknown",
    }
    assert counted(house) == before
    assert head.item(registered, "direct")["state"] == "open"


def test_a_choice_that_is_not_offered_is_refused(callers: Callers, registered: str, people: Crowd) -> None:
    head = callers["chutich"]
    item = head.item(registered, "direct")

    answer = act(head, item, "complete", assigned(str(people["chutich"].id)))

    assert "lead_unit" in wrong_fields(answer, "work_item.data_invalid")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"outcome": 1},
        {"outcome": "assign", "data": []},
        {"outcome": "assign", "rev": 3},
        {"outcome": "assign", "comment": "\x00"},
    ],
    ids=["nothing", "outcome of the wrong type", "data is a list", "unknown field", "unprintable comment"],
)
def test_a_body_of_another_form_is_a_wrong_field(callers: Callers, registered: str, body: object) -> None:
    item = callers["chutich"].item(registered, "direct")

    assert wrong_fields(act(callers["chutich"], item, "complete", body))


def test_the_etag_of_an_item_changes_with_it_and_a_stale_one_is_refused(
    callers: Callers, registered: str, house: House
) -> None:
    head, deputy = callers["chutich"], callers["phochutich"]
    item = head.item(registered, "direct")
    seen = head.get(f"/work-items/{item['id']}").headers["ETag"]
    changed = act(deputy, item, "claim").headers["ETag"]
    act(deputy, item, "release")
    before = counted(house)

    assert seen != changed
    for verb, body in (
        ("claim", None),
        ("release", None),
        ("delegate", {"to": item["id"]}),
        ("complete", assigned(item["id"])),
        ("signature", {"key": "default"}),
        ("revision", {"subject": "x"}),
    ):
        problem(act(head, item, verb, body, **{"If-Match": seen}), 412, "request.precondition_failed")
    assert counted(house) == before


def test_who_acts_on_what_they_saw_may_go_on(callers: Callers, registered: str) -> None:
    head = callers["chutich"]
    item = head.item(registered, "direct")
    seen = head.get(f"/work-items/{item['id']}").headers["ETag"]

    assert act(head, item, "claim", **{"If-Match": f'"77", {seen}'}).status_code == 200
    assert act(head, item, "release", **{"If-Match": "*"}).status_code == 200


def test_signing_is_accepted_and_done_by_the_machine(callers: Callers, office: Office, run_jobs: RunJobs) -> None:
    document_id = str(office.reviewed())
    head = callers["chutich"]

    asked = head.sign(document_id, "sign")
    assert (asked["state"], asked["outcomes"]) == ("signing", [])
    assert head.read(f"/documents/{document_id}")["state"] == "signing"
    run_jobs()

    document = head.read(f"/documents/{document_id}")
    assert (document["state"], document["file"]["signatures"]) == ("signed", 1)
    assert head.read(f"/work-items/{asked['id']}")["state"] == "completed"


def test_asking_twice_for_a_signature_makes_one(callers: Callers, office: Office, run_jobs: RunJobs) -> None:
    document_id = str(office.reviewed())
    head = callers["chutich"]
    item = head.item(document_id, "sign")
    head.sign(document_id, "sign")

    problem(act(head, item, "signature", {"key": "default"}), 409, "work_item.not_open")
    run_jobs()
    assert head.read(f"/documents/{document_id}")["file"]["signatures"] == 1


def test_the_seal_is_the_clerk_s_with_the_agency_key_alone(callers: Callers, office: Office) -> None:
    document_id = str(office.numbered())
    clerk = callers["vanthu"]
    item = clerk.item(document_id, "seal")

    problem(act(clerk, item, "signature", {"key": "default"}), 409, "signing.wrong_key")
    problem(act(callers["chutich"], item, "signature", {"key": "agency"}), 404, "work_item.not_found")
    assert act(clerk, item, "signature", {"key": "agency"}).status_code == 202


def test_a_key_of_somebody_else_is_refused(callers: Callers, office: Office, people: Crowd, house: House) -> None:
    document_id = str(office.reviewed())
    item = callers["chutich"].item(document_id, "sign")
    before = counted(house)

    answer = act(callers["chutich"], item, "signature", {"key": str(people["phochutich"].id)})

    problem(answer, 403, "signing.key_not_yours")
    assert counted(house) == before


def test_a_step_done_by_signing_is_not_completed_and_one_done_by_completing_not_signed(
    callers: Callers, office: Office, registered: str
) -> None:
    head = callers["chutich"]
    to_sign, to_direct = head.item(str(office.reviewed()), "sign"), head.item(registered, "direct")

    problem(act(head, to_sign, "complete", {"outcome": "sign"}), 409, "work_item.needs_signature")
    problem(act(head, to_direct, "signature", {}), 409, "work_item.takes_no_signature")


def test_the_inbox_is_paged_by_key_and_every_item_is_on_one_page(callers: Callers, office: Office) -> None:
    made = {str(office.register(code_number=str(n)).document.id) for n in range(5)}
    head, seen, after = callers["chutich"], [], ""

    for _ in range(3):
        page = head.read(f"/work-items?mine=true&limit=2{after}")
        seen += [item["document_id"] for item in page["items"]]
        after = f"&after={page['next']}"

    assert page["next"] is None
    assert (len(seen), set(seen)) == (5, made)


def test_a_page_that_never_was_is_refused(callers: Callers) -> None:
    problem(callers["chutich"].get("/work-items?after=nowhere"), 422, "page.place_unknown")


@pytest.mark.parametrize("limit", ["-1", "0", "201"])
@pytest.mark.parametrize("path", ["/work-items?mine=true&", "/documents?", "/incidents?"])
def test_a_page_is_of_one_to_two_hundred_lines_in_every_list(callers: Callers, path: str, limit: str) -> None:
    assert wrong_fields(callers["vanthu"].get(f"{path}limit={limit}")).keys() == {"limit"}


def test_a_weak_etag_matches_nothing(callers: Callers, registered: str) -> None:
    head = callers["chutich"]
    item = head.item(registered, "direct")
    seen = head.get(f"/work-items/{item['id']}").headers["ETag"]

    problem(act(head, item, "claim", **{"If-Match": f"W/{seen}"}), 412, "request.precondition_failed")
    assert act(head, item, "claim", **{"If-Match": seen}).status_code == 200


def test_what_is_signed_is_the_version_one_saw_with_no_pin_that_nobody_asked_for(
    callers: Callers, office: Office, house: House
) -> None:
    document_id = office.reviewed()
    signer = callers["chutich"]
    item, before = signer.item(str(document_id), "sign"), counted(house)

    problem(act(signer, item, "signature", {"file_id": "0" * 64}), 409, "document.version_moved")
    pin = act(signer, item, "signature", {"pin": "1234"})

    assert wrong_fields(pin, "signing.pin_not_asked") == {"pin": "not_asked"}
    assert counted(house) == before
    seen = office.outgoing(document_id).file_id
    assert act(signer, item, "signature", {"file_id": seen}).status_code == 202
