"""People's tasks: the inbox, what an item offers, taking it, handing it on, finishing it, signing."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.deps import BeginDep, PageDep, WorkDep
from api.rest.answers import Names, PageOf, page_of, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import BLANK_AS_NONE, FILLED, PRINTABLE, OptionalId, RequestBody, Sha256
from api.rest.paths import WorkItemPath
from api.rest.preconditions import IfMatch, etag
from api.rest.routes import Door
from api.rest.work_item_answers import (
    WorkItemAnswer,
    WorkItemLine,
    require_item_match,
    visible_item,
    waiting_items,
    work_item_answer,
    work_item_line,
)
from engine import access
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.claim_work_item import claim_work_item
from engine.actions.complete_work_item import MAX_COMMENT, CompleteWorkItem, complete_work_item
from engine.actions.delegate_work_item import delegate_work_item
from engine.actions.finish_work_item import finish_work_item
from engine.actions.hand_over_work_item import HandOverWorkItem, hand_over_work_item
from engine.actions.make_out_document import make_out_document
from engine.actions.open_work_item import open_work_item
from engine.actions.recall_work_item import recall_work_item
from engine.actions.refuse_handover import refuse_handover
from engine.actions.release_work_item import release_work_item
from engine.actions.send_otp import send_otp
from engine.drafts import content_in
from engine.hands import MAX_NOTE
from engine.ids import DocumentId, FileId, PersonId, WorkItemId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Page, WorkItemQuery
from engine.work_items import WorkItem

router = APIRouter(route_class=Door, tags=["work items"])

_ACTING = problems(403, 404, 409, 412, 422)


class DelegationBody(RequestBody):
    """To whom an item is handed."""

    to: UUID


class HandoverBody(RequestBody):
    """To whom an item is handed over, and what they have to know."""

    to: UUID
    note: Annotated[str, Field(max_length=MAX_NOTE), PRINTABLE] | None = None


class HandoverRefusalBody(RequestBody):
    """Why what was handed over is refused."""

    reason: Annotated[str, Field(max_length=MAX_NOTE), FILLED]


class CompletionBody(RequestBody):
    """The outcome chosen, and what its form asks for."""

    outcome: Annotated[str, Field(min_length=1, max_length=200)]
    data: dict[str, Any] = Field(default_factory=dict)
    comment: Annotated[str, Field(max_length=MAX_COMMENT), PRINTABLE] | None = None


class SignatureBody(RequestBody):
    """The key to sign with: `default` is one's own, `agency` that of the agency, else a key's id.

    `file_id` is the content one saw (`document.file_id`): another version meanwhile is refused. A key on a token asks
    for its `pin`, one at a service for `pin`, `otp` or both; they are used once, in this call, and kept nowhere. What
    a key does not ask for is refused, unused. Sent again after a refusal, the same digest is signed.
    """

    key: Annotated[str, Field(max_length=200), FILLED] = "default"
    pin: Annotated[str | None, Field(max_length=200)] = None
    otp: Annotated[str | None, Field(max_length=200)] = None
    file_id: Sha256 | None = None


class OtpBody(RequestBody):
    """The key that asks for a code: `default` is one's own, `agency` that of the agency, else a key's id."""

    key: Annotated[str, Field(max_length=200), FILLED] = "default"


class Act(Protocol):
    """An action on a work item, with all it needs but who does it, when, and in which transaction."""

    def __call__(self, *, by: Person, at: datetime, work: UnitOfWork) -> WorkItem:
        """Do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCall:
    """A call to act on a work item, unless that is no longer as the caller saw it."""

    id: WorkItemId
    accepted: str | None
    call: Call
    response: Response

    def after(self, act: Act, work: UnitOfWork) -> WorkItemAnswer:
        """Do this as the caller, now, and return the item as it is after it."""
        require_item_match(self.id, self.accepted, self.call.by, work)
        done = act(by=self.call.by, at=self.call.at, work=work)
        return _answer(done, self.call, work, self.response)


async def item_call(work_item_id: WorkItemPath, accepted: IfMatch, call: CallDep, response: Response) -> ItemCall:
    """Return the call to act on the item of the path."""
    return ItemCall(id=work_item_id, accepted=accepted, call=call, response=response)


ItemCallDep = Annotated[ItemCall, Depends(item_call)]


@router.get("/work-items", summary="Inbox", response_model=PageOf[WorkItemLine], responses=problems(404, 422))
def list_work_items(
    call: CallDep,
    page: PageDep,
    work: WorkDep,
    mine: Annotated[
        bool | None, BLANK_AS_NONE, Query(description="Only what one can do: assigned, to be taken, or standing in")
    ] = None,
    document_id: OptionalId = None,
) -> PageOf[WorkItemLine]:
    """Return open work items, the urgent and oldest first: one's own, or with `document_id` all of that document."""
    wanted = DocumentId(document_id) if document_id else None
    if wanted is not None and not mine:
        found = _of_document(wanted, call, work)
    else:
        found = work.work_items.search(WorkItemQuery(person=call.by, document_id=wanted), page)
    names = Names(call.by.agency_id, work)
    documents = work.documents.lines({item.document_id for item in found.items})
    calendar = work.calendars.of(call.by.agency_id)
    return page_of(found, lambda item: work_item_line(item, documents[item.document_id], names, calendar, call))


@router.post("/work-items/{work_item_id}/complete", summary="Finish", response_model=WorkItemAnswer, responses=_ACTING)
def complete(
    work_item_id: WorkItemPath,
    body: CompletionBody,
    accepted: IfMatch,
    call: CallDep,
    begin: BeginDep,
    response: Response,
) -> WorkItemAnswer:
    """Finish the item with one of its outcomes; the procedure moves on in the same transaction. Implies taking it."""
    asked = CompleteWorkItem(work_item_id=work_item_id, outcome=body.outcome, data=body.data, comment=body.comment)
    if content_in(asked.data):
        if accepted is not None:
            with begin() as work:
                require_item_match(work_item_id, accepted, call.by, work)
        done = finish_work_item(asked, by=call.by, services=call.services)
        with begin() as work:
            return _answer(done, call, work, response)
    with begin() as work:
        require_item_match(work_item_id, accepted, call.by, work)
        done = complete_work_item(asked, by=call.by, at=call.at, work=work)
        return _answer(done, call, work, response, just_done=True)


@router.get("/work-items/{work_item_id}", summary="A work item", response_model=WorkItemAnswer, responses=problems(404))
def get_work_item(work_item_id: WorkItemPath, call: CallDep, work: WorkDep, response: Response) -> WorkItemAnswer:
    """Return what the item offers, with people and units to choose, and why it is with whom it is.

    The first read by somebody who may do it is noted: from then on the step before it cannot be taken back.
    """
    visible_item(work_item_id, call.by, work)
    return _answer(open_work_item(work_item_id, by=call.by, at=call.at, work=work), call, work, response)


@router.post("/work-items/{work_item_id}/claim", summary="Take", response_model=WorkItemAnswer, responses=_ACTING)
def claim(item: ItemCallDep, work: WorkDep) -> WorkItemAnswer:
    """Make the item one's own until it is done, released or delegated."""
    return item.after(partial(claim_work_item, item.id), work)


@router.post(
    "/work-items/{work_item_id}/release", summary="Give back", response_model=WorkItemAnswer, responses=_ACTING
)
def release(item: ItemCallDep, work: WorkDep) -> WorkItemAnswer:
    """Let everybody whose work it is take it again."""
    return item.after(partial(release_work_item, item.id), work)


@router.post("/work-items/{work_item_id}/delegate", summary="Hand on", response_model=WorkItemAnswer, responses=_ACTING)
def delegate(item: ItemCallDep, body: DelegationBody, work: WorkDep) -> WorkItemAnswer:
    """Give the item to a named colleague who may do it too, for good."""
    return item.after(partial(delegate_work_item, item.id, PersonId(body.to)), work)


@router.post(
    "/work-items/{work_item_id}/handover", summary="Hand over", response_model=WorkItemAnswer, responses=_ACTING
)
def hand_over(item: ItemCallDep, body: HandoverBody, work: WorkDep) -> WorkItemAnswer:
    """Hand the item over to a colleague who may do it, with a note; until they take it they may refuse it."""
    return item.after(
        partial(hand_over_work_item, HandOverWorkItem(work_item_id=item.id, to=PersonId(body.to), note=body.note)),
        work,
    )


@router.post(
    "/work-items/{work_item_id}/handover/refusal",
    summary="Refuse what was handed over",
    response_model=WorkItemAnswer,
    responses=_ACTING,
)
def refuse(item: ItemCallDep, body: HandoverRefusalBody, work: WorkDep) -> WorkItemAnswer:
    """Give the item back to the colleague who handed it over, with a reason."""
    return item.after(partial(refuse_handover, item.id, body.reason), work)


@router.post("/work-items/{work_item_id}/recall", summary="Take back", response_model=WorkItemAnswer, responses=_ACTING)
def recall(item: ItemCallDep, work: WorkDep) -> WorkItemAnswer:
    """Take a completed item back while the next person has not opened what it led to; all stands as before it."""
    return item.after(partial(recall_work_item, item.id), work)


@router.post(
    "/work-items/{work_item_id}/signature",
    status_code=202,
    summary="Sign",
    response_model=WorkItemAnswer,
    responses=_ACTING | problems(503),
)
def sign(
    work_item_id: WorkItemPath, body: SignatureBody, accepted: IfMatch, call: CallDep, response: Response
) -> WorkItemAnswer:
    """Put the digest on record and have the key used; the item is `signing` until the signed file is there."""
    _require_match(work_item_id, accepted, call)
    request = AskSignature(
        work_item_id=work_item_id,
        key=body.key,
        pin=body.pin,
        otp=body.otp,
        expected=FileId(body.file_id) if body.file_id else None,
    )
    asked = ask_signature(request, by=call.by, services=call.services)
    with call.services.begin() as work:
        return _answer(asked, call, work, response)


@router.post(
    "/work-items/{work_item_id}/signature/otp",
    status_code=204,
    summary="Have a one-time code sent",
    responses=_ACTING | problems(503),
)
def ask_otp(work_item_id: WorkItemPath, body: OtpBody, accepted: IfMatch, call: CallDep) -> Response:
    """Have the signing service send the code that the key asks for to its holder."""
    _require_match(work_item_id, accepted, call)
    send_otp(work_item_id, body.key, by=call.by, services=call.services)
    return Response(status_code=204)


@router.post(
    "/work-items/{work_item_id}/signer", summary="Be the signer", response_model=WorkItemAnswer, responses=_ACTING
)
def make_out(work_item_id: WorkItemPath, accepted: IfMatch, call: CallDep, response: Response) -> WorkItemAnswer:
    """Have the document printed for one's own signature (KT., TL. or TUQ.), to sign it in another's place."""
    with call.services.begin() as work:
        require_item_match(work_item_id, accepted, call.by, work)
    make_out_document(work_item_id, by=call.by, services=call.services)
    with call.services.begin() as work:
        return _answer(work.work_items.get(work_item_id), call, work, response)


def _of_document(document_id: DocumentId, call: Call, work: UnitOfWork) -> Page[WorkItem]:
    access.require_read(call.by, work.documents.get(document_id))
    instance = work.instances.find_of_document(document_id)
    return Page(items=tuple(waiting_items(instance.id, work)) if instance else ())


def _require_match(work_item_id: WorkItemId, accepted: str | None, call: Call) -> None:
    if accepted is not None:
        with call.services.begin() as work:
            require_item_match(work_item_id, accepted, call.by, work)


def _answer(
    item: WorkItem, call: Call, work: UnitOfWork, response: Response, *, just_done: bool = False
) -> WorkItemAnswer:
    response.headers["ETag"] = etag(item.rev)
    return work_item_answer(item, call, work, just_done=just_done)
