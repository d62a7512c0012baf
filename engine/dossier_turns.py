"""Whose turn it is with a dossier, where it is composed and where it is decided on; how far a council is with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from engine import access
from engine.council_sessions import Matter, MatterState
from engine.documents import Document
from engine.dossiers import Dossier
from engine.explanations import ROLE_NAMES, Sentence
from engine.ids import DocumentId, InstanceId
from engine.instances import Instance
from engine.notify import TYPE_NAMES
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem

AGREED: Final = "The council agreed: %(agreed)s of %(base)s members; %(wanted)s was wanted."
NOT_AGREED: Final = "The council did not agree: %(agreed)s of %(base)s members; %(wanted)s was wanted."


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A step that is open: its name, whose it is by unit or post, until when; *stands* where its clock does.

    Attributes:
        document: The minutes, notice or decision it is about; None of a step on the dossier itself.
        alike: So many of it are open, one for each of several people.
    """

    step: str
    step_en: str
    unit: str | None
    roles: tuple[str, ...]
    due: date | None
    stands: bool
    document: Document | None = None
    alike: int = 1

    def is_like(self, other: "Turn") -> bool:
        """Say whether it differs from another in nothing but whose of several people it is."""
        return replace(self, alike=1) == replace(other, alike=1)

    def about(self, person: Person) -> str | None:
        """Return which document it is about, as in 'Biên bản: Họp Hội đồng'; its kind alone to who may not read it."""
        if self.document is None:
            return None
        kind = TYPE_NAMES[self.document.type]
        return f"{kind}: {self.document.subject}" if access.may_read(person, self.document) else kind


def before_council(dossier: Dossier, work: UnitOfWork) -> Iterator[Sentence]:
    """Say how far the council is with it; what it voted is told once its minutes are signed and issued."""
    about = work.council_sessions.matters_about(dossier.received_document_id) if dossier.received_document_id else ()
    matter = about[-1] if about else None
    if matter is None or matter.state is MatterState.WITHDRAWN:
        return
    if matter.state is MatterState.WAITING:
        yield Sentence(template="It waits for a session of the council.")
    elif matter.state is MatterState.CONVENED and matter.session_id:
        at = work.council_sessions.get(matter.session_id).at
        yield Sentence(template="It is on the agenda of the council's session of %(at)s.", facts={"at": at})
    elif work.instances.get(matter.instance_id).finished_at is None:
        yield Sentence(template="The council has voted on it; the minutes are being signed.")
    else:
        yield from _voted(matter, work)


def _voted(matter: Matter, work: UnitOfWork) -> Iterator[Sentence]:
    tally = next((one.tally for one in reversed(work.council_sessions.motions_on(matter.id)) if one.tally), None)
    if tally is None:
        return
    wanted = work.councils.get(matter.council_id).rules.passing.text
    facts = {"agreed": tally.agreed, "base": tally.base, "wanted": wanted}
    yield Sentence(template=AGREED if tally.passed else NOT_AGREED, facts=facts)


def turns_of(dossier: Dossier, work: UnitOfWork) -> tuple[Turn, ...]:
    """Return every open step of the procedures on the dossier's documents, and of those they called.

    What several people have to do at once, each for themselves, is one of them.
    """
    found: list[Turn] = []
    for turn in _turns(dossier, work):
        known = next((place for place, one in enumerate(found) if one.is_like(turn)), None)
        if known is None:
            found.append(turn)
        else:
            found[known] = replace(found[known], alike=found[known].alike + 1)
    return tuple(found)


def _turns(dossier: Dossier, work: UnitOfWork) -> Iterator[Turn]:
    for document_id in (dossier.own_document_id, dossier.received_document_id):
        instance = work.instances.find_of_document(document_id) if document_id else None
        for one in _tree(instance, work):
            apart = one.id != instance.id and one.document_id != dossier.received_document_id if instance else False
            yield from (_turn(item, work, apart=apart) for item in work.work_items.open_of(one.id))


def _tree(instance: Instance | None, work: UnitOfWork) -> Iterator[Instance]:
    if instance is None:
        return
    todo: list[InstanceId] = [instance.id]
    yield instance
    while todo:
        called = work.instances.called_by(todo.pop())
        yield from (one for one in called if one.finished_at is None)
        todo += [one.id for one in called if one.finished_at is None]


def _turn(item: WorkItem, work: UnitOfWork, *, apart: bool) -> Turn:
    units = {unit.id: unit.name for unit in work.people.units(item.agency_id)}
    unit = units.get(item.unit_id) if item.unit_id else work.people.get_agency(item.agency_id).name
    roles = item.roles or (work.people.get(item.assignee).roles if item.assignee else frozenset())
    document = work.documents.get(DocumentId(item.document_id))
    return Turn(
        step=item.name,
        step_en=item.name_en,
        unit=unit,
        roles=tuple(sorted(ROLE_NAMES[role] for role in roles)),
        due=item.due_date,
        stands=document.pause is not None,
        document=document if apart else None,
    )
