"""Models as other programs write them: each can be run, or is refused with findings that name element and reason."""

import copy
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from engine.errors import VanthuError
from engine.runtime.bundles import check
from engine.runtime.procedures import Procedure, procedure
from engine.runtime.run import Run
from tests.engine.runtime.drawing import NOON, VOCABULARY, event, flows, human, quiet

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Platform"'
)
SIGNAVIO = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:signavio="http://www.signavio.com"'
PLAIN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:vanthu="urn:vanthu:bpmn:1"'
START, END = event("start", "begin"), event("end", "finished")
WORK = human("work")
WAY = flows("begin > work > finished")
REPEATED = WORK.replace("</userTask>", "{}</userTask>")


def plain(*inside: str, beside: str = "") -> str:
    """A process of ours with something in it, and something beside it."""
    body = "".join((START, WORK, END, WAY, *inside))
    return f'<definitions {PLAIN} id="d">{beside}<process id="p" isExecutable="true">{body}</process></definitions>'


RUN = {
    "several pools, one of them a black box, with message flows, groups, notes and data stores": plain(
        '<dataStoreReference id="store" dataStoreRef="files"/><dataObject id="form"/>'
        '<dataObjectReference id="form_1" dataObjectRef="form"/><group id="g"/>'
        '<textAnnotation id="note"><text>Ghi chú</text></textAnnotation>'
        '<association id="a" sourceRef="work" targetRef="note"/>',
        beside='<dataStore id="files"/><collaboration id="c"><participant id="citizen" name="Công dân"/>'
        '<participant id="office" processRef="p"/><participant id="other" processRef="q"/>'
        '<messageFlow id="m" sourceRef="citizen" targetRef="begin"/></collaboration>'
        '<process id="q" isExecutable="false"><task id="unclear"/></process>',
    ),
    "Signavio's extensions": (
        f'<definitions {SIGNAVIO} exporter="Signavio" id="d"><process id="p" isExecutable="true">'
        '<extensionElements><signavio:signavioDiagramMetaData metaKey="prozess" metaValue=""/></extensionElements>'
        '<startEvent id="begin"><extensionElements><signavio:signavioMetaData metaKey="bgcolor" metaValue="#fff"/>'
        f"</extensionElements></startEvent>{END}{flows('begin > finished')}</process></definitions>"
    ),
    "Camunda's modeler, with what its engine alone reads": (
        f'<bpmn:definitions {CAMUNDA} id="d"><bpmn:process id="p" isExecutable="true" camunda:historyTimeToLive="5">'
        '<bpmn:startEvent id="begin" camunda:initiator="me"/><bpmn:endEvent id="finished"/>'
        '<bpmn:sequenceFlow id="f" sourceRef="begin" targetRef="finished"/></bpmn:process></bpmn:definitions>'
    ),
    "links and a standard loop": plain(
        REPEATED.format('<standardLoopCharacteristics loopMaximum="2"/>').replace('"work"', '"again"'),
        '<intermediateThrowEvent id="out"><linkEventDefinition name="L"/></intermediateThrowEvent>'
        '<intermediateCatchEvent id="into"><linkEventDefinition name="L"/></intermediateCatchEvent>',
        flows("wait > out", "into > again > finished").replace("wait_out", "w_out"),
        '<boundaryEvent id="wait" attachedToRef="work"><timerEventDefinition><timeDuration>P1D</timeDuration>'
        "</timerEventDefinition></boundaryEvent>",
    ),
}
REFUSED = {
    "what Camunda assigns by its own attributes": (
        f'<bpmn:definitions {CAMUNDA} id="d"><bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="begin"/>'
        '<bpmn:userTask id="x" camunda:assignee="demo"/><bpmn:endEvent id="finished"/>'
        '<bpmn:sequenceFlow id="f" sourceRef="begin" targetRef="x"/>'
        '<bpmn:sequenceFlow id="g" sourceRef="x" targetRef="finished"/></bpmn:process></bpmn:definitions>',
        "x",
        "Nobody may do this task",
    ),
    "an expression of another language": (
        plain(
            '<exclusiveGateway id="way" default="way_finished"/>',
            flows("way > finished").replace(">", ' name="d">', 1),
            '<sequenceFlow id="x" sourceRef="way" targetRef="work">'
            "<conditionExpression>${approved}</conditionExpression></sequenceFlow>",
        ),
        "x",
        "${approved}",
    ),
    "an ad-hoc sub-process": (
        plain('<adHocSubProcess id="x"><task id="t"/></adHocSubProcess>'),
        "x",
        "adHocSubProcess",
    ),
    "a transaction": (plain('<transaction id="x"/>'), "x", "transaction"),
    "a complex gateway": (plain('<complexGateway id="x"/>'), "x", "complexGateway"),
    "a conditional event": (
        plain('<intermediateCatchEvent id="x"><conditionalEventDefinition/></intermediateCatchEvent>'),
        "x",
        "conditionalEventDefinition",
    ),
    "compensation at the border of a task": (
        plain('<boundaryEvent id="x" attachedToRef="work"><compensateEventDefinition/></boundaryEvent>'),
        "x",
        "compensateEventDefinition",
    ),
    "a task for compensation": (plain('<task id="x" isForCompensation="true"/>'), "x", "isForCompensation"),
    "an event with several triggers": (
        plain(
            '<intermediateCatchEvent id="x">'
            "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
            '<signalEventDefinition signalRef="s"/></intermediateCatchEvent>',
            beside='<signal id="s" name="s"/>',
        ),
        "x",
        "several triggers",
    ),
    "a parallel multiple event": (
        plain('<intermediateCatchEvent id="x" parallelMultiple="true"/>'),
        "x",
        "parallelMultiple",
    ),
    "rounds of which one is enough by its behaviour": (
        plain(
            '<task id="x"><multiInstanceLoopCharacteristics behavior="One"><loopCardinality>2</loopCardinality>'
            "</multiInstanceLoopCharacteristics></task>"
        ),
        "x",
        "behavior",
    ),
    "a task that begins a procedure": (plain('<receiveTask id="x" instantiate="true"/>'), "x", "instantiate"),
    "a task that needs two tokens": (plain('<task id="x" startQuantity="2"/>'), "x", "startQuantity"),
    "a choreography": (
        f'<definitions {PLAIN} id="x"><choreography id="c"><choreographyTask id="t"/></choreography></definitions>',
        "x",
        "nothing to run",
    ),
    "a collaboration of black boxes": (
        f'<definitions {PLAIN} id="x"><collaboration id="c"><participant id="a"/></collaboration></definitions>',
        "x",
        "nothing to run",
    ),
}


@pytest.mark.parametrize("drawn", RUN.values(), ids=RUN)
def test_a_foreign_model_runs(drawn: str) -> None:
    files = {"model.bpmn": drawn.encode()}

    assert check(files, VOCABULARY) == ()
    assert procedure(files, VOCABULARY.operations)


@pytest.mark.parametrize(("drawn", "element", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_foreign_model_is_refused_by_element_and_reason(drawn: str, element: str, reason: str) -> None:
    found = check({"model.bpmn": drawn.encode()}, VOCABULARY)

    assert [one for one in found if one.element_id == element and reason in one.message and one.line]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_model_is_read_or_refused_whatever_it_is_encoded_in(encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig").upper()}"?>{plain()}'

    found = check({"model.bpmn": declared.encode(encoding)}, VOCABULARY)

    assert [one.code for one in found] == (["xml.encoding"] if encoding == "utf-16" else [])


SOURCES = sorted((Path(__file__).parents[2] / "bpmn" / "constructs").glob("*/*.bpmn"))
SOURCES += sorted((Path(__file__).parents[4] / "shared" / "samples" / "bpmn").glob("*.bpmn"))


@pytest.mark.parametrize("seed", range(4))
def test_a_model_that_was_damaged_is_run_or_refused_and_breaks_nothing(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(150):
        content = damaged(chance.choice(SOURCES).read_bytes().replace(b'"false"', b'"true"'), chance)
        files = {"model.bpmn": content}

        found = check(files, VOCABULARY)

        assert all(one.message for one in found)
        if not found:
            play(procedure(files, VOCABULARY.operations), chance)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return the model with some attributes, references and elements lost, doubled or in another's place."""
    root = etree.fromstring(content)
    for _ in range(chance.randint(1, 4)):
        every = [one for one in root.iter(f"{{{BPMN}}}*") if one is not root]
        if not every:
            break
        one, other = chance.choice(every), chance.choice(every)
        parent = one.getparent()
        match chance.randrange(5):
            case 0 if one.attrib:
                del one.attrib[chance.choice(list(one.attrib))]
            case 1 if one.attrib:
                one.set(chance.choice(list(one.attrib)), chance.choice([other.get("id") or "", "", "x y", "-1"]))
            case 2 if parent is not None:
                parent.remove(one)
            case 3 if parent is not None:
                parent.append(copy.deepcopy(one))
            case _ if one not in other.iterancestors() and one is not other:
                other.append(one)
    return etree.tostring(root)


def play(model: Procedure, chance: random.Random) -> None:
    """Take an instance some steps on; what our errors say of the model is no crash."""
    later = datetime(2026, 4, 1, tzinfo=UTC)
    try:
        state = Run.start(model, {}, quiet, at=NOON).progress.state
        for step in range(12):
            run = Run.resume(model, state, quiet)
            if run.open_tasks:
                task = chance.choice(run.open_tasks)
                outcome = model.human_tasks[task.element_id].outcomes[0].id
                state = run.complete(task.task_id, outcome, {}, f"p{step}", later).state
            elif run.open_jobs:
                state = run.finish_job(run.open_jobs[0].task_id, {}, later).state
            elif run.timers:
                state = run.fire(run.timers[0].task_id, max(later, run.timers[0].due_at)).state
            else:
                return
    except VanthuError:
        return
