"""The contract as machines read it."""

import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.wiring import House
from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.api.rest.case_doors import OPEN_CASES


@pytest.fixture
def contract(callers: Callers) -> Any:
    return callers.nobody.read("//openapi.json")


def operations(contract: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
    }


def test_every_call_has_a_summary_a_description_and_one_tag(contract: dict[str, Any]) -> None:
    bare = [
        name
        for name, operation in operations(contract).items()
        if not operation.get("summary") or not operation.get("description") or len(operation.get("tags", [])) != 1
    ]

    assert bare == []


def test_every_call_but_the_open_ones_says_it_wants_a_token(contract: dict[str, Any]) -> None:
    without = {name for name, operation in operations(contract).items() if not operation.get("security")}

    links = {f"{method} /api/v1/signature-links/{{token}}" for method in ("GET", "POST")}
    outsiders = {"POST /api/v1/verifications", "GET /api/v1/verifications/{code}"}
    outsiders |= {
        f"GET /api/v1/publications{part}" for part in ("", "/{code}", "/{code}/content", "/{code}/certificate")
    }
    outsiders |= {" ".join(door) for door in OPEN_CASES}
    public = {"POST /api/v1/sessions", "GET /healthz", "GET /readyz", "GET /metrics"}
    assert without == public | links | outsiders


def test_every_error_is_described_as_a_problem(contract: dict[str, Any]) -> None:
    plain = [
        f"{name} {status}"
        for name, operation in operations(contract).items()
        for status, answer in operation["responses"].items()
        if status.startswith("4") and list(answer["content"]) != ["application/problem+json"]
    ]

    assert plain == []
    assert "HTTPValidationError" not in contract["components"]["schemas"]


def test_every_call_that_makes_something_takes_an_idempotency_key(contract: dict[str, Any]) -> None:
    making = {
        name
        for name, operation in operations(contract).items()
        if name.startswith("POST")
        and "201" in operation["responses"]
        # A session is new each time; one work item has one prepared signature, and one pair of addresses for it.
        and not any(part in name for part in (" /api/v1/sessions", "/signature/"))
    }
    keyed = {
        name
        for name, operation in operations(contract).items()
        if "Idempotency-Key" in {parameter["name"] for parameter in operation.get("parameters", [])}
    }

    # A batch of signatures is made at once too, but answered before it is done. What an applicant sends to a case is
    # answered with the case.
    sent = {f"POST /api/v1/track/{{code}}/{part}" for part in ("feedback", "supplement")}
    assert making | {"POST /api/v1/signature-batches"} | sent == keyed


def test_every_call_that_acts_on_a_work_item_takes_if_match(contract: dict[str, Any]) -> None:
    acting = {name for name in operations(contract) if name.startswith("POST /api/v1/work-items/")}
    guarded = {
        name
        for name, operation in operations(contract).items()
        if "If-Match" in {parameter["name"] for parameter in operation.get("parameters", [])}
    }

    others = {
        "PUT /api/v1/field-visits/{visit_id}",
        "DELETE /api/v1/field-visits/{visit_id}",
        "POST /api/v1/field-visits/{visit_id}/record",
        "PUT /api/v1/calendar/{year}",
        "PUT /api/v1/dossiers/{dossier_id}/assessments",
        "PUT /api/v1/dossiers/{dossier_id}/public-opinions/{number}/response",
        "PUT /api/v1/dossiers/{dossier_id}/files",
        "DELETE /api/v1/dossiers/{dossier_id}/files/{part}/{file_id}",
        "PUT /api/v1/localities/{locality_id}",
        "PUT /api/v1/localities/{locality_id}/achievements/{achievement_id}",
        "POST /api/v1/localities/{locality_id}/achievements/{achievement_id}/withdrawal",
        "PUT /api/v1/tier-plans/{year}",
        "PUT /api/v1/service-index/{year}/items/{item}",
        "POST /api/v1/cases/{case_id}/apology",
        "PUT /api/v1/councils/{council_id}/last-day",
        "POST /api/v1/council-sessions/{session_id}/opening",
        "PUT /api/v1/ocop-entities/{entity_id}",
        "PUT /api/v1/ocop-products/{product_id}",
        "PUT /api/v1/ocop-products/{product_id}/files",
        "DELETE /api/v1/ocop-products/{product_id}/files/{file_id}",
        "PUT /api/v1/ocop-products/{product_id}/certificates/{rating_id}",
        "POST /api/v1/ocop-products/{product_id}/certificate/checks",
        "POST /api/v1/ocop-products/{product_id}/certificate/revocation",
        "PUT /api/v1/ocop-dossiers/{dossier_id}/findings",
        "POST /api/v1/ocop-dossiers/{dossier_id}/submission",
        "PUT /api/v1/ocop-dossiers/{dossier_id}/sheet",
        "PUT /api/v1/ocop-dossiers/{dossier_id}/sheet/draft",
    }
    assert acting == guarded - others != set()


def test_types_of_documents_and_degrees_of_urgency_are_closed_sets(contract: dict[str, Any]) -> None:
    body = contract["components"]["schemas"]["IncomingDocumentBody"]

    assert len(body["properties"]["type"]["enum"]) == 29
    assert (body["properties"]["urgency"]["minimum"], body["properties"]["urgency"]["maximum"]) == (0, 3)
    assert body["properties"]["issued_date"]["format"] == "date"
    assert body["additionalProperties"] is False


def test_the_contract_does_not_depend_on_the_house(house: House) -> None:
    first, second = (create_app(lambda: nullcontext(house)).openapi() for _ in range(2))

    assert first == second


def test_a_path_that_leads_nowhere_is_a_problem_too(callers: Callers) -> None:
    nowhere = problem(callers.nobody.get("/nowhere"), 404, "request.address_unknown")
    wrong_method = callers.nobody.ask("PATCH", "/me", headers={"Accept-Language": "en"})

    assert nowhere["title"] == "Không có gì ở địa chỉ này"
    assert problem(wrong_method, 405, "request.method_refused")["detail"].startswith("This address does not take")
    assert wrong_method.headers["Allow"] == "GET"


def test_a_body_that_cannot_be_read_is_a_problem_too(callers: Callers) -> None:
    torn = {"Content-Type": "multipart/form-data"}

    answer = callers["vanthu"].ask("POST", "/files", content=b"--x", headers=torn)

    problem(answer, 400, "request.unreadable")
    broken = callers["vanthu"].ask(
        "POST", "/incoming-documents", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert wrong_fields(broken) == {"": "json"}


def test_a_date_or_time_in_an_answer_has_its_offset(callers: Callers) -> None:
    deployed = callers["vanthu"].read("/definitions")["items"][0]["deployed_at"]

    assert deployed.endswith(("Z", "+07:00", "+00:00"))


def test_the_guide_names_only_calls_that_there_are(contract: dict[str, Any]) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "howto" / "use-the-rest-api.md").read_text(encoding="utf-8")
    plain = guide.replace("$ITEM", "{work_item_id}").replace("$PROCEDURE", "{procedure_id}")
    named = set(re.findall(r"/api/v1/[\w\-/{}$]+", plain))

    assert named - set(contract["paths"]) == set()
    assert len(named) > 15
