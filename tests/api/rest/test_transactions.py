"""Doors and their transactions: how often a call waits for the database, and when who asks is found out."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.province import province
from api.sessions import digest_of
from api.wiring import House
from engine.actions.save_calendar import SaveCalendar, save_calendar
from tests.api.rest.callers import Callers
from tests.support.office import NOVEMBER, Office
from tests.support.wire import Wire, listened_to

LEAD_UNIT = str(province()[0].units[0].id)


@dataclass(frozen=True, slots=True)
class Listened:
    """Callers of an application, and its way to the database, which is listened to."""

    callers: Callers
    wire: Wire


@pytest.fixture
def listened(house: House, tmp_path: Path) -> Iterator[Listened]:
    """An application whose way to the database is listened to."""
    with listened_to(house.settings, tmp_path / "wire") as wire:
        heard = replace(house, services=replace(house.services, begin=wire.begin))
        with TestClient(create_app(lambda: nullcontext(heard))) as client:
            yield Listened(callers=Callers(client), wire=wire)


def test_a_completion_waits_three_times_for_who_asks_for_the_item_and_for_the_commit(
    listened: Listened, office: Office
) -> None:
    first, second = (office.item(office.register(code_number=number).document.id, "direct") for number in ("1", "2"))
    head = listened.callers["chutich"]
    body = {"outcome": "assign", "data": {"lead_unit": LEAD_UNIT}}
    head.post(f"/work-items/{first.id}/complete", body).raise_for_status()
    listened.wire.forget()

    head.post(f"/work-items/{second.id}/complete", body).raise_for_status()

    assert listened.wire.round_trips() == 3
    assert listened.wire.lent == 1


def test_an_inbox_waits_three_times_for_who_asks_for_the_items_and_for_their_documents(
    listened: Listened, office: Office
) -> None:
    office.register()
    head = listened.callers["chutich"]
    for _ in range(2):  # a statement is prepared when it is sent the second time
        head.read("/work-items?mine=true")
    listened.wire.forget()

    assert len(head.read("/work-items?mine=true")["items"]) == 1

    assert listened.wire.round_trips() == 3
    assert listened.wire.lent == 1


def test_nobody_touches_anything_before_it_is_known_who_asks(listened: Listened, office: Office) -> None:
    item = office.item(office.register().document.id, "direct")
    stranger = replace(listened.callers["chutich"], token="of nobody")
    listened.wire.forget()

    refused = stranger.post(f"/work-items/{item.id}/complete", {"outcome": "file", "data": {}})

    assert refused.status_code == 401
    assert (listened.wire.statements(), listened.wire.round_trips()) == (1, 1)


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"0"'}, {"If-Match": "*"}])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "/claim", None),
        ("POST", "/complete", {"outcome": "assign", "data": {"lead_unit": LEAD_UNIT}}),
        ("POST", "/complete", {"outcome": "assign", "data": {"lead_unit": LEAD_UNIT, "body": "Kính gửi"}}),
        ("POST", "/signature", {}),
        ("POST", "/signer", None),
    ],
)
def test_who_holds_a_connection_asks_for_no_second_one(
    listened: Listened, office: Office, method: str, path: str, body: object, headers: dict[str, str]
) -> None:
    item = office.item(office.register().document.id, "direct")
    head = listened.callers["chutich"]
    listened.wire.forget()

    answer = head.ask(method, f"/work-items/{item.id}{path}", json=body, headers=headers)

    assert answer.status_code < 500
    assert answer.status_code != 401
    assert listened.wire.most_held == 1


def test_what_begins_a_transaction_asks_anew_for_what_may_have_changed_meanwhile(
    listened: Listened, office: Office
) -> None:
    services, agency = office.house.services, office.people["vanthu"].agency_id
    document_id = office.register().document.id
    token = listened.callers["vanthu"].token
    assert token is not None
    with listened.wire.begin() as work:
        assert work.people.find_session(digest_of(token), services.clock()) is not None
        before = work.calendars.of(agency).version
        with services.begin() as other:
            save_calendar(
                SaveCalendar(year=NOVEMBER.year, days=()), by=office.people["quantri"], at=services.clock(), work=other
            )
        work.documents.lock(document_id)

        assert work.calendars.of(agency).version == before + 1
