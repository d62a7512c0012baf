"""An outgoing document: from the draft, by way of every return, to the communes."""

from typing import Any

import pytest

from tests.api.rest.callers import Caller, Callers, problem
from tests.journeys.errands import (
    agency_of,
    drafted,
    sent_for_signature,
    signed_and_sealed,
    until,
    until_item,
    until_state,
)

pytestmark = pytest.mark.journey


def entries(clerk: Caller, document_id: str) -> list[dict[str, Any]]:
    """Return the outgoing numbers the document ever took, the first one first."""
    registers = clerk.read("/registers")["items"]
    book = next(register["id"] for register in registers if register["direction"] == "outgoing")
    listed = clerk.read(f"/registers/{book}/entries?limit=200")["items"]
    return [entry for entry in reversed(listed) if entry["document_id"] == document_id]


def test_a_document_goes_through_every_return_and_is_issued_with_a_new_number(callers: Callers) -> None:
    document_id, clerk, head = drafted(callers)["id"], callers["vanthu"], callers["chutich"]
    reason = {"reason": "Cần sửa"}
    callers["chuyenvien"].complete(document_id, "draft", "submit")
    callers["truongphong"].complete(document_id, "review_content", "return", **reason)
    callers["chuyenvien"].complete(document_id, "draft", "submit", body="Điều 1. Đã sửa.")
    callers["truongphong"].complete(document_id, "review_content", "approve")
    callers["chanhvanphong"].complete(document_id, "review_format", "return", **reason)
    callers["truongphong"].complete(document_id, "review_content", "approve")
    callers["chanhvanphong"].complete(document_id, "review_format", "approve")
    until_item(head, document_id, "sign")
    head.complete(document_id, "sign", "return", **reason)
    callers["chanhvanphong"].complete(document_id, "review_format", "approve")
    until_item(head, document_id, "sign")
    head.sign(document_id, "sign")
    until_item(clerk, document_id, "number")
    clerk.complete(document_id, "number", "number")
    until_item(clerk, document_id, "seal")
    clerk.complete(document_id, "seal", "return", **reason)

    until_item(clerk, document_id, "number")
    clerk.complete(document_id, "number", "number")
    until_item(clerk, document_id, "seal")
    clerk.sign(document_id, "seal", key="agency")
    issued = until_state(clerk, document_id, "issued")

    first, second = entries(clerk, document_id)
    assert (first["cancelled_reason"], second["cancelled_reason"]) == ("Cần sửa", None)
    assert issued["number"] == second["printed"] != first["printed"]
    assert clerk.read(f"/documents/{document_id}/signatures")["verdict"] == "valid"
    assert issued["archived"] is True


def test_nobody_seals_what_is_not_signed_and_who_drafted_does_not_sign(callers: Callers) -> None:
    document_id = drafted(callers, subject="Về việc thử thẩm quyền")["id"]
    sent_for_signature(callers, document_id)
    item = callers["chutich"].item(document_id, "sign")

    for username in ("vanthu", "chuyenvien", "truongphong.ocop"):
        refused = callers[username].post(f"/work-items/{item['id']}/signature", {"key": "agency"})
        problem(refused, 404, "work_item.not_found")
    # The deputy stands in for the chairman, but the document names the chairman.
    refused = callers["phochutich"].post(f"/work-items/{item['id']}/signature", {"key": "agency"})
    problem(refused, 409, "signing.printed_for_another")
    assert callers["chutich"].read(f"/documents/{document_id}")["state"] == "to_sign"


def test_two_communes_receive_it_one_registers_one_refuses(callers: Callers) -> None:
    recipients = [agency_of(callers, "vanthu.xa1"), agency_of(callers, "vanthu.xa2")]
    document_id = drafted(callers, subject="Về việc giao chỉ tiêu", recipients=recipients)["id"]
    sent_for_signature(callers, document_id)
    issued = signed_and_sealed(callers, document_id)

    first, second = (delivered(callers[f"vanthu.{commune}"], "Về việc giao chỉ tiêu") for commune in ("xa1", "xa2"))
    numbers_before = [document["arrival_number"] for document in (first, second)]
    callers["vanthu.xa1"].complete(first["id"], "register", "register")
    callers["vanthu.xa2"].complete(second["id"], "register", "refuse", reason="Không thuộc địa bàn")

    accepted = until_state(callers["vanthu.xa1"], first["id"], "registered")
    refused = until_state(callers["vanthu.xa2"], second["id"], "refused")
    assert numbers_before == [None, None]
    assert accepted["arrival_number"] is not None
    assert refused["arrival_number"] is None
    assert accepted["number"] == issued["number"]
    assert callers["vanthu.xa1"].get(f"/documents/{first['id']}/content").content == (
        callers["vanthu"].get(f"/documents/{document_id}/content").content
    )
    met = {
        each["agency"]["id"]: (each["state"], each["reason"])
        for each in callers["vanthu"].read(f"/documents/{document_id}")["deliveries"]
    }
    assert met == {recipients[0]: ("accepted", None), recipients[1]: ("refused", "Không thuộc địa bàn")}


def delivered(clerk: Caller, subject: str) -> Any:
    """Return the document of this subject that waits at a commune."""
    items = until(
        lambda: [
            item for item in clerk.read("/work-items?mine=true")["items"] if item["document"]["subject"] == subject
        ],
        f"'{subject}' to arrive",
    )
    assert [item["element_id"] for item in items] == ["register"]
    document = clerk.read(f"/documents/{items[0]['document_id']}")
    assert document["state"] == "received"
    return document
