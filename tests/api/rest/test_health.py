"""What operators ask a process."""

import re
from contextlib import nullcontext
from dataclasses import replace

from fastapi.testclient import TestClient

from api.app import create_app
from api.wiring import House
from storage.database import create_engine
from storage.unit_of_work import transactions
from tests.api.rest.callers import Callers
from tests.support.office import Office

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


def test_a_process_is_alive_and_ready(callers: Callers) -> None:
    assert callers.nobody.read("//healthz") == {"status": "alive"}
    assert callers.nobody.read("//readyz") == {"status": "ready", "checks": {"database": "ok", "store": "ok"}}


def test_without_its_database_a_process_is_alive_but_not_ready(house: House) -> None:
    engine = create_engine(NOWHERE)
    cut_off = replace(house, services=replace(house.services, begin=transactions(engine)))
    with TestClient(create_app(lambda: nullcontext(cut_off))) as client:
        ready, alive = client.get("/readyz"), client.get("/healthz")
    engine.dispose()

    assert (ready.status_code, ready.json()["checks"]) == (503, {"database": "database.away", "store": "ok"})
    assert alive.status_code == 200


def test_a_call_without_its_database_is_a_problem_that_says_so(house: House) -> None:
    engine = create_engine(NOWHERE)
    cut_off = replace(house, services=replace(house.services, begin=transactions(engine)))
    with TestClient(create_app(lambda: nullcontext(cut_off))) as client:
        answer = client.get("/api/v1/me", headers={"Authorization": "Bearer x"})
    engine.dispose()

    assert (answer.status_code, answer.json()["code"]) == (503, "database.away")


def test_calls_are_counted_by_route_and_no_id_gets_into_the_counts(callers: Callers, office: Office) -> None:
    document_id = office.register().document.id
    callers["vanthu"].read(f"/documents/{document_id}")
    callers.nobody.get("/nowhere/at/all")

    counts = callers.nobody.get("//metrics").text

    assert re.search(
        r'vanthu_requests_total\{method="GET",route="/api/v1/documents/\{document_id\}",status="200"\} \d', counts
    )
    assert 'route="none"' in counts
    assert "vanthu_request_seconds_bucket" in counts
    assert str(document_id) not in counts
