"""Trusted authorities on a page: who they are, since when and why; adding one, loading a list, trusting no longer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.web import words
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.words import msgid
from api.wiring import House, room_settings
from engine import access
from engine.actions.add_trust_anchor import AddTrustAnchor, add_trust_anchor
from engine.actions.load_trusted_list import LoadTrustedList, load_trusted_list
from engine.actions.remove_trust_anchor import remove_trust_anchor
from engine.deadlines import VIETNAM
from engine.errors import Refusal
from engine.ids import TrustAnchorId
from engine.neighbours import Services
from engine.signatures import CertificateFacts
from engine.signing_keys import CertificateUnreadable
from engine.trust_anchors import MAX_REASON, AlreadyTrusted, TrustDayUnreadable, TrustPurpose, TrustRefused

router = APIRouter()

INVALID: Final = 422
ANCHOR_LABELS: Final[Mapping[str, str]] = {
    "file": msgid("Certificate of the authority"),
    "purpose": msgid("Trusted for"),
    "reason": msgid("Why, and by which decision"),
}
LIST_LABELS: Final[Mapping[str, str]] = {
    "file": msgid("Trusted list (XML)"),
    "operator": msgid("Certificate of the list's operator"),
    "reason": msgid("Why, and by which decision"),
}


@router.get("/trust-anchors")
def show_list(desk: DeskDep, services: ServicesDep) -> Response:
    """Show every authority that is or was trusted, and the forms for more."""
    access.require(desk.person, "manage_trust")
    return _list(desk, services)


@router.post("/trust-anchors")
def add(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Trust an authority, or show what is wrong with its file."""
    access.require(desk.person, "manage_trust")
    try:
        candidate = services.pdfs.read_authority(_content(form, "file"))
        purpose = TrustPurpose(form.text("purpose")) if form.text("purpose") in set(TrustPurpose) else TrustPurpose.ANY
        request = AddTrustAnchor(candidate=candidate, purpose=purpose, reason=form.text("reason"))
        with services.begin() as work:
            anchor = add_trust_anchor(request, by=desk.person, at=desk.at, work=work)
    except (TrustRefused, AlreadyTrusted) as refusal:
        return _list(desk, services, anchor=_refused(form, ANCHOR_LABELS, refusal, desk))
    return desk.to("/trust-anchors", "anchor_added", name=anchor.subject)


@router.post("/trusted-lists")
def load(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Trust what a signed list names, or show what is wrong with it."""
    access.require(desk.person, "manage_trust")
    try:
        found = services.pdfs.read_trusted_list(_content(form, "file"), _content(form, "operator"))
        request = LoadTrustedList(found=found, reason=form.text("reason"))
        with services.begin() as work:
            anchors = load_trusted_list(request, by=desk.person, at=desk.at, work=work)
    except TrustRefused as refusal:
        return _list(desk, services, listed=_refused(form, LIST_LABELS, refusal, desk))
    return desk.to("/trust-anchors", "list_loaded", count=str(len(anchors)))


@router.post("/trust-anchors/{anchor_id}/removal")
def remove(desk: DeskDep, form: FormDep, services: ServicesDep, anchor_id: str) -> Response:
    """Trust an authority no longer."""
    key = TrustAnchorId(id_of(anchor_id))
    with services.begin() as work:
        removed = remove_trust_anchor(key, form.text("reason"), _until(form), by=desk.person, at=desk.at, work=work)
    note = "anchor_removed" if removed.removed_at else "anchor_ended"
    return desk.to("/trust-anchors", note, name=removed.subject)


def _until(form: Form) -> datetime | None:
    """Return the beginning of the day from which on nothing signed is trusted. Raises TrustDayUnreadable."""
    try:
        day = form.date("until")
    except ValueError as cause:
        raise TrustDayUnreadable from cause
    return None if day is None else datetime.combine(day, time(), VIETNAM).astimezone(UTC)


def _content(form: Form, name: str) -> bytes:
    """Return the bytes of an uploaded file, b'' where none was chosen."""
    found = form.files(name)
    return found[0].file.read() if found else b""


def _refused(form: Form, labels: Mapping[str, str], refusal: Refusal, desk: Desk) -> Typed:
    return Typed.of(labels, desk.language).typed(form).refused(refusal, desk.language)


def _list(desk: Desk, services: Services, *, anchor: Typed | None = None, listed: Typed | None = None) -> Response:
    with services.begin() as work:
        found = work.trust_anchors.all()
        names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    return desk.page(
        "trust_anchors/list.html",
        status=INVALID if anchor or listed else 200,
        folder=_of_folder(desk.request.app.state.house),
        found=found,
        names=names,
        purposes=[(one.value, desk.speaks(words.TRUST_PURPOSES[one])) for one in TrustPurpose],
        longest_reason=MAX_REASON,
        anchor=anchor or Typed.of(ANCHOR_LABELS, desk.language, purpose=TrustPurpose.ANY.value),
        listed=replace(listed or Typed.of(LIST_LABELS, desk.language), prefix="list-"),
    )


def _of_folder(house: House) -> Sequence[CertificateFacts]:
    """Return the authorities that the machine's own folder names; a file that cannot be read is passed over."""
    found: list[CertificateFacts] = []
    for path in room_settings(house.settings).roots:
        try:
            found += [one.facts for one in house.services.pdfs.read_certificates((path.read_bytes(),))]
        except (OSError, CertificateUnreadable):
            continue
    return found
