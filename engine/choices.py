"""What a work item offers: its outcomes with their forms, people and units filled in as choices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.definitions import HumanTask, Outcome, SignatureKind
from engine.forms import Choice, Schema, choices_of, offer, suggestions_of
from engine.people import Person, Role
from engine.ports import UnitOfWork
from engine.procedures import model_of
from engine.recalls import Hindrance, Situation, hindrance_now
from engine.runtime.procedures import Procedure
from engine.work_items import WorkItem

NO_FORM: Final[Schema] = {"type": "object", "properties": {}, "additionalProperties": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedOutcome:
    """One way to finish a work item, with the form to fill in; *signature* says whose key gives it, if one does."""

    id: str
    label: str
    label_en: str
    form: Schema
    signature: SignatureKind | None


def step_of(item: WorkItem, work: UnitOfWork) -> tuple[Procedure, HumanTask]:
    """Return the model an item belongs to, and its step in it."""
    model = model_of(work.instances.get(item.instance_id), work)
    return model, model.human_tasks[item.element_id]


def offered(item: WorkItem, work: UnitOfWork) -> tuple[OfferedOutcome, ...]:
    """Return the outcomes of an item, in the order of the model."""
    model, step = step_of(item, work)
    return tuple(
        OfferedOutcome(
            id=outcome.id,
            label=outcome.label,
            label_en=outcome.label_en,
            form=form_of(outcome, model, item, work),
            signature=outcome.signature,
        )
        for outcome in step.outcomes
    )


def recall_hindrance(item: WorkItem, by: Person, work: UnitOfWork, *, just_done: bool = False) -> Hindrance | None:
    """Return why the person cannot take the completed item back now, or None; nobody is kept out by asking.

    Of what this very transaction completed, as *just_done* says, nobody can have opened what it led to.
    """
    kept, _ = work.instances.find_recall(item.instance_id) or (None, None)
    now = Situation(
        instance=work.instances.get(item.instance_id),
        document=work.documents.get(item.document_id),
        followers=None if just_done else work.work_items.open_of(item.instance_id),
    )
    return hindrance_now(item, by.id, kept, now)


def form_of(outcome: Outcome, model: Procedure, item: WorkItem, work: UnitOfWork) -> Schema:
    """Return the form of an outcome, with people and units offered by name, and what is known filled in."""
    if outcome.form is None:
        return NO_FORM
    schema = model.forms[outcome.form]
    choices = {name: CHOICES[name](item, work) for name in choices_of(schema)}
    suggested = {name: SUGGESTIONS[name](item, work) for name in suggestions_of(schema)}
    return offer(schema, choices, {name: value for name, value in suggested.items() if value is not None})


def _units(item: WorkItem, work: UnitOfWork) -> Sequence[Choice]:
    return [Choice(id=str(unit.id), label=unit.name) for unit in work.people.units(item.agency_id)]


def _lead_units(item: WorkItem, work: UnitOfWork) -> Sequence[Choice]:
    """Units somebody heads: only these can be given the lead."""
    people = work.people.of_agency(item.agency_id)
    headed = {post.unit_id for person in people for post in person.posts if post.role is Role.HEAD_OF_UNIT}
    return [Choice(id=str(unit.id), label=unit.name) for unit in work.people.units(item.agency_id) if unit.id in headed]


def _handlers(item: WorkItem, work: UnitOfWork) -> Sequence[Choice]:
    """People of the unit that was given the document, its specialists first."""
    people = [person for person in work.people.of_agency(item.agency_id) if item.unit_id in person.units]
    people.sort(key=lambda person: not person.holds(Role.SPECIALIST))
    return [Choice(id=str(person.id), label=_named(person)) for person in people]


def _agencies(item: WorkItem, work: UnitOfWork) -> Sequence[Choice]:
    return [Choice(id=str(agency.id), label=agency.name) for agency in work.people.agencies()]


def _return_by(item: WorkItem, work: UnitOfWork) -> str | None:
    """Return the way the applicant asked to get the result; None of what is no one-stop case."""
    case = work.cases.find_of_document(item.document_id)
    return None if case is None else case.return_by.value


def _named(person: Person) -> str:
    return f"{person.name}, {person.title}"


CHOICES: Final[Mapping[str, Callable[[WorkItem, UnitOfWork], Sequence[Choice]]]] = {
    "units": _units,
    "lead_units": _lead_units,
    "handlers": _handlers,
    "agencies": _agencies,
}

SUGGESTIONS: Final[Mapping[str, Callable[[WorkItem, UnitOfWork], str | None]]] = {"return_by": _return_by}
