"""Crash test: worker and API are killed at random while documents are signed, numbered, sealed and issued."""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, TypeVar

import httpx
import pikepdf
import pytest

from api.children import Child, Children
from api.province import province
from api.wiring import House
from engine.documents import OutgoingState
from engine.ids import DocumentId
from engine.queries import DocumentQuery, PageRequest
from engine.registers import Direction
from engine.validations import Verdict
from storage.database import DatabaseBusy
from tests.support.house import PASSWORD, Crowd

KILLS = 20
DOCUMENTS = 10
SEED = 20_261_122
PATIENCE_S = 240
COMMUNE = str(province()[1].agency.id)

Found = TypeVar("Found")

pytestmark = pytest.mark.journey


@dataclass(slots=True)
class Caller:
    """Somebody at a browser that keeps trying: the API may be gone at any moment."""

    base: str
    username: str
    http: httpx.Client
    _token: str | None = None

    def call(self, method: str, path: str, *, headers: dict[str, str] | None = None, **request: Any) -> httpx.Response:
        """Send a request until some API answers it; what was done already answers 409.

        Who repeats a request while the one before is still carried out is told to come again.
        """
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                signed_in = self._headers(headers or {})
                answer = self.http.request(method, self.base + path, headers=signed_in, **request)
            except httpx.TransportError:
                assert time.monotonic() < deadline, f"no API answered {path}"
                time.sleep(0.1)
                continue
            if answer.status_code < 500 and DatabaseBusy.code not in answer.text:
                return answer
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        if self._token is None:
            credentials = {"username": self.username, "password": PASSWORD}
            self._token = self.http.post(f"{self.base}/sessions", json=credentials).raise_for_status().json()["token"]
        return {"Authorization": f"Bearer {self._token}", **more}


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """Ten documents on their way from draft to issued, by REST alone."""

    base: str
    people: Crowd
    http: httpx.Client
    failures: list[str] = field(default_factory=list)
    _callers: dict[str, Caller] = field(default_factory=dict)

    def sign_in(self) -> None:
        """Sign everybody in once, as people do in the morning; more than a few at once of one name are refused."""
        for username in ("chuyenvien", "truongphong", "chanhvanphong", "chutich", "vanthu"):
            self._callers[username] = Caller(self.base, username, self.http)
            self._callers[username].call("GET", "/me")

    def _caller(self, username: str) -> Caller:
        return self._callers[username]

    def run(self, number: int) -> None:
        """Carry one document all the way; whatever goes wrong is kept for the test."""
        try:
            self._carry(number)
        except (AssertionError, httpx.HTTPError, KeyError) as error:
            self.failures.append(f"document {number}: {error!r}")

    def _carry(self, number: int) -> None:
        drafter, clerk = self._caller("chuyenvien"), self._caller("vanthu")
        draft = {
            "type": "QĐ",
            "subject": f"Quyết định thử số {number}",
            "body": "Điều 1. Thử.",
            "signer": str(self.people["chutich"].id),
            "recipients": [COMMUNE],
            "urgency": 0,
            "replies_to": [],
        }
        headers = {"Idempotency-Key": f"crash-{number}"}
        document_id = drafter.call("POST", "/outgoing-documents", json=draft, headers=headers).json()["id"]
        self._complete(drafter, document_id, "draft", "submit")
        self._complete(self._caller("truongphong"), document_id, "review_content", "approve")
        self._complete(self._caller("chanhvanphong"), document_id, "review_format", "approve")
        sign = self._sign_together if number % 2 else self._sign
        sign(self._caller("chutich"), document_id, "sign", "default")
        self._complete(clerk, document_id, "number", "number")
        self._sign(clerk, document_id, "seal", "agency")
        self._until(lambda: self._state(clerk, document_id) == "issued", f"{number} issued")

    def _item(self, caller: Caller, document_id: str, element: str) -> str:
        def find() -> str:
            items = caller.call("GET", "/work-items", params={"document_id": document_id}).json()["items"]
            return next((item["id"] for item in items if item["element_id"] == element), "")

        return self._until(find, element)

    def _complete(self, caller: Caller, document_id: str, element: str, outcome: str) -> None:
        item_id = self._item(caller, document_id, element)
        answer = caller.call("POST", f"/work-items/{item_id}/complete", json={"outcome": outcome, "data": {}})
        assert answer.status_code in (200, 409), answer.text

    def _sign(self, caller: Caller, document_id: str, element: str, key: str) -> None:
        item_id = self._item(caller, document_id, element)
        answer = caller.call("POST", f"/work-items/{item_id}/signature", json={"key": key})
        assert answer.status_code in (202, 409), answer.text

    def _sign_together(self, caller: Caller, document_id: str, element: str, key: str) -> None:
        """Sign by a batch; what a killed process made fail is tried again, as its signer would."""
        item_id = self._item(caller, document_id, element)
        assert caller.call("GET", f"/documents/{document_id}/pages/1").status_code == 200
        body, once = {"work_item_ids": [item_id], "key": key}, {"Idempotency-Key": item_id}
        batch_id = caller.call("POST", "/signature-batches", json=body, headers=once).json()["id"]

        def is_signed() -> bool:
            (item,) = caller.call("GET", f"/signature-batches/{batch_id}").json()["items"]
            if item["state"] == "failed":
                caller.call("POST", f"/signature-batches/{batch_id}/retry")
            assert item["state"] != "skipped", item
            return bool(item["state"] == "signed")

        self._until(is_signed, f"{batch_id} signed")

    @staticmethod
    def _state(caller: Caller, document_id: str) -> str:
        state: str = caller.call("GET", f"/documents/{document_id}").json()["state"]
        return state

    @staticmethod
    def _until(find: Callable[[], Found], what: str) -> Found:
        deadline = time.monotonic() + PATIENCE_S
        while not (found := find()):
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            time.sleep(0.2)
        return found


@pytest.fixture
def processes(house: House) -> Iterator[tuple[Children, str]]:
    """An API and a worker as processes of their own, over the test's house."""
    settings = replace(house.settings, port=_free_port())
    environment = settings.as_environment()
    children = Children()
    children.add(Child("worker", ["api.worker"], environment))
    children.add(Child("api", ["api.serve"], environment))
    yield children, f"http://127.0.0.1:{settings.port}/api/v1"
    children.stop()


def test_twenty_kills_lose_no_number_make_no_second_signature_and_every_document_finishes(
    house: House, people: Crowd, processes: tuple[Children, str]
) -> None:
    children, base = processes
    _await_api(base)
    with httpx.Client(timeout=30) as http:
        pipeline = Pipeline(base=base, people=people, http=http)
        pipeline.sign_in()
        _finish_all(pipeline, children)
    _require_whole(house, people)


def _finish_all(pipeline: Pipeline, children: Children) -> None:
    threads = [threading.Thread(target=pipeline.run, args=(number,)) for number in range(DOCUMENTS)]

    for thread in threads:
        thread.start()
    kills = _kill_at_random(children, threads)
    for thread in threads:
        thread.join(PATIENCE_S)

    assert pipeline.failures == []
    assert sum(kills.values()) == KILLS
    assert len(kills) == len(children.children), "each kind of process was killed"


def _kill_at_random(children: Children, threads: list[threading.Thread]) -> Counter[str]:
    """Kill one process after the other, twenty times, each at once started again."""
    chance, kills = random.Random(SEED), Counter[str]()  # noqa: S311  not for secrets
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.3, 3.0))
        victim = chance.choice(children.children)
        assert victim.process is not None
        victim.process.kill()
        victim.process.wait()
        victim.start()
        kills[victim.name] += 1
    assert any(thread.is_alive() for thread in threads), "the documents were finished before the last kill"
    return kills


def _require_whole(house: House, people: Crowd) -> None:
    clerk = people["vanthu"]
    with house.services.begin() as work:
        query = DocumentQuery(reader=clerk, direction=Direction.OUTGOING)
        documents = work.documents.search(query, PageRequest(limit=200)).items
        register = work.registers.for_direction(clerk.agency_id, Direction.OUTGOING)
        year = house.services.clock().year
        entries = work.registers.entries(register.id, year, PageRequest(limit=200)).items
        deliveries = [work.deliveries.of_outgoing(document.id) for document in documents]
        leaves = Counter(
            event.action for document in documents for event in work.audit.about(clerk.agency_id, [str(document.id)])
        )
        incidents = work.incidents.search(clerk.agency_id, PageRequest()).items
    assert [document.state for document in documents] == [OutgoingState.ISSUED] * DOCUMENTS
    assert sorted(entry.number for entry in entries) == list(range(1, DOCUMENTS + 1))
    assert [len(sent) for sent in deliveries] == [1] * DOCUMENTS
    assert (leaves["signature.asked"], leaves["document.signed"]) == (2 * DOCUMENTS, 2 * DOCUMENTS)
    assert incidents == ()
    for document in documents:
        _require_three_signatures(house, document.id)


def _require_three_signatures(house: House, document_id: DocumentId) -> None:
    with house.services.begin() as work:
        document = work.documents.get(document_id)
        report = work.documents.find_report(document_id)
    assert report is not None
    assert report.report.verdict is Verdict.VALID
    with pikepdf.open(BytesIO(house.services.read(document.file_id))) as pdf:
        signed = [str(item.T) for item in pdf.Root.AcroForm.Fields if item.get("/FT") == "/Sig" and "/V" in item]
    assert sorted(signed) == ["ChuKy", "Dau", "DauThoiGian1"]


def _await_api(base: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            httpx.get(base.replace("/api/v1", "/readyz"), timeout=2).raise_for_status()
        except httpx.HTTPError:
            assert time.monotonic() < deadline, "the API did not start"
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
