"""Event rules: what can never be caught, thrown, called or repeated is found before it is deployed."""

import pytest

from engine.runtime.bundles import check
from engine.runtime.procedures import procedure
from tests.engine.runtime.drawing import VOCABULARY, drawn, event, findings, flows, human

START, END = event("start", "start"), event("end", "end")
STRAIGHT = flows("start > work > end")
WORK = human("work")
RAISED = '</process><error id="e" errorCode="E"/><process id="none" isExecutable="false">'


def boundary(inside: str, attached_to: str = "work", attributes: str = "") -> str:
    written = f'<boundaryEvent id="late" name="late" attachedToRef="{attached_to}"{attributes}>{inside}</boundaryEvent>'
    return written + flows("late > end")


def apart(start: str) -> str:
    inside = start + event("end", "out") + flows("begin > out")
    return f'<subProcess id="apart" triggeredByEvent="true">{inside}</subProcess>'


TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
ERROR = "<errorEventDefinition/>"
SIGNAL = "<signalEventDefinition/>"
GATE = '<eventBasedGateway id="gate"/>'
CATCH = event("intermediateCatch", "catch", TIMER)
NONE_INTERRUPTING = ' cancelActivity="false"'
TWICE = '<multiInstanceLoopCharacteristics vanthu:collection="{}" vanthu:item="{}"/></userTask>'
LOOP = "<standardLoopCharacteristics/></userTask>"


@pytest.mark.parametrize(
    ("parts", "code", "element"),
    [
        ([event("start", "start", TIMER), WORK, END, STRAIGHT], "start.triggered", "start"),
        ([START, WORK, END, STRAIGHT, apart(event("start", "begin"))], "start.plain", "begin"),
        (
            [START, WORK, END, STRAIGHT, apart(event("start", "begin", TIMER)), flows("apart > end")],
            "flow.event_sub_process",
            "apart_end",
        ),
        (
            [START, WORK, END, STRAIGHT, event("intermediateCatch", "catch"), flows("start > catch > end")],
            "event.empty",
            "catch",
        ),
        ([START, WORK, END, STRAIGHT, boundary("")], "event.empty", "late"),
        ([START, WORK, END, STRAIGHT, boundary(TIMER, "nothing")], "boundary.unattached", "late"),
        ([START, WORK, END, STRAIGHT, boundary(TIMER, "end")], "boundary.unattached", "late"),
        ([START, WORK, END, STRAIGHT, boundary(ERROR, attributes=NONE_INTERRUPTING)], "error.not_interrupting", "late"),
        ([START, WORK, END, STRAIGHT, boundary(TIMER), flows("work > late")], "flow.into_boundary", "work_late"),
        ([START, WORK, END, STRAIGHT, boundary("<messageEventDefinition/>")], "event.no_name", "late"),
        (
            [START, WORK, END, STRAIGHT, boundary('<messageEventDefinition messageRef="m"/>')],
            "event.unknown_reference",
            "late",
        ),
        ([START, WORK, END, STRAIGHT, boundary("<timerEventDefinition/>")], "timer.empty", "late"),
        (
            [START, WORK, END, STRAIGHT, boundary(SIGNAL, attributes=' vanthu:correlation="x"')],
            "event.correlation",
            "late",
        ),
        ([START, WORK, END, STRAIGHT, boundary("<terminateEventDefinition/>")], "event.unsupported", "late"),
        ([START, WORK, event("end", "end", ERROR), STRAIGHT], "event.no_name", "end"),
        ([START, WORK, event("end", "end", TIMER), STRAIGHT], "event.unsupported", "end"),
        (
            [START, WORK, event("end", "end", '<errorEventDefinition errorRef="e"/>'), STRAIGHT, RAISED],
            "error.not_caught",
            "end",
        ),
        (
            [START, GATE, WORK, CATCH, END, flows("start > gate > work > end", "gate > catch > end")],
            "gateway.no_race",
            "gate",
        ),
        ([START, GATE, CATCH, END, flows("start > gate > catch > end", "start > catch")], "gateway.no_race", "gate"),
        (
            [START, event("intermediateThrow", "go", '<linkEventDefinition name="x"/>'), END, flows("start > go")],
            "link.unpaired",
            "go",
        ),
        (
            [START, WORK.replace("</userTask>", TWICE.format("", "x")), END, STRAIGHT],
            "repetition.no_collection",
            "work",
        ),
        ([START, WORK.replace("</userTask>", TWICE.format("a.b(", "x")), END, STRAIGHT], "expression.refused", "work"),
        ([START, WORK.replace("</userTask>", TWICE.format("a", "index")), END, STRAIGHT], "repetition.item", "work"),
        ([START, WORK.replace("</userTask>", LOOP), END, STRAIGHT], "repetition.endless", "work"),
        ([START, '<callActivity id="work" calledElement="other"/>', END, STRAIGHT], "call.unknown", "work"),
        ([START, '<callActivity id="work" calledElement="test"/>', END, STRAIGHT], "call.recursive", "work"),
        ([START, '<sendTask id="work"/>', END, STRAIGHT], "event.no_name", "work"),
    ],
)
def test_an_event_that_cannot_happen_there_is_refused(parts: list[str], code: str, element: str) -> None:
    found = findings(*parts)

    assert code in found
    assert found[code].element_id == element
    assert found[code].line


def test_two_processes_that_nobody_calls_or_that_share_an_id_are_refused() -> None:
    straight = drawn(START, WORK, END, STRAIGHT)
    second = drawn(START, WORK, END, STRAIGHT, key="second")

    found = {one.code: one for one in check({"a.bpmn": straight, "b.bpmn": second}, VOCABULARY)}

    assert set(found) == {"bundle.several_procedures", "element.duplicate_id"}
    assert (found["bundle.several_procedures"].file, found["bundle.several_procedures"].element_id) == (
        "b.bpmn",
        "second",
    )


def test_of_several_pools_the_executable_one_runs() -> None:
    beside = b'<process id="citizen" isExecutable="false"><task id="write"/></process></definitions>'
    content = drawn(START, WORK, END, STRAIGHT).replace(b"</definitions>", beside)

    assert check({"test.bpmn": content}, VOCABULARY) == ()
    assert procedure({"test.bpmn": content}, VOCABULARY.operations).key == "test"


def test_a_model_in_latin_letters_is_read_and_shown() -> None:
    content = drawn(START, human("work").replace('name="work"', 'name="Vé"'), END, STRAIGHT).decode()
    content = content.replace("UTF-8", "ISO-8859-1").replace("Thử", "Thu")

    ready = procedure({"test.bpmn": content.encode("latin-1")}, VOCABULARY.operations)

    assert ready.names["work"] == "Vé"
    assert 'encoding="UTF-8"' in ready.bpmn_xml
    assert 'name="Vé"' in ready.bpmn_xml


def test_an_error_in_a_sub_process_that_seems_to_lie_in_itself_is_looked_for_once() -> None:
    thrown = '<endEvent id="out"><errorEventDefinition errorRef="e"/></endEvent>'
    inner = f'<subProcess id="one"><startEvent id="in"/>{thrown}</subProcess>'

    found = findings(
        START, f'<subProcess id="one">{inner}</subProcess>', END, "</process><error id='e' errorCode='e'/><process>"
    )

    assert {"element.duplicate_id", "error.not_caught"} <= set(found)
