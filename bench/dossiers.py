"""What evidence costs the page of a dossier: 47 indicators with 300 files beside 3; the aim is 1.5 times."""

import hashlib
import re
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final

from fastapi.testclient import TestClient

from api.app import create_app
from api.province import localities
from api.settings import Settings
from api.wiring import House, open_house
from bench.houses import PASSWORD, PEOPLE
from bench.rows import Rows
from engine import assessing
from engine.actions.add_evidence import AddEvidence, add_evidence
from engine.actions.assess_indicators import AssessIndicators, assess_indicators
from engine.actions.open_dossier import OpenDossier, open_dossier
from engine.assessments import Entry, Stage
from engine.dossiers import Dossier, DossierKind
from engine.files import JPEG, StoredFile
from engine.ids import FileId
from engine.people import Person

FEW, MANY = 3, 300
PAGES: Final = 40
COMPOSERS: Final = {FEW: ("99101", "xa1.chuyenvien"), MANY: ("99102", "xa2.chuyenvien")}
"""Which commune has a dossier of how many files, and who composes it: of a commune one is dealt with at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    house: House
    clients: Mapping[int, TestClient]


def measure(settings: Settings, rows: Rows) -> None:
    """Add the page with few files and with many."""
    with (
        open_house(settings, connections=1) as house,
        TestClient(create_app(lambda: nullcontext(house)), base_url="https://127.0.0.1") as client,
    ):
        clients = {FEW: client, MANY: TestClient(client.app, base_url="https://127.0.0.1")}
        for count, (_, username) in COMPOSERS.items():
            _sign_in(clients[count], username)
        desk = _Desk(house=house, clients=clients)
        dossiers = {count: dossier_with(count, house) for count in COMPOSERS}
        pages: dict[int, list[float]] = {FEW: [], MANY: []}
        for _ in range(PAGES):
            for count, dossier in dossiers.items():
                pages[count].append(_took(lambda: _page(desk, count, dossier)))  # noqa: B023 - called at once
        rows.add(f"dossier_page_{FEW}", statistics.median(pages[FEW]), "ms")
        rows.add(f"dossier_page_{MANY}", statistics.median(pages[MANY]), "ms", f"dossier_page_{FEW}")


def _sign_in(client: TestClient, username: str) -> None:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    token = {"csrf_token": found[1]} if found else {}
    answer = client.post("/sign-in", data={"username": username, "password": PASSWORD, **token})
    assert answer.status_code == 200, answer.text


def _page(desk: _Desk, count: int, dossier: Dossier) -> None:
    assert desk.clients[count].get(f"/dossiers/{dossier.id}").status_code == 200


def _took(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1_000


def dossier_with(files: int, house: House) -> Dossier:
    """Return a dossier of all indicators, with FEW or MANY files of evidence spread over them."""
    code, username = COMPOSERS[files]
    services, by = house.services, PEOPLE[username]
    commune = next(one.id for one in localities() if one.code == code)
    with services.begin() as work:
        request = OpenDossier(
            kind=DossierKind.NTM,
            receiver_id=PEOPLE["vanthu"].agency_id,
            subject="Đề nghị công nhận xã Hoằng Thử đạt chuẩn nông thôn mới",
            rules_id="commune-2026/2",
            locality_id=commune,
        )
        dossier = open_dossier(request, by=by, at=services.clock(), work=work)
        codes = [one.code for one in assessing.rules_of(dossier, work).set.indicators]
        rules = assessing.rules_of(dossier, work)
        entries = {one.code: Entry(value=one.threshold(rules.classified) or True) for one in rules.set.indicators}
        asked = AssessIndicators(dossier_id=dossier.id, stage=Stage.SELF, entries=entries)
        assess_indicators(asked, by=by, at=services.clock(), work=work)
    for number in range(files):
        _add_evidence(house, dossier, codes[number % len(codes)], number, by)
    return dossier


def _add_evidence(house: House, dossier: Dossier, indicator: str, number: int, by: Person) -> None:
    services = house.services
    file_id = FileId(hashlib.sha256(f"{dossier.id} {number}".encode()).hexdigest())
    with services.begin() as work:
        at = services.clock()
        work.files.add(
            StoredFile(
                id=file_id,
                size=1,
                media_type=JPEG,
                pages=1,
                signatures=0,
                stored_at=at,
                stored_by=by.id,
                agency_id=by.agency_id,
            )
        )
        work.files.note_upload(file_id, by.id)
        evidence = AddEvidence(
            dossier_id=dossier.id,
            stage=Stage.SELF,
            indicator=indicator,
            file_id=file_id,
            name=f"Ảnh {number}.jpg",
        )
        add_evidence(evidence, by=by, at=at, work=work)
