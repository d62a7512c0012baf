"""Restoring: an instance put back to the very state it had in another version, while nothing has moved it since."""

from collections.abc import Iterator
from datetime import datetime
from typing import NoReturn

from engine.ids import TaskId
from engine.instance_migrations import Consequence, Effect
from engine.instances import Movement
from engine.runtime.errors import RunSpent
from engine.runtime.mapping import Way
from engine.runtime.migrated import Migrated
from engine.runtime.progress import Activity, Progress, RequestedJob
from engine.runtime.run import Run


def restore(way: Way, state: bytes, before: bytes, *, at: datetime) -> Migrated:
    """Return the instance as *before*, in the version that *way* leads back to; jobs asked anew since are let go.

    Raises:
        StateUnreadable: One of the states is not of its version.
    """
    now, then = (Run.resume(model, one, _not_run) for model, one in ((way.source, state), (way.target, before)))
    jobs = {job.task_id: job for job in now.open_jobs}
    again = [job for job in then.open_jobs if job.task_id not in jobs]
    waiting = {task_id for task_id, _ in then.waiting_elements}
    gone = [job for task_id, job in jobs.items() if task_id not in waiting]
    progress = Progress(
        state=before,
        finished=False,
        opened=then.open_tasks,
        closed=(),
        jobs=tuple(again),
        dropped_jobs=(),
        activities=(*_moved(gone, way, Movement.LEFT), *_moved(again, way, Movement.ENTERED)),
        timers=then.timers,
        subscriptions=then.subscriptions,
    )
    overdue = [
        Consequence(effect=Effect.OVERDUE, element_id=timer.element_id, element=_called(timer.element_id, way))
        for timer in then.timers
        if timer.due_at <= at
    ]
    anew = _paired(gone, again, way)
    return Migrated(progress=progress, obstacles=(), consequences=tuple(overdue), anew=anew)


def _moved(jobs: list[RequestedJob], way: Way, movement: Movement) -> Iterator[Activity]:
    left = movement is Movement.LEFT
    for job in jobs:
        element = way.renames().get(job.element_id, job.element_id) if left else job.element_id
        yield Activity(
            task_id=job.task_id,
            element_id=element,
            name=_called(element, way),
            kind=way.target.kinds[element],
            movement=movement,
            cancelled=left,
        )


def _paired(gone: list[RequestedJob], again: list[RequestedJob], way: Way) -> dict[TaskId, TaskId]:
    names = way.renames()
    there = {job.element_id: job.task_id for job in again}
    went = {names.get(job.element_id, job.element_id): job.task_id for job in gone}
    return {went[element]: there[element] for element in went.keys() & there.keys()}


def _called(element_id: str, way: Way) -> str:
    return way.target.names.get(element_id) or element_id


def _not_run(*_: object) -> NoReturn:
    raise RunSpent
