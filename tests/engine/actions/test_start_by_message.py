"""A message that no step waits for starts the procedure that begins with it, once, for the document it names."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from engine.actions.activate_definition import activate_definition
from engine.actions.deliver_message import DeliverMessage, deliver_message
from engine.definitions import Definition, DefinitionInvalid, StartMessageTaken
from engine.documents import DocumentNotFound
from engine.ids import DocumentId, InstanceId
from engine.instances import Instance
from engine.messages import DocumentOfOtherKind, MessageIncomplete, MessageNamesNoDocument
from engine.queries import Once
from tests.engine.runtime.drawing import event, flows, human
from tests.support.calls import deploy, elements, known, leaves
from tests.support.models import INCOMING, NAMES, catch, instance_of, throw
from tests.support.office import Office

REPLY = NAMES[0]
BEGUN = '<startEvent id="told" name="told"><messageEventDefinition messageRef="reply"/></startEvent>'
INSPECTION = (BEGUN, human("inspect"), event("end", "finished"), flows("told > inspect > finished"))


def tell(office: Office, by: str = "vanthu", *, once: Once | None = None, **said: Any) -> InstanceId:  # noqa: ANN401
    services = office.house.services
    request = DeliverMessage(name=REPLY, correlation="k1", payload=said, once=once)
    with services.begin() as work:
        return deliver_message(request, by=office.people[by], at=services.clock(), work=work)


def beside(office: Office, document_id: DocumentId) -> list[Instance]:
    with office.house.services.begin() as work:
        return list(work.instances.beside(document_id))


def test_a_message_starts_the_procedure_that_begins_with_it_once_however_often_it_is_sent(office: Office) -> None:
    deploy(office, "inspection", *INSPECTION, startsWith="place")
    document_id, once = office.register().document.id, Once(key="a", fingerprint="b")

    for _ in range(2):
        instance_id = tell(office, once=once, document_id=str(document_id), place="Hoằng Thử")

    (started,) = beside(office, document_id)
    assert (started.id, started.definition_key) == (instance_id, "inspection")
    assert elements(office, started) == ["inspect"]
    assert [known(office, started, name) for name in ("place", "correlation")] == ["Hoằng Thử", "k1"]
    assert leaves(office, started) == ["instance.started"]


def test_a_step_that_waits_comes_before_a_procedure_that_would_begin(office: Office) -> None:
    deploy(office, "inspection", *INSPECTION)
    waits = catch("reply_came", "reply", "'k1'")
    way = flows("begin > reply_came > read_it > finished")
    deploy(office, INCOMING, event("start", "begin"), waits, human("read_it"), event("end", "finished"), way)
    document_id = office.register().document.id

    tell(office, document_id=str(document_id))
    tell(office, document_id=str(document_id))

    with office.house.services.begin() as work:
        own = instance_of(document_id, work)
    assert elements(office, own) == ["read_it"]
    assert len(beside(office, document_id)) == 1


def test_a_procedure_that_throws_the_message_starts_one_on_its_own_document(office: Office) -> None:
    deploy(office, "inspection", *INSPECTION)
    way = flows("begin > send > finished")
    deploy(office, INCOMING, event("start", "begin"), throw("send", "reply"), event("end", "finished"), way)

    document_id = office.register().document.id
    office.run_jobs()

    assert [one.definition_key for one in beside(office, document_id)] == ["inspection"]


def test_a_message_that_starts_a_procedure_must_say_enough(office: Office) -> None:
    deploy(office, "inspection", *INSPECTION, startsWith="place", documentKind="outgoing")
    document_id = str(office.register().document.id)

    with pytest.raises(MessageIncomplete, match="place"):
        tell(office, document_id=document_id)
    with pytest.raises(MessageNamesNoDocument, match="document_id"):
        tell(office, place="x")
    with pytest.raises(DocumentOfOtherKind, match="outgoing"):
        tell(office, place="x", document_id=document_id)
    with pytest.raises(DocumentNotFound):
        tell(office, place="x", document_id="khong-co")


def test_nobody_starts_a_procedure_for_a_document_that_is_not_for_them(office: Office) -> None:
    deploy(office, "inspection", *INSPECTION)
    document_id = office.register().document.id

    with pytest.raises(DocumentNotFound):
        tell(office, by="vanthu.xa1", document_id=str(document_id))

    assert beside(office, document_id) == []


def test_of_two_activated_at_once_with_the_same_message_one_is_told_whose_it_is(office: Office) -> None:
    told = []
    for key in ("inspection", "audit"):
        told.append(deploy(office, key, *INSPECTION))
        # A version that does not begin with the message leaves it to others.
        deploy(office, key, event("start", "told"), *INSPECTION[1:])
    services, ready = office.house.services, Barrier(2)

    def activate(definition: Definition) -> str:
        with services.begin() as work:
            ready.wait(10)
            return activate_definition(definition.id, by=office.people["quantri"], at=services.clock(), work=work).key

    with ThreadPoolExecutor(2) as pool:
        tried = [pool.submit(activate, one) for one in told]
        ended = [one.exception(20) for one in tried]

    assert [type(one) for one in ended if one] == [StartMessageTaken]


def test_a_message_starts_one_procedure_and_another_cannot_become_active_with_it(office: Office) -> None:
    first = deploy(office, "inspection", *INSPECTION)
    plain = deploy(office, "inspection", event("start", "told"), *INSPECTION[1:])
    deploy(office, "audit", *INSPECTION)
    services = office.house.services

    with pytest.raises(StartMessageTaken, match=REPLY), services.begin() as work:
        activate_definition(first.id, by=office.people["quantri"], at=services.clock(), work=work)
    with pytest.raises(StartMessageTaken):
        deploy(office, "third", *INSPECTION)

    with services.begin() as work:
        active = work.definitions.find_active("inspection")
    assert active is not None
    assert active.id == plain.id


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ("<timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition>", "timeCycle"),
        ('<signalEventDefinition signalRef="rules"/>', "signal"),
        ("<conditionalEventDefinition><condition>x</condition></conditionalEventDefinition>", "conditional"),
    ],
)
def test_a_procedure_no_document_comes_to_is_refused(office: Office, definition: str, said: str) -> None:
    begun = BEGUN.replace('<messageEventDefinition messageRef="reply"/>', definition)

    with pytest.raises(DefinitionInvalid) as refused:
        deploy(office, "yearly", begun, *INSPECTION[1:])

    assert [(one.element_id, said in one.message) for one in refused.value.findings] == [("told", True)]
