"""Hands of the demonstration's people: whoever a step is for does it by the real action, once it is there."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from api.province import province
from api.wiring import House
from engine import access
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.ids import DocumentId, DossierId, InstanceId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem, WorkItemState

PATIENCE_S: Final = 300.0
_LOOK_S: Final = 0.3
Course = Mapping[str, Callable[[], None]]
"""What is done at each step of a document, in their order."""


class DemoEnds(Exception):
    """The demonstration ends before all of it was made."""


class Hands:
    """The province's people; what the worker does by itself is waited for."""

    def __init__(self, house: House, told: Callable[[], bool]) -> None:
        self.services, self._told = house.services, told
        self.people: Mapping[str, Person] = {one.username: one for office in province() for one in office.people}

    def do(self, document_id: DocumentId, element: str, outcome: str, **data: object) -> None:
        """Complete the step of the document's procedures, once it is open."""
        item = self.await_step(document_id, element)
        with self.services.begin() as work:
            request = CompleteWorkItem(work_item_id=item.id, outcome=outcome, data=data)
            complete_work_item(request, by=self.who(item), at=self.services.clock(), work=work)

    def sign(self, document_id: DocumentId, element: str, key: str = "default") -> None:
        """Ask for the signature of the step, once it is open."""
        item = self.await_step(document_id, element)
        ask_signature(AskSignature(work_item_id=item.id, key=key), by=self.who(item), services=self.services)
        # Who signs next signs the file this signature makes.
        self._until(lambda: self._is_signed(item), element)

    def _is_signed(self, item: WorkItem) -> bool:
        with self.services.begin() as work:
            return work.work_items.get(item.id).state is WorkItemState.COMPLETED

    def issue(self, document_id: DocumentId, *steps: str) -> None:
        """Take what is being drafted all the way; *steps* are those at which it is signed."""
        # Several may sign at one step, so what is done is no mapping by step here.
        course = self.issuing(document_id)
        signed = {"sign": [partial(self.sign, document_id, step) for step in steps or ("sign",)]}
        for element, act in course.items():
            for one in signed.get(element, [act]):
                one()

    def issuing(self, document_id: DocumentId) -> Course:
        """Return what is done at each step from the draft to the seal, in their order, where one person signs."""
        return {
            "draft": partial(self.do, document_id, "draft", "submit"),
            "review_content": partial(self.do, document_id, "review_content", "approve"),
            "review_format": partial(self.do, document_id, "review_format", "approve"),
            "sign": partial(self.sign, document_id, "sign"),
            "number": partial(self.do, document_id, "number", "number"),
            "seal": partial(self.sign, document_id, "seal", key="agency"),
        }

    def go_on(self, document_id: DocumentId, course: Course, is_over: Callable[[], bool]) -> None:
        """Do what is left of the course, from whichever step an earlier start stopped at; nothing where it *is_over*.

        Raises:
            DemoEnds: We were told to end.
            TimeoutError: None of the steps came.
        """
        steps = tuple(course)
        self._until(lambda: is_over() or self._reached(document_id, steps) is not None, steps[0])
        reached = self._reached(document_id, steps)
        for step in steps[steps.index(reached) :] if reached else ():
            course[step]()

    def _reached(self, document_id: DocumentId, steps: Sequence[str]) -> str | None:
        return next((step for step in steps if self._at(document_id, step)), None)

    def who(self, item: WorkItem) -> Person:
        """Return somebody who may do it."""
        people = self.people.values()
        return next(one for one in people if access.is_candidate(one, item) and access.may_act(one, item))

    def await_step(self, document_id: DocumentId, element: str) -> WorkItem:
        """Return an open step at this element. Raises DemoEnds, TimeoutError."""
        self._until(lambda: bool(self._at(document_id, element)), element)
        return self._at(document_id, element)[0]

    def await_arrival(self, dossier_id: DossierId) -> None:
        """Wait until the dossier was submitted. Raises DemoEnds, TimeoutError."""
        self._until(lambda: self._arrived(dossier_id), str(dossier_id))

    def _at(self, document_id: DocumentId, element: str) -> list[WorkItem]:
        found = (one for one in self.open_of(document_id) if one.element_id == element)
        return [one for one in found if one.state is not WorkItemState.SIGNING]

    def _arrived(self, dossier_id: DossierId) -> bool:
        with self.services.begin() as work:
            return work.dossiers.get(dossier_id).received_document_id is not None

    def _until(self, happened: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not happened():
            if self._told():
                raise DemoEnds
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            time.sleep(_LOOK_S)

    def open_of(self, document_id: DocumentId) -> list[WorkItem]:
        """Return every open step of the document's procedure and of those it called."""
        with self.services.begin() as work:
            first = work.instances.find_of_document(document_id)
            ids = [first.id, *_called(first.id, work)] if first else []
            return [item for one in ids for item in work.work_items.open_of(one)]


def _called(instance_id: InstanceId, work: UnitOfWork) -> Iterator[InstanceId]:
    for one in work.instances.called_by(instance_id):
        yield one.id
        yield from _called(one.id, work)
