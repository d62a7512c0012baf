"""A document's procedure on its page: where it stands, step by step, and what happened, in words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from heapq import merge
from typing import Any
from uuid import UUID

from api.texts import texts
from api.web import words
from api.web.action_words import ACTIONS
from api.web.desk import Desk
from api.web.names import Names
from api.web.schema_forms import title_of
from api.web.words import msgid
from engine.administration_events import (
    IncidentSkipped,
    InstanceCancelled,
    InstanceDataChanged,
    InstanceResumed,
    InstanceSuspended,
    TokenMoved,
)
from engine.audit import AuditEvent
from engine.explanations import ROLE_NAMES, in_place
from engine.hands import Handing, handings, placed_in
from engine.history import Removal, removal
from engine.ids import PersonId, TaskId, WorkItemId
from engine.incidents import Incident, IncidentState
from engine.instance_migrations import Passage
from engine.instances import Activity, Instance, Movement, in_force
from engine.ports import UnitOfWork
from engine.procedures import model_of, model_of_version
from engine.runtime.procedures import Procedure
from engine.stand_ins import StandIn
from engine.work_items import WorkItem, WorkItemState

COMPLETED = "work_item.completed"
START = "startEvent"
CALL = "callActivity"
BEGAN = msgid("The procedure began")
TAKEN_BACK = msgid("taken back")
NOTE = msgid("Note")
REASON = msgid("Reason")
PROCEDURE = msgid("The procedure")
TAKEN = msgid("taken from version %(before)s to version %(after)s")
PROPOSED_BY = msgid("Proposed by")
MOVED, SKIPPED, CANCELLED = TokenMoved.action, IncidentSkipped.action, InstanceCancelled.action
ADMINISTERED = {MOVED, SKIPPED, CANCELLED, InstanceSuspended.action, InstanceResumed.action, InstanceDataChanged.action}
"""What administrators do to a procedure, told in its history."""


class StepState(StrEnum):
    """Where one step of a procedure stands."""

    DONE = "done"
    ACTIVE = "active"
    STUCK = "stuck"
    AHEAD = "ahead"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step as a list shows it: what it is called, where it stands, who does or did it and when."""

    name: str
    state: StepState
    by_machine: bool
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of the history: who did what, when, with which outcome, and what they wrote."""

    at: datetime
    who: str
    what: str
    outcome: str | None = None
    written: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A procedure as it went so far; read once for a page.

    Attributes:
        items: Every work item it ever had.
        incidents: Its incidents that are not over.
        details: Work item and moment to what its form was given then, where that is still kept.
        handings: How its work items changed hands.
        places: Work item and moment to the stand-in by which somebody acted then.
        passages: Between which versions it was taken, each with the model before.
        administered: What administrators did to it.
    """

    instance: Instance
    model: Procedure
    activities: Sequence[Activity]
    items: Sequence[WorkItem]
    incidents: Sequence[Incident]
    details: Mapping[tuple[WorkItemId, datetime], Mapping[str, Any]] = field(default_factory=dict)
    handings: Sequence[Handing] = ()
    places: Mapping[tuple[WorkItemId, datetime], StandIn] = field(default_factory=dict)
    passages: Sequence[tuple[Passage, Procedure]] = ()
    administered: Sequence[AuditEvent] = ()

    def model_at(self, at: datetime) -> Procedure:
        """Return the model it ran by at a moment."""
        return next((before for passage, before in self.passages if at < passage.at), self.model)

    def removed(self, activity: Activity) -> Removal | None:
        """Return by which act an administrator took the procedure out of an element, None where it went on."""
        return removal(activity, self.administered)

    @property
    def open_items(self) -> list[WorkItem]:
        """The work items that are open or being signed."""
        return [item for item in self.items if item.state in (WorkItemState.OPEN, WorkItemState.SIGNING)]

    def marks(self) -> dict[str, list[str]]:
        """Return the ids of the elements to be marked on the diagram."""
        stuck = {incident.element_id for incident in self.incidents}
        active = _active(self) - stuck
        left = {activity.element_id for activity in in_force(self.activities) if activity.movement is Movement.LEFT}
        return {"active": sorted(active), "done": sorted(left - active - stuck), "stuck": sorted(stuck)}


def course_of(instance: Instance, work: UnitOfWork, *, detailed: bool = False) -> Course:
    """Return the course of a procedure; *detailed* with what people wrote in their forms."""
    items = work.work_items.of_instance(instance.id)
    incidents = work.incidents.of_instance(instance.id)
    subjects = [str(one) for one in (instance.id, *(item.id for item in items), *(known.id for known in incidents))]
    leaves = work.audit.about(instance.agency_id, subjects) if detailed else ()
    return Course(
        instance=instance,
        model=model_of(instance, work),
        activities=work.instances.history(instance.id),
        items=items,
        incidents=[incident for incident in incidents if incident.state is not IncidentState.RESOLVED],
        details=_details(leaves),
        handings=handings(leaves),
        places=_places(items, leaves, work),
        passages=[
            (one, model_of_version(work.definitions.get(one.from_id))) for one in work.migrations.passages(instance.id)
        ],
        administered=[leaf for leaf in leaves if leaf.action in ADMINISTERED],
    )


def _places(
    items: Sequence[WorkItem], leaves: Sequence[AuditEvent], work: UnitOfWork
) -> dict[tuple[WorkItemId, datetime], StandIn]:
    placed = placed_in(items, leaves)
    known = work.stand_ins.several(set(placed.values())) if placed else {}
    return {when: known[by] for when, by in placed.items()}


def _details(leaves: Sequence[AuditEvent]) -> dict[tuple[WorkItemId, datetime], Mapping[str, Any]]:
    return {
        (WorkItemId(UUID(leaf.subject_id)), leaf.at): json.loads(private.value)
        for leaf in leaves
        for private in leaf.private
        if leaf.action == COMPLETED and private.path == "details"
    }


def _active(course: Course) -> set[str]:
    inside: dict[TaskId, str] = {}
    for activity in in_force(course.activities):
        if activity.movement is Movement.ENTERED:
            inside[activity.task_id] = activity.element_id
        else:
            inside.pop(activity.task_id, None)
    inside |= {item.task_id: item.element_id for item in course.open_items}
    return set() if course.instance.finished_at else set(inside.values())


def name_of(model: Procedure, element_id: str, desk: Desk) -> str:
    """Return what an element is called in the reader's language; never its id where it has a name."""
    step = model.human_tasks.get(element_id) or model.service_tasks.get(element_id)
    return desk.pick(step.name, step.name_en) if step else model.names.get(element_id) or element_id


def steps(course: Course, names: Names, desk: Desk) -> list[Step]:
    """Return the steps of people and of the machine, in the order of the model."""
    model, marks = course.model, _as_listed(course)
    lines = in_force(course.activities)
    last = {activity.element_id: activity for activity in lines if activity.movement is Movement.LEFT}
    holders = {item.element_id: _holder(item, names, desk) for item in course.open_items}
    listed = []
    for element_id in model.names:
        state = marks.get(element_id)
        if state is None:
            continue
        done = last.get(element_id) if state is StepState.DONE else None
        state = StepState.SKIPPED if done and course.removed(done) is Removal.SKIPPED else state
        machine = element_id not in model.human_tasks
        listed.append(
            Step(
                name=name_of(model, element_id, desk),
                state=state,
                by_machine=machine,
                who="" if machine else names.person(done.actor) if done else holders.get(element_id, ""),
                at=done.at if done else None,
            )
        )
    return listed


def _as_listed(course: Course) -> dict[str, StepState]:
    """Return the steps worth listing, with where they stand.

    What was done before a document was sent back is ahead again; steps it passed by, and what the machine may do one
    day, are left out.
    """
    model = course.model
    steps = {*model.human_tasks, *model.service_tasks, *(name for name, kind in model.kinds.items() if kind == CALL)}
    known = [name for name in model.names if name in steps]
    states = {name: StepState(mark) for mark, ids in course.marks().items() for name in ids}
    waiting = {item.element_id for item in course.open_items}
    here = max((place for place, name in enumerate(known) if name in waiting), default=len(known))
    reached = max((place for place, name in enumerate(known) if name in states), default=-1)
    listed: dict[str, StepState] = {}
    for place, name in enumerate(known):
        state = states.get(name, StepState.AHEAD)
        if state is StepState.DONE and place > here:
            state = StepState.AHEAD
        expected = course.instance.finished_at is None and name in model.human_tasks and place > min(here, reached)
        if state is not StepState.AHEAD or expected:
            listed[name] = state
    return listed


def _holder(item: WorkItem, names: Names, desk: Desk) -> str:
    if item.assignee is not None:
        return names.person(item.assignee)
    roles = " / ".join(desk.speaks(ROLE_NAMES[role]) for role in sorted(item.roles))
    unit = names.unit(item.unit_id)
    return f"{roles}, {unit}" if unit else roles


def history(course: Course, names: Names, desk: Desk) -> list[Happening]:
    """Return what happened, the newest first: what people did, took back and gave to others, and the machine's part."""
    items = {item.id: item for item in course.items}
    hands = [_changed_hands(one, items[one.work_item_id], course, names, desk) for one in course.handings]
    taken = [_taken(passage, names, desk) for passage, _ in course.passages]
    done = [_administered(leaf, course, names, desk) for leaf in course.administered]
    told = list(merge(_told(course.activities, course, names, desk), hands, taken, done, key=lambda one: one.at))
    return list(reversed(told))


def _administered(leaf: AuditEvent, course: Course, names: Names, desk: Desk) -> Happening:
    data = json.loads(leaf.leaf)["data"]
    from_element = data.get("element") or data.get("from_element")
    model = course.model_at(leaf.at)
    steps = [name_of(model, element, desk) for element in (from_element, data.get("to_element")) if element]
    what = desk.speaks(ACTIONS[leaf.action])
    written = [(desk.speaks(REASON), said.value) for said in leaf.private if said.path == "reason" and said.value]
    if leaf.action == SKIPPED:
        written.append((desk.speaks(PROPOSED_BY), names.person(PersonId(UUID(data["proposed_by"])))))
    return Happening(
        at=leaf.at,
        who=names.person(leaf.actor),
        what=what[:1].upper() + what[1:],
        outcome=" → ".join(steps) or None,
        written=written,
    )


def _told(activities: Sequence[Activity], course: Course, names: Names, desk: Desk) -> list[Happening]:
    items = {item.task_id: item for item in course.items}
    return [
        _happening(activity, items.get(activity.task_id), course, names, desk)
        for activity in activities
        if activity.movement is not Movement.ENTERED
        and _is_told(activity, _model_of(activity, course))
        and not course.removed(activity)
    ]


def _taken(passage: Passage, names: Names, desk: Desk) -> Happening:
    versions = {"before": passage.from_version, "after": passage.to_version}
    return Happening(
        at=passage.at,
        who=names.person(passage.by),
        what=desk.speaks(PROCEDURE),
        outcome=texts(desk.language).gettext(TAKEN) % versions,
        written=[(desk.speaks(REASON), passage.reason)],
    )


def _changed_hands(handing: Handing, item: WorkItem, course: Course, names: Names, desk: Desk) -> Happening:
    return Happening(
        at=handing.at,
        who=_who(handing.by, item, handing.at, course, names, desk),
        what=desk.pick(item.name, item.name_en),
        outcome=texts(desk.language).gettext(words.HANDS[handing.hand]) % {"name": names.person(handing.to)},
        written=[(desk.speaks(NOTE), handing.note)] if handing.note else (),
    )


def _model_of(activity: Activity, course: Course) -> Procedure:
    """Return the model that knows the element: the present one, or where it is gone the one of that time."""
    return course.model if activity.element_id in course.model.names else course.model_at(activity.at)


def _is_told(activity: Activity, model: Procedure) -> bool:
    step = activity.element_id in model.human_tasks or activity.element_id in model.service_tasks
    return step or activity.kind in (START, CALL)


def _happening(activity: Activity, item: WorkItem | None, course: Course, names: Names, desk: Desk) -> Happening:
    model = _model_of(activity, course)
    human = model.human_tasks.get(activity.element_id)
    name = name_of(model, activity.element_id, desk)
    if activity.movement is Movement.RECALLED:
        taken_back = desk.speaks(TAKEN_BACK)
        who = _who(activity.actor, item, activity.at, course, names, desk)
        return Happening(at=activity.at, who=who, what=name, outcome=taken_back)
    outcome = human.outcome(activity.outcome) if human and activity.outcome else None
    if human and activity.outcome and outcome is None:
        earlier = course.model_at(activity.at).human_tasks.get(activity.element_id)
        outcome = earlier.outcome(activity.outcome) if earlier else None
    details = course.details.get((item.id, activity.at), {}) if item else {}
    form = model.forms.get(outcome.form, {}) if outcome and outcome.form else {}
    machine = activity.element_id in model.service_tasks or activity.kind == CALL
    return Happening(
        at=activity.at,
        who=names.machine if machine else _who(activity.actor, item, activity.at, course, names, desk),
        what=desk.speaks(BEGAN) if activity.kind == START else name,
        outcome=desk.pick(outcome.label, outcome.label_en) if outcome else None,
        written=list(_written(details, form.get("properties", {}), names, desk)),
    )


def _who(actor: PersonId | None, item: WorkItem | None, at: datetime, course: Course, names: Names, desk: Desk) -> str:
    place = course.places.get((item.id, at)) if item else None
    who = names.person(actor)
    return desk.explains(in_place(who, names.person(place.principal), place)) if place else who


def _written(
    details: Mapping[str, Any], fields: Mapping[str, Any], names: Names, desk: Desk
) -> Iterator[tuple[str, str]]:
    for name, value in details.items():
        if name in fields:
            yield title_of(name, fields[name], desk.language), names.shown(value)


def last_words(course: Course, item: WorkItem, names: Names, desk: Desk) -> Happening | None:
    """Return what a person did last before this item was opened, if they wrote something for whoever comes next."""
    told = _told(in_force(course.activities), course, names, desk)
    human = [happening for happening in told if happening.outcome is not None and happening.at <= item.opened_at]
    return human[-1] if human and human[-1].written else None
