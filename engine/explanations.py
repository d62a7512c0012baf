"""Explanations in words: why a work item is with somebody, why they cannot do it, and what a document waits for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from engine import access
from engine.approvals import OpinionGiven
from engine.choices import step_of
from engine.competence import signatories_of
from engine.concerned import who_could_do
from engine.deadlines import HALVES_OF_A_DAY, VIETNAM, Light, Standing
from engine.definitions import HumanTask
from engine.documents import FINISHED, Document, OutgoingDocument
from engine.errors import Refusal
from engine.ids import SYSTEM, PersonId
from engine.incidents import Incident
from engine.instances import Instance, InstanceHalted, Movement
from engine.people import Person, Place, Role
from engine.ports import UnitOfWork
from engine.recalls import SENTENCES, Hindrance
from engine.stand_ins import StandIn
from engine.work_items import WorkItem, WorkItemExcluded, WorkItemNotYours, WorkItemState

ROLE_NAMES: Mapping[Role, str] = {
    Role.CLERK: "clerk",
    Role.CHIEF_OF_OFFICE: "chief of office",
    Role.HEAD_OF_UNIT: "head of unit",
    Role.SPECIALIST: "specialist",
    Role.DEPUTY_HEAD: "deputy head",
    Role.HEAD: "head of the agency",
    Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "administrator",
}
"""What a role is called on a page, in English; the doors translate it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name that a model gives in both languages."""

    vietnamese: str
    english: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence for people: a template with named places, and the facts for them.

    Attributes:
        terms: Facts that are words of ours and are to be translated too, as in ROLE_NAMES.
    """

    template: str
    facts: Mapping[str, object] = field(default_factory=dict)
    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)


def why(item: WorkItem, person: Person, at: datetime, work: UnitOfWork) -> tuple[Sentence, ...]:
    """Say why the item is with this person or with whom, what keeps them from it, until when; or why it is over."""
    if item.state is WorkItemState.SIGNING:
        return (_being_signed(item),)
    instance = work.instances.get(item.instance_id)
    if item.state is WorkItemState.CANCELLED:
        return (_gone(item, instance, work),)
    _, step = step_of(item, work)
    said = [*_standing_still(item, instance, work), *_whose(item, person, step, at, work)]
    if item.needs > 1:
        said.append(_missing_opinions(item))
    if item.due_at is not None:
        late = "It was to be done by %(due)s and is overdue."
        said.append(Sentence(template=late, facts={"due": item.due_date}) if item.due_at < at else _due(item))
    return tuple(said)


def _due(item: WorkItem) -> Sentence:
    template = "It is to be done by the morning of %(due)s." if item.due_by_noon else "It is to be done by %(due)s."
    return Sentence(template=template, facts={"due": item.due_date})


def why_not_recalled(item: WorkItem, hindrance: Hindrance, work: UnitOfWork) -> Sentence:
    """Say why a completed step cannot be taken back; where the procedure went on, by whom and where."""
    if hindrance is not Hindrance.NOT_LAST or item.completed_at is None:
        return Sentence(template=SENTENCES[hindrance])
    since = [line for line in work.instances.history(item.instance_id) if line.at > item.completed_at and line.name]
    if not since:
        return Sentence(template=SENTENCES[hindrance])
    if since[0].actor == SYSTEM:
        template = "The procedure has gone on by itself since, at '%(step)s'."
        return Sentence(template=template, facts={"step": since[0].name})
    template = "%(name)s has gone on with it since, at '%(step)s'."
    return Sentence(template=template, facts={"name": _name(since[0].actor, work), "step": since[0].name})


def in_place(substitute: str, principal: str, by: StandIn) -> Sentence:
    """Say who acted in whose place and by what: 'X thay Y theo …'."""
    facts: dict[str, object] = {"substitute": substitute, "principal": principal, "basis": by.basis.text}
    if by.basis.number and by.basis.issued_on:
        facts |= {"number": by.basis.number, "day": by.basis.issued_on}
        return Sentence(
            template="%(substitute)s for %(principal)s, by %(basis)s No. %(number)s of %(day)s", facts=facts
        )
    return Sentence(template="%(substitute)s for %(principal)s, by %(basis)s", facts=facts)


def _standing_still(item: WorkItem, instance: Instance, work: UnitOfWork) -> Iterator[Sentence]:
    if instance.suspended_at is not None:
        yield Sentence(template=InstanceHalted.template, facts={"reason": instance.suspended_because})
    pause = work.documents.get(item.document_id).pause
    if pause is not None:
        yield Sentence(
            template="The time limits of the document are paused since %(since)s: %(reason)s. "
            "It can be worked on all the same.",
            facts={"since": pause.began, "reason": pause.reason},
        )


def _gone(item: WorkItem, instance: Instance, work: UnitOfWork) -> Sentence:
    history = work.instances.history(instance.id)
    recalls = [line for line in history if line.movement is Movement.RECALLED and line.at == item.completed_at]
    if recalls:
        return Sentence(
            template="%(name)s took back the step '%(step)s', which it came from.",
            facts={"name": _name(recalls[-1].actor, work), "step": recalls[-1].name},
        )
    if instance.cancelled_because is not None and instance.finished_at == item.completed_at:
        return Sentence(
            template="An administrator cancelled the procedure because: %(reason)s.",
            facts={"reason": instance.cancelled_because},
        )
    return Sentence(template="The procedure went another way.")


def _whose(item: WorkItem, person: Person, step: HumanTask, at: datetime, work: UnitOfWork) -> Iterator[Sentence]:
    try:
        place = access.require_act(person, item)
    except WorkItemExcluded:
        yield _kept_apart(item, person, step, work)
    except OpinionGiven:
        yield Sentence(template=OpinionGiven.template)
    except WorkItemNotYours:
        yield from _with_another(item, at, work)
        yield Sentence(template="To do it yourself, ask for it to be released.")
    except Refusal:
        yield from _with_another(item, at, work) if item.assignee else _open_to(item, at, work)
    else:
        yield from (_in_a_place(place),) if place else _own(item, person, at, work)
        yield from _next(item, person, step, work)


def _own(item: WorkItem, person: Person, at: datetime, work: UnitOfWork) -> Iterator[Sentence]:
    if item.on_behalf_of == person.id and item.assignee not in (None, person.id):
        yield Sentence(
            template="%(name)s has taken this in your place; you can still do it yourself.",
            facts={"name": _name(item.assignee, work)},
        )
    elif item.assignee == person.id and _was_taken_back(item, work):
        yield Sentence(template="This is yours again: you took the step back.")
    elif item.assignee == person.id and not item.roles:
        yield Sentence(template="This is yours: the document was given to you by name.")
    elif item.assignee == person.id:
        yield Sentence(template="This is yours: you took it, or a colleague handed it to you.")
    else:
        yield from _open_to(item, at, work)


def _was_taken_back(item: WorkItem, work: UnitOfWork) -> bool:
    lines = [line for line in work.instances.history(item.instance_id) if line.task_id == item.task_id]
    return bool(lines) and lines[-1].movement is Movement.RECALLED


def _in_a_place(place: Place) -> Sentence:
    ends = place.by.ends_at.astimezone(VIETNAM)
    # Who reads of a midnight thinks of the day before it.
    whole = ends.time() == time()
    return Sentence(
        template="You can do this in the place of %(principal)s, by %(basis)s, until the end of %(until)s."
        if whole
        else "You can do this in the place of %(principal)s, by %(basis)s, until %(until)s.",
        facts={
            "principal": place.of.name,
            "basis": place.by.basis.text,
            "until": ends.date() - timedelta(days=1) if whole else ends,
        },
    )


def _next(item: WorkItem, person: Person, step: HumanTask, work: UnitOfWork) -> Iterator[Sentence]:
    if not any(outcome.signature == "person" for outcome in step.outcomes):
        return
    document = work.documents.get(item.document_id)
    if isinstance(document, OutgoingDocument) and person.id not in {one.person for one in signatories_of(document)}:
        yield Sentence(
            template="It is printed for %(name)s to sign; before you sign it, it is to be made out to you.",
            facts={"name": _name(document.signer, work)},
        )


def _kept_apart(item: WorkItem, person: Person, step: HumanTask, work: UnitOfWork) -> Sentence:
    steps = _steps_apart(step, item, work)
    principal = next((place.of for place in person.places if place.of.id in item.excluded), None)
    if person.id in item.excluded or principal is None:
        return Sentence(
            template="You may not do this: whoever did %(steps)s, or had it done in their place, must not do this too. "
            "A colleague has to.",
            facts={"steps": steps},
        )
    return Sentence(
        template="You may not do this in the place of %(principal)s, by whom or for whom %(steps)s was done; "
        "the same people must not do both. A colleague has to.",
        facts={"principal": principal.name, "steps": steps},
    )


def _steps_apart(step: HumanTask, item: WorkItem, work: UnitOfWork) -> tuple[Named, ...]:
    model, _ = step_of(item, work)
    apart = [model.human_tasks[element] for element in step.not_same_as]
    return tuple(Named(vietnamese=one.name, english=one.name_en) for one in apart)


def _with_another(item: WorkItem, at: datetime, work: UnitOfWork) -> Iterator[Sentence]:
    yield _with_whom(item, work)
    if item.on_behalf_of is None and item.assignee is not None:
        in_force = work.stand_ins.in_force(item.agency_id, at)
        names = [_name(known.substitute, work) for known in in_force if _covers(known, item)]
        if names:
            yield standing_in(_name(item.assignee, work), names)


def _with_whom(item: WorkItem, work: UnitOfWork) -> Sentence:
    name = _name(item.assignee, work)
    if item.on_behalf_of is None:
        return Sentence(template="This is with %(name)s.", facts={"name": name})
    principal = _name(item.on_behalf_of, work)
    return Sentence(
        template="This is with %(name)s, in the place of %(principal)s.", facts={"name": name, "principal": principal}
    )


def standing_in(principal: str, substitutes: Sequence[str]) -> Sentence:
    """Say who can act in somebody's place now."""
    facts = {"principal": principal, "substitutes": ", ".join(dict.fromkeys(substitutes))}
    return Sentence(template="In the place of %(principal)s it can be done by %(substitutes)s now.", facts=facts)


def _open_to(item: WorkItem, at: datetime, work: UnitOfWork) -> Iterator[Sentence]:
    roles = [ROLE_NAMES[role] for role in sorted(item.roles)]
    if item.unit_id is None:
        yield Sentence(template="Anybody who is %(roles)s can do this.", terms={"roles": roles})
    else:
        unit = next(unit for unit in work.people.units(item.agency_id) if unit.id == item.unit_id)
        yield Sentence(
            template="Anybody who is %(roles)s in %(unit)s can do this.",
            facts={"unit": unit.name},
            terms={"roles": roles},
        )
    if not access.holders(who_could_do(item, at, work), item):
        yield Sentence(
            template="Nobody who may do it holds this post now; the administrator has to give it to somebody."
        )


def _missing_opinions(item: WorkItem) -> Sentence:
    return Sentence(
        template="%(missing)s of the %(needs)s approvals it needs are missing.",
        facts={"missing": item.needs - item.agreed, "needs": item.needs},
    )


def _name(person_id: PersonId | None, work: UnitOfWork) -> str:
    return work.people.get(person_id).name if person_id else ""


def waits_for(
    document: Document,
    open_items: Sequence[WorkItem],
    incidents: Sequence[Incident],
    people: Mapping[PersonId, str],
    stand_ins: Sequence[StandIn] = (),
    expects: Sequence[Sentence] = (),
) -> tuple[Sentence, ...]:
    """Say what a document waits for: people, the machine, an incident; nothing once it is finished.

    Args:
        document: The document.
        open_items: Its work items that are open or being signed.
        incidents: Its incidents that are not resolved.
        people: Names of assignees, and of those who stand in for them.
        stand_ins: Those that hold now.
        expects: What its procedure goes on at by itself.
    """
    said = [_stuck(incident) for incident in incidents]
    for item in open_items:
        if item.state is WorkItemState.SIGNING:
            said.append(_being_signed(item))
        else:
            said += _with(item, people, stand_ins)
    said += expects
    if not said and document.state not in FINISHED:
        said.append(Sentence(template="The machine is working on it; this goes on by itself."))
    return tuple(said)


_LEFT = (
    Sentence(template="due today"),
    Sentence(template="%(days)s working day left"),
    Sentence(template="%(days)s working days left"),
)
_TIME_LEFT: Mapping[Light, tuple[Sentence, Sentence, Sentence]] = {
    Light.ON_TIME: _LEFT,
    Light.DUE_SOON: _LEFT,
    Light.OVERDUE: (
        Sentence(template="overdue"),
        Sentence(template="overdue by %(days)s working day"),
        Sentence(template="overdue by %(days)s working days"),
    ),
    Light.PAUSED: (
        Sentence(template="paused"),
        Sentence(template="paused, %(days)s working day left"),
        Sentence(template="paused, %(days)s working days left"),
    ),
}
"""What is said of a time limit: for no half day, for up to a day, for more."""


def time_left(found: Standing, days: str) -> Sentence:
    """Say how a time limit stands; *days* is its number of half days, written as days."""
    place = 0 if found.half_days <= 0 else 1 if found.half_days <= HALVES_OF_A_DAY else 2
    return replace(_TIME_LEFT[found.light][place], facts={"days": days})


def _stuck(incident: Incident) -> Sentence:
    return Sentence(
        template="Stuck at '%(step)s' since %(since)s: %(cause)s",
        facts={"step": incident.element_id, "since": incident.first_seen, "cause": incident.message},
    )


def _being_signed(item: WorkItem) -> Sentence:
    if item.waiting_for:
        return Sentence(
            template="Being signed; waiting since %(since)s: %(cause)s",
            facts={"since": item.waiting_since, "cause": item.waiting_for},
        )
    return Sentence(template="Being signed; this goes on by itself.")


def _with(item: WorkItem, people: Mapping[PersonId, str], stand_ins: Sequence[StandIn]) -> Iterator[Sentence]:
    name = people.get(item.assignee, "") if item.assignee else ""
    if item.on_behalf_of is not None:
        principal = people.get(item.on_behalf_of, "")
        yield Sentence(
            template="'%(step)s' is with %(name)s, in the place of %(principal)s.",
            facts={"step": item.name, "name": name, "principal": principal},
        )
    elif item.assignee is not None:
        yield Sentence(template="'%(step)s' is with %(name)s.", facts={"step": item.name, "name": name})
        able = [people.get(known.substitute, "") for known in stand_ins if _covers(known, item)]
        if able:
            yield standing_in(name, able)
    else:
        roles = [ROLE_NAMES[role] for role in sorted(item.roles)]
        yield Sentence(template="'%(step)s' waits for %(roles)s.", facts={"step": item.name}, terms={"roles": roles})
    if item.needs > 1:
        yield _missing_opinions(item)
    if item.due_date is not None:
        yield _due(item)


def _covers(known: StandIn, item: WorkItem) -> bool:
    units = {item.about_unit} if item.about_unit else set()
    return (
        known.principal == item.assignee
        and known.scope.covers_step(item.procedure, item.element_id)
        and known.scope.covers_documents(item.document_type, units)
    )
