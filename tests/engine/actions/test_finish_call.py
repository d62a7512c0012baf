"""A step calls another installed procedure: it is an instance of its own, and its end moves the caller, once."""

import pytest

from engine.actions.cancel_instance import cancel_instance
from engine.actions.confirm_skip import confirm_skip
from engine.actions.finish_call import FinishCall, finish_call
from engine.actions.propose_skip import ProposeSkip, propose_skip
from engine.actions.retry_incident import retry_incident
from engine.calling import CallImpossible, CallTooDeep, TooManyCalls
from engine.definitions import DefinitionInvalid
from engine.incidents import IncidentState
from engine.recalls import Hindrance
from tests.engine.runtime.drawing import event, flows, human, parallel
from tests.support.calls import (
    ASKS,
    END,
    NAMING,
    OPINION,
    REFUSED,
    START,
    administer,
    answer,
    asking,
    called_by,
    caller,
    calling,
    deploy,
    elements,
    known,
    leaves,
    the_incident,
)
from tests.support.migrations import Asked, begin, carried
from tests.support.models import INCOMING, boundary, instance_of
from tests.support.office import Office


def test_a_called_procedure_is_an_instance_of_its_own_and_its_end_moves_the_caller(office: Office) -> None:
    document_id = asking(office)
    (called,) = called_by(office, document_id)
    above = caller(office, document_id)

    assert (called.definition_key, called.document_id, called.beside) == ("opinion", document_id, True)
    assert known(office, called, "question") == "Có được không?"
    assert elements(office, above) == []

    answer(office, called)
    assert elements(office, above) == []
    office.run_jobs()

    assert elements(office, above) == ["go_on"]
    assert known(office, above, "ask") == {
        "instance_id": str(called.id),
        "document_id": str(document_id),
        "answer": "yes",
    }
    assert leaves(office, called) == ["instance.called"]
    assert leaves(office, above).count("call.finished") == 1


def test_the_end_of_a_called_procedure_moves_its_caller_once_however_often_it_is_told(office: Office) -> None:
    document_id = asking(office)
    (called,) = called_by(office, document_id)
    finish_call(FinishCall(instance_id=called.id), services=office.house.services)
    assert elements(office, caller(office, document_id)) == []
    answer(office, called)

    for _ in range(2):
        finish_call(FinishCall(instance_id=called.id), services=office.house.services)
    office.run_jobs()

    assert elements(office, caller(office, document_id)) == ["go_on"]
    assert leaves(office, caller(office, document_id)).count("call.finished") == 1


def test_a_called_procedure_works_on_the_document_its_caller_names(office: Office) -> None:
    deploy(office, "opinion", *OPINION)
    deploy(office, INCOMING, *NAMING)
    document_id = office.register().document.id

    with pytest.raises(CallImpossible, match="no such document"):
        office.complete(document_id, "prepare", "done", "vanthu", which="không có")
    other = office.register(code_number="99").document.id
    with pytest.raises(CallImpossible, match="a procedure of its own already"):
        office.complete(document_id, "prepare", "done", "vanthu", which=str(other))


def test_each_round_of_a_repeated_call_is_an_instance_of_its_own(office: Office) -> None:
    repeated = calling(
        "ask",
        "opinion",
        '<vanthu:parameter name="question" expression="item"/>',
        '<vanthu:result name="answer" expression="answer.outcome"/>',
    ).replace(
        "</callActivity>",
        "<multiInstanceLoopCharacteristics vanthu:collection=\"['a', 'b', 'c']\"/></callActivity>",
    )
    document_id = asking(office, START, human("prepare"), repeated, human("go_on"), END, ASKS[-1])

    called = called_by(office, document_id)
    assert [known(office, each, "question") for each in called] == ["a", "b", "c"]
    for each, outcome in zip(called, ("yes", "no", "yes"), strict=True):
        answer(office, each, outcome)
    office.run_jobs()

    results = known(office, caller(office, document_id), "ask")
    assert [result["answer"] for result in results] == ["yes", "no", "yes"]
    assert elements(office, caller(office, document_id)) == ["go_on"]


def test_a_call_runs_by_the_version_active_then_or_the_one_it_names(office: Office) -> None:
    first = deploy(office, "opinion", *OPINION)
    second = deploy(office, "opinion", OPINION[0], human("answer", "yes"), *OPINION[2:])
    deploy(
        office,
        INCOMING,
        START,
        parallel("split"),
        calling(),
        calling("pinned", version="1"),
        parallel("join"),
        END,
        flows("begin > split > ask > join > finished", "split > pinned > join"),
    )

    document_id = office.register().document.id

    by_step = {each.caller.element_id: each.definition_id for each in called_by(office, document_id) if each.caller}
    assert by_step == {"ask": second.id, "pinned": first.id}


def test_an_error_a_called_procedure_ends_with_is_caught_at_the_call(office: Office) -> None:
    deploy(office, "opinion", *OPINION[:2], event("end", "given", REFUSED), OPINION[3], errors="refused")
    deploy(
        office,
        INCOMING,
        START,
        calling(),
        human("mend"),
        human("go_on"),
        END,
        boundary("no", "ask", REFUSED),
        flows("begin > ask > go_on > finished", "no > mend > finished"),
    )
    document_id = office.register().document.id
    (called,) = called_by(office, document_id)

    answer(office, called)
    office.run_jobs()

    assert elements(office, caller(office, document_id)) == ["mend"]
    assert called_by(office, document_id)[0].standing == "failed"


def test_an_error_no_one_expects_is_an_incident_of_the_caller_and_retrying_calls_anew(office: Office) -> None:
    deploy(office, "opinion", *OPINION[:2], event("end", "given", REFUSED), OPINION[3], errors="refused")
    deploy(office, INCOMING, START, calling(), human("go_on"), END, flows("begin > ask > go_on > finished"))
    document_id = office.register().document.id
    (called,) = called_by(office, document_id)
    answer(office, called)
    office.run_jobs()

    incident = the_incident(office)
    assert (incident.code, incident.element_id, incident.document_id) == ("call.failed", "ask", document_id)
    services = office.house.services
    with services.begin() as work:
        retry_incident(incident.id, by=office.people["quantri"], at=services.clock(), work=work)

    assert [each.standing for each in called_by(office, document_id)] == ["failed", "running"]
    assert the_incident(office).state is IncidentState.RESOLVED
    finish_call(FinishCall(instance_id=called.id), services=services)
    assert the_incident(office).state is IncidentState.RESOLVED


def test_a_called_procedure_that_is_cancelled_is_an_incident_of_the_caller_and_can_be_skipped(office: Office) -> None:
    document_id = asking(office)
    (called,) = called_by(office, document_id)
    administer(cancel_instance, office, called, "Không cần ý kiến nữa")
    office.run_jobs()

    incident = the_incident(office)
    assert (incident.code, "Không cần ý kiến nữa" in incident.message) == ("call.cancelled", True)
    services = office.house.services
    with services.begin() as work:
        asked = ProposeSkip(incident_id=incident.id, reason="Đã hỏi trực tiếp")
        propose_skip(asked, by=office.people["quantri"], at=services.clock(), work=work)
    with services.begin() as work:
        confirm_skip(incident.id, by=office.people["chanhvanphong"], at=services.clock(), work=work)

    assert elements(office, caller(office, document_id)) == ["go_on"]


def test_a_call_is_known_by_the_name_it_has_in_the_version_its_caller_was_taken_to(office: Office) -> None:
    document_id = asking(office)
    (called,) = called_by(office, document_id)
    renamed = [step.replace('"ask"', '"consult"') for step in ASKS[3:]]
    target = deploy(office, INCOMING, *ASKS[:2], calling("consult"), *renamed)
    carried(office, begin(office, target.id, Asked(mapping={"ask": "consult"})))

    administer(cancel_instance, office, called)
    office.run_jobs()

    assert the_incident(office).element_id == "consult"


def test_procedures_that_call_themselves_without_end_are_stopped_and_nothing_is_kept(office: Office) -> None:
    deploy(office, "loop_b", *OPINION)
    once = (START, END, flows("begin > ask > finished"))
    deploy(office, "loop_a", *once, calling(called="loop_b"))
    deploy(office, "loop_b", *once, calling(called="loop_a"))
    deploy(office, INCOMING, *once, calling(called="loop_a"))

    with pytest.raises(CallTooDeep, match="10 procedures"):
        office.register()


def test_one_step_calls_no_more_procedures_than_one_transaction_takes_however_they_call_one_another(
    office: Office,
) -> None:
    deploy(office, "leaf", START, END, flows("begin > finished"))
    for key, called in (("branch", "leaf"), (INCOMING, "branch")):
        calls = [f"call_{number}" for number in range(15)]
        ways = [way for name in calls for way in (f"fork > {name}", f"{name} > finished")]
        drawn = [calling(name, called) for name in calls]
        deploy(office, key, START, parallel("fork"), *drawn, END, flows("begin > fork", *ways))

    with pytest.raises(TooManyCalls, match="200 procedures"):
        office.register()


def test_a_step_that_called_another_procedure_is_not_taken_back(office: Office) -> None:
    document_id = asking(office)
    with office.house.services.begin() as work:
        kept = work.instances.find_recall(instance_of(document_id, work).id)

    assert kept is not None
    assert kept[0].hindrance is Hindrance.CALLED


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (calling(called="nowhere"), "call.unknown", "'nowhere'"),
        (calling(version="7"), "call.unknown", "version 7"),
        (calling(version="x"), "call.version", "'x'"),
        (calling("ask", "opinion", "<vanthu:parameter name='other' expression='1'/>"), "call.data_missing", "question"),
        (calling(), "call.document_missing", "for an outgoing document"),
        (calling(document="1 +"), "expression.refused", "1 +"),
        (calling("ask", "opinion", "<vanthu:result name='a b' expression='1'/>"), "result.name", "'a b'"),
        (calling(called="by_message"), "call.started_by_message", "by a message"),
    ],
)
def test_a_call_that_cannot_go_well_is_found_at_deployment(office: Office, call: str, code: str, said: str) -> None:
    deploy(office, "opinion", *OPINION, startsWith="question", documentKind="outgoing")
    begun = '<startEvent id="told"><messageEventDefinition messageRef="reply"/></startEvent>'
    deploy(office, "by_message", begun, *OPINION[1:3], flows("told > answer > given"))

    with pytest.raises(DefinitionInvalid) as refused:
        deploy(office, INCOMING, START, call, END, flows("begin > ask > finished"))

    found = {finding.code: finding for finding in refused.value.findings}
    assert (found[code].element_id, said in found[code].message) == ("ask", True)
    assert found[code].line


def test_what_is_called_may_ask_for_more_by_now_than_when_the_call_was_drawn(office: Office) -> None:
    deploy(office, "opinion", *OPINION)
    deploy(office, INCOMING, START, calling(), END, flows("begin > ask > finished"))
    deploy(office, "opinion", *OPINION, startsWith="question until")

    with pytest.raises(CallImpossible, match="starts with until"):
        office.register()
