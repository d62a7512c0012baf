"""Registering an incoming document: it gets its arrival number, and its procedure begins."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, CalendarDate, Degree, DocumentType, OptionalDate, RequestBody, Sha256
from api.rest.preconditions import RepeatKey, RepeatKeyDep, etag
from api.rest.routes import Door
from engine.actions.register_document import RegisterDocument, Registered, register_document
from engine.documents import Attachment
from engine.drafts import MAX_ATTACHMENTS, MAX_NAME
from engine.ids import FileId

router = APIRouter(route_class=Door, tags=["documents"])

DUPLICATE = "This looks like a document that is registered already. Compare the two before going on."


class AttachmentBody(RequestBody):
    """A stored file that goes with a document, under a name."""

    file_id: Sha256
    name: Annotated[str, Field(max_length=MAX_NAME), FILLED]

    def value(self) -> Attachment:
        """Return it as the engine knows it."""
        return Attachment(file_id=FileId(self.file_id), name=self.name)


class IncomingDocumentBody(RequestBody):
    """What the clerk reads off the document."""

    file_id: Sha256
    code_number: Annotated[str, Field(max_length=11, examples=["05"]), FILLED]
    code_notation: Annotated[str, Field(max_length=30, examples=["QĐ-UBND"]), FILLED]
    issued_date: CalendarDate
    organ_name: Annotated[str, Field(max_length=200), FILLED]
    type: DocumentType
    subject: Annotated[str, Field(max_length=500), FILLED]
    urgency: Degree = 0
    due_date: OptionalDate = None
    attachments: Annotated[tuple[AttachmentBody, ...], Field(max_length=MAX_ATTACHMENTS)] = ()


class WarningAnswer(Answer):
    """Something to look at that did not stop the registration."""

    code: str
    message: str
    document_id: UUID


class RegisteredAnswer(Answer):
    """The registered document, its number and its procedure."""

    id: UUID
    arrival_number: int
    arrival_date: date
    instance_id: UUID
    warnings: list[WarningAnswer]


@router.post(
    "/incoming-documents",
    status_code=201,
    summary="Register an incoming document",
    response_model=RegisteredAnswer,
    responses=problems(403, 409, 422),
)
def register(
    body: IncomingDocumentBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> RegisteredAnswer:
    """Give the document the next arrival number of the year and start its procedure."""
    registered = register_document(_request(body, key), by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/documents/{registered.document.id}"
    response.headers["ETag"] = etag(work.documents.get(registered.document.id).rev)
    return _answer(registered, call)


def _request(body: IncomingDocumentBody, key: RepeatKey) -> RegisterDocument:
    return RegisterDocument(
        file_id=FileId(body.file_id),
        code_number=body.code_number,
        code_notation=body.code_notation,
        issued_date=body.issued_date,
        organ_name=body.organ_name,
        type=body.type,
        subject=body.subject,
        urgency=body.urgency,
        due_date=body.due_date,
        attachments=[attachment.value() for attachment in body.attachments],
        once=key.once(body),
    )


def _answer(registered: Registered, call: Call) -> RegisteredAnswer:
    document = registered.document
    assert document.arrival_number is not None  # noqa: S101  that is what registering means
    assert document.arrival_date is not None  # noqa: S101
    return RegisteredAnswer(
        id=document.id,
        arrival_number=document.arrival_number,
        arrival_date=document.arrival_date,
        instance_id=registered.instance_id,
        warnings=[
            WarningAnswer(code="document.duplicate", message=call.say(DUPLICATE), document_id=other)
            for other in registered.duplicates
        ],
    )
