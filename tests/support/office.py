"""The office at work in tests: each method is one thing a person does, by the real action."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from api.wiring import House
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.draft_document import DraftDocument, Drafted, draft_document
from engine.actions.record_stand_in import RecordStandIn, record_stand_in
from engine.actions.register_document import RegisterDocument, Registered, register_document
from engine.actions.revoke_stand_in import revoke_stand_in
from engine.actions.store_file import store_file
from engine.deadlines import office_date
from engine.documents import Document, IncomingDocument, OutgoingDocument
from engine.ids import DocumentId, FileId
from engine.people import Person
from engine.queries import PageRequest, WorkItemQuery
from engine.stand_ins import Basis, StandIn, StandInKind
from engine.work_items import WorkItem
from tests.support.house import Crowd, RunJobs

NOVEMBER = date(2026, 11, 19)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """People doing their work in a house."""

    house: House
    people: Crowd
    run_jobs: RunJobs

    def upload(self, content: bytes, by: str = "vanthu") -> FileId:
        """Store a file."""
        return store_file(content, by=self.people[by], services=self.house.services).id

    def register(self, **changes: Any) -> Registered:
        """Register an incoming document as the clerk."""
        request = {
            "code_number": "12",
            "code_notation": "SNN-VP",
            "issued_date": NOVEMBER,
            "organ_name": "Sở Nông nghiệp và Môi trường",
            "type": "CV",
            "subject": "Về việc rà soát tiêu chí nông thôn mới",
            **changes,
        }
        if "file_id" not in request:
            request["file_id"] = self.upload(a_pdf())
        services = self.house.services
        with services.begin() as work:
            made = RegisterDocument(**request)
            return register_document(made, by=self.people["vanthu"], at=services.clock(), work=work)

    def draft(self, by: str = "chuyenvien", **changes: Any) -> Drafted:
        """Draft an outgoing document."""
        request = {
            "type": "QĐ",
            "subject": "Về việc công nhận xã đạt chuẩn nông thôn mới",
            "signer": self.people["chutich"].id,
            "body": "Điều 1. Công nhận xã Hoằng Thử đạt chuẩn.\nĐiều 2. Quyết định có hiệu lực từ ngày ký.",
            **changes,
        }
        return draft_document(DraftDocument(**request), by=self.people[by], services=self.house.services)

    def item(self, document_id: DocumentId, element: str) -> WorkItem:
        """Return the document's one open work item at this element."""
        with self.house.services.begin() as work:
            instance = work.instances.find_of_document(document_id)
            assert instance is not None
            items = [item for item in work.work_items.open_of(instance.id) if item.element_id == element]
        assert len(items) == 1, f"{element}: {items}"
        return items[0]

    def complete(self, document_id: DocumentId, element: str, outcome: str, by: str, **data: Any) -> WorkItem:
        """Complete the document's open work item."""
        request = CompleteWorkItem(work_item_id=self.item(document_id, element).id, outcome=outcome, data=data)
        services = self.house.services
        with services.begin() as work:
            return complete_work_item(request, by=self.people[by], at=services.clock(), work=work)

    def sign(self, document_id: DocumentId, element: str, by: str, key: str = "default") -> WorkItem:
        """Ask for the signature of the document's open work item and let the worker make it."""
        request = AskSignature(work_item_id=self.item(document_id, element).id, key=key)
        asked = ask_signature(request, by=self.people[by], services=self.house.services)
        self.run_jobs()
        return asked

    def document(self, document_id: DocumentId) -> Document:
        """Return the document as it is now."""
        with self.house.services.begin() as work:
            return work.documents.get(document_id)

    def incoming(self, document_id: DocumentId) -> IncomingDocument:
        """Return the incoming document as it is now."""
        document = self.document(document_id)
        assert isinstance(document, IncomingDocument)
        return document

    def outgoing(self, document_id: DocumentId) -> OutgoingDocument:
        """Return the outgoing document as it is now."""
        document = self.document(document_id)
        assert isinstance(document, OutgoingDocument)
        return document

    def inbox(self, username: str) -> list[WorkItem]:
        """Return what the person can do."""
        with self.house.services.begin() as work:
            query = WorkItemQuery(person=self.people[username])
            return list(work.work_items.search(query, PageRequest(limit=200)).items)

    def reviewed(self, **changes: Any) -> DocumentId:
        """Return a drafted document that was submitted and checked, waiting for its signer."""
        document_id = self.draft(**changes).document.id
        self.complete(document_id, "draft", "submit", "chuyenvien")
        self.complete(document_id, "review_content", "approve", "truongphong")
        self.complete(document_id, "review_format", "approve", "chanhvanphong")
        self.run_jobs()
        return document_id

    def signed(self, **changes: Any) -> DocumentId:
        """Return a document its signer has signed."""
        document_id = self.reviewed(**changes)
        self.sign(document_id, "sign", "chutich")
        return document_id

    def numbered(self, **changes: Any) -> DocumentId:
        """Return a signed document with its number filled in, waiting for the seal."""
        document_id = self.signed(**changes)
        self.complete(document_id, "number", "number", "vanthu")
        self.run_jobs()
        return document_id

    def issued(self, **changes: Any) -> DocumentId:
        """Return a document that went all the way."""
        document_id = self.numbered(**changes)
        self.sign(document_id, "seal", "vanthu", key="agency")
        return document_id

    def stand_in(self, principal: str, substitute: str, by: str = "quantri", **changes: Any) -> StandIn:
        """Record that somebody stands in for somebody, today and tomorrow."""
        today = office_date(self.house.services.clock())
        request = {
            "principal": self.people[principal].id,
            "substitute": self.people[substitute].id,
            "kind": StandInKind.ABSENCE,
            "first_day": today,
            "last_day": today + timedelta(days=1),
            "basis": Basis(text="Quyết định phân công công tác", number="12/QĐ-UBND", issued_on=today),
            **changes,
        }
        services = self.house.services
        with services.begin() as work:
            return record_stand_in(RecordStandIn(**request), by=self.people[by], at=services.clock(), work=work)

    def revoke(self, stand_in: StandIn, by: str = "quantri") -> StandIn:
        """Revoke a stand-in."""
        services = self.house.services
        with services.begin() as work:
            return revoke_stand_in(stand_in.id, by=self.people[by], at=services.clock(), work=work)

    def placed(self, username: str) -> "Office":
        """Return this office with somebody in it as they are at sign-in: with their places, and maybe replaced."""
        known, services = self.people[username], self.house.services
        with services.begin() as work:
            now = work.stand_ins.placed(known, services.clock())
        placed = Crowd({**self.people.people, username: now})
        return replace(self, people=placed)

    def commune(self, key: str = "xa1") -> Person:
        """Return the clerk of a commune."""
        return self.people[f"vanthu.{key}"]


@pytest.fixture
def office(house: House, people: Crowd, run_jobs: RunJobs) -> Office:
    """People at work in the test's own house."""
    return Office(house=house, people=people, run_jobs=run_jobs)


Register = Callable[[], DocumentId]


@pytest.fixture
def registered(office: Office) -> Register:
    """Register one document after the other, all with the same file."""
    file_id = office.upload(a_pdf())
    return lambda: office.register(file_id=file_id).document.id


def a_pdf(pages: int = 1) -> bytes:
    """Return a small good PDF, different for each number of pages."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    made.save(out, deterministic_id=True)
    return out.getvalue()


SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
"""Real inputs beside the project; absent in a plain clone."""
