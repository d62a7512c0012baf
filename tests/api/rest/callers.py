"""Callers of the API: each signed in as somebody, or as nobody."""

from dataclasses import dataclass
from typing import Any

import psycopg
from httpx2 import Client, Response
from psycopg import sql

from api.wiring import House, database_url
from tests.support.house import PASSWORD

API = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody with a token, or without."""

    client: Client
    token: str | None = None

    def ask(self, method: str, path: str, **how: Any) -> Response:
        """Send a request; *path* is below /api/v1 unless it starts with two slashes, then below the root."""
        headers = dict(how.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        target = path[1:] if path.startswith("//") else API + path
        return self.client.request(method, target, headers=headers, **how)

    def get(self, path: str, **how: Any) -> Response:
        """Read."""
        return self.ask("GET", path, **how)

    def post(self, path: str, body: object = None, **how: Any) -> Response:
        """Act; *body* is sent as JSON."""
        return self.ask("POST", path, **({"json": body} if body is not None else {}), **how)

    def read(self, path: str, **how: Any) -> Any:
        """Return what a GET gives, which must be there."""
        answer = self.get(path, **how)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def made(self, path: str, body: object, **how: Any) -> Any:
        """Return what a POST made."""
        answer = self.post(path, body, **how)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def upload(self, content: bytes, name: str = "scan.pdf") -> Response:
        """Send a file."""
        return self.post("/files", files={"file": (name, content, "application/pdf")})

    def uploaded(self, content: bytes) -> str:
        """Send a file that is taken in, and return its id."""
        answer = self.upload(content)
        assert answer.status_code == 201, answer.text
        file_id: str = answer.json()["id"]
        return file_id

    def item(self, document_id: str, element: str) -> Any:
        """Return the document's one open work item at this element, with what it offers."""
        items = self.read(f"/work-items?document_id={document_id}")["items"]
        at_element = [item["id"] for item in items if item["element_id"] == element]
        assert len(at_element) == 1, items
        return self.read(f"/work-items/{at_element[0]}")

    def complete(self, document_id: str, element: str, outcome: str, **data: object) -> Any:
        """Finish the document's open work item."""
        item = self.item(document_id, element)
        answer = self.post(f"/work-items/{item['id']}/complete", {"outcome": outcome, "data": data})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def sign(self, document_id: str, element: str, key: str = "default") -> Any:
        """Ask for the signature of the document's open work item."""
        item = self.item(document_id, element)
        answer = self.post(f"/work-items/{item['id']}/signature", {"key": key})
        assert answer.status_code == 202, answer.text
        return answer.json()


class Callers:
    """The province's people at their clients, by user name; each signs in once."""

    def __init__(self, client: Client, password: str = PASSWORD) -> None:
        self._client = client
        self._password = password
        self._known: dict[str, Caller] = {}

    @property
    def nobody(self) -> Caller:
        """Somebody who is not signed in."""
        return Caller(client=self._client)

    def __getitem__(self, username: str) -> Caller:
        if username not in self._known:
            session = self.nobody.made("/sessions", {"username": username, "password": self._password})
            self._known[username] = Caller(client=self._client, token=session["token"])
        return self._known[username]


def problem(answer: Response, status: int, code: str) -> Any:
    """Return the body of an answer that must be this problem."""
    body = answer.json()
    assert (answer.status_code, body.get("code")) == (status, code), answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def wrong_fields(answer: Response, code: str = "request.invalid") -> dict[str, str]:
    """Return what is wrong by field, of an answer that must say so, each with a sentence."""
    errors = problem(answer, 422, code)["errors"]
    assert all(error["message"] for error in errors)
    return {error["field"]: error["code"] for error in errors}


def counted(house: House) -> dict[str, int]:
    """Return how many rows each table has, but those that signing in writes."""
    with psycopg.connect(database_url(house.settings)) as connection:
        named = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'procrastinate%'"
        ).fetchall()
        counts = {}
        for (name,) in named:
            found = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
            assert found is not None
            counts[name] = int(found[0])
        return counts
