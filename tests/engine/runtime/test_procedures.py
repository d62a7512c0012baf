"""Procedures: what is made of a bundle, and that Python in it has no way to run."""

import sys
from collections.abc import Mapping

import pytest

from engine.definitions import OperationKind, SignatureKind
from engine.runtime.bundles import bundle_sha256
from engine.runtime.errors import BundleUnusable
from engine.runtime.listener import RunListener
from engine.runtime.procedures import Procedures, procedure
from engine.runtime.run import Run
from tests.engine.runtime.drawing import (
    NOON,
    VOCABULARY,
    Walk,
    drawn,
    event,
    exclusive,
    flows,
    human,
    made,
    quiet,
    service,
)

START, END = event("start", "start"), event("end", "end")
SIGN = human(
    "sign",
    roles="",
    assignee="signer",
    nameEn="Sign",
    inside='<vanthu:outcome id="sign" label="Ký số" labelEn="Sign" signature="person" form="note"/>',
)
FILES = {
    "test.bpmn": drawn(START, SIGN, service("store", "archive", id="doc"), END, flows("start > sign > store > end")),
    "note.json": b'{"type": "object", "properties": {}}',
    "scenarios.yaml": b"[]",
}


def test_a_procedure_says_what_its_tasks_ask() -> None:
    ready = procedure(FILES, VOCABULARY.operations)
    sign, store = ready.human_tasks["sign"], ready.service_tasks["store"]
    outcome = sign.outcome("sign")

    assert (ready.key, ready.name, ready.forms) == ("test", "Thử", {"note": {"type": "object", "properties": {}}})
    assert (sign.name, sign.name_en, sign.roles, sign.assignee) == ("sign", "Sign", (), "signer")
    assert outcome is not None
    assert (outcome.label, outcome.form, outcome.signature) == ("Ký số", "note", SignatureKind.PERSON)
    assert (store.operation, dict(store.parameters)) == ("archive", {"id": "doc"})
    assert ready.kinds["sign"] == "userTask"
    assert ready.bpmn_xml.startswith("<?xml")


def test_a_bundle_is_parsed_once_and_the_longest_unused_is_dropped() -> None:
    read: list[str] = []

    def files(name: str) -> Mapping[str, bytes]:
        read.append(name)
        return {**FILES, "readme.md": name.encode()}

    kept = Procedures(operations=VOCABULARY.operations, size=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        kept.get(bundle_sha256({"n": name.encode()}), lambda name=name: files(name))  # type: ignore[misc]

    assert read == ["a", "b", "c", "b"]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"test.bpmn": b"<x/>"},
        {
            "test.bpmn": drawn(
                START, '<scriptTask id="x"><script>1</script></scriptTask>', END, flows("start > x > end")
            )
        },
        {"test.bpmn": drawn(START, END, flows("start > nowhere"))},
    ],
)
def test_a_bundle_that_was_never_checked_is_not_run(files: dict[str, bytes]) -> None:
    with pytest.raises(BundleUnusable):
        procedure(files, VOCABULARY.operations)


def test_an_operation_that_is_gone_is_said_to_be_gone() -> None:
    ready = procedure(FILES, {"other": OperationKind.JOB})
    run = Run.start(ready, {"signer": "minh", "doc": "d1"}, quiet, at=NOON)

    with pytest.raises(BundleUnusable, match="archive"):
        run.complete(run.open_tasks[0].task_id, "sign", {}, "minh", NOON)


def test_what_stands_for_the_script_engine_executes_nothing() -> None:
    walk = Walk(made(START, human("work"), END, flows("start > work > end")))
    task = next(task for task in walk.run()._waits())
    engine = task.workflow.script_engine

    assert type(engine) is RunListener
    with pytest.raises(BundleUnusable):
        engine.execute(task, "import os")
    with pytest.raises(Exception, match="__import__"):
        engine.evaluate(task, "__import__('os')")


class Watch:
    """Notes when Python executes or evaluates code while it is on; an audit hook cannot be taken off again."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self.hear)

    def hear(self, name: str, _arguments: tuple[object, ...]) -> None:
        """Be called by the interpreter."""
        if self.on and name == "exec":
            self.seen.append(name)


def test_conditions_and_parameters_are_computed_without_executing_python() -> None:
    model = made(
        START,
        human("work", "a", "b"),
        exclusive("way", "note"),
        service("note", "note", text="'x' + work.outcome"),
        END,
        flows("start > work > way > note > end", "way > end", way_end="outcome == 'b' and len(work.by) > 0"),
    )
    watch = Watch()
    walk = Walk(model)

    watch.on = True
    walk.complete("work", "a")
    watch.on = False

    assert walk.data["note"] == {"text": "xa"}
    assert watch.seen == []
