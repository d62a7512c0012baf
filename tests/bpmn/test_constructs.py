"""Every construct of BPMN that Vanthu runs goes as its scenarios say, however its state is kept."""

import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from engine.runtime.bundles import check
from engine.runtime.procedures import procedure
from engine.runtime.scenarios import rehearse
from tests.bpmn.playing import Play, holds
from tests.engine.runtime.drawing import VOCABULARY

FOLDERS = {path.name: path for path in sorted((Path(__file__).parent / "constructs").iterdir())}
BUNDLES = {name: {path.name: path.read_bytes() for path in folder.iterdir()} for name, folder in FOLDERS.items()}
WAYS = [
    {"kept": False, "compacted": True},
    {"kept": False, "compacted": False},
    {"kept": True, "compacted": True},
    {"kept": True, "compacted": False},
]


def scenarios() -> list[Any]:
    return [
        pytest.param(name, scenario, id=f"{name}: {scenario['name']}")
        for name, bundle in BUNDLES.items()
        for scenario in yaml.safe_load(bundle["scenarios.yaml"])
    ]


def test_the_schema_declares_every_attribute_of_ours() -> None:
    schema = etree.parse(Path(__file__).parents[2] / "bpmn" / "vanthu.xsd")
    declared = {element.get("name") for element in schema.iterfind("{*}attribute")}
    models = [content for bundle in BUNDLES.values() for name, content in bundle.items() if name.endswith(".bpmn")]

    used = {str(name) for model in models for element in etree.fromstring(model).iter() for name in element.attrib}

    assert {name.rpartition("}")[2] for name in used if name.startswith("{urn:vanthu:bpmn:1}")} <= declared


@pytest.mark.parametrize("name", FOLDERS)
def test_a_construct_can_be_deployed(name: str) -> None:
    assert check(BUNDLES[name], VOCABULARY) == ()
    assert rehearse(procedure(BUNDLES[name], VOCABULARY.operations), BUNDLES[name]) == ()


@pytest.mark.parametrize(("name", "scenario"), scenarios())
def test_a_construct_goes_as_written_however_its_state_is_kept(name: str, scenario: dict[str, Any]) -> None:
    model, expect = procedure(BUNDLES[name], VOCABULARY.operations), scenario["expect"]
    before = pickle.dumps(model.inner)
    plays = [Play(model, scenario["start"], compacted=way["compacted"], kept=way["kept"]) for way in WAYS]

    for step in scenario["steps"]:
        for play in plays:
            play.step(step)

    first = plays[0]
    assert (first.path, first.ends, first.progress.finished) == (expect["path"], expect["end"], True)
    assert holds(first.data, expect.get("data", {}))
    assert first.sent == expect.get("sent", [])
    assert first.fired == expect.get("due", first.fired)
    assert not set(expect.get("unknown", ())) & first.data.keys()
    for play in plays[1:]:
        assert (play.moves, play.waits, play.data, play.sent) == (first.moves, first.waits, first.data, first.sent)
    assert pickle.dumps(model.inner) == before
