"""Signing documents together: what there is to sign, one confirmation, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, Typed, id_of
from api.web.signing import KeyFacts, key_facts, unlock_of
from engine import access
from engine.actions.begin_signature_batch import BeginSignatureBatch, begin_signature_batch
from engine.actions.retry_signature_batch import RetrySignatureBatch, retry_signature_batch
from engine.batching import readable_batch
from engine.choices import step_of
from engine.definitions import SignatureKind
from engine.documents import Document, OutgoingState
from engine.errors import Invalid
from engine.ids import FileId, SignatureBatchId, WorkItemId
from engine.key_errors import OneCodeEach
from engine.key_use import key_of
from engine.neighbours import Services
from engine.parts import Part, parts_of
from engine.ports import UnitOfWork
from engine.queries import PageRequest, WorkItemQuery
from engine.signature_batches import MOST, BatchItemState, is_over
from engine.signing_rights import AGENCY, DEFAULT
from engine.work_items import WorkItem, WorkItemState

router = APIRouter()

_INBOX: Final = PageRequest(limit=200)
_LATEST: Final = PageRequest(limit=5)
SIGNABLE: Final = (OutgoingState.TO_SIGN, OutgoingState.NUMBERED)
"""Where documents stand that are to be signed or sealed next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signable:
    """One document that can be signed together with others.

    Attributes:
        parts: It and its attachments, with the pages that have to be seen.
    """

    item: WorkItem
    document: Document
    parts: Sequence[Part]

    @property
    def to_view(self) -> int:
        """How many pages have to be seen."""
        return sum(len(part.to_view) for part in self.parts)

    @property
    def missing(self) -> int:
        """How many of them the person did not have before them."""
        return sum(len(part.missing) for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Documents that one key signs, with what is to be known of the key."""

    key: KeyFacts
    name: str
    lines: Sequence[Signable]


@router.get("/signature-batches/new")
def show_choice(desk: DeskDep, house: HouseDep, services: ServicesDep) -> Response:
    """Show what the person can sign together."""
    return _choice(desk, house.settings.every_page_up_to, services)


@router.post("/signature-batches")
def begin(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep) -> Response:
    """Have the chosen documents signed, or say what is wrong with the choice."""
    chosen = [WorkItemId(id_of(one)) for one in form.texts("item")]
    request = BeginSignatureBatch(
        work_item_ids=chosen,
        key=AGENCY if form.text("key") == AGENCY else DEFAULT,
        expected={one: FileId(form.text(f"digest-{one}")) for one in chosen if form.text(f"digest-{one}")},
        every_page_up_to=house.settings.every_page_up_to,
        pin=form.text("pin") or None,
    )
    try:
        batch = begin_signature_batch(request, by=desk.person, services=services)
    except (Invalid, OneCodeEach) as refusal:
        return _choice(desk, house.settings.every_page_up_to, services, refusal)
    return desk.to(f"/signature-batches/{batch.id}", "batch_begun")


@router.get("/signature-batches/{batch_id}")
def show(desk: DeskDep, services: ServicesDep, work: WorkDep, batch_id: str) -> Response:
    """Show what became of each document."""
    batch = readable_batch(SignatureBatchId(id_of(batch_id)), desk.person, work)
    items = work.signature_batches.items(batch.id)
    whose = None if batch.key in (AGENCY, str(batch.agency_id)) else batch.by
    key = key_of(batch.agency_id, whose, services=services, work=work)
    return desk.page(
        "signature_batches/show.html",
        batch=batch,
        items=items,
        documents=work.documents.several({item.document_id for item in items}),
        over=is_over(items),
        signed=sum(item.state is BatchItemState.SIGNED for item in items),
        failed=sum(item.state is BatchItemState.FAILED for item in items),
        own=batch.by == desk.person.id,
        unlock=unlock_of(key, desk, None),
    )


@router.post("/signature-batches/{batch_id}/retry")
def retry(desk: DeskDep, form: FormDep, services: ServicesDep, batch_id: str) -> Response:
    """Have what failed tried again."""
    request = RetrySignatureBatch(batch_id=SignatureBatchId(id_of(batch_id)), pin=form.text("pin") or None)
    batch = retry_signature_batch(request, by=desk.person, services=services)
    return desk.to(f"/signature-batches/{batch.id}", "batch_retried")


def _choice(
    desk: Desk, every_page_up_to: int, services: Services, refusal: Invalid | OneCodeEach | None = None
) -> Response:
    access.require(desk.person, "sign_documents")
    with services.begin() as work:
        kinds = _signable(every_page_up_to, desk, work)
        latest = work.signature_batches.search(desk.person.agency_id, desk.person.id, _LATEST).items
    sheets = [
        Sheet(
            key=key_facts(kind is SignatureKind.AGENCY, desk, services),
            name=AGENCY if kind is SignatureKind.AGENCY else DEFAULT,
            lines=lines,
        )
        for kind, lines in kinds.items()
    ]
    wrong = Typed.of({}, desk.language)
    if refusal is not None:
        wrong = wrong.refused(refusal, desk.language)
    return desk.page(
        "signature_batches/new.html",
        status=status_of(refusal) if refusal else 200,
        sheets=sheets,
        latest=latest,
        wrong=wrong,
        most=MOST,
    )


def _signable(every_page_up_to: int, desk: Desk, work: UnitOfWork) -> Mapping[SignatureKind, list[Signable]]:
    """Return what the person can sign now, by whose key it needs; at most as many of each as one batch takes."""
    found = work.work_items.search(WorkItemQuery(person=desk.person), _INBOX).items
    documents = work.documents.several({item.document_id for item in found}) if found else {}
    ready = [item for item in found if is_signable(item, documents[item.document_id], desk)]
    known = work.page_views.several(desk.person.id, {item.document_id for item in ready}) if ready else ()
    kinds: dict[SignatureKind, list[Signable]] = {}
    for item in ready:
        outcome = next((one for one in step_of(item, work)[1].outcomes if one.signature), None)
        if outcome is not None and outcome.signature is not None:
            lines = kinds.setdefault(outcome.signature, [])
            if len(lines) < MOST:
                document = documents[item.document_id]
                parts = parts_of(document, every_page_up_to, known, work)
                lines.append(Signable(item=item, document=document, parts=parts))
    return kinds


def is_signable(item: WorkItem, document: Document, desk: Desk) -> bool:
    """Say whether the person may sign it now, as far as item and document tell."""
    return item.state is WorkItemState.OPEN and document.state in SIGNABLE and access.may_act(desk.person, item)
