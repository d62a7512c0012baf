"""A message reaches the one step that waits for it, or nobody; a signal reaches all who listen; each once."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from api.stuck import open_incident, undelivered, unheard
from api.wiring import database_url
from engine import procedures
from engine.access import NotAllowed
from engine.actions.broadcast_signal import broadcast_signal
from engine.actions.deliver_message import DeliverMessage, deliver_message
from engine.actions.pass_message import pass_message
from engine.actions.receive_signal import receive_signal
from engine.actions.retry_incident import retry_incident
from engine.ids import DocumentId, InstanceId
from engine.incidents import Incident, IncidentState
from engine.messages import MessageAmbiguous, MessageNotAwaited, Sending, SendingKind
from engine.queries import IdempotencyKeyReused, Once, PageRequest
from engine.runtime.errors import DataTooLarge
from engine.runtime.run import Run
from tests.engine.runtime.drawing import event, flows, human
from tests.support.models import NAMES, catch, deployed, instance_of, standing, throw
from tests.support.office import Office

REPLY, RULES = NAMES
OF_DOCUMENT = "document_id"

AWAITS_REPLY = (
    event("start", "begin"),
    catch("reply_came", "reply", OF_DOCUMENT),
    human("read_it"),
    event("end", "finished"),
    flows("begin > reply_came > read_it > finished"),
)
AWAITS_ANY = (
    event("start", "begin"),
    catch("reply_came", "reply"),
    human("read_it"),
    event("end", "finished"),
    flows("begin > reply_came > read_it > finished"),
)
LISTENS = (
    event("start", "begin"),
    catch("rules_changed", "rules"),
    human("read_it"),
    event("end", "finished"),
    flows("begin > rules_changed > read_it > finished"),
)
SENDS = (
    event("start", "begin"),
    human("write"),
    throw("send", "reply"),
    throw("announce", "rules"),
    event("end", "finished"),
    flows("begin > write > send > announce > finished"),
)


def tell(office: Office, by: str = "vanthu", **request: Any) -> InstanceId:  # noqa: ANN401 - fields of any type
    services = office.house.services
    with services.begin() as work:
        asked = DeliverMessage(name=REPLY, **request)
        return deliver_message(asked, by=office.people[by], at=services.clock(), work=work)


def incidents(office: Office, by: str = "vanthu") -> list[Incident]:
    with office.house.services.begin() as work:
        found = work.incidents.search(office.people[by].agency_id, PageRequest(), unresolved=False)
    return list(found.items)


def leaves(office: Office, document_id: DocumentId, action: str) -> int:
    with office.house.services.begin() as work:
        instance = instance_of(document_id, work)
        return sum(leaf.action == action for leaf in work.audit.about(instance.agency_id, [str(instance.id)]))


def what_is_known(office: Office, document_id: DocumentId, element: str) -> object:
    """Return what the procedure keeps of an element."""
    with office.house.services.begin() as work:
        instance = instance_of(document_id, work)
        return Run.resume(procedures.model_of(instance, work), instance.state, lambda *_: {}).data[element]


def test_a_message_moves_the_procedure_it_is_about_and_no_other(office: Office) -> None:
    deployed(office, *AWAITS_REPLY)
    one, other = office.register().document.id, office.register(code_number="13").document.id

    instance_id = tell(office, correlation=str(one), payload={"number": "7/SNN"})

    assert standing(office, one) == ["read_it"]
    assert standing(office, other) == []
    assert what_is_known(office, one, "reply_came") == {"number": "7/SNN"}
    assert leaves(office, one, "message.delivered") == 1
    with office.house.services.begin() as work:
        assert instance_of(one, work).id == instance_id


def test_a_message_that_several_wait_for_is_given_to_none_and_says_how_many(office: Office) -> None:
    deployed(office, *AWAITS_ANY)
    waiting = [office.register(code_number=str(n)).document.id for n in range(2)]

    with pytest.raises(MessageAmbiguous, match="2 steps wait"):
        tell(office)

    assert [standing(office, each) for each in waiting] == [[], []]


@pytest.mark.parametrize("correlation", [None, "another"])
def test_a_message_nobody_waits_for_is_refused(office: Office, correlation: str | None) -> None:
    deployed(office, *AWAITS_REPLY)
    document_id = office.register().document.id

    with pytest.raises(MessageNotAwaited, match=REPLY):
        tell(office, correlation=correlation)

    assert standing(office, document_id) == []


def test_a_message_is_awaited_once(office: Office) -> None:
    deployed(office, *AWAITS_ANY)
    office.register()
    tell(office)

    with pytest.raises(MessageNotAwaited):
        tell(office)


def test_the_same_request_delivers_once_and_another_with_its_key_is_refused(office: Office) -> None:
    deployed(office, *AWAITS_ANY)
    first = office.register().document.id
    once = Once(key="k", fingerprint="a")
    given = tell(office, once=once)
    second = office.register(code_number="13").document.id

    assert tell(office, once=once) == given
    with pytest.raises(IdempotencyKeyReused):
        tell(office, once=replace(once, fingerprint="b"))
    assert (standing(office, first), standing(office, second)) == (["read_it"], [])


@pytest.mark.parametrize("by", ["chuyenvien", "kiemtra", "chutich"])
def test_only_those_who_look_after_procedures_deliver_messages(office: Office, by: str) -> None:
    with pytest.raises(NotAllowed):
        tell(office, by=by)


def test_another_agency_s_procedure_does_not_hear_the_message(office: Office) -> None:
    deployed(office, *AWAITS_ANY)
    document_id = office.register().document.id

    with pytest.raises(MessageNotAwaited):
        tell(office, by="vanthu.xa1")

    assert standing(office, document_id) == []


def test_a_message_that_says_too_much_is_refused_and_can_be_sent_again_shorter(office: Office) -> None:
    deployed(office, *AWAITS_ANY)
    document_id = office.register().document.id

    with pytest.raises(DataTooLarge):
        tell(office, payload={"text": "x" * 70_000})

    assert standing(office, document_id) == []
    tell(office, payload={"text": "x"})


def a_sender(office: Office) -> DocumentId:
    deployed(office, *SENDS)
    return office.register(code_number="99").document.id


def sent(office: Office, document_id: DocumentId, name: str = REPLY) -> Sending:
    """Return a message as the document's procedure sends it."""
    with office.house.services.begin() as work:
        instance = instance_of(document_id, work)
        return Sending(
            id=work.new_id(),
            agency_id=instance.agency_id,
            name=name,
            correlation=None,
            payload="{}",
            sender=instance.id,
            element_id="send",
        )


def test_what_a_procedure_sends_reaches_the_one_that_waits_and_the_signal_all_that_listen(office: Office) -> None:
    deployed(office, *AWAITS_ANY)
    waiting = office.register().document.id
    deployed(office, *LISTENS)
    listening = [office.register(code_number=str(n)).document.id for n in range(2, 5)]
    sender = a_sender(office)

    office.complete(sender, "write", "done", "vanthu")
    office.run_jobs()

    assert standing(office, waiting) == ["read_it"]
    assert [standing(office, each) for each in listening] == [["read_it"]] * 3
    assert [leaves(office, each, "signal.received") for each in listening] == [1] * 3
    assert incidents(office) == []


def test_a_message_that_comes_too_early_is_passed_again_until_somebody_waits(office: Office) -> None:
    sender = a_sender(office)
    office.complete(sender, "write", "done", "vanthu")
    office.run_jobs()
    assert incidents(office) == [], "it may be over at the next try"
    deployed(office, *AWAITS_ANY)
    waiting = office.register().document.id

    with psycopg.connect(database_url(office.house.settings)) as connection:
        connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    office.run_jobs()

    assert standing(office, waiting) == ["read_it"]


def test_a_message_passed_twice_is_delivered_once(office: Office) -> None:
    deployed(office, *AWAITS_ANY)
    first = office.register().document.id
    message = sent(office, first)
    pass_message(message, services=office.house.services)
    second = office.register(code_number="13").document.id

    pass_message(message, services=office.house.services)

    assert (standing(office, first), standing(office, second)) == (["read_it"], [])


def test_a_signal_heard_twice_is_received_once_and_late_listeners_do_not_hear_it(office: Office) -> None:
    deployed(office, *LISTENS)
    first = office.register().document.id
    services = office.house.services
    signal = sent(office, first, name=RULES)
    with services.begin() as work:
        assert broadcast_signal(signal, at=services.clock(), work=work) == 1
    late = office.register(code_number="13").document.id
    with services.begin() as work:
        assert broadcast_signal(signal, at=services.clock(), work=work) == 0
        (wait,) = [
            each
            for each in work.messages.waiting(signal.agency_id, SendingKind.SIGNAL, RULES)
            if each.instance_id == signal.sender
        ]
    office.run_jobs()
    receive_signal(signal, wait.instance_id, wait.task_id, services=services)

    assert (standing(office, first), standing(office, late)) == (["read_it"], [])
    assert leaves(office, first, "signal.received") == 1


def retry(office: Office, incident: Incident) -> Incident:
    services = office.house.services
    with services.begin() as work:
        return retry_incident(incident.id, by=office.people["quantri"], at=services.clock(), work=work)


def test_a_message_that_finds_nobody_stays_with_its_sender_until_somebody_waits(office: Office) -> None:
    sender = a_sender(office)
    message = sent(office, sender)
    with pytest.raises(MessageNotAwaited) as nobody:
        pass_message(message, services=office.house.services)
    open_incident(undelivered(message), nobody.value, office.house.services)
    (incident,) = incidents(office)
    assert (incident.document_id, incident.element_id, incident.operation) == (sender, "send", "pass_message")
    assert REPLY in incident.message

    deployed(office, *AWAITS_ANY)
    waiting = office.register().document.id
    retry(office, incident)
    office.run_jobs()

    assert standing(office, waiting) == ["read_it"]
    assert [known.state for known in incidents(office)] == [IncidentState.RESOLVED]


def test_a_signal_that_could_not_be_received_is_tried_again_or_over_when_nobody_listens_any_more(
    office: Office,
) -> None:
    deployed(office, *LISTENS)
    document_id = office.register().document.id
    signal = sent(office, document_id, name=RULES)
    with office.house.services.begin() as work:
        (wait,) = work.messages.waiting(signal.agency_id, SendingKind.SIGNAL, RULES)
    stuck = unheard(signal, wait.instance_id, wait.task_id)
    open_incident(stuck, MessageNotAwaited(name=RULES), office.house.services)

    retry(office, incidents(office)[0])
    office.run_jobs()

    assert standing(office, document_id) == ["read_it"]
    assert [known.state for known in incidents(office)] == [IncidentState.RESOLVED]
    open_incident(stuck, MessageNotAwaited(name=RULES), office.house.services)
    retry(office, incidents(office)[0])
    office.run_jobs()
    assert {known.state for known in incidents(office)} == {IncidentState.RESOLVED}
