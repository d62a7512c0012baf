"""The reference models of the OMG's interchange group: each runs, or is refused with its reasons; none breaks us."""

from pathlib import Path

import pytest

from engine.runtime.bundles import check
from engine.runtime.procedures import procedure
from tests.engine.runtime.drawing import VOCABULARY, Walk

SAMPLES = sorted((Path(__file__).parents[4] / "shared" / "samples" / "bpmn").glob("*.bpmn"))


@pytest.mark.skipif(not SAMPLES, reason="the reference models are not beside this repository")
@pytest.mark.parametrize("runnable", [False, True])
def test_a_reference_model_runs_or_is_refused_with_its_reasons(runnable: bool) -> None:
    for sample in SAMPLES:
        content = sample.read_bytes()
        if runnable:
            content = content.replace(b'isExecutable="false"', b'isExecutable="true"')

        found = check({sample.name: content}, VOCABULARY)

        assert all(one.message and one.element_id for one in found)
        assert found or procedure({sample.name: content}, VOCABULARY.operations)


@pytest.mark.skipif(not SAMPLES, reason="the reference models are not beside this repository")
def test_a_reference_model_runs_once_people_and_messages_are_named() -> None:
    (content,) = [sample.read_text() for sample in SAMPLES if "C.9.1" in sample.name]
    content = content.replace("<bpmn:userTask ", '<bpmn:userTask xmlns:v="urn:vanthu:bpmn:1" v:roles="clerk" ')
    content = content.replace("<bpmn:sendTask ", '<bpmn:sendTask messageRef="Message_1" ')
    walk = Walk(procedure({"test.bpmn": content.encode()}, VOCABULARY.operations))

    walk.fire("BoundaryEvent_1")
    walk.fire("BoundaryEvent_2")

    assert walk.waiting == ["UserTask_CallCustomer"]
    assert walk.complete("UserTask_CallCustomer").finished
