"""Incidents: other parameters for another try, and passing a stuck step over when two people agree."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.access import NotAllowed
from engine.actions.confirm_skip import confirm_skip
from engine.actions.propose_skip import ProposeSkip, propose_skip
from engine.actions.report_failure import Failure, report_failure
from engine.actions.resume_instance import resume_instance
from engine.actions.retry_incident import retry_incident
from engine.actions.run_operation import RunOperation, run_operation
from engine.actions.suspend_instance import suspend_instance
from engine.administration import Administration
from engine.errors import Refusal
from engine.incidents import (
    Incident,
    IncidentInvalid,
    IncidentNoJob,
    IncidentNotFound,
    IncidentNotOpen,
    IncidentState,
    SkipAlreadyProposed,
    SkipNeedsSecondPerson,
    SkipNotProposed,
    parameters_typed,
)
from engine.instances import InstanceHalted
from engine.operations.parameters import ParametersUnfit
from engine.procedures import look
from tests.engine.runtime.drawing import event, flows, human, service
from tests.support.models import deployed, standing
from tests.support.office import Office

REASON = "Chữ ký đã được kiểm tra bằng tay"


@pytest.fixture
def stuck(office: Office) -> Incident:
    """The check of a document's signatures was given up."""
    deployed(
        office,
        event("start", "begin"),
        service("check", "check_signatures"),
        human("read"),
        event("end", "finished"),
        flows("begin > check > read > finished"),
    )
    instance_id = office.register().instance_id
    services = office.house.services
    with services.begin() as work:
        (job,) = look(work.instances.get(instance_id), work).open_jobs
        failure = Failure(
            operation=job.operation, element_id="check", task_id=job.task_id, code="store.away", message="Away."
        )
        return report_failure(failure, instance_id, at=services.clock(), work=work)


def propose(office: Office, incident: Incident, by: str = "vanthu", reason: str = REASON) -> Incident:
    services = office.house.services
    with services.begin() as work:
        request = ProposeSkip(incident_id=incident.id, reason=reason)
        return propose_skip(request, by=office.people[by], at=services.clock(), work=work)


def confirm(office: Office, incident: Incident, by: str = "quantri") -> Incident:
    services = office.house.services
    with services.begin() as work:
        return confirm_skip(incident.id, by=office.people[by], at=services.clock(), work=work)


def retry(office: Office, incident: Incident, parameters: Mapping[str, object] | None = None) -> Incident:
    services = office.house.services
    with services.begin() as work:
        return retry_incident(incident.id, parameters, by=office.people["quantri"], at=services.clock(), work=work)


def leaves(office: Office, incident: Incident) -> dict[str, dict[str, str]]:
    with office.house.services.begin() as work:
        events = work.audit.about(incident.agency_id, [str(incident.id)])
    return {event.action: {private.path: private.value for private in event.private} for event in events}


def test_a_step_is_passed_over_when_a_second_person_agrees(office: Office, stuck: Incident) -> None:
    assert propose(office, stuck).skip is not None

    skipped = confirm(office, stuck)
    office.run_jobs()

    assert skipped.state is IncidentState.RESOLVED
    assert standing(office, stuck.document_id) == ["read"]
    with office.house.services.begin() as work:
        assert work.incidents.get(stuck.id) == skipped
        assert work.documents.find_report(stuck.document_id) is None
    assert leaves(office, stuck)["incident.skipped"] == {"reason": REASON}


def test_whoever_proposed_does_not_confirm_and_nobody_proposes_twice(office: Office, stuck: Incident) -> None:
    propose(office, stuck)

    with pytest.raises(SkipNeedsSecondPerson):
        confirm(office, stuck, by="vanthu")
    with pytest.raises(SkipAlreadyProposed):
        propose(office, stuck, by="quantri")

    assert standing(office, stuck.document_id) == []


def test_of_two_who_confirm_at_once_one_passes_the_step_over(office: Office, stuck: Incident) -> None:
    propose(office, stuck)

    def told(by: str) -> type[Refusal] | None:
        try:
            confirm(office, stuck, by=by)
        except Refusal as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(told, ("quantri", "chanhvanphong")))

    assert sorted(map(str, answers)) == sorted(map(str, [None, IncidentNotOpen]))
    assert standing(office, stuck.document_id) == ["read"]


def test_what_nobody_proposed_or_what_was_tried_again_since_is_not_passed_over(office: Office, stuck: Incident) -> None:
    with pytest.raises(SkipNotProposed):
        confirm(office, stuck)
    propose(office, stuck)
    retry(office, stuck)

    with pytest.raises(IncidentNotOpen):
        confirm(office, stuck)
    office.run_jobs()

    with office.house.services.begin() as work:
        assert work.documents.find_report(stuck.document_id) is not None


def test_a_proposal_needs_a_reason_that_can_be_read(office: Office, stuck: Incident) -> None:
    for reason in ("", "   ", "x" * 501, "a\0b"):
        with pytest.raises(IncidentInvalid):
            propose(office, stuck, reason=reason)


def test_only_those_who_look_after_incidents_pass_steps_over(office: Office, stuck: Incident) -> None:
    for act in (propose, confirm):
        for by in ("kiemtra", "chuyenvien"):
            with pytest.raises(NotAllowed):
                act(office, stuck, by=by)
        with pytest.raises(IncidentNotFound):
            act(office, stuck, by="vanthu.xa1")


def test_a_person_s_step_is_not_passed_over_and_takes_no_parameters(office: Office) -> None:
    document_id = office.register().document.id
    item = office.item(document_id, "direct")
    failure = Failure(operation="sign", element_id="direct", task_id=item.task_id, code="x.y", message="x")
    services = office.house.services
    with services.begin() as work:
        incident = report_failure(failure, item.instance_id, at=services.clock(), work=work)

    with pytest.raises(IncidentNoJob):
        propose(office, incident)
    with pytest.raises(IncidentNoJob):
        retry(office, incident, {})


def test_another_try_with_other_parameters_says_what_they_were_and_are(office: Office, stuck: Incident) -> None:
    given = {"at": "2026-11-20T08:00:00+07:00", "document_id": str(stuck.document_id)}

    retried = retry(office, stuck, given)

    assert json.loads(retried.parameters) == given
    said = leaves(office, stuck)["incident.retried_with_parameters"]
    assert (said["before"], json.loads(said["after"])) == ("{}", given)
    office.run_jobs()
    assert standing(office, stuck.document_id) == ["read"]


def test_other_parameters_outlive_a_suspension(office: Office, stuck: Incident) -> None:
    retry(office, stuck, {"at": "2026-11-20T08:00:00+07:00"})
    services, by = office.house.services, office.people["quantri"]
    asked = Administration(instance_id=stuck.instance_id, reason=REASON)
    with services.begin() as work:
        suspend_instance(asked, by=by, at=services.clock(), work=work)
    office.run_jobs()
    with pytest.raises(InstanceHalted):
        propose(office, stuck)
    with services.begin() as work:
        assert work.incidents.get(stuck.id).parameters == '{"at": "2026-11-20T08:00:00+07:00"}'
        resume_instance(asked, by=by, at=services.clock(), work=work)
    office.run_jobs()

    assert standing(office, stuck.document_id) == ["read"]


@pytest.mark.parametrize(
    "typed", ["", "[]", "1", "{", '{"a": NaN}', '{"a": "\\ud800"}', '{"a": "\\u0000"}', "[" * 9999]
)
def test_parameters_are_a_json_object_that_can_be_kept(office: Office, stuck: Incident, typed: str) -> None:
    with pytest.raises(IncidentInvalid):
        retry(office, stuck, parameters_typed(typed))


def test_parameters_take_at_most_64_kb(office: Office, stuck: Incident) -> None:
    with pytest.raises(IncidentInvalid):
        retry(office, stuck, {"a": "x" * 65_536})


@pytest.mark.parametrize(
    "given",
    [
        {"level": 2},
        {"at": "2026-11-20T08:00:00"},
        {"at": "2999-01-01T00:00:00+07:00"},
        {"at": "hôm qua"},
        {"at": 1},
        {"document_id": "another"},
    ],
)
def test_what_an_operation_does_not_know_or_cannot_use_is_refused_by_name(
    office: Office, stuck: Incident, given: Mapping[str, object]
) -> None:
    with pytest.raises(ParametersUnfit) as refused:
        retry(office, stuck, given)

    assert [error.field for error in refused.value.errors] == [f"parameters/{name}" for name in given]


def test_a_job_that_is_given_what_it_does_not_know_is_stuck_with_its_name(office: Office, stuck: Incident) -> None:
    job = RunOperation(
        instance_id=stuck.instance_id,
        task_id=stuck.task_id,
        element_id="check",
        operation="check_signatures",
        parameters='{"level": 2}',
    )

    with pytest.raises(ParametersUnfit, match="level"):
        run_operation(job, services=office.house.services)


@pytest.mark.parametrize(
    ("code", "advice"), [("store.away", "tried again"), ("store.refused", "log"), ("new.code", "Try again")]
)
def test_every_incident_says_what_helps(stuck: Incident, code: str, advice: str) -> None:
    assert advice in stuck.seen_again(code, "It failed.", stuck.last_seen).advice
