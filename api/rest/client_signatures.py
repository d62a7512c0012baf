"""Signatures made on their signer's own computer: prepared here, signed there, handed in; and the plugin's links."""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from starlette.datastructures import UploadFile

from api.contents import file_answer
from api.deps import HouseDep, LanguageDep, ServicesDep, WorkDep
from api.limits import MB
from api.outsiders import SECONDS_TO_APPLY, timed
from api.plugin import Payload, payload_of
from api.rest.answers import Answer, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, RequestBody, Sha256
from api.rest.paths import WorkItemPath
from api.rest.preconditions import IfMatch, etag
from api.rest.routes import Door
from api.rest.uploads import UploadDep, multipart_body
from api.rest.work_item_answers import WorkItemAnswer, require_item_match, work_item_answer
from api.texts import sentence
from engine.actions.cancel_signature import cancel_signature
from engine.actions.complete_signature import CompleteSignature, complete_signature
from engine.actions.fetch_prepared_file import fetch_prepared_file
from engine.actions.link_signature import link_signature
from engine.actions.prepare_signature import PrepareSignature, prepare_signature
from engine.actions.take_signed_file import TakeSignedFile, take_signed_file
from engine.client_signatures import ClientSignature, LinkUse
from engine.client_signing import linked
from engine.errors import FieldError, Invalid, NotFound, Refusal, VanthuError
from engine.files import FileTooLarge
from engine.ids import FileId, WorkItemId
from engine.signing_keys import KeyKind
from engine.work_items import WorkItem

router = APIRouter(route_class=Door, tags=["work items"])
public = APIRouter(route_class=Door, tags=["signing tool"])

_ACTING = problems(403, 404, 409, 412, 422)
_MAX_SIGNATURE: Final = 100_000
_PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The very bytes",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_LINK: Final = "/signature-links/{token}"


class PreparationBody(RequestBody):
    """The key to sign with: `default` is one's own, `agency` that of the agency.

    `file_id` is the content one saw (`document.file_id`): another version meanwhile is refused.
    """

    key: Annotated[str, Field(max_length=200), FILLED] = "default"
    file_id: Sha256 | None = None


class CompletionOfSignatureBody(RequestBody):
    """What the token made, as base64: the bare `signature` (RSA PKCS #1 v1.5 or ECDSA as DER), or a whole `cms`."""

    signature: Annotated[str, Field(max_length=_MAX_SIGNATURE), FILLED] | None = None
    cms: Annotated[str, Field(max_length=_MAX_SIGNATURE), FILLED] | None = None


class PreparedAnswer(Answer):
    """What is to be signed until `expires_at`.

    It is signed by `digest_algorithm` (`sha256`, `sha384`, `sha512`). `kind` `client`: a token signs `to_sign` (DER,
    base64; its digest is `to_sign_digest`), which contains `digest`, that over all of the file but the place from
    `region_start` to `region_end`. `plugin`: a tool signs the whole file by that algorithm or a stronger one; the
    file's `digest` is always its SHA-256. `certificate` is the SHA-256 of the only certificate that may sign.
    """

    signature_id: UUID
    work_item_id: UUID
    document_id: UUID
    kind: KeyKind
    digest: str
    digest_algorithm: str
    to_sign: str | None
    to_sign_digest: str | None
    region_start: int | None
    region_end: int | None
    certificate: str
    field: str
    file_id: str
    prepared_at: datetime
    expires_at: datetime


class PreparedList(Answer):
    """What waits for one's signature."""

    items: list[PreparedAnswer]


class LinksAnswer(Answer):
    """Addresses for the browser plugin, told this once; `payload` is what its functions take."""

    function: str
    fetch_url: str
    fetch_until: datetime
    hand_in_url: str
    hand_in_until: datetime
    payload: dict[str, Any]


class HandedInAnswer(Answer):
    """What the plugin is told of a file it sent."""

    Status: bool
    Message: str
    FileName: str
    FileServer: str
    DocumentNumber: str
    DocumentDate: str


@router.post(
    "/work-items/{work_item_id}/signature/prepare",
    status_code=201,
    summary="Prepare a signature made elsewhere",
    response_model=PreparedAnswer,
    responses=_ACTING | problems(503) | {200: {"model": PreparedAnswer, "description": "It was prepared before"}},
)
def prepare(
    work_item_id: WorkItemPath,
    body: PreparationBody,
    accepted: IfMatch,
    call: CallDep,
    house: HouseDep,
    response: Response,
) -> PreparedAnswer:
    """Fix what is signed and put its digest on record; asked again it is the same, until it is signed or given up."""
    _require_match(work_item_id, accepted, call)
    request = PrepareSignature(
        work_item_id=work_item_id,
        key=body.key,
        expected=FileId(body.file_id) if body.file_id else None,
        lifetime=timedelta(hours=house.settings.signature_hours),
    )
    prepared, is_new = prepare_signature(request, by=call.by, services=call.services)
    response.status_code = 201 if is_new else 200
    return _prepared(prepared)


@router.get("/signatures/waiting", summary="What waits for one's signature", response_model=PreparedList)
def list_waiting(call: CallDep, work: WorkDep) -> PreparedList:
    """Return what one prepared and has not handed in yet, the oldest first."""
    return PreparedList(items=[_prepared(each) for each in work.client_signatures.waiting_for(call.by.id)])


@router.get(
    "/work-items/{work_item_id}/signature/content",
    summary="The file that is to be signed",
    response_class=Response,
    responses=_PDF | problems(403, 404, 409, 422, 503),
)
def get_content(work_item_id: WorkItemPath, call: CallDep) -> Response:
    """Return the exact bytes that were prepared for one's own signature; that they were fetched is on record."""
    known = fetch_prepared_file(work_item_id, by=call.by, services=call.services)
    return file_answer(call.services.read(known.prepared_file_id), "application/pdf", f"{known.digest[:16]}.pdf")


@router.post(
    "/work-items/{work_item_id}/signature/complete",
    status_code=202,
    summary="Hand in a signature",
    response_model=WorkItemAnswer,
    responses=_ACTING | problems(503),
)
def complete(
    work_item_id: WorkItemPath,
    body: CompletionOfSignatureBody,
    accepted: IfMatch,
    call: CallDep,
    response: Response,
) -> WorkItemAnswer:
    """Check the signature against certificate and digest; the worker stamps and embeds it and the procedure goes on.

    The same signature again is answered alike; nothing is signed twice.
    """
    _require_match(work_item_id, accepted, call)
    request = CompleteSignature(
        work_item_id=work_item_id, signature=_given(body), is_cms=body.signature is None and body.cms is not None
    )
    return _answer(complete_signature(request, by=call.by, services=call.services), call, response)


@router.delete(
    "/work-items/{work_item_id}/signature",
    summary="Give a prepared signature up",
    response_model=WorkItemAnswer,
    responses=_ACTING,
)
def cancel(work_item_id: WorkItemPath, call: CallDep, response: Response) -> WorkItemAnswer:
    """Open the work again, as long as no signature was handed in; the digest is never accepted any more."""
    with call.services.begin() as work:
        opened = cancel_signature(work_item_id, by=call.by, at=call.at, work=work)
    return _answer(opened, call, response)


@router.post(
    "/work-items/{work_item_id}/signature/file",
    status_code=202,
    summary="Hand in a signed file",
    response_model=WorkItemAnswer,
    responses=_ACTING | problems(413, 503),
    openapi_extra=multipart_body("file"),
)
def hand_in_file(
    work_item_id: WorkItemPath, upload: UploadDep, accepted: IfMatch, call: CallDep, response: Response
) -> WorkItemAnswer:
    """Take a whole file signed elsewhere: byte for byte what was given out, and one signature of the right key more."""
    _require_match(work_item_id, accepted, call)
    request = TakeSignedFile(what=work_item_id, content=upload.content)
    return _answer(take_signed_file(request, by=call.by, services=call.services), call, response)


@router.post(
    "/work-items/{work_item_id}/signature/links",
    status_code=201,
    summary="Addresses for the browser plugin",
    response_model=LinksAnswer,
    responses=_ACTING,
)
def make_links(
    work_item_id: WorkItemPath, accepted: IfMatch, call: CallDep, house: HouseDep, request: Request
) -> LinksAnswer:
    """Make an address to fetch the file from, which works once within minutes, and one to send the signed file to."""
    _require_match(work_item_id, accepted, call)
    made = link_signature(work_item_id, by=call.by, services=call.services)
    found: Payload = payload_of(made, request, house)
    return LinksAnswer(
        function=found.function,
        fetch_url=found.fetch_url,
        fetch_until=made.fetch_until,
        hand_in_url=found.hand_in_url,
        hand_in_until=made.hand_in_until,
        payload=found.parameters,
    )


@public.get(
    _LINK, summary="Fetch a file to sign", response_class=Response, responses=_PDF | problems(404, 409, 422, 503)
)
def fetch(token: str, services: ServicesDep) -> Response:
    """Send the browser plugin the file its user is to sign, once."""
    known = fetch_prepared_file(token, by=None, services=services)
    return file_answer(services.read(known.prepared_file_id), "application/pdf", f"{known.digest[:16]}.pdf")


def known_link(token: str, services: ServicesDep) -> ClientSignature:
    """Return what the address stands for, before a body is read. Raises LinkUnknown, NothingPrepared."""
    with services.begin() as work:
        return linked(token, LinkUse.HAND_IN, services.clock(), work)


async def sent_file(request: Request, known: Annotated[ClientSignature, Depends(known_link)], house: HouseDep) -> bytes:
    """Return the one file of the body, whatever its field is called.

    Raises:
        FileMissing: There is none.
        FileTooLarge: It is larger than this installation takes.
        RequestTooSlow: It is not whole in time.
    """
    async with timed(request, SECONDS_TO_APPLY).form(max_files=1, max_fields=20) as form:
        sent = next((value for value in form.values() if isinstance(value, UploadFile)), None)
        if sent is None:
            raise FileMissing
        if (sent.size or 0) > house.settings.max_upload_mb * MB:
            raise FileTooLarge(limit_mb=house.settings.max_upload_mb)
        return await sent.read()


@public.post(
    _LINK,
    summary="Send a signed file",
    response_model=HandedInAnswer,
    responses=problems(404, 408, 409, 413, 422, 503),
    openapi_extra=multipart_body("file"),
)
def hand_in_by_link(
    token: str,
    content: Annotated[bytes, Depends(sent_file)],
    language: LanguageDep,
    services: ServicesDep,
) -> HandedInAnswer:
    """Take the file the browser plugin signed, and answer as it expects: what is refused is `Status` false."""
    try:
        item = take_signed_file(TakeSignedFile(what=token, content=content), by=None, services=services)
    except NotFound:
        raise
    except Refusal as refusal:
        return _told(refusal, language)
    return HandedInAnswer(
        Status=True,
        Message="",
        FileName=f"{item.document_id}.pdf",
        FileServer=f"/work-items/{item.id}",
        DocumentNumber="",
        DocumentDate="",
    )


class FileMissing(Invalid):
    """The plugin sent no file."""

    code = "client_signature.file_missing"
    template = "There is no file in what was sent. Send the signed file as multipart/form-data."


class SignatureUnreadable(Invalid):
    """What was sent as a signature is no base64, or there is none, or two."""

    code = "client_signature.unreadable"
    template = "Send either 'signature' or 'cms', as base64."

    def __init__(self, field: str) -> None:
        super().__init__(errors=[FieldError(field=field, code="unreadable", message=self.template)])


def _require_match(work_item_id: WorkItemId, accepted: str | None, call: Call) -> None:
    if accepted is not None:
        with call.services.begin() as work:
            require_item_match(work_item_id, accepted, call.by, work)


def _given(body: CompletionOfSignatureBody) -> bytes:
    name = "signature" if body.cms is None else "cms"
    text = body.signature if body.cms is None else body.cms
    if text is None or (body.signature is not None and body.cms is not None):
        raise SignatureUnreadable(name)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise SignatureUnreadable(name) from cause


def _told(refusal: VanthuError, language: str) -> HandedInAnswer:
    said = sentence(refusal, language)
    return HandedInAnswer(Status=False, Message=said, FileName="", FileServer="", DocumentNumber="", DocumentDate="")


def _prepared(known: ClientSignature) -> PreparedAnswer:
    region = known.region
    return PreparedAnswer(
        signature_id=known.id,
        work_item_id=known.work_item_id,
        document_id=known.document_id,
        kind=known.kind,
        digest=known.digest,
        digest_algorithm=known.digest_algorithm,
        to_sign=base64.b64encode(known.to_sign).decode() if known.to_sign else None,
        to_sign_digest=known.to_sign_digest if known.to_sign else None,
        region_start=region[0] if region else None,
        region_end=region[1] if region else None,
        certificate=known.certificate_sha256,
        field=known.field,
        file_id=known.prepared_file_id,
        prepared_at=known.asked_at,
        expires_at=known.expires_at,
    )


def _answer(item: WorkItem, call: Call, response: Response) -> WorkItemAnswer:
    with call.services.begin() as work:
        now = work.work_items.get(WorkItemId(item.id))
        response.headers["ETag"] = etag(now.rev)
        return work_item_answer(now, call, work)
