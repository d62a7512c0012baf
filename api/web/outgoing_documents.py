"""Drafting an outgoing document: from text, or from a PDF that was made elsewhere."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, ServicesDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of, not_chosen, own_first
from api.web.status import choices_of
from api.web.uploads import Counter, Uploads, take_uploads
from api.web.words import msgid
from engine import access
from engine.actions.draft_document import DraftDocument, draft_document
from engine.co_signing import FurtherSigner
from engine.documents import IncomingDocument
from engine.drafts import signers
from engine.errors import Conflict, Invalid
from engine.ids import AgencyId, DocumentId, PersonId, UnitId
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.queries import IdempotencyKeyReused

router = APIRouter()

LABELS: Final = {
    "type": msgid("Type of document"),
    "subject": msgid("Subject (trích yếu)"),
    "body": msgid("Text"),
    "file": msgid("Or a PDF made elsewhere"),
    "unit_id": msgid("Drafting unit"),
    "signer": msgid("Signer"),
    "capacity": msgid("Signs in the capacity of"),
    "collective": msgid("In the name of (TM.)"),
    "further": msgid("Who else signs"),
    "in_order": msgid("Order of signing"),
    "urgency": msgid("Urgency"),
    "recipients": msgid("Recipients"),
    "others": msgid("Recipients outside this system"),
    "attachments": msgid("Attachments"),
    "replies_to": msgid("In reply to"),
}
RENAMED: Final = {"file_id": "file", "other_recipients": "others", "further_signers": "further"}
FURTHER_ROWS: Final = 6
"""Further signers that the page has room for; by REST there may be more."""


@router.get("/outgoing-documents/new")
def show(desk: DeskDep, services: ServicesDep, replies_to: str = "") -> Response:
    """Show the empty form, or one for a reply."""
    access.require(desk.person, "draft_document")
    typed = Typed.of(LABELS, desk.language, type="CV", urgency="0", replies_to=replies_to)
    with services.begin() as work:
        answered = _answered((replies_to,) if replies_to else (), desk, work)
        senders = {document.organ_name for document in answered}
        recipients = tuple(str(agency.id) for agency in work.people.agencies() if agency.name in senders)
        typed = replace(typed, values={**typed.values, "recipients": recipients})
        return _form(desk, typed, Uploads(), work)


@router.post("/outgoing-documents/new")
def draft(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep) -> Response:
    """Make the draft and show its first work item, or show the form again with everything that is wrong."""
    access.require(desk.person, "draft_document")
    limit = house.settings.max_upload_mb
    uploads = take_uploads(form, Counter(by=desk.person, services=services, limit_mb=limit, language=desk.language))
    typed = Typed.of(LABELS, desk.language)
    again = typed.typed(form)
    try:
        drafted = draft_document(_request(form, uploads), by=desk.person, services=services)
    except IdempotencyKeyReused as refusal:
        shown = again.with_value("once", typed.value("once")).refused(refusal, desk.language)
        return _shown_again(desk, shown, uploads, services, status_of(refusal))
    except Invalid as refusal:
        shown = again.wrong(
            own_first((*uploads.errors, *not_chosen(form, "type", "signer")), refusal, RENAMED), desk.language, RENAMED
        )
        shown = shown if shown.is_wrong() else again.refused(refusal, desk.language)
        return _shown_again(desk, shown, uploads, services, status_of(refusal))
    except Conflict as refusal:
        return _shown_again(desk, again.refused(refusal, desk.language), uploads, services, status_of(refusal))
    with services.begin() as work:
        mine = work.work_items.open_of(drafted.instance_id)
    goal = f"/work-items/{mine[0].id}" if mine else f"/documents/{drafted.document.id}"
    return desk.to(goal, "drafted")


def _request(form: Form, uploads: Uploads) -> DraftDocument:
    unit = form.text("unit_id")
    request = DraftDocument(
        type=form.text("type"),
        subject=form.text("subject"),
        signer=PersonId(form.id("signer")),
        file_id=uploads.main_id if uploads.main or _file_was_lost(uploads) else None,
        body=form.text("body") if form.text("body").strip() else None,
        unit_id=UnitId(id_of(unit)) if unit else None,
        recipients=[AgencyId(id_of(text)) for text in form.texts("recipients")],
        others=form.lines("others"),
        urgency=form.number("urgency"),
        replies_to=[DocumentId(id_of(text)) for text in form.texts("replies_to")],
        attachments=uploads.as_attachments(),
        further=_further(form),
        in_order=form.text("in_order") != "any",
        capacity=form.text("capacity").strip() or None,
        collective=form.text("collective").strip() or None,
    )
    return replace(request, once=form.once(request)) if form.text("once") else request


def _further(form: Form) -> list[FurtherSigner]:
    rows = [f"further-{row}" for row in range(1, FURTHER_ROWS + 1)]
    return [
        FurtherSigner(
            person=PersonId(form.id(row)),
            capacity=form.text(f"{row}-capacity").strip() or None,
            countersigns=form.text(f"{row}-countersigns") == "yes",
        )
        for row in rows
        if form.text(row)
    ]


def _file_was_lost(uploads: Uploads) -> bool:
    return any(error.field == "file" for error in uploads.errors)


def _answered(ids: Sequence[str], desk: Desk, work: UnitOfWork) -> list[IncomingDocument]:
    """Return the incoming documents to be answered; raises DocumentNotFound for one the person may not read."""
    found = []
    for text in ids:
        document = work.documents.get(DocumentId(id_of(text)))
        access.require_read(desk.person, document)
        if isinstance(document, IncomingDocument):
            found.append(document)
    return found


def _shown_again(desk: Desk, form: Typed, uploads: Uploads, services: Services, status: int) -> Response:
    with services.begin() as work:
        return _form(desk, form, uploads, work, status)


def _form(desk: Desk, form: Typed, uploads: Uploads, work: UnitOfWork, status: int = 200) -> Response:
    person = desk.person
    units = [unit for unit in work.people.units(person.agency_id) if unit.id in person.units]
    able = signers(person.agency_id, person.id, desk.at, work)
    agencies = [agency for agency in work.people.agencies() if agency.id != person.agency_id]
    return desk.page(
        "outgoing_documents/new.html",
        status=status,
        form=form,
        uploads=uploads,
        units=units,
        unit_choices=[(str(unit.id), unit.name) for unit in units],
        further_choices=[
            (str(known.id), f"{known.name}, {known.title}")
            for known in work.people.of_agency(person.agency_id)
            if known.roles - access.AUDITS
        ],
        further_rows=range(1, FURTHER_ROWS + 1),
        signer_choices=choices_of(able, desk, work),
        agency_choices=[(str(agency.id), agency.name) for agency in agencies],
        answered=_answered(form.values.get("replies_to", ()), desk, work),
    )
