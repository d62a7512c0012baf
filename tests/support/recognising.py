"""The commune and the province at work on a dossier for recognition: whoever a step is for does it, by the action."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from engine import access, assessing
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.assessments import Entry, Stage
from engine.council_votes import Choice
from engine.documents import OutgoingDocument
from engine.dossiers import Dossier
from engine.ids import DocumentId, DossierId, InstanceId
from engine.instances import Instance
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem
from tests.support.composing import Desk
from tests.support.councils import MEMBERS, Chamber
from tests.support.office import Office


class Steps(ABC):
    """An agency with one dossier on one of its documents."""

    def __init__(self, office: Office, dossier_id: DossierId) -> None:
        self.office, self.services, self.dossier_id = office, office.house.services, dossier_id
        self.desk = Desk(office)

    @property
    def dossier(self) -> Dossier:
        """The dossier as it is now."""
        with self.services.begin() as work:
            return work.dossiers.get(self.dossier_id)

    @property
    @abstractmethod
    def subject_id(self) -> DocumentId:
        """The document the procedure of this agency is about."""

    def tree(self, work: UnitOfWork) -> list[Instance]:
        """Return the procedure of the document and everything it called."""
        first = work.instances.find_of_document(self.subject_id)
        assert first is not None
        return [first, *_called(first.id, work)]

    def waiting(self) -> list[WorkItem]:
        """Return every open step of the procedure and of those it called."""
        with self.services.begin() as work:
            return [item for one in self.tree(work) for item in work.work_items.open_of(one.id)]

    def elements(self) -> list[str]:
        """Return which steps are open."""
        return sorted(item.element_id for item in self.waiting())

    def item(self, element: str) -> WorkItem:
        """Return one open item at this element."""
        found = [item for item in self.waiting() if item.element_id == element]
        assert found, f"{element}: {self.elements()}"
        return found[0]

    def who(self, item: WorkItem) -> Person:
        """Return somebody who may do it."""
        return next(one for one in self.office.people.people.values() if _may(one, item))

    def do(self, element: str, outcome: str, **data: Any) -> WorkItem:  # noqa: ANN401  fields of any form
        """Have whoever may do the step do it."""
        item = self.item(element)
        with self.services.begin() as work:
            request = CompleteWorkItem(work_item_id=item.id, outcome=outcome, data=data)
            done = complete_work_item(request, by=self.who(item), at=self.services.clock(), work=work)
        self.office.run_jobs()
        return done

    def sign(self, element: str, key: str = "default", by: str | None = None) -> None:
        """Have whoever is to sign sign."""
        item = self.item(element)
        signer = self.office.people[by] if by else self.who(item)
        ask_signature(AskSignature(work_item_id=item.id, key=key), by=signer, services=self.services)
        self.office.run_jobs()

    def issue(self) -> None:
        """Take the one outgoing document that is being drafted all the way."""
        self.do("draft", "submit")
        self.do("review_content", "approve")
        self.do("review_format", "approve")
        self.sign("sign")
        self.do("number", "number")
        self.sign("seal", key="agency")


class Commune(Steps):
    """The commune that composes the dossier."""

    @property
    def subject_id(self) -> DocumentId:
        """The covering document."""
        found = self.dossier.own_document_id
        assert found is not None
        return found


class Province(Steps):
    """The provincial agency, with one dossier that arrived there."""

    def __init__(self, office: Office, dossier_id: DossierId) -> None:
        super().__init__(office, dossier_id)
        self.chamber = Chamber(office=office)

    @property
    def arrived(self) -> DocumentId:
        """The incoming document it is handled with."""
        found = self.dossier.received_document_id
        assert found is not None
        return found

    @property
    def subject_id(self) -> DocumentId:
        """The incoming document it is handled with."""
        return self.arrived

    def appraise(self, **changed: object) -> None:
        """Have every unit appraise its indicators as the commune reported them, but for those that are *changed*."""
        with self.services.begin() as work:
            rules = assessing.rules_of(work.dossiers.get(self.dossier_id), work)
            values = {one.indicator: one.value for one in work.assessments.of(self.dossier_id)}
            units = {unit.id: unit.symbol for unit in work.people.units(self.dossier.receiver_id)}
        for item in [one for one in self.waiting() if one.element_id == "appraise_unit"]:
            symbol = units[item.unit_id] if item.unit_id else ""
            mine = [one for one in rules.indicators if (one.department or "NTM") == symbol or one.department == ""]
            entries = {
                one.code: Entry(value=changed.get(one.code, values[one.code]))
                for one in mine
                if one.department or symbol == "NTM"
            }
            self.desk.report(self.dossier, entries, self.who(item).username, Stage.APPRAISED)
        while "appraise_unit" in self.elements():
            self.do("appraise_unit", "done", findings="Đúng thực tế")
        while "confirm_unit" in self.elements():
            self.do("confirm_unit", "confirm")

    def vote(self, choice: Choice = Choice.AGREE) -> None:
        """Hold a session that votes on the dossier, and have its minutes signed by chair and secretary."""
        with self.services.begin() as work:
            matter = work.council_sessions.matters_about(self.arrived)[-1]
        session = self.chamber.open(self.chamber.convene(matter), MEMBERS)
        motion = self.chamber.vote(session, matter)
        for member in MEMBERS:
            self.chamber.cast(motion, member, choice)
        self.chamber.close(motion)
        self.chamber.end(session)
        self.office.run_jobs()
        self.do("draft", "submit")
        self.do("review_content", "approve")
        self.do("review_format", "approve")
        while "sign_together" in self.elements():
            self.sign("sign_together")
        self.do("number", "number")
        self.sign("seal", key="agency")

    def issued(self) -> list[OutgoingDocument]:
        """Return what was issued in answer to the dossier, the oldest first."""
        with self.services.begin() as work:
            return [one for one in work.documents.replies_to(self.arrived) if one.state.value == "issued"]


def _may(person: Person, item: WorkItem) -> bool:
    return access.is_candidate(person, item) and access.may_act(person, item)


def _called(instance_id: InstanceId, work: UnitOfWork) -> Iterator[Instance]:
    for one in work.instances.called_by(instance_id):
        yield one
        yield from _called(one.id, work)
