"""Explanations in words: why a work item is with somebody, and what a document waits for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.deadlines import HALVES_OF_A_DAY, Light, Standing
from engine.documents import FINISHED, Document
from engine.ids import PersonId
from engine.incidents import Incident
from engine.instances import Instance
from engine.messages import SendingKind, Subscription
from engine.people import Person, Role
from engine.ports import UnitOfWork
from engine.work_items import WorkItem, WorkItemState

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
class Sentence:
    """A sentence for people: a template with named places, and the facts for them.

    Attributes:
        terms: Facts that are words of ours and are to be translated too, as in ROLE_NAMES.
    """

    template: str
    facts: Mapping[str, object] = field(default_factory=dict)
    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)


def why(item: WorkItem, person: Person, work: UnitOfWork) -> Sentence:
    """Say why the item is with this person, or with whom it is."""
    if item.state is WorkItemState.SIGNING:
        return _being_signed(item)
    if item.assignee == person.id and not item.roles:
        return Sentence(template="This is yours: the document was given to you by name.")
    if item.assignee == person.id:
        return Sentence(template="This is yours: you took it, or a colleague handed it to you.")
    if item.assignee is not None:
        return Sentence(template="This is with %(name)s.", facts={"name": work.people.get(item.assignee).name})
    roles = [ROLE_NAMES[role] for role in sorted(item.roles)]
    if item.unit_id is None:
        return Sentence(template="Anybody who is %(roles)s can do this.", terms={"roles": roles})
    unit = next(unit for unit in work.people.units(item.agency_id) if unit.id == item.unit_id)
    return Sentence(
        template="Anybody who is %(roles)s in %(unit)s can do this.",
        facts={"unit": unit.name},
        terms={"roles": roles},
    )


def expected(instance: Instance, names: Callable[[str], str], work: UnitOfWork) -> tuple[Sentence, ...]:
    """Say which moments, messages and signals the procedure goes on at by itself, the soonest first.

    Args:
        instance: The procedure.
        names: What an element is called.
        work: Where its timers and subscriptions are kept.
    """
    if not instance.waits:
        return ()
    timers = sorted(work.timers.of_instance(instance.id), key=lambda timer: timer.due_at)
    said = [
        Sentence(
            template="'%(step)s' comes by itself at %(due)s.",
            facts={"step": names(timer.element_id), "due": timer.due_at},
        )
        for timer in timers
    ]
    return (*said, *(_awaited(each, names(each.element_id)) for each in work.messages.of_instance(instance.id)))


def _awaited(subscription: Subscription, step: str) -> Sentence:
    facts = {"step": step, "name": subscription.name}
    if subscription.kind is SendingKind.SIGNAL:
        return Sentence(template="'%(step)s' goes on when the signal '%(name)s' is given.", facts=facts)
    return Sentence(template="'%(step)s' goes on when the message '%(name)s' comes.", facts=facts)


def waits_for(
    document: Document,
    open_items: Sequence[WorkItem],
    incidents: Sequence[Incident],
    people: Mapping[PersonId, str],
    expects: Sequence[Sentence] = (),
) -> tuple[Sentence, ...]:
    """Say what a document waits for: people, the machine, an incident; nothing once it is finished.

    Args:
        document: The document.
        open_items: Its work items that are open or being signed.
        incidents: Its incidents that are not resolved.
        people: Names of assignees.
        expects: What its procedure goes on at by itself.
    """
    said = [_stuck(incident) for incident in incidents]
    said += [_being_signed(item) if item.state is WorkItemState.SIGNING else _with(item, people) for item in open_items]
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


def _with(item: WorkItem, people: Mapping[PersonId, str]) -> Sentence:
    if item.assignee is not None:
        return Sentence(
            template="'%(step)s' is with %(name)s.",
            facts={"step": item.name, "name": people.get(item.assignee, "")},
        )
    roles = [ROLE_NAMES[role] for role in sorted(item.roles)]
    return Sentence(template="'%(step)s' waits for %(roles)s.", facts={"step": item.name}, terms={"roles": roles})
