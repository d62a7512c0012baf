"""Revising a draft on its work item's page: the form as it stands, and what is asked for when it is sent."""

from typing import Final

from api.web.desk import Desk
from api.web.forms import Form, Typed, own_first
from api.web.uploads import Uploads
from api.web.words import msgid
from engine.actions.revise_draft import ReviseDraft, revise_draft
from engine.documents import Document, DocumentInvalid, OutgoingDocument
from engine.errors import Invalid
from engine.ids import WorkItemId
from engine.neighbours import Services

REVISION: Final = "revision"
"""Stands for this form where a page says which of its forms was tried."""
LABELS: Final = {
    "subject": msgid("Subject (trích yếu)"),
    "body": msgid("Text"),
    "file": msgid("Or a PDF made elsewhere"),
}
RENAMED: Final = {"file_id": "file"}


def revision_form(document: Document, desk: Desk) -> Typed:
    """Return the form with the draft as it is."""
    body = document.body if isinstance(document, OutgoingDocument) else None
    values = {"subject": (document.subject,), **({"body": (body,)} if body is not None else {})}
    return Typed(labels=Typed.of(LABELS, desk.language).labels, values=values, prefix=f"{REVISION}-")


def revise(key: WorkItemId, form: Form, uploads: Uploads, *, desk: Desk, services: Services) -> None:
    """Make the draft anew from what was sent.

    Raises:
        DocumentInvalid: Some fields are wrong; all are named, those of files that could not be taken too.
    """
    has_file = uploads.main is not None or bool(uploads.errors)
    request = ReviseDraft(
        work_item_id=key,
        subject=form.text("subject"),
        body=form.text("body") if "body" in form.sent and not has_file else None,
        file_id=uploads.main_id if has_file else None,
    )
    try:
        revise_draft(request, by=desk.person, services=services)
    except Invalid as refusal:
        errors = own_first(uploads.errors, refusal, RENAMED)
        raise DocumentInvalid(errors=errors) if errors else refusal from refusal
