"""What outsiders hold in tests: an office that issued documents, and the files of them, made once."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.wiring import House
from engine.actions.make_copy import MakeCopy, make_copy
from engine.copies import CopyForm, Medium
from engine.documents import Attachment, OutgoingDocument, Version
from engine.ids import DocumentId, FileId
from storage.embedded import EmbeddedServer
from tests.support.house import Crowd, NewHouse, jobs_of
from tests.support.office import Office, a_pdf

NAME = "outside"
PUBLIC_URL = "https://vanban.thunghiem.gov.vn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The world before the counter: a client without a session, and what was issued."""

    office: Office
    app: FastAPI
    client: TestClient
    server: EmbeddedServer
    issued: DocumentId
    returned: DocumentId
    draft: DocumentId
    attached: DocumentId
    on_paper: DocumentId
    extract: DocumentId

    @property
    def house(self) -> House:
        """The house they ask."""
        return self.office.house

    def code(self, document_id: DocumentId) -> str:
        """Return the code printed on the document."""
        with self.house.services.begin() as work:
            code = work.verifications.find_code(document_id)
        assert code is not None
        return code

    def versions(self, document_id: DocumentId) -> list[Version]:
        """Return the document's versions."""
        with self.house.services.begin() as work:
            return list(work.documents.versions(document_id))

    def version(self, document_id: DocumentId, kind: str | None = None) -> bytes:
        """Return the content of the first version of this kind, or of the last one."""
        versions = self.versions(document_id)
        chosen = versions[-1] if kind is None else next(one for one in versions if one.kind == kind)
        return self.house.services.read(chosen.file_id)

    def document(self) -> OutgoingDocument:
        """Return what was issued."""
        return self.office.outgoing(self.issued)

    def check(self, content: bytes, path: str = "/api/v1/verifications", **how: Any) -> Response:
        """Send a file."""
        return self.client.post(path, files={"file": ("riêng tư.pdf", content, "application/pdf")}, **how)

    def digests(self, content: bytes) -> list[FileId]:
        """Return under which ids the content would be kept."""
        return [FileId(hashlib.sha256(content).hexdigest())]

    @contextmanager
    def superuser(self) -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
        """Give a connection that no trigger watches."""
        with psycopg.connect(self.server.url("postgres", NAME)) as connection:
            connection.execute("SET session_replication_role = replica")
            yield connection

    def forget(self) -> None:
        """Begin anew to count who asked how often."""
        with self.superuser() as connection:
            connection.execute("DELETE FROM verification_counts")


@pytest.fixture(scope="session")
def outside_house(
    new_house: NewHouse, people: Crowd, postgres: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Outside]:
    """An office with an issued document, one that was returned and signed anew, and a draft."""
    with new_house(NAME, tmp_path_factory.mktemp(NAME)) as built:
        house = replace(built, services=replace(built.services, public_url=PUBLIC_URL))
        yield from _outside(house, people, postgres)


def _outside(house: House, people: Crowd, server: EmbeddedServer) -> Iterator[Outside]:
    with jobs_of(house) as run_jobs:
        office = Office(house=house, people=people, run_jobs=run_jobs)
        issued, draft = office.issued(), office.draft().document.id
        returned = office.numbered()
        office.complete(returned, "seal", "return", "vanthu", reason="Sai ngày")
        office.complete(returned, "number", "number", "vanthu")
        run_jobs()
        office.sign(returned, "seal", "vanthu", key="agency")
        attachment = Attachment(name="Phụ lục.pdf", file_id=office.upload(a_pdf(pages=2), by="chuyenvien"))
        others = {
            "attached": office.issued(attachments=(attachment,)),
            "on_paper": _on_paper(office, issued),
            "extract": _extract(office, office.issued(body="Điều 1. Một điều khoản dài.\n" * 120)),
        }
        app = create_app(lambda: nullcontext(house))
        with TestClient(app, follow_redirects=False) as client:
            yield Outside(
                office=office,
                app=app,
                client=client,
                server=server,
                issued=issued,
                returned=returned,
                draft=draft,
                **others,
            )


def _on_paper(office: Office, of: DocumentId) -> DocumentId:
    made = _copied(office, of, form=CopyForm.TRUE_COPY, target=Medium.PAPER)
    office.run_jobs()
    office.complete(made, "hand_out", "done", "vanthu")
    office.run_jobs()
    return made


def _extract(office: Office, of: DocumentId) -> DocumentId:
    made = _copied(office, of, form=CopyForm.EXTRACT, target=Medium.ELECTRONIC, pages=(1, 1))
    office.sign(made, "seal", "vanthu", key="agency")
    return made


def _copied(office: Office, of: DocumentId, **how: Any) -> DocumentId:
    request = MakeCopy(document_id=of, source=Medium.ELECTRONIC, **how)
    made = make_copy(request, by=office.people["vanthu"], services=office.house.services).document_id
    office.complete(made, "decide", "approve", "chutich")
    return made


@pytest.fixture
def outside(outside_house: Outside) -> Outside:
    """The same, with nobody counted yet."""
    outside_house.forget()
    return outside_house
