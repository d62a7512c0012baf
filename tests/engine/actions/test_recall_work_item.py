"""Taking a completed step back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.timers import fire_next
from api.worker import once
from engine.actions.claim_work_item import claim_work_item
from engine.actions.deliver_message import DeliverMessage, deliver_message
from engine.actions.open_work_item import open_work_item
from engine.actions.pause_document import PauseDocument, pause_document
from engine.actions.recall_work_item import recall_work_item
from engine.actions.resume_document import resume_document
from engine.actions.resume_instance import resume_instance
from engine.actions.suspend_instance import suspend_instance
from engine.administration import Administration
from engine.documents import IncomingState, OutgoingState
from engine.explanations import why_not_recalled
from engine.form_drafts import FormDraft
from engine.ids import DocumentId, UnitId, WorkItemId
from engine.instances import Instance, Movement, in_force
from engine.recalls import Hindrance, RecallRefused
from engine.timers import Timer
from engine.work_items import WorkItem, WorkItemNotFound, WorkItemState
from tests.engine.runtime.drawing import event, flows, human
from tests.support.models import NAMES, after, boundary, catch, deployed, every, instance_of, standing, throw
from tests.support.office import Office


def recall(office: Office, item_id: WorkItemId, by: str) -> WorkItem:
    services = office.house.services
    with services.begin() as work:
        return recall_work_item(item_id, by=office.people[by], at=services.clock(), work=work)


def look_at(office: Office, item_id: WorkItemId, by: str) -> WorkItem:
    services = office.house.services
    with services.begin() as work:
        return open_work_item(item_id, by=office.people[by], at=services.clock(), work=work)


def lead(office: Office) -> UnitId:
    (unit,) = office.people["truongphong"].units
    return unit


def directed(office: Office) -> tuple[DocumentId, WorkItem]:
    """Return a document just directed to a unit, and the item that was completed by it."""
    document_id = office.register().document.id
    office.run_jobs()
    given = {"lead_unit": str(lead(office)), "due_date": "2030-01-31", "note": "Khẩn trương"}
    return document_id, office.complete(document_id, "direct", "assign", "chutich", **given)


def kept(office: Office, document_id: DocumentId) -> dict[str, Any]:
    """Return what a recall has to bring back: the state, the data, the document, who does what."""
    with office.house.services.begin() as work:
        instance = work.instances.find_of_document(document_id)
        assert instance is not None
        history = in_force(work.instances.history(instance.id))
        return {
            "state": instance.state,
            "document": office.incoming(document_id).state,
            "due": office.incoming(document_id).due_date,
            "readers": office.incoming(document_id).reader_units,
            "directives": list(work.directives.of_document(document_id)),
            "waits": [(item.element_id, item.task_id) for item in work.work_items.open_of(instance.id)],
            "history": [(line.task_id, line.movement) for line in history],
        }


def test_everything_stands_as_before_and_the_form_as_it_was_sent_is_kept_as_a_draft(office: Office) -> None:
    document_id = office.register().document.id
    office.run_jobs()
    before = kept(office, document_id)
    done = office.complete(document_id, "direct", "assign", "chutich", lead_unit=str(lead(office)), note="Gấp")
    assert [item.document_id for item in office.inbox("truongphong")] == [document_id]

    again = recall(office, done.id, "chutich")

    assert kept(office, document_id) == before
    assert (again.state, again.assignee, again.rev) == (WorkItemState.OPEN, office.people["chutich"].id, done.rev + 1)
    assert office.inbox("truongphong") == []
    assert [item.id for item in office.inbox("chutich")] == [done.id]
    draft = draft_of(office, done.id)
    assert (draft.outcome, draft.values()) == ("assign", {"lead_unit": str(lead(office)), "note": "Gấp"})


def draft_of(office: Office, item_id: WorkItemId) -> FormDraft:
    with office.house.services.begin() as work:
        draft = work.form_drafts.find(item_id, office.people["chutich"].id)
    assert draft is not None
    return draft


def test_what_was_taken_back_is_done_again_and_every_step_stands_in_the_history(office: Office) -> None:
    document_id, done = directed(office)
    recall(office, done.id, "chutich")
    other = str(office.people["chuyenvien.ocop"].posts[0].unit_id)

    office.complete(document_id, "direct", "assign", "chutich", lead_unit=other)

    document = office.incoming(document_id)
    assert (document.state, document.due_date) == (IncomingState.DIRECTED, None)
    with office.house.services.begin() as work:
        instance = work.instances.find_of_document(document_id)
        assert instance is not None
        history = work.instances.history(instance.id)
        leaves = work.audit.about(instance.agency_id, [str(done.id)])
        directives = work.directives.of_document(document_id)
    of_step = [line.movement for line in history if line.element_id == "direct"]
    assert of_step == [Movement.ENTERED, Movement.LEFT, Movement.RECALLED, Movement.LEFT]
    assert [leaf.action for leaf in leaves] == ["work_item.completed", "work_item.recalled", "work_item.completed"]
    assert [str(directive.lead_unit) for directive in directives] == [other]


def test_a_step_is_not_taken_back_once_the_next_person_has_opened_or_taken_it(office: Office) -> None:
    document_id, done = directed(office)
    following = office.item(document_id, "assign")
    assert look_at(office, following.id, "chutich").seen_at is None, "who may not do it does not count"
    assert look_at(office, following.id, "truongphong").seen_by == office.people["truongphong"].id

    with pytest.raises(RecallRefused) as refused:
        recall(office, done.id, "chutich")

    assert refused.value.hindrance is Hindrance.OPENED
    assert office.item(document_id, "assign").id == following.id


def test_taking_the_next_step_without_looking_counts_too(office: Office) -> None:
    document_id, done = directed(office)
    services = office.house.services
    with services.begin() as work:
        following = office.item(document_id, "assign").id
        claim_work_item(following, by=office.people["truongphong"], at=services.clock(), work=work)

    with pytest.raises(RecallRefused, match="has opened it already"):
        recall(office, done.id, "chutich")


def test_looking_twice_changes_nothing_the_second_time(office: Office) -> None:
    document_id = office.register().document.id
    item_id = office.item(document_id, "direct").id

    first, again = (look_at(office, item_id, name) for name in ("chutich", "phochutich"))

    assert first == again
    assert first.seen_by == office.people["chutich"].id


@pytest.mark.parametrize(("by", "refusal"), [("phochutich", RecallRefused), ("vanthu.xa1", WorkItemNotFound)])
def test_nobody_else_takes_a_step_back(office: Office, by: str, refusal: type[Exception]) -> None:
    _, done = directed(office)

    with pytest.raises(refusal):
        recall(office, done.id, by)


def test_a_step_is_taken_back_once(office: Office) -> None:
    _, done = directed(office)
    recall(office, done.id, "chutich")

    with pytest.raises(RecallRefused) as refused:
        recall(office, done.id, "chutich")

    assert refused.value.hindrance is Hindrance.NOT_DONE


def test_only_the_last_step_is_taken_back(office: Office) -> None:
    document_id, done = directed(office)
    handler = str(office.people["chuyenvien"].id)
    office.complete(document_id, "assign", "assign", "truongphong", handler=handler)

    with pytest.raises(RecallRefused) as refused:
        recall(office, done.id, "chutich")

    assert refused.value.hindrance is Hindrance.NOT_LAST
    with office.house.services.begin() as work:
        said = why_not_recalled(done, Hindrance.NOT_LAST, work)
    assert said.facts == {"name": office.people["truongphong"].name, "step": "Phân công giải quyết"}


def test_a_step_that_gave_the_machine_work_is_not_taken_back(office: Office) -> None:
    document_id = office.register().document.id
    office.run_jobs()
    done = office.complete(document_id, "direct", "file", "chutich")

    with pytest.raises(RecallRefused) as refused:
        recall(office, done.id, "chutich")

    assert refused.value.hindrance is Hindrance.MACHINE


def test_a_signature_and_a_number_are_not_taken_back(office: Office) -> None:
    document_id = office.reviewed()
    signed = office.sign(document_id, "sign", "chutich")
    with pytest.raises(RecallRefused) as of_signature:
        recall(office, signed.id, "chutich")
    numbered = office.complete(document_id, "number", "number", "vanthu")
    with pytest.raises(RecallRefused) as of_number:
        recall(office, numbered.id, "vanthu")

    assert of_signature.value.hindrance is Hindrance.SIGNED
    assert of_number.value.hindrance is Hindrance.NUMBERED


def test_a_draft_handed_in_too_early_is_taken_back(office: Office) -> None:
    document_id = office.draft().document.id
    done = office.complete(document_id, "draft", "submit", "chuyenvien")

    recall(office, done.id, "chuyenvien")

    assert office.outgoing(document_id).state is OutgoingState.DRAFT
    assert [item.id for item in office.inbox("chuyenvien")] == [done.id]
    assert office.inbox("truongphong") == []


TIMED = (
    event("start", "begin"),
    human("handle"),
    boundary("overdue", "handle", after("PT30M")),
    human("check"),
    boundary("remind", "check", every("R/PT1H"), interrupting=False),
    human("hurry"),
    event("end", "finished"),
    event("end", "reminded"),
    flows("begin > handle > check > finished", "overdue > hurry > finished", "remind > reminded"),
)


def timers(office: Office, document_id: DocumentId) -> list[Timer]:
    with office.house.services.begin() as work:
        return list(work.timers.of_instance(instance_of(document_id, work).id))


def test_timers_come_back_with_their_own_moments(office: Office) -> None:
    deployed(office, *TIMED)
    document_id = office.register().document.id
    before = timers(office, document_id)
    done = office.complete(document_id, "handle", "done", "vanthu")
    assert [timer.element_id for timer in timers(office, document_id)] == ["remind"]

    recall(office, done.id, "vanthu")

    assert timers(office, document_id) == before
    assert [timer.element_id for timer in before] == ["overdue"]


def test_a_timer_that_was_due_meanwhile_fires_once_the_step_is_taken_back(office: Office) -> None:
    deployed(office, *TIMED)
    services = office.house.services
    early = replace(services, clock=lambda: services.clock() - timedelta(minutes=31))
    document_id = replace(office, house=replace(office.house, services=early)).register().document.id
    done = office.complete(document_id, "handle", "done", "vanthu")
    recall(office, done.id, "vanthu")

    assert fire_next(services, once)
    assert standing(office, document_id) == ["hurry"]


def test_a_timer_that_fired_since_ends_the_recall_and_the_page_says_which(office: Office) -> None:
    deployed(office, *TIMED)
    services = office.house.services
    early = replace(services, clock=lambda: services.clock() - timedelta(minutes=61))
    past = replace(office, house=replace(office.house, services=early))
    document_id = past.register().document.id
    done = past.complete(document_id, "handle", "done", "vanthu")
    assert fire_next(services, once)

    with pytest.raises(RecallRefused) as refused:
        recall(office, done.id, "vanthu")

    assert refused.value.hindrance is Hindrance.NOT_LAST
    with services.begin() as work:
        said = why_not_recalled(done, Hindrance.NOT_LAST, work)
    assert said.template == "The procedure has gone on by itself since, at '%(step)s'."


def test_a_message_is_waited_for_again_and_one_that_was_sent_is_not_taken_back(office: Office) -> None:
    deployed(
        office,
        event("start", "begin"),
        human("ask"),
        catch("answered", "reply", "document_id"),
        human("tell"),
        throw("told", "rules"),
        human("rest"),
        event("end", "finished"),
        flows("begin > ask > answered > tell > told > rest > finished"),
    )
    document_id = office.register().document.id
    asked = office.complete(document_id, "ask", "done", "vanthu")
    recall(office, asked.id, "vanthu")
    with office.house.services.begin() as work:
        instance = instance_of(document_id, work)
        assert (instance.waits, list(work.messages.of_instance(instance.id))) == ("", [])
    office.complete(document_id, "ask", "done", "vanthu")
    services = office.house.services
    request = DeliverMessage(name=NAMES[0], correlation=str(document_id), payload={})
    with services.begin() as work:
        deliver_message(request, by=office.people["vanthu"], at=services.clock(), work=work)
    told = office.complete(document_id, "tell", "done", "vanthu")

    with pytest.raises(RecallRefused) as refused:
        recall(office, told.id, "vanthu")

    assert refused.value.hindrance is Hindrance.SENT


def stopped(office: Office, document_id: DocumentId, act: Callable[..., Instance]) -> None:
    services = office.house.services
    with services.begin() as work:
        asked = Administration(instance_id=instance_of(document_id, work).id, reason="Rà soát quy trình")
        act(asked, by=office.people["quantri"], at=services.clock(), work=work)


def test_a_suspended_procedure_takes_nothing_back_and_a_resumed_one_does(office: Office) -> None:
    document_id, done = directed(office)
    stopped(office, document_id, suspend_instance)
    with pytest.raises(RecallRefused) as refused:
        recall(office, done.id, "chutich")
    stopped(office, document_id, resume_instance)

    assert refused.value.hindrance is Hindrance.SUSPENDED
    assert recall(office, done.id, "chutich").state is WorkItemState.OPEN


def test_a_document_whose_due_date_moved_since_stays_as_it_is(office: Office) -> None:
    document_id, done = directed(office)
    services = office.house.services
    late = services.clock() + timedelta(days=9)
    with services.begin() as work:
        pausing = PauseDocument(document_id=document_id, reason="Chờ bổ sung")
        pause_document(pausing, by=office.people["chutich"], at=services.clock(), work=work)
    with services.begin() as work:
        resume_document(document_id, by=office.people["chutich"], at=late, work=work)

    with pytest.raises(RecallRefused) as refused:
        recall(office, done.id, "chutich")

    assert refused.value.hindrance is Hindrance.CHANGED
