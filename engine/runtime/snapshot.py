"""Snapshots: the state of a running procedure as bytes, tasks and data only; the model is found by its bundle.

Version 1 is a JSON object: ``v`` is 1; ``data`` what the instance knows; ``performers`` maps a human task to the people
who did it; ``trees`` holds that of the process, then those of open sub-processes, outer ones first. A tree is a list:
the task it runs inside (null for the process), then its tasks in the order they were made, which is the order they run
in. A task is ``[id, place of its parent among them or null, element, state, own data, internal data]``. Internal data
hold, where they apply: ``of`` (the task it belongs to), ``due``, ``every``, ``left`` (a timer), ``since``, ``said``,
``cal`` (one that can be counted again: when it was set, by what, by which calendar), ``key`` (a message),
``from`` (a join), ``race``, ``fired``, ``local`` (what only its inside knows), ``items``, ``results``, ``open``,
``place``, ``result``, ``rounds``.

A released version is read for ever: a change of this shape is version 2, with version 1 still read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task

from engine.runtime.errors import DataNotPlain, DataTooLarge, StateUnreadable
from engine.runtime.scopes import Inside, Process, Token

VERSION: Final = 1
MAX_DATA: Final = 65_536
"""Bytes of an instance's data as JSON; texts and files are kept elsewhere and named by id."""
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_LARGE: Final = {"local", "items", "result", "results"}
_OF_OLD: Final = ("End", "EndJoin")
"""Elements that stood for the end of a scope in earlier states; it is found out otherwise now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What an instance knows besides where it stands.

    Attributes:
        data: What people and operations gave, by element.
        performers: For each human task who has ever done it, in this instance.
    """

    data: dict[str, Any]
    performers: dict[str, list[str]]


def plain(value: Mapping[str, object]) -> dict[str, Any]:
    """Return *value* as it will be read back: ids and dates as text, everything else as JSON has it.

    Raises:
        DataNotPlain: It holds something that is not text, number, truth value, list or mapping by text.
    """
    try:
        written = orjson.dumps(value, default=_as_mapping)
    except orjson.JSONEncodeError as cause:
        raise DataNotPlain(reason=str(cause)) from cause
    if _NUL.search(written):
        raise DataNotPlain(reason="the character NUL cannot be kept")
    copy: dict[str, Any] = orjson.loads(written)
    return copy


def _as_mapping(value: object) -> dict[str, object]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not plain data")


def dump(workflow: Process, memory: Memory) -> bytes:
    """Return the state as bytes.

    Raises:
        DataTooLarge: The data outgrew MAX_DATA.
    """
    data = orjson.dumps(memory.data)
    outer, *inner = [_tasks(tree) for tree in workflow.scopes()]
    size = len(data) + sum(_size(task) for tree in (outer, *inner) for task in tree)
    if size > MAX_DATA:
        raise DataTooLarge(size=size, limit=MAX_DATA)
    holders = [str(tree.holder.id) for tree in workflow.scopes() if isinstance(tree, Inside)]
    return orjson.dumps(
        {
            "v": VERSION,
            "data": orjson.Fragment(data),
            "performers": memory.performers,
            "trees": [[None, *outer], *([holder, *tasks] for holder, tasks in zip(holders, inner, strict=True))],
        }
    )


def _size(task: list[Any]) -> int:
    # What a task keeps by itself is small, but for the data of rounds and calls.
    *_, internal = task
    return len(orjson.dumps(internal)) if _LARGE & internal.keys() else 0


def _tasks(tree: BpmnBaseWorkflow) -> list[list[object]]:
    places = {task_id: place for place, task_id in enumerate(tree.tasks)}
    return [
        [str(task.id), places.get(task._parent), task.task_spec.name, task.state, task.data, task.internal_data]  # noqa: SLF001
        for task in tree.tasks.values()
    ]


def load(state: bytes, workflow: Process) -> Memory:
    """Fill the empty *workflow* with the tasks of *state* and return what the instance knows.

    Raises:
        StateUnreadable: The bytes are no state of a known version, or of another model.
    """
    try:
        kept = orjson.loads(state)
        if kept["v"] != VERSION:
            raise StateUnreadable(reason=f"version {kept['v']} is not known")
        outer, *inner = kept["trees"]
        _fill(workflow, outer[1:])
        for scope_task, *tasks in inner:
            _fill(_inner(workflow, UUID(scope_task)), tasks)
        return Memory(data=kept["data"], performers=kept["performers"])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, StopIteration) as cause:
        raise StateUnreadable(reason=repr(cause)) from cause


def _fill(tree: BpmnBaseWorkflow, tasks: list[list[Any]]) -> None:
    made: list[Task] = []
    for task_id, place, element, state, data, internal in tasks:
        if element.rpartition(".")[2] in _OF_OLD:
            made.append(made[0])
            continue
        spec = tree.spec.task_specs[element]
        task = Token(tree, spec, None if place is None else made[place], state=state, id=UUID(task_id))
        task.data, task.internal_data = data, internal
        made.append(task)
    tree.task_tree = made[0]


def _inner(workflow: Process, scope_task: UUID) -> Inside:
    task = next(tree.tasks[scope_task] for tree in workflow.scopes() if scope_task in tree.tasks)
    return Inside(workflow.subprocess_specs[task.task_spec.inside_id], task)
