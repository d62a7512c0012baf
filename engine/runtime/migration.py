"""Migration: the state of an instance of one version becomes a state of another version of the procedure.

No token moves: each stands where its element went, under the same task id, with all that is known. Waits are set up
anew where the other version says something else of them; a timer counts from when its step began, not from now. A
job whose operation or parameters differ is asked anew under a task id of its own, so that what the earlier one still
brings is let go. Whatever would not be right is an obstacle, and all obstacles are found at once.
"""

# ruff: noqa: SLF001  # see specs

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, NoReturn
from uuid import UUID

from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.ids import TaskId
from engine.instance_migrations import Consequence, Effect, Hindrance, Obstacle
from engine.instances import Movement
from engine.runtime.arriving import arrival_of, starved
from engine.runtime.compaction import compact
from engine.runtime.errors import (
    BundleUnusable,
    DataNotPlain,
    DataTooLarge,
    ExpressionFailed,
    ExpressionRefused,
    ProcedureStands,
)
from engine.runtime.events import Boundary, EventStart, Waiting
from engine.runtime.gateways import ARRIVED_FROM, RACE, EventBased, Joining
from engine.runtime.listener import RunListener, due_of
from engine.runtime.mapping import Way, family
from engine.runtime.migrated import Known, Migrated
from engine.runtime.models import TIMERS, WAITED, Trigger, TriggerKind
from engine.runtime.progress import Activity, Progress
from engine.runtime.run import Run
from engine.runtime.scopes import (
    LOCAL,
    OWNER,
    Inside,
    Process,
    Token,
    holder_of,
    listener_of,
    owned,
    owner_of,
    unfinished,
)
from engine.runtime.snapshot import Memory, load
from engine.runtime.specs import Element, Repeated, Service, SubProcess
from engine.runtime.surroundings import Surroundings

_UNUSABLE: Final = (ExpressionFailed, ExpressionRefused, DataTooLarge, DataNotPlain, BundleUnusable)
_ARMED: Final = ("due", "every", "left", "key", "since", "said", "cal")


def migrate(way: Way, state: bytes, known: Known, *, at: datetime) -> Migrated:
    """Make the state of *way.source* one of *way.target*; nothing is done but in memory.

    Raises:
        StateUnreadable: It is no state of *way.source*.
    """
    crossing = _Crossing(way, state, known, at)
    crossing.cross()
    progress = crossing.settled()
    return Migrated(
        progress=progress,
        obstacles=tuple(dict.fromkeys(crossing.obstacles)),
        consequences=tuple(dict.fromkeys(crossing.consequences)),
        anew=crossing.anew,
    )


def _not_run(operation: str, parameters: Mapping[str, Any], data: Mapping[str, Any]) -> NoReturn:
    raise BundleUnusable(reason=f"'{operation}' would be done while a procedure is taken to another version")


class _Crossing:
    """One instance on its way; *made* pairs the tasks before with those after."""

    def __init__(self, way: Way, state: bytes, known: Known, at: datetime) -> None:
        self.way, self.known, self.at = way, known, at
        before = RunListener(way.source, Memory(data={}, performers={}), Surroundings(inline=_not_run))
        self.before = Process(way.source.spec, way.source.inner, before)
        before.memory = load(state, self.before)
        compact(self.before)
        self.names = way.renames()
        data = dict.fromkeys(way.target.spec.known_at_start) | self._renamed(before.memory.data)
        performers = {self.names.get(one, one): who for one, who in before.memory.performers.items()}
        around = Surroundings(inline=_not_run, calendar=known.calendar)
        self.listener = RunListener(way.target, Memory(data=data, performers=performers), around)
        self.after = Process(way.target.spec, way.target.inner, self.listener)
        self.made: dict[UUID, tuple[Task, Task]] = {}
        self.anew: dict[TaskId, TaskId] = {}
        self.obstacles: list[Obstacle] = []
        self.consequences: list[Consequence] = []

    def cross(self) -> None:
        """Make every task of the source one of the target, outer scopes first."""
        for tree in self.before.scopes():
            holder = holder_of(tree)
            if holder is None:
                self._fill(tree, self.after)
            elif holder.id in self.made:
                _, host = self.made[holder.id]
                self._fill(tree, Inside(self.way.target.inner[host.task_spec.inside_id], host))

    def settled(self) -> Progress | None:
        """Set up what waits, and return what the instance is now; None where there are obstacles."""
        if self.obstacles:
            return None
        for tree in self.after.scopes():
            self._judge_joins(tree)
        try:
            progress = Run(self.after, self.way.target, compacted=True).settle_in(self._set_up, self.at)
        except ProcedureStands:
            self.obstacles.append(Obstacle(hindrance=Hindrance.NOTHING_WAITS))
        except _UNUSABLE as error:
            self.obstacles.append(Obstacle(hindrance=Hindrance.DATA_MISSING, cause=str(error)))
        return None if self.obstacles else progress

    def _fill(self, left: BpmnBaseWorkflow, right: BpmnBaseWorkflow) -> None:
        table = self.way.pairs[left.spec.name, right.spec.name]
        root = Token(right, right.spec.start, state=TaskState.COMPLETED, id=left.task_tree.id)
        root.data, root.internal_data = left.task_tree.data, left.task_tree.internal_data
        right.task_tree = root
        self.made[root.id] = (left.task_tree, root)
        waiting = [task for task in left.tasks.values() if task is not left.task_tree and unfinished(task)]
        # What listens belongs to what is listened at, which is placed first.
        for task in sorted(waiting, key=lambda one: one.task_spec.listens(one)):
            spec = self._place(task, right, table)
            if spec is not None:
                self._make(task, spec, root, table)
        in_order = [self.made[task.id][1] for task in waiting if task.id in self.made]
        right.tasks = {task.id: task for task in (root, *in_order)}
        root.children = in_order

    def _place(self, task: Task, right: BpmnBaseWorkflow, table: Mapping[str, str]) -> Element | None:
        """Return the element of the target for a task; None where it goes, or cannot, which is noted."""
        spec, specs = task.task_spec, right.spec.task_specs
        found: Element | None = None
        if spec.listens(task):
            found = self._listening(task, right, table)
        elif spec.element_id in table:
            name = table[spec.element_id]
            found = specs[f"{name}*" if isinstance(spec, Repeated) else name]
        elif not self._is_beaten(task, table):
            self._obstruct(task, right)
            return None
        if found is None:
            self._note(Effect.DROPPED, spec)
        elif found.element_id != spec.element_id and not isinstance(found, Repeated | EventStart):
            self._note(Effect.RENAMED, found)
        return found

    def _listening(self, task: Task, right: BpmnBaseWorkflow, table: Mapping[str, str]) -> Element | None:
        spec = task.task_spec
        if isinstance(spec, EventStart):
            inside = table.get(spec.inside.element_id)
            starts = [one for one in right.spec.event_starts if one.inside.element_id == inside]
            return next((one for one in starts if _wait_of(one) == _wait_of(spec)), None)
        owner = owner_of(task)
        found = right.spec.task_specs.get(table.get(spec.element_id))
        host = self.made[owner.id][1].task_spec if owner is not None and owner.id in self.made else None
        return found if isinstance(found, Boundary) and found.host is host else None

    @staticmethod
    def _is_beaten(task: Task, table: Mapping[str, str]) -> bool:
        """Say whether another event behind the same event-based gateway goes along."""
        race = task.internal_data.get(RACE)
        rivals = (one for one in task.workflow.tasks.values() if race and one.internal_data.get(RACE) == race)
        return any(one.task_spec.element_id in table for one in rivals)

    def _obstruct(self, task: Task, right: BpmnBaseWorkflow) -> None:
        spec = task.task_spec
        there = right.spec.task_specs.get(spec.element_id)
        hindrance = Hindrance.GONE
        if isinstance(there, Element):
            hindrance = Hindrance.OTHER_KIND if not self._fits(spec, there) else Hindrance.GONE
        elif spec.element_id in self.way.target.kinds:
            hindrance = Hindrance.OTHER_SCOPE
        self._hinder(hindrance, spec)

    def _fits(self, spec: Element, there: Element) -> bool:
        body = spec.body if isinstance(spec, Repeated) else spec
        return family(body, self.way.source) == family(there, self.way.target)

    def _make(self, task: Task, spec: Element, root: Task, table: Mapping[str, str]) -> None:
        anew = isinstance(spec, Service) and self._is_other_job(task.task_spec, spec)
        made = Token(root.workflow, spec, root, state=task.state, **({} if anew else {"id": task.id}))
        made.data = dict(task.data)
        made.internal_data = self._internal(task, spec, table)
        self.made[task.id] = (task, made)
        if anew:
            self.anew[TaskId(task.id)] = TaskId(made.id)
            self._note(Effect.ASKED_ANEW, spec)

    def _is_other_job(self, before: Element, after: Element) -> bool:
        left = self.way.source.service_tasks[before.element_id]
        right = self.way.target.service_tasks[after.element_id]
        return (left.operation, left.parameters) != (right.operation, right.parameters)

    def _internal(self, task: Task, spec: Element, table: Mapping[str, str]) -> dict[str, Any]:
        own = dict(task.internal_data)
        owner = owner_of(task)
        if owner is not None and owner.id in self.made:
            own[OWNER] = str(self.made[owner.id][1].id)
        if ARRIVED_FROM in own:
            arrival = arrival_of(own[ARRIVED_FROM], spec, table)
            own[ARRIVED_FROM] = arrival or own[ARRIVED_FROM]
            if arrival is None:
                self._hinder(Hindrance.BRANCH_UNKNOWN, spec)
        if LOCAL in own:
            own[LOCAL] = self._local(own[LOCAL], task.task_spec, spec)
        if own.get("results") and isinstance(getattr(spec, "body", None), SubProcess):
            own["results"] = [self._renamed(one) if isinstance(one, dict) else one for one in own["results"]]
        return own

    def _local(self, known: dict[str, Any], before: Element, after: Element) -> dict[str, Any]:
        local = self._renamed(known)
        left, right = before.node.repetition, after.node.repetition
        if left and right and left.item != right.item and left.item in local:
            local[right.item] = local.pop(left.item)
        at_start = self.way.target.inner[after.inside_id].known_at_start if isinstance(after, SubProcess) else ()
        return dict.fromkeys(at_start) | local

    def _renamed(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is known, with what elements gave kept under their new ids; calls keep theirs inside."""
        calls = {one for one, kind in self.way.source.kinds.items() if kind in ("callActivity", "subProcess")}
        return {
            self.names.get(name, name): self._inside(value) if name in calls and self.names else value
            for name, value in data.items()
        }

    def _inside(self, value: Any) -> Any:  # noqa: ANN401  # JSON
        if isinstance(value, dict):
            return {self.names.get(name, name): one for name, one in value.items()}
        return [self._inside(one) for one in value] if isinstance(value, list) else value

    def _judge_joins(self, right: BpmnBaseWorkflow) -> None:
        for spec in right.spec.task_specs.values():
            if isinstance(spec, Joining):
                arrived = spec.waiting(right)
                if arrived and spec.would_join(right, arrived):
                    self._hinder(Hindrance.WOULD_GO_ON, spec)
        left = self.made[right.task_tree.id][0].workflow
        table = self.way.pairs[left.spec.name, right.spec.name]
        for spec in starved(right) - {right.spec.task_specs.get(table.get(one.element_id)) for one in starved(left)}:
            self._hinder(Hindrance.BRANCH_MISSING, spec)

    def _set_up(self) -> None:
        """Set anew the waits of which the target says something else, and begin those that only it has."""
        for before, after in list(self.made.values()):
            tree, table = after.workflow, self.way.pairs[before.workflow.spec.name, after.workflow.spec.name]
            if after is tree.task_tree:
                self._begin_starts(before, after, table)
            elif isinstance(after.task_spec, Waiting) and not _says_the_same(before.task_spec, after.task_spec):
                self._set_anew(before, after)
            if isinstance(after.task_spec, Element) and not after.task_spec.listens(after):
                self._begin_boundaries(before, after, table)
            if after.internal_data.get(RACE) and isinstance(after.task_spec, Waiting):
                self._begin_rivals(before, after, table)
        for old, new in self.anew.items():
            self._ask_anew(old, new)

    def _set_anew(self, before: Task, after: Task) -> None:
        host = owner_of(after) if isinstance(after.task_spec, Boundary) else after
        at_host = after.workflow.task_tree if isinstance(after.task_spec, EventStart) else host
        for name in _ARMED:
            after.internal_data.pop(name, None)
        beside = owner_of(before) if isinstance(before.task_spec, Boundary) else before
        after.internal_data |= self._armed(at_host, after.task_spec.trigger, self._since(beside or before))
        self.listener.recount(after, self.known.pauses)
        if after.task_spec.trigger.kind is TriggerKind.CYCLE:
            # Its earlier rounds have been fired.
            if due_of(after) <= self.at and not self.listener.rearm(after):
                after._set_state(TaskState.COMPLETED)
        else:
            self._note_overdue(after)

    def _armed(self, task: Task, trigger: Trigger, since: datetime) -> dict[str, Any]:
        self.listener.at = since
        try:
            return self.listener.arm(task, trigger)
        finally:
            self.listener.at = self.at

    def _begin_boundaries(self, before: Task, after: Task, table: Mapping[str, str]) -> None:
        had = {table.get(border.element_id) for border in before.task_spec.boundaries}
        for border in after.task_spec.boundaries:
            if border.element_id not in had and border.trigger.kind in WAITED:
                self._begin(before, border, partial(border.listen, after))

    def _begin_starts(self, before: Task, after: Task, table: Mapping[str, str]) -> None:
        left, right = before.workflow.spec, after.workflow.spec
        had = {table.get(start.inside.element_id) for start in left.event_starts}
        ending = {start.inside for start in right.event_starts if start.interrupting}
        if any(task.task_spec in ending for task in after.workflow.tasks.values()):
            return
        for start in right.event_starts:
            if start.inside.element_id not in had and start.trigger.kind in WAITED:
                self._begin(before, start, partial(start.listen, after))

    def _begin_rivals(self, before: Task, after: Task, table: Mapping[str, str]) -> None:
        race, tree = after.internal_data[RACE], after.workflow
        gateway = next(one for one in after.task_spec.inputs if isinstance(one, EventBased))
        there = {one.task_spec for one in tree.tasks.values() if one.internal_data.get(RACE) == race}
        known = set(table.values())
        for spec in gateway.outputs:
            if spec not in there and spec.element_id not in known:
                self._begin(before, spec, partial(self._wait_beside, after, spec, race))

    @staticmethod
    def _wait_beside(task: Task, spec: Element, race: str) -> None:
        made = Token(task.workflow, spec, task.workflow.task_tree, state=TaskState.FUTURE)
        made.data, made.internal_data = dict(task.data), {RACE: race}
        spec._update(made)

    def _begin(self, before: Task, spec: Element, act: Callable[[], object]) -> None:
        """Let a wait begin as if it had with the step it belongs to."""
        known = set(self.after_tasks())
        self.listener.at = self._since(before)
        try:
            act()
        finally:
            self.listener.at = self.at
        self._note(Effect.BEGUN, spec)
        for task in self.after_tasks():
            if task not in known:
                self.listener.recount(task, self.known.pauses)
                self._note_overdue(task)

    def after_tasks(self) -> Iterator[Task]:
        """Yield the tasks of the target."""
        for tree in self.after.scopes():
            yield from tree.tasks.values()

    def _since(self, task: Task) -> datetime:
        """Return when the step of a task of the source began."""
        began = self.known.began()
        if task.id in began:
            return began[TaskId(task.id)]
        rounds = [began[TaskId(one.id)] for one in owned(task) if one.id in began]
        holder = owner_of(task) or holder_of(task.workflow)
        if rounds:
            return min(rounds)
        return self._since(holder) if holder is not None else began[None]

    def _ask_anew(self, old: TaskId, new: TaskId) -> None:
        task = self.made[old][1]
        self.listener.jobs.append(self.listener.job(task))
        listener_of(task).entered(task)
        entered: Activity = self.listener.activities.pop()
        left = Activity(
            task_id=old,
            element_id=entered.element_id,
            name=entered.name,
            kind=entered.kind,
            movement=Movement.LEFT,
            cancelled=True,
        )
        self.listener.activities += [left, entered]

    def _note_overdue(self, task: Task) -> None:
        if isinstance(task.task_spec, Waiting) and task.task_spec.trigger.kind in TIMERS and due_of(task) <= self.at:
            self._note(Effect.OVERDUE, task.task_spec)

    def _note(self, effect: Effect, spec: Element) -> None:
        self.consequences.append(Consequence(effect=effect, element_id=spec.element_id, element=self._called(spec)))

    def _hinder(self, hindrance: Hindrance, spec: Element) -> None:
        self.obstacles.append(Obstacle(hindrance=hindrance, element_id=spec.element_id, element=self._called(spec)))

    @staticmethod
    def _called(spec: Element) -> str:
        return spec.node.name or spec.element_id


def _wait_of(spec: Waiting) -> object:
    return "timer" if spec.trigger.kind in TIMERS else spec.trigger.kind


def _says_the_same(before: Waiting, after: Waiting) -> bool:
    left, right = before.trigger, after.trigger
    return (left.kind, left.timer, left.correlation, left.clock) == (
        *(right.kind, right.timer, right.correlation, right.clock),
    )
