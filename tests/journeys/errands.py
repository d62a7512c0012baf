"""What people do on a journey, and waiting for what the machine does by itself."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.api.rest.callers import Caller, Callers

PATIENCE_S = 90

Found = TypeVar("Found")


def until(find: Callable[[], Found], what: str, patience_s: float = PATIENCE_S) -> Found:
    """Return what *find* finds, asked again until it does."""
    deadline = time.monotonic() + patience_s
    while not (found := find()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
    return found


def until_state(caller: Caller, document_id: str, state: str) -> Any:
    """Return the document once it is in this state."""

    def find() -> Any:
        document = caller.read(f"/documents/{document_id}")
        return document if document["state"] == state else None

    return until(find, f"{document_id} to be {state}")


def until_checked(caller: Caller, document_id: str) -> Any:
    """Return what the check of the document's signatures said, once it has run."""

    def find() -> Any:
        report = caller.get(f"/documents/{document_id}/signatures")
        return report.json() if report.status_code == 200 else None

    return until(find, f"the signatures of {document_id} to be checked")


def until_item(caller: Caller, document_id: str, element: str) -> None:
    """Wait until the document's work item at this element is there."""

    def find() -> bool:
        items = caller.read(f"/work-items?document_id={document_id}")["items"]
        return any(item["element_id"] == element and item["state"] == "open" for item in items)

    until(find, f"'{element}' of {document_id}")


def unit_of(callers: Callers, username: str) -> str:
    """Return the id of the unit somebody works in."""
    unit: str = callers[username].read("/me")["units"][0]["id"]
    return unit


def person_of(callers: Callers, username: str) -> str:
    """Return somebody's id."""
    person: str = callers[username].read("/me")["person"]["id"]
    return person


def agency_of(callers: Callers, username: str) -> str:
    """Return the id of somebody's agency."""
    agency: str = callers[username].read("/me")["agency"]["id"]
    return agency


def registered(callers: Callers, content: bytes, **changes: object) -> Any:
    """Upload a scan and register it as the provincial clerk."""
    clerk = callers["vanthu"]
    request = {
        "file_id": clerk.uploaded(content),
        "code_number": "12",
        "code_notation": "SNN-VP",
        "issued_date": "2026-11-19",
        "organ_name": "Sở Nông nghiệp và Môi trường",
        "type": "CV",
        "subject": "Về việc rà soát tiêu chí nông thôn mới",
        "urgency": 0,
        **changes,
    }
    return clerk.made("/incoming-documents", request)


def drafted(callers: Callers, **changes: object) -> Any:
    """Draft a decision as the specialist, for the head to sign."""
    request = {
        "type": "QĐ",
        "subject": "Về việc công nhận xã đạt chuẩn nông thôn mới",
        "body": "Điều 1. Công nhận xã Hoằng Thử đạt chuẩn.\nĐiều 2. Quyết định có hiệu lực từ ngày ký.",
        "signer": person_of(callers, "chutich"),
        "recipients": [],
        "urgency": 0,
        "replies_to": [],
        **changes,
    }
    return callers["chuyenvien"].made("/outgoing-documents", request)


def directed_to_handler(callers: Callers, document_id: str) -> None:
    """Have the head give the document to a unit, and its head to the specialist."""
    unit, handler = unit_of(callers, "truongphong"), person_of(callers, "chuyenvien")
    callers["chutich"].complete(document_id, "direct", "assign", lead_unit=unit, note="Giải quyết đúng hạn")
    callers["truongphong"].complete(document_id, "assign", "assign", handler=handler)


def sent_for_signature(callers: Callers, document_id: str) -> None:
    """Have the draft submitted and checked."""
    callers["chuyenvien"].complete(document_id, "draft", "submit")
    callers["truongphong"].complete(document_id, "review_content", "approve")
    callers["chanhvanphong"].complete(document_id, "review_format", "approve")
    until_item(callers["chutich"], document_id, "sign")


def signed_and_sealed(callers: Callers, document_id: str) -> Any:
    """Have the document signed, numbered and sealed, and return it once it is issued."""
    clerk = callers["vanthu"]
    callers["chutich"].sign(document_id, "sign")
    until_item(clerk, document_id, "number")
    clerk.complete(document_id, "number", "number")
    until_item(clerk, document_id, "seal")
    clerk.sign(document_id, "seal", key="agency")
    return until_state(clerk, document_id, "issued")
