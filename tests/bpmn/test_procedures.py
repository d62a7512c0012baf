"""Every shipped procedure is sound, is described by its schema and forms, and goes as its scenarios say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from engine.definitions import Vocabulary
from engine.operations.catalogue import OPERATIONS, PARAMETERS
from engine.people import Role
from engine.runtime.bundles import check
from engine.runtime.errors import PerformerExcluded
from engine.runtime.findings import Findings
from engine.runtime.procedures import procedure
from engine.runtime.scenarios import read_scenarios, rehearse
from tests.bpmn.playing import Play, holds

BPMN = Path(__file__).parents[2] / "bpmn"
VANTHU = "{urn:vanthu:bpmn:1}"


def bundle(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (BPMN / folder).iterdir()}


FOLDERS = sorted(path.name for path in BPMN.iterdir() if any(path.glob("*.bpmn")))
PROCEDURES = {folder: procedure(bundle(folder), OPERATIONS) for folder in FOLDERS}
VOCABULARY = Vocabulary(
    operations=OPERATIONS,
    roles={role.value: True for role in Role},
    parameters=PARAMETERS,
    installed=lambda key, version: PROCEDURES[key].interface if key in PROCEDURES else None,
)


def scenarios() -> list[Any]:
    return [
        pytest.param(folder, scenario, id=f"{folder}: {scenario['name']}")
        for folder in FOLDERS
        for scenario in yaml.safe_load(bundle(folder)["scenarios.yaml"])
    ]


def play(folder: str, start: dict[str, object], answers: dict[str, Any] | None = None) -> Play:
    return Play(PROCEDURES[folder], start, answers or {})


@pytest.mark.parametrize(("folder", "scenario"), scenarios())
def test_the_scenario_happens_as_written(folder: str, scenario: dict[str, Any]) -> None:
    played = play(folder, scenario["start"], scenario.get("operations"))

    for step in scenario["steps"]:
        played.step(step)

    expect = scenario["expect"]
    assert played.path == expect["path"]
    assert played.ends == expect["end"]
    assert played.progress.finished
    assert holds(played.data, expect.get("data", {}))


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_scenario_of_a_shipped_procedure_is_rehearsed_as_at_deployment(folder: str) -> None:
    assert read_scenarios(Findings(""), bundle(folder)["scenarios.yaml"])
    assert rehearse(PROCEDURES[folder], bundle(folder)) == ()


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_shipped_procedure_has_no_findings_and_the_name_of_its_folder(folder: str) -> None:
    with_the_others = replace(VOCABULARY, installed=lambda key, _version: PROCEDURES[key].interface)

    assert check(bundle(folder), with_the_others) == ()
    assert PROCEDURES[folder].key == folder


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_outcome_of_a_shipped_procedure_is_chosen_in_a_scenario(folder: str) -> None:
    offered = {
        (task.element_id, outcome.id) for task in PROCEDURES[folder].human_tasks.values() for outcome in task.outcomes
    }

    steps = [step for scenario in yaml.safe_load(bundle(folder)["scenarios.yaml"]) for step in scenario["steps"]]

    assert offered == {(step["element"], step["outcome"]) for step in steps if "element" in step}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_form_of_a_shipped_procedure_is_asked_for(folder: str) -> None:
    tasks = PROCEDURES[folder].human_tasks.values()

    assert set(PROCEDURES[folder].forms) == {one.form for task in tasks for one in task.outcomes if one.form}


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_people_read_is_there_in_vietnamese_and_english(folder: str) -> None:
    model = PROCEDURES[folder]
    names = [(task.element_id, task.name, task.name_en) for task in model.human_tasks.values()]
    names += [(task.element_id, task.name, task.name_en) for task in model.service_tasks.values()]
    fields = [field for form in model.forms.values() for field in (form, *form["properties"].values())]

    assert all(len(set(named)) == len(named) for named in names)
    assert all("title" in field and "x-vanthu-title-en" in field for field in fields)


@pytest.mark.parametrize("folder", FOLDERS)
def test_our_elements_are_as_the_schema_says(folder: str) -> None:
    schema = etree.XMLSchema(etree.parse(BPMN / "vanthu.xsd"))
    root = etree.fromstring(bundle(folder)[f"{folder}.bpmn"])
    declared = {element.get("name") for element in etree.parse(BPMN / "vanthu.xsd").iterfind("{*}attribute")}

    ours = [etree.fromstring(etree.tostring(element)) for element in root.iter(f"{VANTHU}*")]
    names = {str(name) for element in root.iter() for name in element.attrib if str(name).startswith(VANTHU)}

    assert ours
    assert [etree.tostring(element) for element in ours if not schema.validate(element)] == []
    assert names <= {f"{VANTHU}{name}" for name in declared}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_element_and_flow_is_drawn(folder: str) -> None:
    root = etree.fromstring(bundle(folder)[f"{folder}.bpmn"])
    drawn = {shape.get("bpmnElement") for shape in root.iter("{*}BPMNShape", "{*}BPMNEdge")}
    inside = root.find("{*}process")

    assert inside is not None
    # Of a data object its references are drawn.
    undrawn = ("laneSet", "dataObject")
    assert {child.get("id") for child in inside if child.get("id") and not child.tag.endswith(undrawn)} <= drawn


def test_who_drafted_is_kept_from_signing() -> None:
    played = play(
        "outgoing_document",
        {"document_id": "d1", "agency_id": "a1", "unit_id": "u1", "drafter": "lan", "signer": "lan"},
    )
    played.step({"element": "draft", "by": "lan", "outcome": "submit"})
    played.step({"element": "review_content", "by": "head_of_unit", "outcome": "approve"})
    played.step({"element": "review_format", "by": "chief_of_office", "outcome": "approve"})
    played.step({"job": "mark_initials"})

    assert played.progress.opened[0].excluded == ("lan",)
    with pytest.raises(PerformerExcluded):
        played.step({"element": "sign", "by": "lan", "outcome": "sign"})


def test_the_signature_check_never_keeps_the_leader_waiting() -> None:
    played = play("incoming_document", {"document_id": "d1", "agency_id": "a1", "via": "counter"})

    assert [task.element_id for task in played.progress.opened] == ["direct"]
    assert [job.element_id for job in played.progress.jobs] == ["check_signatures"]
