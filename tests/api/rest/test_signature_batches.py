"""Documents signed together over REST: pages fetched, one request, what became of each, failures tried again."""

import threading
from typing import Any

from api.wiring import House
from tests.api.rest.callers import Caller, Callers, problem, wrong_fields
from tests.support.house import Crowd
from tests.support.office import Office


def begin(caller: Caller, items: list[str], status: int = 202, **how: Any) -> Any:
    key = how.pop("headers", {})
    answer = caller.post("/signature-batches", {"work_item_ids": items, **how}, headers=key)
    assert answer.status_code == status, answer.text
    return answer.json()


def states(batch: Any) -> list[tuple[str, str | None]]:
    return [(item["state"], item["code"]) for item in batch["items"]]


def test_from_the_pages_over_one_request_to_the_retry(callers: Callers, office: Office) -> None:
    documents = [office.reviewed(), office.reviewed()]
    items = [str(office.item(one, "sign").id) for one in documents]
    signer, key = callers["chutich"], {"Idempotency-Key": "k"}
    pages = signer.read(f"/documents/{documents[0]}/pages")
    assert (pages["to_view"], pages["viewed"]) == (list(range(1, pages["pages"] + 1)), [])
    page = signer.get(f"/documents/{documents[0]}/pages/1")
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.content.startswith(b"%PDF")
    assert [one["page"] for one in signer.read(f"/documents/{documents[0]}/pages")["viewed"]] == [1]
    problem(signer.get(f"/documents/{documents[0]}/pages/{pages['pages'] + 1}"), 404, "page.not_found")

    batch = begin(signer, items, headers=key, expected={items[0]: pages["file_id"]})
    assert (states(batch), batch["over"]) == ([("waiting", None)] * 2, False)
    assert begin(signer, items, headers=key, expected={items[0]: pages["file_id"]})["id"] == batch["id"]
    office.run_jobs()

    done = signer.read(f"/signature-batches/{batch['id']}")
    assert states(done) == [("signed", None), ("failed", "signature_batch.pages_not_viewed")]
    assert "chưa xem trang 1" in done["items"][1]["message"]
    assert callers["kiemtra"].read(f"/signature-batches/{batch['id']}") == done
    assert [one["id"] for one in callers["kiemtra"].read("/signature-batches")["items"]] == [batch["id"]]
    problem(callers["phochutich"].get(f"/signature-batches/{batch['id']}"), 404, "signature_batch.not_found")
    problem(callers["kiemtra"].post(f"/signature-batches/{batch['id']}/retry"), 404, "signature_batch.not_found")
    signer.get(f"/documents/{documents[1]}/pages/1")
    retried = signer.post(f"/signature-batches/{batch['id']}/retry").json()
    assert states(retried) == [("signed", None), ("waiting", None)]
    office.run_jobs()
    done = signer.read(f"/signature-batches/{batch['id']}")
    assert (states(done), done["over"]) == ([("signed", None)] * 2, True)
    again = signer.post(f"/signature-batches/{batch['id']}/retry", {})
    problem(again, 409, "signature_batch.nothing_to_retry")


def test_what_cannot_be_signed_together_is_refused_whole_and_in_words(callers: Callers, office: Office) -> None:
    signer, item = callers["chutich"], str(office.item(office.reviewed(), "sign").id)

    answer = signer.post("/signature-batches", {"work_item_ids": [item, item, str(office.people["chutich"].id)]})
    assert wrong_fields(answer, "signature_batch.invalid") == {"work_item_ids/1": "twice"}
    answer = signer.post("/signature-batches", {"work_item_ids": [item] * 51})
    assert "tối đa 50 văn bản" in problem(answer, 422, "signature_batch.invalid")["errors"][0]["message"]
    problem(signer.post("/signature-batches", {"work_item_ids": []}), 422, "signature_batch.invalid")
    problem(signer.post("/signature-batches", {"work_item_ids": [item], "pin": "4711"}), 422, "signing.pin_not_asked")
    problem(signer.post("/signature-batches", {"work_item_ids": [item], "key": "agency"}), 403, "access.not_allowed")
    assert signer.read("/signature-batches")["items"] == []


def test_other_calls_are_answered_while_a_batch_is_being_signed(
    callers: Callers, office: Office, house: House, people: Crowd
) -> None:
    documents = [office.reviewed() for _ in range(3)]
    signer = callers["chutich"]
    for one in documents:
        signer.get(f"/documents/{one}/pages/1")
    batch = begin(signer, [str(office.item(one, "sign").id) for one in documents])
    signing = threading.Thread(target=office.run_jobs)

    signing.start()
    answered = 0
    while signing.is_alive():
        assert signer.get(f"/signature-batches/{batch['id']}").status_code == 200
        answered += 1
    signing.join()

    assert answered > 3
    assert states(signer.read(f"/signature-batches/{batch['id']}")) == [("signed", None)] * 3
