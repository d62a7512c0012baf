"""Revising a draft on its work item's page: the form as it stands, and what is asked for when it is sent."""

from typing import Any, Final

from api.web.desk import Desk
from api.web.forms import Form, Typed, id_of, own_first
from api.web.status import choices_of
from api.web.uploads import Kept, Uploads
from api.web.words import msgid
from engine.actions.revise_draft import ReviseDraft, revise_draft
from engine.documents import DocumentInvalid, OutgoingDocument
from engine.drafts import signers
from engine.errors import Invalid
from engine.ids import AgencyId, PersonId, WorkItemId
from engine.neighbours import Services
from engine.ports import UnitOfWork

REVISION: Final = "revision"
"""Stands for this form where a page says which of its forms was tried."""
LABELS: Final = {
    "subject": msgid("Subject (trích yếu)"),
    "body": msgid("Text"),
    "file": msgid("Or a PDF made elsewhere"),
    "signer": msgid("Signer"),
    "urgency": msgid("Urgency"),
    "recipients": msgid("Recipients"),
    "others": msgid("Recipients outside this system"),
    "attachments": msgid("Attachments"),
}
RENAMED: Final = {"file_id": "file", "other_recipients": "others"}


def revision_form(document: OutgoingDocument, desk: Desk) -> Typed:
    """Return the form with the draft as it is."""
    values: dict[str, tuple[str, ...]] = {
        "subject": (document.subject,),
        "signer": (str(document.signer),),
        "urgency": (str(int(document.urgency)),),
        "recipients": tuple(map(str, document.recipients)),
        "others": ("\n".join(document.others),),
    }
    values |= {"body": (document.body,)} if document.body is not None else {}
    return Typed(labels=Typed.of(LABELS, desk.language).labels, values=values, prefix=f"{REVISION}-")


def revision_choices(document: OutgoingDocument, desk: Desk, work: UnitOfWork) -> dict[str, Any]:
    """Return what the form offers to choose from, and the attachments the draft has."""
    able = signers(document.agency_id, document.drafter, desk.at, work)
    kept = [(attached.name, work.files.get(attached.file_id)) for attached in document.attachments]
    return {
        "signer_choices": choices_of(able, desk, work),
        "agency_choices": [
            (str(agency.id), agency.name) for agency in work.people.agencies() if agency.id != document.agency_id
        ],
        "uploads": Uploads(
            attachments=tuple(Kept(id=file.id, name=name, pages=file.pages, size=file.size) for name, file in kept)
        ),
    }


def revise(key: WorkItemId, form: Form, uploads: Uploads, *, desk: Desk, services: Services) -> None:
    """Make the draft anew from what was sent.

    Raises:
        DocumentInvalid: Some fields are wrong; all are named, those of files that could not be taken too.
    """
    has_file = uploads.main is not None or any(error.field == "file" for error in uploads.errors)
    request = ReviseDraft(
        work_item_id=key,
        subject=form.text("subject"),
        body=form.text("body") if "body" in form.sent and not has_file else None,
        file_id=uploads.main_id if has_file else None,
        signer=PersonId(form.id("signer")),
        recipients=[AgencyId(id_of(text)) for text in form.texts("recipients")],
        others=form.lines("others"),
        urgency=form.number("urgency"),
        attachments=uploads.as_attachments(),
    )
    try:
        revise_draft(request, by=desk.person, services=services)
    except Invalid as refusal:
        errors = own_first(uploads.errors, refusal, RENAMED)
        raise DocumentInvalid(errors=errors) if errors else refusal from refusal
