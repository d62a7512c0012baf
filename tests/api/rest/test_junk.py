"""Nonsense through every door: a refusal in words, never a fault of ours (the doors are those of anonymous first)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.api.rest.callers import API, Caller, Callers
from tests.api.rest.door import Door
from tests.api.rest.test_anonymous_first import DOORS, ids

__all__ = ["ids"]

JSON = {"Content-Type": "application/json"}
RAW = (b"", b"{", b"null", b"[]", b"\xff\xfe", b'{"a":NaN}', b'{"a":' * 2_000, b"9" * 5_000)
VALUES: tuple[object, ...] = (None, True, -1, 10**30, "", "\x00", "x" * 70_000, [1, "a"], {"a": {}}, "0001-01-01")
PATHS = ("x", "%00", "-1", "9" * 4_000)
HEADERS = ({"If-Match": '"' + "9" * 4_000 + '"'}, {"Idempotency-Key": "x" * 4_000}, {"Content-Type": "text/plain"})
QUERIES = ("", "\x00", "%", "-1", "9" * 4_000, "AAAA", "9999-12-31T23:59:59-14:00", "NaN")
ENDLESS = "/events/inbox"
"""It answers until somebody hangs up."""


@dataclass(frozen=True, slots=True)
class Nonsense:
    """A call that nobody means, and how it is told."""

    door: Door
    what: str
    how: dict[str, Any]

    def tried(self, caller: Caller, ids: dict[str, str]) -> str | None:
        """Call, and return what is wrong with the answer."""
        answer = caller.ask(self.door.method, self.door.path.format(**ids), **self.how)
        return (
            f"{self.door.method} {self.door.path} {self.what}: {answer.status_code}" if answer.is_server_error else None
        )


def to(door: Door, asked: list[str]) -> Iterator[Nonsense]:
    """Yield nonsense for a door that takes these parameters in its query."""
    for query in asked:
        yield from (Nonsense(door, f"{query}={value[:20]!r}", {"params": {query: value}}) for value in QUERIES)
    if "{" in door.path:
        for value in PATHS:
            odd = replace(door, path="/".join(value if "{" in part else part for part in door.path.split("/")))
            yield Nonsense(odd, "", {"json": door.body})
    if door.method == "GET":
        return
    yield from (Nonsense(door, f"{raw[:20]!r}", {"content": raw, "headers": JSON}) for raw in RAW)
    yield from (Nonsense(door, f"{headers}", {"json": door.body, "headers": headers}) for headers in HEADERS)
    for name in door.body or ():
        for odd_value in VALUES:
            yield Nonsense(door, f"{name}={odd_value!r:.20}", {"json": {**(door.body or {}), name: odd_value}})


def somebody(door: Door, callers: Callers) -> Caller:
    """Return somebody who gets through to the rules behind the door."""
    refused = {username for username, _ in door.refused}
    return callers[next(one for one in ("chutich", "quantri", "vanthu", "kiemtra") if one not in refused)]


def asked_by(contract: dict[str, Any], door: Door) -> list[str]:
    parameters = contract["paths"][API + door.path][door.method.lower()].get("parameters", ())
    return [one["name"] for one in parameters if one["in"] == "query"]


@pytest.mark.parametrize("writing", [False, True], ids=["reading", "writing"])
def test_nonsense_is_refused_at_every_door_and_is_no_fault_of_ours(
    callers: Callers, ids: dict[str, str], writing: bool
) -> None:
    contract = callers.nobody.read("//openapi.json")
    doors = [door for door in DOORS if (door.method != "GET") is writing and door.path != ENDLESS]

    faults = [
        fault
        for door in doors
        if door.path != "/sessions/current"
        for nonsense in to(door, asked_by(contract, door))
        if (fault := nonsense.tried(somebody(door, callers), ids))
    ]

    assert faults == []
