"""Whose turn it is with a dossier: the open steps where it is composed and where it is decided on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine import access
from engine.documents import Document
from engine.dossiers import Dossier
from engine.explanations import ROLE_NAMES
from engine.ids import DocumentId, InstanceId
from engine.instances import Instance
from engine.notify import TYPE_NAMES
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A step that is open: its name, whose it is by unit or post, until when; *stands* where its clock does.

    Attributes:
        document: The minutes, notice or decision it is about; None of a step on the dossier itself.
    """

    step: str
    step_en: str
    unit: str | None
    roles: tuple[str, ...]
    due: date | None
    stands: bool
    document: Document | None = None

    def about(self, person: Person) -> str | None:
        """Return which document it is about, as in 'Biên bản: Họp Hội đồng'; its kind alone to who may not read it."""
        if self.document is None:
            return None
        kind = TYPE_NAMES[self.document.type]
        return f"{kind}: {self.document.subject}" if access.may_read(person, self.document) else kind


def turns_of(dossier: Dossier, work: UnitOfWork) -> tuple[Turn, ...]:
    """Return every open step of the procedures on the dossier's documents, and of those they called."""
    return tuple(_turns(dossier, work))


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
