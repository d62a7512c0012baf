"""Completions through HTTP: sign-in, rights, audit and all, by four client processes on one API process."""

import subprocess
import sys
import time
from dataclasses import replace
from multiprocessing.synchronize import Barrier

import httpx

from api.settings import Settings, inherited_environment
from api.wiring import now
from bench.completions import SECONDS, rate
from bench.houses import PASSWORD, STEPS
from bench.rows import Rows
from engine.deadlines import office_date
from tests.support.office import a_pdf

CLIENTS = 4
PORT = 18_765


def measure(settings: Settings, rows: Rows) -> None:
    """Add completions through HTTP, as a ratio to those through the actions."""
    settings = replace(settings, port=PORT)
    environment = {**inherited_environment(), **settings.as_environment()}
    with subprocess.Popen([sys.executable, "-m", "api.serve"], env=environment) as api:
        try:
            _await_ready()
            rows.add("completions_http_4", rate(settings, CLIENTS, _client), "completions/s", "completions_4")
        finally:
            api.terminate()


def _await_ready() -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            if httpx.get(f"http://127.0.0.1:{PORT}/readyz", timeout=2).is_success:
                return
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _client(settings: Settings, barrier: Barrier) -> int:
    base = f"http://127.0.0.1:{settings.port}/api/v1"
    with httpx.Client(base_url=base, timeout=30) as http:
        people = {name: _signed_in(http, name) for name in ("vanthu", *(step[0] for step in STEPS))}
        documents = [_registered(http, people["vanthu"], number) for number in range(8)]
        barrier.wait()
        done, end = 0, time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            done += _round(http, set(documents), people)
    return done


def _signed_in(http: httpx.Client, username: str) -> dict[str, str]:
    answer = http.post("/sessions", json={"username": username, "password": PASSWORD}).raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def _registered(http: httpx.Client, clerk: dict[str, str], number: int) -> str:
    uploaded = http.post("/files", files={"file": ("a.pdf", a_pdf())}, headers=clerk).raise_for_status().json()
    request = {
        "file_id": uploaded["id"],
        "code_number": str(number),
        "code_notation": "BC-UBND",
        "issued_date": office_date(now()).isoformat(),
        "organ_name": "Ủy ban nhân dân xã Hoằng Thử",
        "type": "BC",
        "subject": "Báo cáo",
        "urgency": 0,
    }
    document: str = http.post("/incoming-documents", json=request, headers=clerk).raise_for_status().json()["id"]
    return document


def _round(http: httpx.Client, own: set[str], people: dict[str, dict[str, str]]) -> int:
    """Have each person read the inbox once and complete this client's items in it; return how many that was."""
    done = 0
    for username, outcome, data in STEPS:
        inbox = http.get("/work-items", params={"mine": True, "limit": 200}, headers=people[username])
        items = [item["id"] for item in inbox.raise_for_status().json()["items"] if item["document_id"] in own]
        for item_id in items:
            body = {"outcome": outcome, "data": data}
            http.post(f"/work-items/{item_id}/complete", json=body, headers=people[username]).raise_for_status()
        done += len(items)
    return done
