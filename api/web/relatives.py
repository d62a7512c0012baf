"""Procedures that called one another, or work on the same document, as the page of one of them names them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.web.desk import Desk
from api.web.words import msgid
from engine import access
from engine.documents import Document
from engine.ids import InstanceId
from engine.instances import Instance
from engine.ports import UnitOfWork
from engine.procedures import model_of

STANDINGS: Final = {
    "running": msgid("Running"),
    "suspended": msgid("Suspended"),
    "cancelled": msgid("Cancelled"),
    "failed": msgid("Ended with an error"),
    "finished": msgid("Finished"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A procedure that another one called, or called it, in the reader's language; *waits* are its open steps.

    Attributes:
        document: Its document, where that is another one and the reader may know of it.
    """

    instance: Instance
    name: str
    standing: str
    waits: tuple[str, ...]
    document: Document | None


def relatives(instances: Sequence[Instance], desk: Desk, work: UnitOfWork) -> list[Relative]:
    """Return procedures as the page of another one names them; a step may have called a thousand."""
    if not instances:
        return []
    documents = work.documents.several({instance.document_id for instance in instances})
    waits: defaultdict[InstanceId, list[str]] = defaultdict(list)
    for item in work.work_items.touched_by({instance.id for instance in instances}):
        waits[item.instance_id].append(desk.pick(item.name, item.name_en))
    return [_relative(one, waits[one.id], documents[one.document_id], desk, work) for one in instances]


def caller_of(instance: Instance, desk: Desk, work: UnitOfWork) -> Relative | None:
    """Return the procedure that called this one, or None."""
    above = [work.instances.get(instance.caller.instance_id)] if instance.caller else []
    return next(iter(relatives(above, desk, work)), None)


def _relative(instance: Instance, waits: Sequence[str], document: Document, desk: Desk, work: UnitOfWork) -> Relative:
    model = model_of(instance, work)
    return Relative(
        instance=instance,
        name=desk.pick(model.name, model.name_en),
        standing=desk.speaks(STANDINGS[instance.standing]),
        waits=tuple(waits),
        document=document if access.may_read(desk.person, document) else None,
    )
