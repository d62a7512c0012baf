"""Suspending, resuming and cancelling procedures; by real actions on a real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from api.timers import fire_next
from api.wiring import now
from api.worker import once
from engine.access import NotAllowed
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.cancel_instance import cancel_instance
from engine.actions.deliver_message import DeliverMessage, deliver_message
from engine.actions.make_out_document import make_out_document
from engine.actions.report_failure import Failure, report_failure
from engine.actions.resume_instance import resume_instance
from engine.actions.retry_incident import retry_incident
from engine.actions.run_operation import RunOperation, run_operation
from engine.actions.suspend_instance import suspend_instance
from engine.actions.use_key import use_key
from engine.administration import Administration
from engine.documents import IncomingState, OutgoingState
from engine.errors import Refusal
from engine.ids import DocumentId
from engine.instances import (
    AdministrationInvalid,
    Instance,
    InstanceEnded,
    InstanceHalted,
    InstanceNotCancellable,
    InstanceNotFound,
    InstanceRuns,
    InstanceState,
)
from engine.procedures import look
from engine.queries import ForecastQuery, InstanceQuery, PageRequest
from engine.stand_ins import Scope, StandInKind
from engine.work_items import WorkItemNotOpen, WorkItemState
from tests.engine.actions.test_fire_timer import HANDLED_IN_TIME
from tests.engine.runtime.drawing import event, flows, human
from tests.support.models import NAMES, catch, deployed, instance_of, standing
from tests.support.office import Office

REASON = "Chờ ý kiến của Sở Nội vụ"
Act = Callable[..., Instance]
ACTS: tuple[Act, ...] = (suspend_instance, resume_instance, cancel_instance)
ANSWERED = (
    event("start", "begin"),
    catch("answer", "reply"),
    human("read"),
    event("end", "finished"),
    flows("begin > answer > read > finished"),
)


def administer(
    office: Office, act: Act, document_id: DocumentId, by: str = "quantri", reason: str = REASON
) -> Instance:
    services = office.house.services
    with services.begin() as work:
        asked = Administration(instance_id=instance_of(document_id, work).id, reason=reason)
        return act(asked, by=office.people[by], at=services.clock(), work=work)


def instance(office: Office, document_id: DocumentId) -> Instance:
    with office.house.services.begin() as work:
        return instance_of(document_id, work)


def leaves(office: Office, document_id: DocumentId) -> list[str]:
    with office.house.services.begin() as work:
        found = instance_of(document_id, work)
        return [leaf.action for leaf in work.audit.about(found.agency_id, [str(found.id)])]


def waiting_job(office: Office, document_id: DocumentId) -> RunOperation:
    with office.house.services.begin() as work:
        found = instance_of(document_id, work)
        (job,) = look(found, work).open_jobs
    return RunOperation(instance_id=found.id, task_id=job.task_id, element_id=job.element_id, operation=job.operation)


def failed(office: Office, job: RunOperation) -> None:
    services = office.house.services
    failure = Failure(
        operation=job.operation, element_id=job.element_id, task_id=job.task_id, code="store.away", message="Away."
    )
    with services.begin() as work:
        report_failure(failure, job.instance_id, at=services.clock(), work=work)


def test_people_are_told_why_a_suspended_procedure_stands_and_go_on_after_it(office: Office) -> None:
    document_id = office.register().document.id
    suspended = administer(office, suspend_instance, document_id)

    with pytest.raises(InstanceHalted, match=REASON):
        office.complete(document_id, "direct", "file", "chutich")
    assert (suspended.suspended_because, instance(office, document_id)) == (REASON, suspended)
    assert administer(office, resume_instance, document_id).suspended_at is None
    office.complete(document_id, "direct", "file", "chutich")

    assert leaves(office, document_id)[:2] == ["instance.suspended", "instance.resumed"]


def test_a_job_of_a_suspended_procedure_waits_without_an_incident_and_runs_after_it(office: Office) -> None:
    document_id = office.register().document.id
    administer(office, suspend_instance, document_id)
    office.run_jobs()

    job = waiting_job(office, document_id)
    with office.house.services.begin() as work:
        assert work.incidents.unresolved_of(job.instance_id) == []
    administer(office, resume_instance, document_id)
    office.run_jobs()

    with office.house.services.begin() as work:
        assert look(instance_of(document_id, work), work).open_jobs == ()


def test_what_an_incident_stopped_is_not_retried_while_suspended_nor_started_by_resuming(office: Office) -> None:
    document_id = office.register().document.id
    failed(office, waiting_job(office, document_id))
    administer(office, suspend_instance, document_id)
    office.run_jobs()
    services = office.house.services

    with services.begin() as work:
        (incident,) = work.incidents.unresolved_of(instance_of(document_id, work).id)
    with services.begin() as work, pytest.raises(InstanceHalted):
        retry_incident(incident.id, by=office.people["quantri"], at=services.clock(), work=work)
    administer(office, resume_instance, document_id)
    office.run_jobs()

    assert waiting_job(office, document_id).task_id == incident.task_id


def test_a_signature_asked_for_before_is_made_after_the_suspension(office: Office) -> None:
    document_id = office.reviewed()
    ask = AskSignature(work_item_id=office.item(document_id, "sign").id)
    item = ask_signature(ask, by=office.people["chutich"], services=office.house.services)
    administer(office, suspend_instance, document_id)

    use_key(item.id, services=office.house.services)
    assert office.outgoing(document_id).state is OutgoingState.SIGNING
    administer(office, resume_instance, document_id)
    office.run_jobs()

    assert office.outgoing(document_id).state is OutgoingState.SIGNED


def test_nobody_asks_for_a_signature_in_a_suspended_procedure(office: Office) -> None:
    document_id = office.reviewed()
    administer(office, suspend_instance, document_id)

    with pytest.raises(InstanceHalted):
        office.sign(document_id, "sign", "chutich")


def test_a_timer_that_is_due_meanwhile_fires_after_the_suspension(office: Office) -> None:
    early = replace(office.house.services, clock=lambda: now() - timedelta(hours=1))
    yesterday = replace(office, house=replace(office.house, services=early))
    deployed(yesterday, *HANDLED_IN_TIME)
    document_id = yesterday.register().document.id
    administer(office, suspend_instance, document_id)

    assert not fire_next(office.house.services, once)
    administer(office, resume_instance, document_id)
    assert fire_next(office.house.services, once)

    assert standing(office, document_id) == ["hurry"]


def test_a_message_to_a_suspended_procedure_is_refused_with_the_reason_and_heard_after_it(office: Office) -> None:
    deployed(office, *ANSWERED)
    document_id = office.register().document.id
    administer(office, suspend_instance, document_id)
    services = office.house.services

    def tell() -> None:
        with services.begin() as work:
            deliver_message(DeliverMessage(name=NAMES[0]), by=office.people["vanthu"], at=services.clock(), work=work)

    with pytest.raises(InstanceHalted, match=REASON):
        tell()
    administer(office, resume_instance, document_id)
    tell()

    assert standing(office, document_id) == ["read"]


def test_suspending_twice_and_resuming_what_runs_are_refused(office: Office) -> None:
    document_id = office.register().document.id

    with pytest.raises(InstanceRuns):
        administer(office, resume_instance, document_id)
    administer(office, suspend_instance, document_id)
    with pytest.raises(InstanceHalted, match=REASON):
        administer(office, suspend_instance, document_id, reason="Lý do khác")


def test_of_two_who_suspend_at_once_one_is_told_that_it_stands(office: Office) -> None:
    document_id = office.register().document.id

    def suspend(_: int) -> type[Refusal] | None:
        try:
            administer(office, suspend_instance, document_id)
        except Refusal as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(suspend, range(2)))

    assert sorted(map(str, told)) == sorted(map(str, [None, InstanceHalted]))
    assert leaves(office, document_id).count("instance.suspended") == 1


def test_every_act_needs_a_reason_that_can_be_read(office: Office) -> None:
    document_id = office.register().document.id

    for act in ACTS:
        for reason in ("", "   ", "x" * 501, "a\0b"):
            with pytest.raises(AdministrationInvalid):
                administer(office, act, document_id, reason=reason)
    assert leaves(office, document_id) == []


def test_only_administrators_of_the_agency_lay_hands_on_a_procedure(office: Office) -> None:
    document_id = office.register().document.id

    for act in ACTS:
        for by in ("kiemtra", "vanthu", "chutich"):
            with pytest.raises(NotAllowed):
                administer(office, act, document_id, by=by)
        with pytest.raises(InstanceNotFound):
            administer(office, act, document_id, by="vanthu.xa1")
    assert leaves(office, document_id) == []


def test_a_cancelled_procedure_is_over_and_so_are_its_work_its_document_and_its_incidents(office: Office) -> None:
    document_id = office.draft().document.id
    item = office.item(document_id, "draft")

    cancelled = administer(office, cancel_instance, document_id)

    assert (cancelled.cancelled_because, instance(office, document_id)) == (REASON, cancelled)
    assert office.outgoing(document_id).state is OutgoingState.CANCELLED
    with office.house.services.begin() as work:
        assert work.work_items.get(item.id).state is WorkItemState.CANCELLED
        history = work.instances.history(cancelled.id)
    assert {line.task_id for line in history if line.movement == "entered"} == {
        line.task_id for line in history if line.movement == "left"
    }
    for act in ACTS:
        with pytest.raises(InstanceEnded):
            administer(office, act, document_id)


def test_an_incoming_document_whose_procedure_is_cancelled_is_stopped_and_never_late(office: Office) -> None:
    unit = str(next(iter(office.people["truongphong"].units)))
    document_id = office.register(due_date=date(2026, 11, 30)).document.id
    office.complete(document_id, "direct", "assign", "chutich", lead_unit=unit)
    number = office.incoming(document_id).arrival_number

    administer(office, cancel_instance, document_id)

    stopped = office.incoming(document_id)
    assert (stopped.state, stopped.arrival_number) == (IncomingState.STOPPED, number)
    with office.house.services.begin() as work:
        assert stopped.standing(work.calendars.of(stopped.agency_id), office.house.services.clock()) is None
        query = ForecastQuery(agency_id=stopped.agency_id, until=now() + timedelta(days=3650))
        assert work.documents.forecast(query, PageRequest()).items == ()


def test_who_stands_in_for_somebody_is_held_up_by_a_suspension_too(office: Office) -> None:
    incoming, outgoing = office.register().document.id, office.reviewed()
    office.stand_in("chutich", "chuyenvien.ocop", scope=Scope(steps=frozenset({"incoming_document"})))
    office.stand_in(
        "chutich", "phochutich", kind=StandInKind.DEPUTY, scope=Scope(steps=frozenset({"outgoing_document"}))
    )
    acting, deputy = office.placed("chuyenvien.ocop"), office.placed("phochutich")
    sign = office.item(outgoing, "sign").id
    for document_id in (incoming, outgoing):
        administer(office, suspend_instance, document_id)

    with pytest.raises(InstanceHalted, match=REASON):
        acting.complete(incoming, "direct", "file", "chuyenvien.ocop")
    with pytest.raises(InstanceHalted, match=REASON):
        make_out_document(sign, by=deputy.people["phochutich"], services=office.house.services)
    for document_id in (incoming, outgoing):
        administer(office, resume_instance, document_id)
    make_out_document(sign, by=deputy.people["phochutich"], services=office.house.services)
    administer(office, suspend_instance, outgoing)
    with pytest.raises(InstanceHalted, match=REASON):
        deputy.sign(outgoing, "sign", "phochutich")

    assert acting.complete(incoming, "direct", "file", "chuyenvien.ocop").on_behalf_of == office.people["chutich"].id


def listed(office: Office, **asked: Any) -> list[str]:  # noqa: ANN401 - fields of any type
    """Return what stands in the list of procedures, by the number of its document."""
    agency = office.people["quantri"].agency_id
    with office.house.services.begin() as work:
        found = work.instances.search(InstanceQuery(agency_id=agency, **asked), PageRequest())
        documents = work.documents.several({line.document_id for line in found.items})
    return [str(getattr(documents[line.document_id], "code_number", line.standing)) for line in found.items]


def test_procedures_are_listed_by_state_model_version_and_age_the_oldest_first(office: Office) -> None:
    first, second, third = (office.register(code_number=str(number)).document.id for number in (1, 2, 3))
    failed(office, waiting_job(office, third))
    administer(office, suspend_instance, second)
    administer(office, cancel_instance, first)

    assert listed(office) == ["2", "3"]
    by_state = {state.value: listed(office, state=state) for state in InstanceState}
    assert by_state == {
        "unfinished": ["2", "3"],
        "running": ["3"],
        "suspended": ["2"],
        "stuck": ["3"],
        "finished": [],
        "cancelled": ["1"],
    }
    assert listed(office, key="incoming_document", version=1) == ["2", "3"]
    assert listed(office, key="outgoing_document") == []
    assert (listed(office, version=2), listed(office, begun_before=now() - timedelta(days=1))) == ([], [])


def test_a_list_of_procedures_says_what_each_waits_for_and_goes_on_where_a_page_ended(office: Office) -> None:
    for number in (1, 2):
        office.register(code_number=str(number))
    query = InstanceQuery(agency_id=office.people["quantri"].agency_id)
    with office.house.services.begin() as work:
        first = work.instances.search(query, PageRequest(limit=1))
        rest = work.instances.search(query, PageRequest(after=first.next, limit=1))

    (line,) = first.items
    assert (line.definition_key, line.version, line.standing, line.incidents) == ("incoming_document", 1, "running", 0)
    assert line.steps == ("Cho ý kiến chỉ đạo (bút phê)",)
    assert (len(rest.items), rest.next) == (1, None)


def test_what_a_job_or_a_key_still_brings_to_a_cancelled_procedure_is_let_go(office: Office) -> None:
    reviewed_id, registered_id = office.reviewed(), office.register().document.id
    job = waiting_job(office, registered_id)
    failed(office, job)
    ask = AskSignature(work_item_id=office.item(reviewed_id, "sign").id)
    item = ask_signature(ask, by=office.people["chutich"], services=office.house.services)
    for document_id in (registered_id, reviewed_id):
        administer(office, cancel_instance, document_id)

    run_operation(job, services=office.house.services)
    use_key(item.id, services=office.house.services)
    office.run_jobs()

    assert office.outgoing(reviewed_id).state is OutgoingState.CANCELLED
    with office.house.services.begin() as work:
        assert work.incidents.unresolved_of(job.instance_id) == []
    assert leaves(office, registered_id) == ["instance.cancelled"]


def test_a_suspended_procedure_is_cancelled_and_its_work_stays_closed(office: Office) -> None:
    document_id = office.draft().document.id
    item = office.item(document_id, "draft")
    administer(office, suspend_instance, document_id)

    administer(office, cancel_instance, document_id)

    with office.house.services.begin() as work, pytest.raises(WorkItemNotOpen):
        work.work_items.get(item.id).require_open()


@pytest.mark.parametrize("reached", ["signed", "numbered"])
def test_what_is_signed_or_numbered_is_not_cancelled_and_keeps_its_procedure(office: Office, reached: str) -> None:
    document_id = getattr(office, reached)()

    with pytest.raises(InstanceNotCancellable, match=reached):
        administer(office, cancel_instance, document_id)

    assert instance(office, document_id).finished_at is None
    assert office.outgoing(document_id).state.value == reached
