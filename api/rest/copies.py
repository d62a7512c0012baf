"""Copies of documents: asking for one, and which there are of a document."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, Names, PersonRef, problems
from api.rest.calls import CallDep
from api.rest.document_answers import readable
from api.rest.fields import RequestBody, Sha256
from api.rest.outgoing_documents import MAX_RECIPIENTS, OtherRecipients
from api.rest.paths import DocumentPath
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine import access
from engine.actions.make_copy import MakeCopy, make_copy
from engine.copies import CopyForm, Medium
from engine.ids import AgencyId, FileId

router = APIRouter(route_class=Door, tags=["copies"])

PageNumber = Annotated[int, Field(strict=True, ge=1, le=100_000)]


class CopyBody(RequestBody):
    """A copy to be made; an extract (`TrS`) names its first and last page, `file_id` is a scan of the paper."""

    form: CopyForm
    source: Medium
    target: Medium
    file_id: Sha256 | None = None
    first_page: PageNumber | None = None
    last_page: PageNumber | None = None
    recipients: Annotated[tuple[UUID, ...], Field(max_length=MAX_RECIPIENTS)] = ()
    other_recipients: OtherRecipients = ()


class CopyMadeAnswer(Answer):
    """The copy, an outgoing document of its own, and its procedure."""

    id: UUID
    instance_id: UUID


class CopyAnswer(Answer):
    """A copy that was made of a document, or is being made; an electronic one has no number."""

    id: UUID
    form: CopyForm
    source: Medium
    target: Medium
    first_page: int | None
    last_page: int | None
    number: str | None
    state: str
    asked_at: datetime
    asked_by: PersonRef | None
    decided_at: datetime | None
    decided_by: PersonRef | None


class CopiesAnswer(Answer):
    """The copies of a document that one may read, the oldest first."""

    items: list[CopyAnswer]


@router.post(
    "/documents/{document_id}/copies",
    status_code=201,
    summary="Ask for a copy",
    response_model=CopyMadeAnswer,
    responses=problems(403, 404, 409, 422, 503),
)
def post_copy(
    document_id: DocumentPath, body: CopyBody, key: RepeatKeyDep, call: CallDep, response: Response
) -> CopyMadeAnswer:
    """Make the pages of a copy and put it before the head of the agency, who decides on it."""
    asked = MakeCopy(
        document_id=document_id,
        form=body.form,
        source=body.source,
        target=body.target,
        file_id=FileId(body.file_id) if body.file_id else None,
        pages=_pages(body),
        recipients=[AgencyId(agency) for agency in body.recipients],
        others=body.other_recipients,
        once=key.once(body),
    )
    made = make_copy(asked, by=call.by, services=call.services)
    response.headers["Location"] = f"/api/v1/documents/{made.document_id}"
    return CopyMadeAnswer(id=made.document_id, instance_id=made.instance_id)


@router.get(
    "/documents/{document_id}/copies",
    summary="Copies of a document",
    response_model=CopiesAnswer,
    responses=problems(404),
)
def list_copies(document_id: DocumentPath, call: CallDep, work: WorkDep) -> CopiesAnswer:
    """Return the copies of the document, with where each stands."""
    document, names = readable(document_id, call.by, work), Names(call.by.agency_id, work)
    copies = work.copies.of(document.id)
    documents = work.documents.several({copy.document_id for copy in copies})
    return CopiesAnswer(
        items=[
            CopyAnswer(
                id=copy.document_id,
                form=copy.form,
                source=copy.source,
                target=copy.target,
                first_page=copy.first_page,
                last_page=copy.last_page,
                number=getattr(documents[copy.document_id], "number", None),
                state=documents[copy.document_id].state.value,
                asked_at=copy.asked_at,
                asked_by=names.person(copy.asked_by),
                decided_at=copy.decided_at,
                decided_by=names.person(copy.decided_by) if copy.decided_by else None,
            )
            for copy in copies
            if access.may_read(call.by, documents[copy.document_id])
        ]
    )


def _pages(body: CopyBody) -> tuple[int | None, int | None] | None:
    return None if body.first_page is None and body.last_page is None else (body.first_page, body.last_page)
