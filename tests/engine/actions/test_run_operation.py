"""Jobs of procedures: what fails is said, what is retried succeeds, what ran twice is harmless."""

import json
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from api.province import province
from engine.access import NotAllowed
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.note_wait import note_wait
from engine.actions.report_failure import Failure, report_failure
from engine.actions.retry_incident import retry_incident
from engine.actions.run_operation import RunOperation, run_operation
from engine.actions.use_key import use_key
from engine.definitions import DefinitionInvalid
from engine.ids import DocumentId
from engine.incidents import Incident, IncidentNotFound, IncidentNotOpen, IncidentState
from engine.operations.parameters import ParametersUnfit
from engine.procedures import model_of
from engine.queries import PageRequest
from engine.runtime.run import Run
from engine.signatures import NotYetSigned, TimestampUnavailable
from tests.engine.runtime.drawing import event, flows, human, service
from tests.support.models import UNSIGNED, boundary, deployed, instance_of, standing
from tests.support.office import Office

EXTENDED = (
    event("start", "begin"),
    service("extend", "extend_signatures"),
    event("end", "finished"),
    flows("begin > extend > finished"),
)
ASKED = "nobody_signed > ask > finished"


def incidents(office: Office) -> list[Incident]:
    with office.house.services.begin() as work:
        agency = office.people["quantri"].agency_id
        return list(work.incidents.search(agency, PageRequest(), unresolved=False).items)


def waiting_job(office: Office, document_id: DocumentId) -> RunOperation:
    with office.house.services.begin() as work:
        instance = work.instances.find_of_document(document_id)
        assert instance is not None
        run = Run.resume(model_of(instance, work), instance.state, lambda *_: {})
        job = run.open_jobs[0]
    return RunOperation(
        instance_id=instance.id, task_id=job.task_id, element_id=job.element_id, operation=job.operation
    )


def fail(office: Office, document_id: DocumentId) -> Incident:
    job = waiting_job(office, document_id)
    cause = TimestampUnavailable()
    failure = Failure(
        operation=job.operation,
        element_id=job.element_id,
        task_id=job.task_id,
        code=cause.code,
        message=str(cause),
    )
    services = office.house.services
    with services.begin() as work:
        return report_failure(failure, job.instance_id, at=services.clock(), work=work)


def retry(office: Office, incident: Incident, by: str = "quantri") -> Incident:
    services = office.house.services
    with services.begin() as work:
        return retry_incident(incident.id, by=office.people[by], at=services.clock(), work=work)


def test_a_job_that_ran_before_is_harmless(office: Office) -> None:
    document_id = office.register().document.id
    job = waiting_job(office, document_id)

    run_operation(job, services=office.house.services)
    run_operation(job, services=office.house.services)

    with office.house.services.begin() as work:
        history = work.instances.history(job.instance_id)
    assert len([line for line in history if line.element_id == "checked" and line.movement == "entered"]) == 1


@pytest.mark.parametrize(
    ("reached", "operation"),
    [("signed", "fill_number"), ("sealed", "extend_signatures"), ("extended", "archive"), ("archived", "deliver")],
)
def test_every_job_of_an_outgoing_document_may_run_again(office: Office, reached: str, operation: str) -> None:
    document_id = office.signed(recipients=(province()[1].agency.id,))
    office.complete(document_id, "number", "number", "vanthu")
    if reached != "signed":
        run_operation(waiting_job(office, document_id), services=office.house.services)
        ask = AskSignature(work_item_id=office.item(document_id, "seal").id, key="agency")
        use_key(
            ask_signature(ask, by=office.people["vanthu"], services=office.house.services).id,
            services=office.house.services,
        )
    for _ in range(["signed", "sealed", "extended", "archived"].index(reached) - 1):
        run_operation(waiting_job(office, document_id), services=office.house.services)
    job = waiting_job(office, document_id)

    run_operation(job, services=office.house.services)
    after = office.outgoing(document_id)
    run_operation(job, services=office.house.services)

    assert job.operation == operation
    assert office.outgoing(document_id) == after


def test_a_number_is_printed_with_another_place_where_one_is_given(office: Office) -> None:
    document_id = office.signed()
    office.complete(document_id, "number", "number", "vanthu")

    run_operation(
        replace(waiting_job(office, document_id), parameters='{"place": "Hải Phòng"}'), services=office.house.services
    )

    with pikepdf.open(BytesIO(office.house.services.read(office.outgoing(document_id).file_id))) as pdf:
        fields = {str(field.get("/T")): str(field.get("/V", "")) for field in pdf.Root.AcroForm.Fields}
    assert fields["NgayThang"].startswith("Hải Phòng, ngày")


def test_a_document_is_delivered_to_the_recipients_that_are_given_and_to_no_stranger(office: Office) -> None:
    near, far = province()[1].agency.id, province()[2].agency.id
    document_id = office.numbered(recipients=(near, far))
    office.run_jobs()
    ask = AskSignature(work_item_id=office.item(document_id, "seal").id, key="agency")
    item = ask_signature(ask, by=office.people["vanthu"], services=office.house.services)
    use_key(item.id, services=office.house.services)
    for _ in range(2):
        run_operation(waiting_job(office, document_id), services=office.house.services)
    job = waiting_job(office, document_id)
    assert job.operation == "deliver"

    stranger = replace(job, parameters=json.dumps({"recipients": [str(office.people["quantri"].agency_id)]}))
    with pytest.raises(ParametersUnfit, match="recipients"):
        run_operation(stranger, services=office.house.services)
    run_operation(replace(job, parameters=json.dumps({"recipients": [str(far)]})), services=office.house.services)

    with office.house.services.begin() as work:
        assert [delivery.to_agency for delivery in work.deliveries.of_outgoing(document_id)] == [far]


def test_a_model_that_gives_an_operation_what_it_does_not_know_is_not_deployed(office: Office) -> None:
    given = service("extend", "extend_signatures", flavour="1")
    body = [given if "serviceTask" in part else part for part in EXTENDED]

    with pytest.raises(DefinitionInvalid) as refused:
        deployed(office, *body)

    assert [finding.code for finding in refused.value.findings] == ["parameter.unknown"]


def test_the_incident_of_a_job_that_was_done_is_over_when_it_is_retried(office: Office) -> None:
    document_id = office.register().document.id
    job = waiting_job(office, document_id)
    run_operation(job, services=office.house.services)
    services = office.house.services
    failure = Failure(
        operation=job.operation, element_id=job.element_id, task_id=job.task_id, code="x.y", message="late"
    )
    with services.begin() as work:
        incident = report_failure(failure, job.instance_id, at=services.clock(), work=work)

    retry(office, incident)
    office.run_jobs()

    assert [known.state for known in incidents(office)] == [IncidentState.RESOLVED]


def test_a_failure_is_one_incident_however_often_it_is_seen(office: Office) -> None:
    document_id = office.register().document.id

    fail(office, document_id)
    fail(office, document_id)

    assert [(incident.code, incident.count) for incident in incidents(office)] == [
        ("signature.timestamp_unavailable", 2)
    ]


def test_a_retried_incident_is_over_once_its_job_succeeds(office: Office) -> None:
    document_id = office.register().document.id
    incident = fail(office, document_id)

    assert retry(office, incident).state is IncidentState.RETRYING
    office.run_jobs()

    assert [known.state for known in incidents(office)] == [IncidentState.RESOLVED]


def test_an_incident_is_retried_once_at_a_time(office: Office) -> None:
    incident = fail(office, office.register().document.id)
    retry(office, incident)

    with pytest.raises(IncidentNotOpen):
        retry(office, incident)


def test_a_model_that_expects_how_a_job_failed_goes_on_from_there(office: Office) -> None:
    deployed(office, *EXTENDED, boundary("nobody_signed", "extend", UNSIGNED), human("ask"), flows(ASKED))
    document_id = office.register().document.id

    office.run_jobs()
    office.run_jobs()

    assert standing(office, document_id) == ["ask"]
    assert incidents(office) == []
    with office.house.services.begin() as work:
        instance = instance_of(document_id, work)
        leaves = [leaf.action for leaf in work.audit.about(instance.agency_id, [str(instance.id)])]
    assert leaves == ["operation.failed"]


def test_a_model_that_expects_no_failure_has_an_incident_with_its_cause(office: Office) -> None:
    deployed(office, *EXTENDED)
    office.register()

    office.run_jobs()

    assert [(incident.code, incident.message) for incident in incidents(office)] == [
        (NotYetSigned.code, str(NotYetSigned()))
    ]


def test_another_agency_s_incident_is_not_there(office: Office) -> None:
    incident = fail(office, office.register().document.id)

    with pytest.raises(IncidentNotFound):
        retry(office, incident, by="vanthu.xa1")


@pytest.mark.parametrize("by", ["chuyenvien", "kiemtra"])
def test_only_those_who_look_after_incidents_retry_them(office: Office, by: str) -> None:
    incident = fail(office, office.register().document.id)

    with pytest.raises(NotAllowed):
        retry(office, incident, by=by)


def test_a_step_nobody_may_do_is_an_incident_and_opens_when_somebody_may(office: Office) -> None:
    document_id = office.register().document.id
    item = office.item(document_id, "direct")
    failure = Failure(operation="open_work_item", element_id="direct", task_id=item.task_id, code="x", message="x")
    services = office.house.services
    with services.begin() as work:
        work.work_items.save(item.cancelled(services.clock()))
        incident = report_failure(failure, item.instance_id, at=services.clock(), work=work)

    assert retry(office, incident).state is IncidentState.RESOLVED
    assert office.item(document_id, "direct").task_id == item.task_id


def test_what_a_signature_waits_for_is_said_on_its_work_item(office: Office) -> None:
    document_id = office.reviewed()
    item = office.item(document_id, "sign")
    services = office.house.services
    with services.begin() as work:
        work.work_items.save(item.signing())
        noted = note_wait(item.id, TimestampUnavailable(), at=services.clock(), work=work)

    assert office.item(document_id, "sign").waiting_for == noted.waiting_for == str(TimestampUnavailable())


def test_an_item_that_is_not_being_signed_waits_for_nothing(office: Office) -> None:
    item = office.item(office.reviewed(), "sign")
    services = office.house.services
    with services.begin() as work:
        noted = note_wait(item.id, TimestampUnavailable(), at=services.clock(), work=work)

    assert noted == item
