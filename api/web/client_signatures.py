"""Signing on one's own computer by the pages: prepare, sign there, hand in; with the browser plugin or without."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, JSONResponse, Response

from api.contents import file_answer
from api.deps import HouseDep, ServicesDep, WorkDep
from api.limits import MB
from api.plugin import payload_of, script_of
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, id_of
from api.web.rendering import HEADERS
from api.web.words import msgid
from api.wiring import House
from engine.actions.cancel_signature import cancel_signature
from engine.actions.complete_signature import CompleteSignature, complete_signature
from engine.actions.fetch_prepared_file import fetch_prepared_file
from engine.actions.link_signature import link_signature
from engine.actions.prepare_signature import PrepareSignature, prepare_signature
from engine.actions.take_signed_file import TakeSignedFile, take_signed_file
from engine.client_signatures import ClientSignature, ClientSignatureState
from engine.client_signing import prepared_for
from engine.errors import Refusal
from engine.files import FileTooLarge
from engine.ids import FileId, WorkItemId
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.signing_keys import KeyKind
from engine.signing_rights import AGENCY, DEFAULT
from engine.work_items import WorkItem

router = APIRouter()

PLUGIN: Final = "wss://127.0.0.1:8987"
"""Where the signing tool of the government listens on every computer it is installed on."""
NO_FILE: Final = msgid("Choose the file that your computer made.")
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
"""The object identifier a CMS begins with, after its outer lengths."""
_BEGINNING: Final = 40
_PEM: Final = re.compile(rb"-----BEGIN [A-Z0-9 ]+-----(.+?)-----END", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What waits to be signed on somebody's computer, as its page shows it.

    Attributes:
        prepared: What was prepared.
        mine: Whether the reader prepared it.
        command: What to type on one's own computer.
        has_plugin: Whether the operator installed the script of the signing tool.
        errors: What is wrong with what was handed in just now.
    """

    prepared: ClientSignature
    mine: bool
    command: str
    has_plugin: bool
    errors: Sequence[str] = ()

    @property
    def whole_file(self) -> bool:
        """Whether the whole file is signed, and not its digest."""
        return self.prepared.kind is KeyKind.PLUGIN

    @property
    def digest(self) -> str:
        """The digest it is signed by, as people write it: 'SHA-384'."""
        return self.prepared.digest_algorithm.upper().replace("SHA", "SHA-")


def elsewhere(item: WorkItem, desk: Desk, work: UnitOfWork, errors: Sequence[str] = ()) -> Elsewhere | None:
    """Return what waits to be signed on somebody's computer for the item, or None."""
    known = work.client_signatures.find(item.id)
    if known is None or known.state is not ClientSignatureState.OPEN:
        return None
    house: House = desk.request.app.state.house
    base = (house.settings.public_url or str(desk.request.base_url)).rstrip("/")
    return Elsewhere(
        prepared=known,
        mine=known.asked_by == desk.person.id,
        command=f"python -m signing.token_sign --url {base} --module … --token … --key … --work-item {item.id}",
        has_plugin=script_of(house) is not None,
        errors=errors,
    )


def for_plugin(page: Response) -> Response:
    """Let a page speak with the signing tool on its reader's computer, and with nothing else."""
    policy = HEADERS["Content-Security-Policy"]
    page.headers["Content-Security-Policy"] = policy.replace("connect-src 'self'", f"connect-src 'self' {PLUGIN}")
    return page


@router.post("/work-items/{work_item_id}/signature/prepare")
def prepare(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep, work_item_id: str) -> Response:
    """Fix what is signed, exactly the file that was shown."""
    key = WorkItemId(id_of(work_item_id))
    request = PrepareSignature(
        work_item_id=key,
        key=AGENCY if form.text("key") == AGENCY else DEFAULT,
        expected=FileId(form.text("digest")),
        lifetime=timedelta(hours=house.settings.signature_hours),
    )
    prepare_signature(request, by=desk.person, services=services)
    return desk.to(f"/work-items/{key}", "prepared")


@router.post("/work-items/{work_item_id}/signature/cancel")
def cancel(desk: DeskDep, _: FormDep, work: WorkDep, work_item_id: str) -> Response:
    """Give a prepared signature up."""
    item = cancel_signature(WorkItemId(id_of(work_item_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/work-items/{item.id}", "given_up")


@router.get("/work-items/{work_item_id}/signature/file")
def file(desk: DeskDep, services: ServicesDep, work_item_id: str) -> Response:
    """Send the file that is to be signed, to be kept."""
    known = fetch_prepared_file(WorkItemId(id_of(work_item_id)), by=desk.person, services=services)
    return _kept(services.read(known.prepared_file_id), f"{known.work_item_id}.pdf", "application/pdf")


@router.get("/work-items/{work_item_id}/signature/to-sign")
def to_sign(desk: DeskDep, services: ServicesDep, work_item_id: str) -> Response:
    """Send the bytes a token signs, to be kept."""
    with services.begin() as work:
        known = prepared_for(desk.person, WorkItemId(id_of(work_item_id)), work)
    known.require_kind(KeyKind.CLIENT)
    return _kept(known.to_sign, f"{known.work_item_id}.bin", "application/octet-stream")


def hand_in(key: WorkItemId, form: Form, house: House, desk: Desk, services: Services) -> Sequence[str]:
    """Take in what was made on one's own computer; return what is wrong with it, in sentences."""
    chosen = form.files("made")
    limit = house.settings.max_upload_mb
    if not chosen:
        return (desk.speaks(NO_FILE),)
    content = chosen[0].file.read(limit * MB + 1)
    try:
        if len(content) > limit * MB:
            raise FileTooLarge(limit_mb=limit)
        if content.startswith(b"%PDF-"):
            take_signed_file(TakeSignedFile(what=key, content=content), by=desk.person, services=services)
        else:
            made, is_cms = made_of(content)
            request = CompleteSignature(work_item_id=key, signature=made, is_cms=is_cms)
            complete_signature(request, by=desk.person, services=services)
    except Refusal as refusal:
        if status_of(refusal) in (403, 404):
            raise
        return (desk.says(refusal),)
    return ()


def made_of(content: bytes) -> tuple[bytes, bool]:
    """Return the signature in a file, whether it came as it is, as base64 or as PEM, and whether it is a CMS."""
    found = _PEM.search(content)
    text = found.group(1) if found else content
    try:
        plain = base64.b64decode(b"".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        plain = content
    made = plain or content
    return made, _SIGNED_DATA in made[:_BEGINNING]


@router.post("/work-items/{work_item_id}/signature/links")
def links(desk: DeskDep, _: FormDep, house: HouseDep, services: ServicesDep, work_item_id: str) -> Response:
    """Tell the page's script what to tell the signing tool."""
    made = link_signature(WorkItemId(id_of(work_item_id)), by=desk.person, services=services)
    payload = payload_of(made, desk.request, house)
    answer = {"function": payload.function, "parameters": payload.parameters}
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


@router.get("/plugin/vgcaplugin.js", include_in_schema=False)
def plugin_script(desk: DeskDep, house: HouseDep) -> Response:
    """Send the script of the signing tool, which the operator put there."""
    del desk
    found = script_of(house)
    if found is None:
        raise HTTPException(status_code=404)
    named = {"X-Content-Type-Options": "nosniff"}
    return FileResponse(found, media_type="text/javascript", headers=named)  # allow: bare-file, a script of pages


def _kept(content: bytes, name: str, media_type: str) -> Response:
    return file_answer(content, media_type, name, attached=True)
