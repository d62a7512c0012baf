"""Every construct of BPMN can be taken to another version and back at every wait state, and goes on as before."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import pytest

from engine.ids import TaskId
from engine.instances import Movement
from engine.runtime.mapping import way
from engine.runtime.migrated import Known, Migrated
from engine.runtime.migration import migrate
from engine.runtime.procedures import Procedure, procedure
from engine.runtime.progress import Progress
from tests.bpmn.playing import NOON, Play
from tests.bpmn.test_constructs import BUNDLES, scenarios
from tests.engine.runtime.drawing import VOCABULARY

_SAID = re.compile(r'"[^"]*"|>[^<]+<')


@dataclass
class Dated(Play):
    """A play that knows when each task was entered."""

    began: dict[TaskId | None, datetime] = field(default_factory=lambda: {None: NOON})

    def _remember(self, progress: Progress) -> None:
        entered = [one.task_id for one in progress.activities if one.movement is Movement.ENTERED]
        self.began |= dict.fromkeys(entered, self.at)
        super()._remember(progress)


def renamed(files: dict[str, bytes], ids: dict[str, str]) -> dict[str, bytes]:
    """Return the bundle with these elements under other ids, wherever they are named."""
    words = re.compile(rf"\b({'|'.join(map(re.escape, ids))})\b")

    def other(said: re.Match[str]) -> str:
        return words.sub(lambda word: ids[word[1]], said[0])

    return {
        name: _SAID.sub(other, content.decode()).encode() if name.endswith(".bpmn") else content
        for name, content in files.items()
    }


def there_and_back(play: Dated, other: Procedure, ids: dict[str, str]) -> tuple[Migrated, Migrated]:
    def began() -> dict[TaskId | None, datetime]:
        return play.began

    there = migrate(way(play.model, other, dict(ids)), play.progress.state, Known(began=began), at=play.at)
    assert there.progress is not None, there.obstacles
    back = way(other, play.model, {after: before for before, after in ids.items()})
    return there, migrate(back, there.progress.state, Known(began=began), at=play.at)


@pytest.mark.parametrize(("name", "scenario"), scenarios())
def test_a_construct_comes_back_as_it_was(name: str, scenario: dict[str, Any]) -> None:
    model = procedure(BUNDLES[name], VOCABULARY.operations)
    ids = {one: f"{one}_2" for one in model.names}
    other = procedure(renamed(BUNDLES[name], ids), VOCABULARY.operations)
    play = Dated(model, scenario["start"])

    for step in scenario["steps"]:
        there, back = there_and_back(play, other, ids)
        assert (back.obstacles, back.progress and back.progress.finished) == ((), False)
        assert back.progress is not None
        if not there.anew:
            assert orjson.loads(back.progress.state) == orjson.loads(play.progress.state)
        assert len(back.progress.timers) == len(play.progress.timers)
        play.step(step)
