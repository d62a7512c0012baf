"""Every route of the OpenAPI document: refused to nobody, to those without the role, and to the auditor if it writes.

A route that is not named here fails the first test, so a new one is tested the moment it exists.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

import pytest

from api.app import create_app
from api.wiring import House
from engine.actions.register_webhook import RegisterWebhook, register_webhook
from engine.actions.report_failure import Failure, report_failure
from engine.ids import TaskId
from tests.api.rest.callers import API, Callers, counted, problem
from tests.api.rest.case_doors import CASE_DOORS, OPEN_CASES
from tests.api.rest.council_doors import CIRCULATION_DOORS, COUNCIL_DOORS
from tests.api.rest.criteria_doors import CRITERIA_DOORS
from tests.api.rest.door import NOT_ADMINISTRATOR, SOMEBODY, Door
from tests.api.rest.dossier_doors import DOSSIER_DOORS, DOSSIER_FILE
from tests.api.rest.ocop_doors import OCOP_DOORS
from tests.api.rest.operator_doors import OPERATOR_DOORS
from tests.api.rest.recognition_doors import RECOGNITION_DOORS
from tests.support.office import NOVEMBER, Office

OUTSIDERS = (("chuyenvien.ocop", 404), ("vanthu.xa1", 404))
STRANGERS = (*OUTSIDERS, ("quantri", 404))
NO_ADMIN = (("vanthu", 403), ("chutich", 403), ("kiemtra", 403), ("vanthu.xa1", 404))
NOT_THEIR_WORK = (*STRANGERS, ("kiemtra", 404), ("vanthu", 404))
READER = (("chuyenvien", 403), ("quantri", 403))
MIGRATION = "/instance-migrations/{migration_id}"
IMAGE = "/signature-images/{owner_id}"
ITEM = "/work-items/{work_item_id}"
DOCUMENT = "/documents/{document_id}"
PLAN = {"target_id": SOMEBODY}
REGISTRATION = {
    "file_id": "0" * 64,
    "code_number": "1",
    "code_notation": "A",
    "issued_date": "2026-11-19",
    "organ_name": "A",
    "type": "CV",
    "subject": "A",
}
STAND_IN = {
    "principal": SOMEBODY,
    "substitute": SOMEBODY,
    "first_day": "2026-11-19",
    "last_day": "2026-11-19",
    "basis": "A",
}
COPY = {"form": "SY", "source": "paper", "target": "paper"}
DRAFT = {"type": "QĐ", "subject": "A", "signer": SOMEBODY, "body": "A"}
DOORS = (
    *DOSSIER_DOORS,
    *COUNCIL_DOORS,
    *CIRCULATION_DOORS,
    Door(method="DELETE", path="/sessions/current"),
    Door(method="GET", path="/me"),
    Door(method="GET", path="/agencies"),
    Door(method="GET", path="/units"),
    Door(method="GET", path="/people"),
    Door(method="POST", path="/files", files="file", refused=(("kiemtra", 403),)),
    Door(
        method="POST",
        path="/incoming-documents",
        body=REGISTRATION,
        refused=(("chuyenvien", 403), ("chutich", 403), ("quantri", 403), ("kiemtra", 403)),
    ),
    Door(method="POST", path="/outgoing-documents", body=DRAFT, refused=(("quantri", 403), ("kiemtra", 403))),
    Door(method="GET", path="/documents"),
    *(
        Door(method="GET", path=DOCUMENT + part, refused=STRANGERS)
        for part in ("", "/content", "/attachments/{n}", "/versions", "/history", "/signatures", "/evidence", "/pages")
    ),
    *(
        Door(method="GET", path=DOCUMENT + part, refused=STRANGERS)
        for part in ("/signatures.xml", "/signature-reports")
    ),
    Door(method="POST", path=DOCUMENT + "/signatures", refused=(*STRANGERS, ("kiemtra", 403))),
    *CRITERIA_DOORS,
    *CASE_DOORS,
    Door(method="GET", path=DOCUMENT + "/pages/{n}", refused=STRANGERS),
    Door(method="GET", path=DOCUMENT + "/attachments/{place}/pages/{n}", refused=STRANGERS),
    Door(method="GET", path="/signature-batches"),
    Door(method="POST", path="/signature-batches", body={"work_item_ids": [SOMEBODY]}, refused=(("kiemtra", 403),)),
    Door(method="GET", path="/signature-batches/{batch_id}", refused=STRANGERS),
    Door(method="POST", path="/signature-batches/{batch_id}/retry", body={}, refused=STRANGERS),
    Door(method="GET", path=DOCUMENT + "/comments", refused=STRANGERS),
    Door(method="POST", path=DOCUMENT + "/comments", body={"text": "A"}, refused=(*STRANGERS, ("kiemtra", 403))),
    Door(method="GET", path=DOCUMENT + "/watchers", refused=STRANGERS),
    Door(method="PUT", path=DOCUMENT + "/watch", refused=(*STRANGERS, ("kiemtra", 403))),
    Door(method="DELETE", path=DOCUMENT + "/watch", refused=(*STRANGERS, ("kiemtra", 403))),
    Door(method="GET", path="/work-items"),
    Door(method="GET", path=ITEM, refused=STRANGERS),
    Door(method="POST", path=ITEM + "/claim", refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/release", refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/delegate", body={"to": SOMEBODY}, refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/handover", body={"to": SOMEBODY}, refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/handover/refusal", body={"reason": "A"}, refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/recall", refused=NOT_THEIR_WORK),
    Door(method="GET", path=ITEM + "/draft", refused=NOT_THEIR_WORK),
    Door(method="PUT", path=ITEM + "/draft", body={"outcome": "file"}, refused=NOT_THEIR_WORK),
    Door(method="DELETE", path=ITEM + "/draft", refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/complete", body={"outcome": "file"}, refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/signature", body={}, refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/signature/prepare", body={}, refused=NOT_THEIR_WORK),
    Door(method="GET", path=ITEM + "/signature/content", refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/signature/complete", body={"signature": "AAAA"}, refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/signature/file", files="file", refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/signature/links", refused=NOT_THEIR_WORK),
    Door(method="DELETE", path=ITEM + "/signature", refused=NOT_THEIR_WORK),
    Door(method="GET", path="/signatures/waiting"),
    Door(method="POST", path=ITEM + "/signature/otp", body={}, refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/revision", body={"subject": "A"}, refused=NOT_THEIR_WORK),
    Door(method="POST", path=ITEM + "/signer", refused=NOT_THEIR_WORK),
    *(
        Door(method=method, path=IMAGE + part, files=files, refused=(("vanthu", 403), ("kiemtra", 403)))
        for method, part, files in (
            ("GET", "", None),
            ("GET", "/content", None),
            ("PUT", "", "file"),
            ("DELETE", "", None),
        )
    ),
    Door(method="GET", path=DOCUMENT + "/copies", refused=STRANGERS),
    Door(method="POST", path=DOCUMENT + "/copies", body=COPY, refused=(*OUTSIDERS, ("quantri", 403), ("kiemtra", 403))),
    *RECOGNITION_DOORS,
    *OCOP_DOORS,
    Door(method="GET", path="/stand-ins"),
    Door(method="POST", path="/stand-ins", body=STAND_IN, refused=(("chuyenvien", 403), ("kiemtra", 403))),
    Door(method="GET", path="/stand-ins/{stand_in_id}", refused=(("chuyenvien", 404), ("vanthu.xa1", 404))),
    Door(
        method="DELETE",
        path="/stand-ins/{stand_in_id}",
        refused=(("phochutich", 403), ("kiemtra", 403), ("chuyenvien", 404), ("vanthu.xa1", 404)),
    ),
    Door(method="GET", path="/registers", refused=READER),
    Door(method="GET", path="/registers/{register_id}/entries", refused=(*READER, ("vanthu.xa1", 404))),
    Door(method="POST", path="/definitions", files="files", refused=(("vanthu", 403), ("kiemtra", 403))),
    Door(method="GET", path="/definitions"),
    Door(
        method="POST",
        path="/definitions/{definition_id}/activate",
        refused=(("vanthu", 403), ("kiemtra", 403)),
    ),
    Door(method="GET", path="/instances", refused=NOT_ADMINISTRATOR),
    Door(method="GET", path="/instances/{instance_id}", refused=OUTSIDERS),
    Door(method="GET", path="/instances/{instance_id}/diagram", refused=OUTSIDERS),
    *(
        Door(method="POST", path=f"/instances/{{instance_id}}/{act}", body={"reason": "A", **body}, refused=NO_ADMIN)
        for act, body in (
            ("suspend", {}),
            ("resume", {}),
            ("cancel", {}),
            ("move", {"from_task_id": SOMEBODY, "to_element_id": "x"}),
            ("data", {"data": {"a": 1}}),
        )
    ),
    Door(method="GET", path="/instance-migrations", refused=NOT_ADMINISTRATOR),
    *(
        Door(method="POST", path="/instance-migrations" + act, body=PLAN | more, refused=NOT_ADMINISTRATOR)
        for act, more in (("/plan", {}), ("/dry-run", {}), ("", {"reason": "A"}))
    ),
    *(
        Door(method=method, path=MIGRATION + part, body=body, refused=NOT_ADMINISTRATOR)
        for method, part, body in (
            ("GET", "", None),
            ("GET", "/instances", None),
            ("GET", "/undo", None),
            ("POST", "/undo", {"reason": "A"}),
            ("POST", "/stop", None),
            ("POST", "/continue", None),
        )
    ),
    Door(method="GET", path="/incidents", refused=(("chuyenvien", 403), ("chutich", 403))),
    Door(
        method="POST",
        path="/incidents/{incident_id}/retry",
        refused=(("chuyenvien", 403), ("kiemtra", 403), ("vanthu.xa1", 404)),
    ),
    Door(
        method="POST",
        path="/incidents/{incident_id}/skip",
        body={"reason": "A"},
        refused=(("chuyenvien", 403), ("kiemtra", 403), ("vanthu.xa1", 404)),
    ),
    *(
        Door(method="GET", path=path, refused=(("chuyenvien", 403), ("quantri", 403)))
        for path in ("/work-items/forecast", "/work-items/forecast/counts", "/documents/forecast")
    ),
    Door(
        method="POST",
        path=DOCUMENT + "/pause",
        body={"reason": "A"},
        refused=(*STRANGERS, ("kiemtra", 403)),
    ),
    Door(method="POST", path=DOCUMENT + "/resume", refused=(*STRANGERS, ("kiemtra", 403))),
    Door(method="GET", path="/calendar/{year}"),
    Door(
        method="PUT",
        path="/calendar/{year}",
        body={"days": []},
        refused=(("vanthu", 403), ("chutich", 403), ("kiemtra", 403)),
    ),
    *OPERATOR_DOORS,
    *(Door(method=one, path=f"/notices{part}") for one, part in (("GET", ""), ("GET", "/unread"), ("POST", "/read"))),
    Door(method="POST", path="/notices/{notice_id}/read", refused=(("chutich", 404), ("kiemtra", 404))),
    Door(method="GET", path="/notice-preferences"),
    Door(method="PUT", path="/notice-preferences", body={"address": None}),
    Door(method="GET", path="/events/inbox"),
    Door(method="GET", path="/status", refused=NOT_ADMINISTRATOR),
    Door(method="GET", path="/renewals", refused=(("vanthu", 403), ("chutich", 403))),
    Door(method="GET", path=DOCUMENT + "/proof", refused=STRANGERS),
    Door(
        method="POST",
        path="/messages",
        body={"name": "Báo cáo"},
        refused=(("chuyenvien", 403), ("chutich", 403), ("kiemtra", 403), ("vanthu.xa1", 404)),
    ),
    Door(method="GET", path="/audit/events", refused=(("vanthu", 403), ("chutich", 403), ("quantri", 403))),
)
OWN = ("/sessions/current", "/notices/read", "/notice-preferences")
"""What is one's own to change, whoever one is."""
LINKS = API + "/signature-links/{token}"
OPEN = {
    ("POST", API + "/sessions"),
    ("POST", API + "/verifications"),
    ("GET", API + "/verifications/{code}"),
    ("GET", API + "/publications"),
    *(("GET", API + "/publications/{code}" + part) for part in ("", "/content", "/certificate")),
    *OPEN_CASES,
    ("GET", LINKS),
    ("POST", LINKS),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
}
"""What must be there for somebody who is not signed in yet, for outsiders, for signing tools, and for the machines."""

UNKNOWN = (
    "case_id",
    "slip_id",
    "circulation_id",
    "notice_id",
    "migration_id",
    "delivery_id",
    "trust_anchor_id",
    *("locality_id", "achievement_id"),
    "batch_id",
    "session_id",
    "vote_id",
    "dossier_id",
    "survey_id",
    "product_id",
    "entity_id",
    "feedback_id",
    "opinion_id",
)


@pytest.fixture
def ids(office: Office) -> dict[str, str]:
    """Ids of things that are there, all of the provincial office."""
    made, services = office.register(), office.house.services
    with services.begin() as work:
        register = work.registers.of_agency(made.document.agency_id)[0]
        task = work.work_items.of_instance(made.instance_id)[0].task_id
        definition = work.definitions.find_latest("incoming_document")
        assert definition is not None
        council = work.councils.find_for(made.document.agency_id, "ntm", made.document.arrival_date or NOVEMBER)
        assert council is not None
        incident = report_failure(_failure(task), made.instance_id, at=services.clock(), work=work)
    with services.begin() as work:
        webhook, _ = register_webhook(
            RegisterWebhook(url="https://example.org/", kinds=frozenset({"document.signed"})),
            by=office.people["quantri"],
            at=services.clock(),
            work=work,
            safe=services.safe,
        )
    return {
        **dict.fromkeys((*UNKNOWN, "rating_id"), SOMEBODY),
        "document_id": str(made.document.id),
        "instance_id": str(made.instance_id),
        "work_item_id": str(office.item(made.document.id, "direct").id),
        "register_id": str(register.id),
        "template_code": "announcement",
        "definition_id": str(definition.id),
        "incident_id": str(incident.id),
        "webhook_id": str(webhook.id),
        "stand_in_id": str(office.stand_in("chutich", "phochutich").id),
        "owner_id": str(office.people["chutich"].id),
        **dict.fromkeys(("n", "place", "ordinal", "number", "item"), "1"),
        **DOSSIER_FILE,
        "council_id": str(council.id),
        "year": "2026",
        "item": "published",
        "code": "commune-2026",
        "version": "2",
    }


def _failure(task: TaskId) -> Failure:
    return Failure(operation="check_signatures", element_id="x", task_id=task, code="a.b", message="Stuck.")


def routes(house: House) -> Iterator[tuple[str, str]]:
    for path, operations in create_app(lambda: nullcontext(house)).openapi()["paths"].items():
        for method in operations:
            yield method.upper(), path


def test_every_route_is_tried_here(house: House) -> None:
    tried = {(door.method, API + door.path) for door in DOORS}

    assert set(routes(house)) == tried | OPEN


def test_nobody_gets_in_anywhere(callers: Callers, ids: dict[str, str], house: House) -> None:
    before = counted(house)

    for door in DOORS:
        problem(door.tried(callers.nobody, ids), 401, "session.needed")
        bare = callers.nobody.ask(door.method, door.path)
        problem(bare, 401, "session.needed")
        assert bare.headers["WWW-Authenticate"] == "Bearer"
    assert counted(house) == before


def test_nor_does_who_was_signed_in_once_whatever_they_send(
    callers: Callers, ids: dict[str, str], house: House
) -> None:
    ended = replace(callers.nobody, token="of a session that ended")
    before = counted(house)

    for door in DOORS:
        problem(door.tried(ended, ids), 401, "session.needed")
        problem(ended.ask(door.method, door.path, json={"of no": "form"}), 401, "session.needed")
        problem(ended.ask(door.method, door.path.format(**ids) + "?limit=x"), 401, "session.needed")
    assert counted(house) == before


def test_those_without_the_right_are_refused_and_nothing_changes(
    callers: Callers, ids: dict[str, str], house: House
) -> None:
    strangers = {username: callers[username] for door in DOORS for username, _ in door.refused}
    before = counted(house)
    wrong = {}

    for door in DOORS:
        answers = {username: door.tried(strangers[username], ids) for username, _ in door.refused}
        statuses = {username: answer.status_code for username, answer in answers.items()}
        if statuses != dict(door.refused) or counted(house) != before:
            wrong[f"{door.method} {door.path}"] = statuses
        for answer in answers.values():
            problem(answer, answer.status_code, answer.json()["code"])

    assert wrong == {}


def test_the_auditor_writes_nothing(callers: Callers, ids: dict[str, str], house: House) -> None:
    auditor, before = callers["kiemtra"], counted(house)

    statuses = {
        f"{door.method} {door.path}": door.tried(auditor, ids).status_code
        for door in DOORS
        if door.method != "GET" and door.path not in OWN
    }

    assert {path: status for path, status in statuses.items() if status not in (403, 404)} == {}
    assert counted(house) == before


def test_the_administrator_reads_no_document(callers: Callers, ids: dict[str, str]) -> None:
    administrator = callers["quantri"]

    assert administrator.read("/documents")["items"] == []
    assert administrator.read("/work-items")["items"] == []
