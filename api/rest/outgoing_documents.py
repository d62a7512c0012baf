"""Drafting an outgoing document, from an uploaded PDF or from plain text, and revising the draft."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, PRINTABLE, Degree, DocumentType, RequestBody, Sha256
from api.rest.incoming_documents import AttachmentBody
from api.rest.paths import WorkItemPath
from api.rest.preconditions import IfMatch, RepeatKey, RepeatKeyDep, etag
from api.rest.routes import Door
from api.rest.work_item_answers import require_item_match
from engine.actions.draft_document import DraftDocument, draft_document
from engine.actions.revise_draft import ReviseDraft, revise_draft
from engine.co_signing import MAX_CAPACITY, MAX_COLLECTIVE, FurtherSigner
from engine.documents import OutgoingDocument
from engine.drafts import MAX_ATTACHMENTS, MAX_OTHERS
from engine.ids import AgencyId, DocumentId, FileId, PersonId, UnitId
from engine.pdfs import Box, FieldLayout, SignatureBox
from engine.signatures import MOST_SIGNERS, signer_field

router = APIRouter(route_class=Door)

MAX_RECIPIENTS = 2_000
MAX_REPLIES = 100
OtherRecipients = Annotated[
    tuple[str, ...],
    Field(max_length=MAX_OTHERS, description="Recipients outside this installation: printed, not delivered to"),
]
Millimetres = Annotated[float, Field(ge=0, le=2_000, allow_inf_nan=False)]


class BoxBody(RequestBody):
    """A rectangle on a page, in millimetres from its left and top edges."""

    left: Millimetres
    top: Millimetres
    width: Millimetres
    height: Millimetres

    def value(self) -> Box:
        """Return it as the engine knows it."""
        return Box(left=self.left, top=self.top, width=self.width, height=self.height)


class LayoutBody(RequestBody):
    """Where number, date, signature and seal go on an uploaded PDF; what is left out goes to its usual place."""

    number: BoxBody | None = None
    date: BoxBody | None = None
    signer: BoxBody | None = None
    seal: BoxBody | None = None
    sign_page: Annotated[int | None, Field(strict=True, ge=0, description="From 0; null is the last page")] = None
    further: Annotated[
        tuple[BoxBody, ...], Field(max_length=MOST_SIGNERS - 1, description="Of the further signers, on `sign_page`")
    ] = ()

    def value(self) -> FieldLayout:
        """Return it as the engine knows it."""
        usual = FieldLayout()
        return FieldLayout(
            number=self.number.value() if self.number else usual.number,
            date=self.date.value() if self.date else usual.date,
            signer=self.signer.value() if self.signer else usual.signer,
            seal=self.seal.value() if self.seal else usual.seal,
            sign_page=self.sign_page,
            further=tuple(
                SignatureBox(field=signer_field(place), box=box.value())
                for place, box in enumerate(self.further, start=2)
            ),
        )


class FurtherSignerBody(RequestBody):
    """Somebody who signs beside the first signer: by their post, or in a capacity that is printed, as in 'Thư ký'."""

    person: UUID
    capacity: Annotated[str, Field(max_length=MAX_CAPACITY), PRINTABLE] | None = None
    countersigns: Annotated[bool, Field(strict=True, description="Confirms after all signers, before the seal")] = False

    def value(self) -> FurtherSigner:
        """Return it as the engine knows it."""
        return FurtherSigner(person=PersonId(self.person), capacity=self.capacity, countersigns=self.countersigns)


FurtherSigners = Annotated[
    tuple[FurtherSignerBody, ...],
    Field(max_length=MOST_SIGNERS - 1, description="Who countersigns is put behind all who sign"),
]
InOrder = Annotated[bool, Field(strict=True, description="One after the other as named; else in any order")]
Capacity = Annotated[str, Field(max_length=MAX_CAPACITY, description="Printed in place of the title"), PRINTABLE]
Collective = Annotated[str, Field(max_length=MAX_COLLECTIVE, description="In whose name is signed (TM.)"), PRINTABLE]


class OutgoingDocumentBody(RequestBody):
    """A new outgoing document; exactly one of `file_id` and `body` is given."""

    type: DocumentType
    subject: Annotated[str, Field(max_length=500), FILLED]
    signer: UUID
    file_id: Sha256 | None = None
    body: Annotated[str, Field(max_length=200_000, description="Paragraphs, one a line"), PRINTABLE] | None = None
    unit_id: UUID | None = None
    recipients: Annotated[tuple[UUID, ...], Field(max_length=MAX_RECIPIENTS)] = ()
    other_recipients: OtherRecipients = ()
    urgency: Degree = 0
    replies_to: Annotated[tuple[UUID, ...], Field(max_length=MAX_REPLIES)] = ()
    attachments: Annotated[tuple[AttachmentBody, ...], Field(max_length=MAX_ATTACHMENTS)] = ()
    layout: LayoutBody | None = None
    further_signers: FurtherSigners = ()
    in_order: InOrder = True
    capacity: Capacity | None = None
    collective: Collective | None = None


class RevisionBody(RequestBody):
    """What is new in a draft; what is left out stays as it is."""

    subject: Annotated[str, Field(max_length=500), FILLED] | None = None
    body: Annotated[str, Field(max_length=200_000), PRINTABLE] | None = None
    file_id: Sha256 | None = None
    signer: UUID | None = None
    recipients: Annotated[tuple[UUID, ...], Field(max_length=MAX_RECIPIENTS)] | None = None
    other_recipients: OtherRecipients | None = None
    urgency: Degree | None = None
    attachments: Annotated[tuple[AttachmentBody, ...], Field(max_length=MAX_ATTACHMENTS)] | None = None
    further_signers: FurtherSigners | None = None
    in_order: InOrder | None = None
    capacity: Capacity | None = None
    collective: Collective | None = None


class DraftedAnswer(Answer):
    """The draft and its procedure."""

    id: UUID
    instance_id: UUID


class RevisedAnswer(Answer):
    """The draft and the ordinal of its new version."""

    id: UUID
    version: int
    file_id: str


@router.post(
    "/outgoing-documents",
    status_code=201,
    summary="Draft an outgoing document",
    response_model=DraftedAnswer,
    tags=["documents"],
    responses=problems(403, 409, 422, 503),
)
def draft(body: OutgoingDocumentBody, key: RepeatKeyDep, call: CallDep, response: Response) -> DraftedAnswer:
    """Make the PDF with empty fields for number, date, signature and seal, and start the procedure."""
    drafted = draft_document(_request(body, key), by=call.by, services=call.services)
    response.headers["Location"] = f"/api/v1/documents/{drafted.document.id}"
    return DraftedAnswer(id=drafted.document.id, instance_id=drafted.instance_id)


@router.post(
    "/work-items/{work_item_id}/revision",
    summary="Revise a draft",
    response_model=RevisedAnswer,
    responses=problems(403, 404, 409, 412, 422, 503),
    tags=["work items"],
)
def revise(
    work_item_id: WorkItemPath, body: RevisionBody, accepted: IfMatch, call: CallDep, response: Response
) -> RevisedAnswer:
    """Change a draft while it is with its drafter; lists replace the lists there were."""
    with call.services.begin() as work:
        require_item_match(work_item_id, accepted, call.by, work)
    asked = ReviseDraft(
        work_item_id=work_item_id,
        subject=body.subject,
        body=body.body,
        file_id=FileId(body.file_id) if body.file_id else None,
        signer=PersonId(body.signer) if body.signer else None,
        recipients=None if body.recipients is None else [AgencyId(agency) for agency in body.recipients],
        others=body.other_recipients,
        urgency=body.urgency,
        attachments=None if body.attachments is None else [attached.value() for attached in body.attachments],
        further=None if body.further_signers is None else [one.value() for one in body.further_signers],
        in_order=body.in_order,
        capacity=body.capacity,
        collective=body.collective,
    )
    document: OutgoingDocument = revise_draft(asked, by=call.by, services=call.services)
    with call.services.begin() as work:
        response.headers["ETag"] = etag(work.documents.get(document.id).rev)
    return RevisedAnswer(id=document.id, version=document.version, file_id=document.file_id)


def _request(body: OutgoingDocumentBody, key: RepeatKey) -> DraftDocument:
    return DraftDocument(
        type=body.type,
        subject=body.subject,
        signer=PersonId(body.signer),
        file_id=FileId(body.file_id) if body.file_id else None,
        body=body.body,
        unit_id=UnitId(body.unit_id) if body.unit_id else None,
        recipients=[AgencyId(agency) for agency in body.recipients],
        others=body.other_recipients,
        urgency=body.urgency,
        replies_to=[DocumentId(document) for document in body.replies_to],
        attachments=[attachment.value() for attachment in body.attachments],
        layout=body.layout.value() if body.layout else None,
        further=[one.value() for one in body.further_signers],
        in_order=body.in_order,
        capacity=body.capacity,
        collective=body.collective,
        once=key.once(body),
    )
