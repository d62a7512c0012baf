"""What was called is suspended, goes on and ends with the step that called it, unless it stands by itself."""

from dataclasses import replace

import pytest

from engine.actions.cancel_instance import cancel_instance
from engine.actions.deliver_message import DeliverMessage, deliver_message
from engine.actions.follow_caller import follow_caller
from engine.actions.recall_work_item import recall_work_item
from engine.actions.resume_instance import resume_instance
from engine.actions.suspend_instance import suspend_instance
from engine.documents import OutgoingState
from tests.engine.runtime.drawing import flows, human
from tests.storage.builders import an_event
from tests.support.calls import (
    ASKS,
    END,
    NAMING,
    OPINION,
    START,
    a_draft,
    administer,
    answer,
    asking,
    called_by,
    caller,
    deploy,
    elements,
    items,
    leaves,
)
from tests.support.models import INCOMING, NAMES, boundary
from tests.support.office import Office


def test_what_was_called_is_cancelled_suspended_and_resumed_with_its_caller(office: Office) -> None:
    document_id = asking(office)
    above = caller(office, document_id)

    administer(suspend_instance, office, above, "Chờ thanh tra")
    office.run_jobs()
    (called,) = called_by(office, document_id)
    assert (called.standing, called.suspended_because) == ("suspended", "Thử: Chờ thanh tra")
    administer(resume_instance, office, above)
    office.run_jobs()
    assert called_by(office, document_id)[0].standing == "running"
    administer(cancel_instance, office, above, "Nhập nhầm")
    office.run_jobs()

    (called,) = called_by(office, document_id)
    assert (called.standing, called.cancelled_because, called.with_caller) == ("cancelled", "Thử: Nhập nhầm", True)
    assert items(office, called) == []
    assert leaves(office, called) == [
        "instance.called",
        "instance.suspended",
        "instance.resumed",
        "instance.cancelled",
    ]


def test_what_somebody_suspended_by_itself_does_not_go_on_with_its_caller(office: Office) -> None:
    document_id = asking(office)
    (called,) = called_by(office, document_id)
    administer(suspend_instance, office, called, "Riêng việc này")

    follow_caller(called.id, services=office.house.services)

    assert called_by(office, document_id)[0].suspended_because == "Riêng việc này"


def test_what_an_administrator_resumed_before_its_caller_is_followed_no_more(office: Office) -> None:
    document_id = asking(office)
    above, (called,) = caller(office, document_id), called_by(office, document_id)
    administer(suspend_instance, office, above, "Chờ thanh tra")
    office.run_jobs()
    administer(resume_instance, office, called)
    assert not called_by(office, document_id)[0].with_caller
    administer(suspend_instance, office, called, "Riêng việc này")

    administer(resume_instance, office, above)
    office.run_jobs()

    assert called_by(office, document_id)[0].suspended_because == "Riêng việc này"


def test_a_step_of_a_called_procedure_is_taken_back_after_it_stood_with_its_caller(office: Office) -> None:
    steps = (START, human("prepare"), human("answer"), END, flows("begin > prepare > answer > finished"))
    deploy(office, "opinion", *steps)
    deploy(office, INCOMING, *ASKS)
    document_id = office.register().document.id
    office.complete(document_id, "prepare", "done", "vanthu")
    above, (called,) = caller(office, document_id), called_by(office, document_id)
    (item,) = items(office, called)
    answer(office, called, "done")

    administer(suspend_instance, office, above)
    office.run_jobs()
    administer(resume_instance, office, above)
    office.run_jobs()

    services = office.house.services
    with services.begin() as work:
        recall_work_item(item.id, by=office.people["vanthu"], at=services.clock(), work=work)
    assert elements(office, called) == ["prepare"]


def test_a_call_that_is_interrupted_ends_what_it_called(office: Office) -> None:
    message = '<messageEventDefinition messageRef="reply"/>'
    document_id = asking(
        office,
        *ASKS[:3],
        human("go_on"),
        END,
        boundary("came", "ask", message),
        flows("begin > prepare > ask > go_on > finished", "came > finished"),
    )
    services = office.house.services
    with services.begin() as work:
        deliver_message(DeliverMessage(name=NAMES[0]), by=office.people["vanthu"], at=services.clock(), work=work)
    office.run_jobs()

    assert caller(office, document_id).standing == "finished"
    (called,) = called_by(office, document_id)
    assert (called.standing, called.cancelled_because) == ("cancelled", "Thử")


@pytest.mark.parametrize("stood", [False, True], ids=["ran", "stood with its caller"])
def test_a_called_procedure_goes_on_by_itself_where_its_document_is_signed(office: Office, *, stood: bool) -> None:
    deploy(office, "opinion", *OPINION, documentKind="outgoing")
    deploy(office, INCOMING, *NAMING)
    document_id, draft = office.register().document.id, a_draft(office)
    office.complete(document_id, "prepare", "done", "vanthu", which=str(draft.id))
    (called,) = called_by(office, document_id)
    assert (called.document_id, called.beside) == (draft.id, False)
    with office.house.services.begin() as work:
        work.documents.lock(draft.id)
        work.documents.save(replace(draft, state=OutgoingState.SIGNED))
        work.record(an_event(draft.agency_id))

    if stood:
        administer(suspend_instance, office, caller(office, document_id))
        office.run_jobs()

    administer(cancel_instance, office, caller(office, document_id))
    office.run_jobs()

    assert called_by(office, document_id)[0].standing == "running"
    assert leaves(office, called) == (
        ["instance.called", "instance.suspended", "instance.released", "instance.resumed"]
        if stood
        else ["instance.called", "instance.released"]
    )
    answer(office, called)
    office.run_jobs()
    assert called_by(office, document_id)[0].standing == "finished"


def test_a_draft_is_cancelled_with_the_procedure_it_was_called_for(office: Office) -> None:
    deploy(office, "opinion", *OPINION)
    deploy(office, INCOMING, *NAMING)
    document_id, draft = office.register().document.id, a_draft(office)
    office.complete(document_id, "prepare", "done", "vanthu", which=str(draft.id))

    administer(cancel_instance, office, caller(office, document_id))
    office.run_jobs()

    assert office.outgoing(draft.id).state is OutgoingState.CANCELLED
