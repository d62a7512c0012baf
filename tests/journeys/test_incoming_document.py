"""An incoming document: from the counter to the archive."""

import hashlib

import pytest

from tests.api.rest.callers import Callers
from tests.journeys.errands import (
    directed_to_handler,
    drafted,
    registered,
    sent_for_signature,
    signed_and_sealed,
    until,
    until_checked,
    until_state,
)
from tests.support.office import a_pdf

pytestmark = pytest.mark.journey


def test_an_incoming_document_goes_from_the_counter_to_the_archive(callers: Callers) -> None:
    content = a_pdf(pages=2)
    made = registered(callers, content, code_number="101", attachments=[])
    document_id, clerk = made["id"], callers["vanthu"]

    report = until_checked(clerk, document_id)
    directed_to_handler(callers, document_id)
    callers["chuyenvien"].complete(document_id, "handle", "done", result="Đã rà soát và trả lời.")
    closed = until_state(clerk, document_id, "closed")
    until(lambda: clerk.read(f"/documents/{document_id}")["archived"], "the archive")

    assert report["verdict"] == "unsigned"
    assert (closed["arrival_number"], closed["result"]) == (made["arrival_number"], "Đã rà soát và trả lời.")
    assert clerk.get(f"/documents/{document_id}/content").content == content
    instance = f"/instances/{made['instance_id']}"
    until(lambda: clerk.read(instance)["state"] == "finished", "the end of the procedure")
    assert clerk.read(instance)["active"] == []
    assert clerk.read(f"/documents/{document_id}")["waits_for"] == []


def test_what_goes_to_the_wrong_desk_comes_back_with_a_reason_until_it_is_right(callers: Callers) -> None:
    made = registered(callers, a_pdf(), code_number="102")
    document_id = made["id"]

    directed_to_handler(callers, document_id)
    callers["chuyenvien"].complete(document_id, "handle", "return", reason="Không thuộc việc của tôi")
    callers["truongphong"].complete(document_id, "assign", "return", reason="Nhầm đơn vị")
    callers["chutich"].complete(document_id, "direct", "file", note="Lưu để biết")
    until_state(callers["vanthu"], document_id, "closed")

    lines = callers["kiemtra"].read(f"/documents/{document_id}/history")["items"]
    done = [(line["element_id"], line["outcome"]) for line in lines if line["data"] is not None]
    assert done == [
        ("direct", "assign"),
        ("assign", "assign"),
        ("handle", "return"),
        ("assign", "return"),
        ("direct", "file"),
    ]


def test_a_reply_drafted_while_handling_links_both_documents(callers: Callers) -> None:
    made = registered(callers, a_pdf(), code_number="103")
    document_id, handler = made["id"], callers["chuyenvien"]
    directed_to_handler(callers, document_id)

    reply = drafted(callers, type="CV", subject="V/v trả lời", replies_to=[document_id])["id"]
    working = handler.read(f"/documents/{document_id}")
    sent_for_signature(callers, reply)
    issued = signed_and_sealed(callers, reply)
    handler.complete(document_id, "handle", "done", result=f"Đã trả lời bằng {issued['number']}")
    until_state(handler, document_id, "closed")

    assert working["state"] == "in_progress"
    assert [(each["id"], each["number"]) for each in handler.read(f"/documents/{document_id}")["replies"]] == [
        (reply, issued["number"])
    ]
    assert [each["id"] for each in issued["replies_to"]] == [document_id]


def test_bytes_taken_in_stay_the_same_for_ever(callers: Callers) -> None:
    reply = drafted(callers, subject="Về việc kiểm tra")["id"]
    sent_for_signature(callers, reply)
    signed_and_sealed(callers, reply)
    content = callers["vanthu"].get(f"/documents/{reply}/content").content

    made = registered(callers, content, code_number="104", type="QĐ")
    callers["chutich"].complete(made["id"], "direct", "file")
    until(lambda: callers["vanthu"].read(f"/documents/{made['id']}")["archived"], "the archive")

    kept = callers["vanthu"].get(f"/documents/{made['id']}/content").content
    assert hashlib.sha256(kept).digest() == hashlib.sha256(content).digest()
    assert until_checked(callers["vanthu"], made["id"])["verdict"] == "valid"
