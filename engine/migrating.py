"""Taking running procedures to another version: one is tried in memory, and taken.

Trying and taking are the same steps; only what came of the trial is kept or not. So a dry run says what will happen,
unless somebody acts meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from engine import access, procedures, waits
from engine.concerned import people_for, placed_people, who_could_do
from engine.definitions import Definition, HumanTask
from engine.history import record
from engine.ids import DefinitionId, TaskId
from engine.instance_migrations import (
    Back,
    Consequence,
    Effect,
    Hindrance,
    Obstacle,
)
from engine.instances import Instance, Movement
from engine.notices import NoticeKind
from engine.notify import about, notify
from engine.opening import item_of, open_items, somebody_may, timed
from engine.operations.move import Move
from engine.ports import UnitOfWork
from engine.recalls import Hindrance as RecallHindrance
from engine.runtime.errors import ExpressionFailed, ExpressionRefused
from engine.runtime.mapping import Way
from engine.runtime.migrated import Known, Migrated
from engine.runtime.migration import migrate
from engine.runtime.progress import OpenedTask, Progress
from engine.runtime.restoring import restore
from engine.work_items import WorkItem, WorkItemState

WAITS: Final = "'%(step)s' waits for you: %(document)s."
LOST: Final = "'%(step)s' is not with you any more: %(document)s goes by version %(version)s of its procedure now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """An open human task in the other version: its work item before and after; *before* None where there was none.

    Attributes:
        nobody: Nobody may do it there.
    """

    before: WorkItem | None
    after: WorkItem
    nobody: bool

    @property
    def released(self) -> bool:
        """Say whether somebody had it who has it no longer."""
        return self.before is not None and self.before.assignee not in (None, self.after.assignee)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of trying one procedure; it can go if there are no obstacles."""

    way: Way
    progress: Progress | None
    anew: Mapping[TaskId, TaskId]
    casts: tuple[Cast, ...]
    obstacles: tuple[Obstacle, ...]
    consequences: tuple[Consequence, ...]


def try_out(move: Move, taken: Way, *, expected: DefinitionId, back: Back | None = None) -> Tried:
    """Try to take the instance of the move to another version; nothing is kept.

    Args:
        move: With the instance, locked or only to be looked at.
        taken: From its version to the other.
        expected: The version it is to run by now.
        back: What putting it back exactly needs; it is used if nothing has moved the instance since.
    """
    instance = move.instance
    early = _early_obstacle(instance, expected)
    if early is not None:
        return Tried(way=taken, progress=None, anew={}, casts=(), obstacles=(early,), consequences=())
    exact = back is not None and back.rev == instance.rev
    found = restore(taken, instance.state, back.state, at=move.at) if back and exact else _migrated(move, taken)
    open_items = {item.task_id: item for item in move.work.work_items.open_of(instance.id)}
    obstacles = [*found.obstacles, *_item_obstacles(list(open_items.values()), taken)]
    casts: tuple[Cast, ...] = ()
    if found.progress is not None and not obstacles:
        try:
            casts = _casts(found.progress, open_items, move, taken, back if exact else None)
        except ExpressionFailed as error:
            obstacles = [Obstacle(hindrance=Hindrance.DATA_MISSING, cause=str(error))]
    return Tried(
        way=taken,
        progress=found.progress,
        anew=found.anew,
        casts=casts,
        obstacles=tuple(obstacles),
        consequences=() if obstacles else (*found.consequences, *_told(casts)),
    )


def _early_obstacle(instance: Instance, expected: DefinitionId) -> Obstacle | None:
    if instance.finished_at is not None:
        return Obstacle(hindrance=Hindrance.ENDED)
    return Obstacle(hindrance=Hindrance.ELSEWHERE) if instance.definition_id != expected else None


def _migrated(move: Move, taken: Way) -> Migrated:
    def began() -> dict[TaskId | None, datetime]:
        lines = move.work.instances.history(move.instance.id)
        entered = {line.task_id: line.at for line in reversed(lines) if line.movement is Movement.ENTERED}
        known: dict[TaskId | None, datetime] = {None: move.instance.started_at}
        return known | entered

    calendars, agency_id = move.work.calendars, move.instance.agency_id
    known = Known(began=began, calendar=lambda: calendars.of(agency_id), pauses=move.document.pauses)
    return migrate(taken, move.instance.state, known, at=move.at)


def _item_obstacles(items: list[WorkItem], taken: Way) -> list[Obstacle]:
    names = taken.renames()
    found = []
    for item in items:
        before = taken.source.human_tasks[item.element_id]
        after = taken.target.human_tasks.get(names.get(item.element_id, item.element_id))
        about = {"element_id": item.element_id, "element": item.name}
        if item.state is WorkItemState.SIGNING:
            found.append(Obstacle(hindrance=Hindrance.SIGNING, **about))
        elif item.voters and (after is None or _decisions(before) != _decisions(after)):
            found.append(Obstacle(hindrance=Hindrance.OPINIONS, **about))
    return found


def _decisions(step: HumanTask) -> list[tuple[str, int | None]]:
    return sorted((outcome.id, outcome.approvals) for outcome in step.outcomes)


def _casts(
    progress: Progress, items: Mapping[TaskId, WorkItem], move: Move, taken: Way, back: Back | None
) -> tuple[Cast, ...]:
    people_before = _people_before(move)
    casts = []
    for task in progress.opened:
        wanted = item_of(task, taken.target, move)
        item, before = items.get(task.task_id), people_before.get(task.task_id)
        if item is not None:
            same = before == _people_of(task, taken.target.human_tasks[task.element_id])
            wanted = item.recast(wanted, kept=_keeps(item, wanted, move.work, same=same))
            wanted = _with_hands(wanted, item, back)
            wanted = timed(wanted, move)
        nobody = access.why_nobody_may(wanted, who_could_do(wanted, move.at, move.work))
        casts.append(Cast(before=item, after=wanted, nobody=nobody is not None))
    return tuple(casts)


def _people_before(move: Move) -> dict[TaskId, object]:
    """Return for whom each open task is in the version that is left; nothing where its data do not say so any more."""
    model = procedures.model_of(move.instance, move.work)
    try:
        opened = procedures.look(move.instance, move.work).open_tasks
    except (ExpressionFailed, ExpressionRefused):
        return {}
    return {task.task_id: _people_of(task, model.human_tasks[task.element_id]) for task in opened}


def _people_of(task: OpenedTask, step: HumanTask) -> object:
    return (sorted(step.roles), task.unit, task.assignee, sorted(task.excluded), step.needs)


def _keeps(item: WorkItem, wanted: WorkItem, work: UnitOfWork, *, same: bool) -> bool:
    """Say whether who has the item may keep it in the other version; who has it in another's place, as that one may."""
    if item.assignee is None or same:
        return same and item.assignee is not None
    if wanted.needs > 1:
        return False
    holder = work.people.get(item.on_behalf_of or item.assignee)
    named = wanted.assignee == holder.id and holder.id not in wanted.excluded
    return named or access.is_candidate(holder, replace(wanted, assignee=None))


def _with_hands(item: WorkItem, before: WorkItem, back: Back | None) -> WorkItem:
    """Return the item with who had it before it was migrated, if it was taken from them then and nobody took it since.

    What is kept of that says the item's rev after the migration.
    """
    kept: Any = back.claims.get(str(item.id)) if back else None
    if kept is None or kept["rev"] != before.rev:
        return item
    return item.in_hands(kept)


def _told(casts: tuple[Cast, ...]) -> list[Consequence]:
    found = []
    for cast in casts:
        about = {"element_id": cast.after.element_id, "element": cast.after.name}
        if cast.nobody:
            found.append(Consequence(effect=Effect.NOBODY_MAY, **about))
        elif cast.released:
            effect = Effect.RELEASED if cast.after.assignee is None else Effect.REASSIGNED
            found.append(Consequence(effect=effect, **about))
    return found


def take(move: Move, tried: Tried, to: Definition) -> Back:
    """Keep what came of a successful trial: the prepared move's instance runs by the version *to* from now on.

    Returns what putting it back exactly needs.
    """
    work, before, progress = move.work, move.instance, tried.progress
    assert progress is not None  # noqa: S101  a successful trial has one
    move.instance = before.migrated(to.id, to.bundle_sha256, progress.state, waits.digest_of(progress))
    kept = work.instances.find_recall(before.id)
    rev = move.instance.rev
    work.migrations.move(move.instance, kept[0].ended(RecallHindrance.MIGRATED) if kept else None)
    _settle_incidents(tried, move)
    for cast in tried.casts:
        _keep(cast, tried.way, move)
    if before.waits or move.instance.waits:
        # A wait of the same moment or name may have another element now, so none of its rows stays.
        work.timers.replace(before.id, ())
        waits.keep(move.instance, progress, work, paused=move.document.pause is not None)
    record(progress, move.instance, by=move.by, at=move.at, work=work)
    for job in progress.jobs if before.suspended_at is None else ():
        work.jobs.defer(procedures.RUN_OPERATION, procedures.arguments_of(job, move.instance))
    move.keep_document()
    claims = {
        str(cast.before.id): {**cast.before.hands(), "rev": cast.after.rev}
        for cast in tried.casts
        if cast.before is not None and cast.released
    }
    return Back(rev=rev, state=before.state, claims=claims)


def _settle_incidents(tried: Tried, move: Move) -> None:
    names = tried.way.renames()
    for incident in move.work.incidents.unresolved_of(move.instance.id):
        if incident.task_id in tried.anew:
            move.work.incidents.save(incident.resolved())
        elif incident.element_id in names:
            move.work.migrations.rename(incident.at_element(names[incident.element_id]))


def _keep(cast: Cast, taken: Way, move: Move) -> None:
    work, item = move.work, cast.after
    if cast.before is None:
        if somebody_may(item, move):
            open_items([item], move)
            waits.settle(item.task_id, work)
        return
    work.migrations.recast(item)
    if cast.nobody:
        work.work_items.save(item.cancelled(move.at))
        somebody_may(item, move)
        return
    move.document = move.document.read_by(
        units=[item.unit_id] if item.unit_id else (), people=[item.assignee] if item.assignee else ()
    )
    work.form_drafts.keep_only(item.id, [one.id for one in taken.target.human_tasks[item.element_id].outcomes])


def tell(casts: Sequence[Cast], version: int, move: Move) -> None:
    """Tell who has lost work by it, and whose it is now."""
    agency_id = move.instance.agency_id
    for_others = [
        (cast, before)
        for cast in casts
        if (before := cast.before) and not cast.nobody and not before.is_for_the_same(cast.after)
    ]
    people = placed_people([agency_id], move.at, move.work)[agency_id] if for_others else ()
    for cast, before in for_others:
        item = cast.after
        facts = {"step": item.name, "step_en": item.name_en}
        waits_for_you = about(move.document, NoticeKind.WORK, _source(item), WAITS, **facts)
        news = replace(waits_for_you, path=f"/work-items/{item.id}", work_item_id=item.id)
        notify(people_for(item, people) - people_for(before, people), news, at=move.at, work=move.work)
        if cast.released and before.assignee is not None:
            source, told = f"released:{item.id}:{item.rev}", {**facts, "version": str(version)}
            lost = about(move.document, NoticeKind.WORK, source, LOST, **told)
            notify([before.assignee], lost, at=move.at, work=move.work)


def _source(item: WorkItem) -> str:
    return f"work:{item.id}" if item.assignee is None else f"work:{item.id}:{item.assignee}"
