"""A procedure has a decision drafted and calls the installed procedure for outgoing documents with it."""

from typing import Any

import pytest

from engine.documents import OutgoingState
from engine.ids import DocumentId
from engine.procedures import look
from tests.engine.runtime.drawing import event, flows, human, service
from tests.support.calls import NAMING, called_by, caller, deploy, elements, known, the_incident
from tests.support.models import INCOMING, boundary, instance_of
from tests.support.office import Office

WRITES = service(
    "write",
    "make_draft",
    type="'QĐ'",
    subject="'Công nhận xã đạt chuẩn'",
    body="'Điều 1. Công nhận.'",
    drafter="prepare.by",
    signer="prepare.which",
)
CALLS = (
    '<callActivity id="issue" calledElement="outgoing_document" vanthu:document="write.document_id"><extensionElements>'
    '<vanthu:parameter name="unit_id" expression="write.unit_id"/>'
    '<vanthu:parameter name="drafter" expression="prepare.by"/>'
    '<vanthu:parameter name="signer" expression="prepare.which"/>'
    '<vanthu:result name="number" expression="take_number.number"/></extensionElements></callActivity>'
)
ISSUES = (
    NAMING[0],
    human("prepare", "done:which", roles="specialist"),
    WRITES,
    boundary("no", "write", '<errorEventDefinition errorRef="undraftable"/>'),
    CALLS,
    human("go_on"),
    event("end", "finished"),
    flows("begin > prepare > write > issue > go_on > finished", "no > prepare"),
    "</process><error id='undraftable' errorCode='operation.draft_refused'/><process id='drawn'>",
)


def prepared(office: Office, signer: str) -> DocumentId:
    """Return a document for which a decision is drafted, to be signed by this person."""
    deploy(office, INCOMING, *ISSUES)
    document_id = office.register().document.id
    office.complete(document_id, "prepare", "done", "chuyenvien", which=str(office.people[signer].id))
    office.run_jobs()
    return document_id


def test_a_decision_is_drafted_signed_and_issued_by_the_called_procedure(office: Office) -> None:
    document_id = prepared(office, "chutich")
    (called,) = called_by(office, document_id)
    decision = called.document_id

    assert (called.definition_key, called.beside) == ("outgoing_document", False)
    office.complete(decision, "draft", "submit", "chuyenvien")
    office.complete(decision, "review_content", "approve", "truongphong")
    office.complete(decision, "review_format", "approve", "chanhvanphong")
    office.run_jobs()
    office.sign(decision, "sign", "chutich")
    office.complete(decision, "number", "number", "vanthu")
    office.run_jobs()
    office.sign(decision, "seal", "vanthu", key="agency")
    office.run_jobs()

    issued, above = office.outgoing(decision), caller(office, document_id)
    assert issued.state is OutgoingState.ISSUED
    assert elements(office, above) == ["go_on"]
    result: Any = known(office, above, "issue")
    assert (result["number"], result["document_id"]) == (issued.number, str(decision))


def test_a_draft_that_makes_no_document_goes_back_to_whoever_wrote_it(office: Office) -> None:
    document_id = prepared(office, "chuyenvien")

    with office.house.services.begin() as work:
        why = look(instance_of(document_id, work), work).data["no"]["message"]
    assert "may not sign it" in why
    assert elements(office, caller(office, document_id)) == ["prepare"]
    assert called_by(office, document_id) == []


@pytest.mark.parametrize("drafter", ["an administrator", "somebody of another agency"])
def test_no_draft_is_made_for_somebody_who_may_not_draft_in_the_agency(office: Office, drafter: str) -> None:
    who = office.people["quantri"] if drafter == "an administrator" else office.commune()
    steps = [step.replace("prepare.by", "prepare.which") for step in ISSUES]
    deploy(office, INCOMING, *steps)
    document_id = office.register().document.id
    office.complete(document_id, "prepare", "done", "chuyenvien", which=str(who.id))
    office.run_jobs()

    incident = the_incident(office)
    assert (incident.code, incident.element_id) == ("operation.misplaced", "write")
