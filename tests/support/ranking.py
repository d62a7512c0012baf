"""A commune and its province at work on OCOP products: each method is one thing a person does, by the real action."""

# ruff: noqa: ANN401 - changes are fields of any type

from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, TypeVar

from engine.actions.add_dossier_file import AddDossierFile, add_dossier_file
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.found_council import FoundCouncil, found_council
from engine.actions.note_ocop_findings import NoteOcopFindings, note_ocop_findings
from engine.actions.propose_ocop_product import Proposed, ProposeOcopProduct, propose_ocop_product
from engine.actions.record_ocop_entity import RecordOcopEntity, record_ocop_entity
from engine.actions.record_ocop_product import RecordOcopProduct, record_ocop_product
from engine.actions.submit_ocop_dossier import submit_ocop_dossier
from engine.actions.withdraw_dossier import withdraw_dossier
from engine.councils import Member, MemberFunction
from engine.deadlines import office_date
from engine.ids import DocumentId, DossierId, OcopProductId, OcopRatingId, WorkItemId
from engine.ocop_events import OcopRecognised
from engine.ocop_products import Entity, EntityKind, Product
from engine.ocop_proposals import CommuneCheck, Finding, Proposal
from engine.ocop_ratings import Rating
from engine.ocop_terms import Purpose
from engine.people import Person
from engine.rubrics import Rubric, built_in
from engine.scoring import NONE_REACHED
from engine.work_items import WorkItem, WorkItemState
from tests.support.office import Office, a_pdf

COMMUNE = "xa1.chuyenvien"
COMMUNE_CLERK = "vanthu.xa1"
Made = TypeVar("Made")


class Ranking:
    """A commune and its province at work on OCOP products."""

    def __init__(self, office: Office) -> None:
        self.office, self.services = office, office.house.services

    def do(
        self, action: Callable[..., Made], request: object, by: str = COMMUNE, at: datetime | None = None, **more: Any
    ) -> Made:
        """Let somebody do one thing, now or at that moment."""
        with self.services.begin() as work:
            return action(request, by=self.office.people[by], at=at or self.services.clock(), work=work, **more)

    def council_of_three(self) -> None:
        """Found a council of three for OCOP; being the last founded, it ranks from now on."""
        seats = {"hd1": MemberFunction.CHAIR, "hd2": MemberFunction.MEMBER, "hd9": MemberFunction.SECRETARY}
        council = FoundCouncil(
            name="Hội đồng OCOP",
            purpose="ocop",
            basis="Quyết định số 30/QĐ-UBND",
            members=[Member(person_id=self.office.people[name].id, function=seat) for name, seat in seats.items()],
            valid_from=office_date(self.services.clock()),
        )
        self.do(found_council, council, "vanthu")

    def entity(self, by: str = COMMUNE, **changes: Any) -> Entity:
        """Put an entity on the register of the commune."""
        request: dict[str, Any] = {
            "kind": EntityKind.COOPERATIVE,
            "name": "HTX Nông nghiệp Hoằng Thử",
            "registration": "2801234567",
            "representative": "Lê Thị Mai",
            "contact": "0912 345 678",
            "address": "Thôn 1, xã Hoằng Thử",
            "province_code": "38",
            "commune_code": "15001",
            **changes,
        }
        return self.do(record_ocop_entity, RecordOcopEntity(**request), by)

    def product(self, entity: Entity | None = None, by: str = COMMUNE, **changes: Any) -> Product:
        """Put a product on the register of the commune."""
        request: dict[str, Any] = {
            "entity_id": (entity or self.entity()).id,
            "set_number": 3,
            "name": "Gạo nếp cái hoa vàng",
            "description": "Gạo nếp trồng ở Hoằng Thử.",
            "origin": "Thôn 1, xã Hoằng Thử",
            "steps": "Gieo cấy\nThu hoạch\nXay xát",
            **changes,
        }
        return self.do(record_ocop_product, RecordOcopProduct(**request), by)

    def propose(self, product: Product | None = None, at: datetime | None = None, **changes: Any) -> Proposed:
        """Open the dossier of a product for the province."""
        request: dict[str, Any] = {
            "product_id": (product or self.product()).id,
            "receiver_id": self.office.people["vanthu"].agency_id,
            "purpose": Purpose.FIRST,
            "file_id": self.office.upload(a_pdf(1), COMMUNE),
            **changes,
        }
        return self.do(propose_ocop_product, ProposeOcopProduct(**request), at=at)

    def withdraw(self, dossier_id: DossierId) -> None:
        """Take a dossier back, so that another of its product may be filed."""
        self.do(withdraw_dossier, dossier_id, reason="Nộp nhầm")

    def received(self, dossier_id: DossierId) -> DocumentId:
        """Enter the slip of the dossier in the commune, for its own unit; return it."""
        slip = self.slip(dossier_id)
        unit = next(iter(self.office.people[COMMUNE].units))
        self.office.complete(slip, "register", "register", COMMUNE_CLERK, unit=str(unit))
        return slip

    def slip(self, dossier_id: DossierId) -> DocumentId:
        """Return the slip of the dossier in the commune."""
        with self.services.begin() as work:
            slip = work.dossiers.get(dossier_id).own_document_id
        assert slip is not None
        return slip

    def found(self, dossier_id: DossierId, samples: int = 5, **notes: Finding) -> Proposal:
        """Note the commune's findings: all confirmed but those named."""
        findings = {check: Finding(confirmed=True) for check in CommuneCheck}
        findings |= {CommuneCheck(name): finding for name, finding in notes.items()}
        return self.do(note_ocop_findings, NoteOcopFindings(dossier_id=dossier_id, findings=findings, samples=samples))

    def filled(self, dossier_id: DossierId) -> None:
        """Put a file into each part that must have one and has none, and enter the slip in the commune."""
        self.received(dossier_id)
        with self.services.begin() as work:
            parts = [part.code for part in work.dossiers.get(dossier_id).parts if part.required and not part.files]
        for place, part in enumerate(parts):
            file_id = self.office.upload(a_pdf(place + 2), COMMUNE)
            request = AddDossierFile(dossier_id=dossier_id, part=part, file_id=file_id, name=f"{part}.pdf")
            self.do(add_dossier_file, request)

    def certified(self, product: Product, **changes: Any) -> Rating:
        """Keep a certificate of the province for the product, as if it had been decided on."""
        clerk = self.office.people["vanthu"]
        with self.services.begin() as work:
            rating: dict[str, Any] = {
                "id": OcopRatingId(work.new_id()),
                "product_id": OcopProductId(product.id),
                "agency_id": clerk.agency_id,
                "stars": 4,
                "mean": Fraction(239, 3),
                "rubric_id": built_in(product.set_number).id,
                "decision": "05/QĐ-UBND",
                "recorded_at": self.services.clock(),
                "recorded_by": clerk.id,
                **changes,
            }
            kept = Rating(**rating)
            work.ocop.ratings.add(kept)
            work.record(
                OcopRecognised(
                    by=clerk.id,
                    at=kept.recorded_at,
                    agency_id=kept.agency_id,
                    product_id=kept.product_id,
                    rating_id=kept.id,
                    stars=kept.stars,
                    mean=str(kept.mean),
                    decision=kept.decision,
                    issued_on=kept.issued_on,
                    expires=kept.expires,
                )
            )
        return kept

    def registered(self, slip: DocumentId) -> None:
        """Register the slip at the province and pass it to the OCOP unit."""
        unit = next(iter(self.office.people["chuyenvien.ocop"].units))
        self.office.complete(slip, "register", "register", "vanthu", unit=str(unit))

    def submitted(self, dossier_id: DossierId) -> DocumentId:
        """Fill the dossier, note the findings, have the proposal signed; return the slip at the province."""
        self.filled(dossier_id)
        self.found(dossier_id)
        self.do(submit_ocop_dossier, dossier_id)
        self.carry_called(self.slip(dossier_id))
        with self.services.begin() as work:
            slip = work.dossiers.get(dossier_id).received_document_id
        assert slip is not None
        return slip

    def at_scoring(self, dossier_id: DossierId) -> DocumentId:
        """Bring the dossier to where the council's members score; return its slip."""
        slip = self.submitted(dossier_id)
        self.registered(slip)
        self.office.complete(slip, "check", "complete", "chuyenvien.ocop")
        return slip

    def item(self, document_id: DocumentId, element: str, username: str) -> WorkItem:
        """Return the person's open work item at this element of the document's procedure."""
        person = self.office.people[username].id
        return next(one for one in self._open([document_id]) if one.element_id == element and one.assignee == person)

    def finish(self, item_id: WorkItemId, outcome: str, username: str) -> WorkItem:
        """Complete one work item."""
        request = CompleteWorkItem(work_item_id=item_id, outcome=outcome, data={})
        return self.do(complete_work_item, request, username)

    def members(self, slip: DocumentId) -> list[str]:
        """Return who is to score the product."""
        names = {person.id: person.username for person in self._province()}
        return [names[one.assignee] for one in self._open([slip]) if one.element_id == "score" and one.assignee]

    def carry_called(self, slip: DocumentId) -> None:
        """Do what the procedures ask that the dossier's procedure called, until nothing of theirs is left."""
        for _ in range(60):
            self.office.run_jobs()
            items = [one for one in self._open([slip]) if one.element_id in (*_AGREES, *_SIGNS)]
            if not items:
                return
            item = items[0]
            by = self._doer(item)
            if item.element_id in _SIGNS:
                key = "agency" if item.element_id == "seal" else "default"
                ask_signature(
                    AskSignature(work_item_id=item.id, key=key), by=self.office.people[by], services=self.services
                )
            else:
                self.finish(item.id, _AGREES[item.element_id], by)
        raise AssertionError([one.element_id for one in self._open([slip])])

    def _open(self, documents: list[DocumentId]) -> list[WorkItem]:
        """Return the open items of the documents' procedures, and of all those called by them."""
        with self.services.begin() as work:
            found = [work.instances.find_of_document(document) for document in documents]
            instances = [one for one in found if one is not None]
            items: list[WorkItem] = []
            while instances:
                instance = instances.pop()
                items += [one for one in work.work_items.open_of(instance.id) if one.state is WorkItemState.OPEN]
                instances += work.instances.called_by(instance.id)
            return items

    def _province(self) -> Sequence[Person]:
        with self.services.begin() as work:
            return work.people.of_agency(self.office.people["vanthu"].agency_id)

    def _doer(self, item: WorkItem) -> str:
        """Return somebody who may do the item."""
        role = next(iter(item.roles), None)
        with self.services.begin() as work:
            colleagues = work.people.of_agency(item.agency_id)
        return next(
            person.username
            for person in colleagues
            if person.id not in item.excluded
            and (person.id == item.assignee if item.assignee else role and person.holds(role, item.unit_id))
        )


_AGREES: Final = {"draft": "submit", "review_content": "approve", "review_format": "approve", "number": "number"}
_SIGNS: Final = ("sign", "sign_together", "sign_in_order", "countersign", "seal")


def best_choices(rubric: Rubric) -> dict[str, int]:
    """Return the best level of every item, by case 1 where there are two."""
    chosen = {}
    for item in rubric.items():
        fit = [option for option in item.options if option.case in (None, 1)]
        chosen[item.code] = max(fit, key=lambda option: option.points).number if fit else NONE_REACHED
    return chosen
