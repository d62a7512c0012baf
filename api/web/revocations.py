"""Proposing the revocation of a recognition at the counter."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, ServicesDep
from api.problems import status_of
from api.web import criteria_words
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of, own_first
from api.web.incoming_documents import LABELS as OF_DOCUMENTS
from api.web.incoming_documents import MISSING_DAY, NOT_A_DAY, RENAMED
from api.web.uploads import Counter, Uploads, take_uploads
from api.web.words import msgid
from engine import access
from engine.achievements import Achievement, AchievementNotFound
from engine.actions.propose_revocation import ProposeRevocation, propose_revocation
from engine.criteria import Tier
from engine.documents import DocumentInvalid
from engine.errors import Conflict, FieldError
from engine.ids import LocalityId
from engine.neighbours import Services
from engine.ports import UnitOfWork

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {
    "file": msgid("Report that proposes it (PDF)"),
    "organ_name": msgid("Agency that proposes it"),
    "code_number": OF_DOCUMENTS["code_number"],
    "code_notation": OF_DOCUMENTS["code_notation"],
    "issued_date": OF_DOCUMENTS["issued_date"],
}


@router.get("/localities/{locality_id}/revocations/{tier}")
def show(desk: DeskDep, services: ServicesDep, locality_id: str, tier: str) -> Response:
    """Show the empty form."""
    access.require(desk.person, "register_document")
    return _form(desk, Typed.of(LABELS, desk.language), (locality_id, tier), Uploads(), services)


@router.post("/localities/{locality_id}/revocations/{tier}")
def propose(
    desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep, locality_id: str, tier: str
) -> Response:
    """Take the proposal in and show it, or show the form again with everything that is wrong."""
    access.require(desk.person, "register_document")
    limit = house.settings.max_upload_mb
    uploads = take_uploads(form, Counter(by=desk.person, services=services, limit_mb=limit, language=desk.language))
    issued, wrong_day = _day(form)
    request = ProposeRevocation(
        locality_id=LocalityId(id_of(locality_id)),
        tier=_tier(tier),
        organ_name=form.text("organ_name"),
        code_number=form.text("code_number"),
        code_notation=form.text("code_notation"),
        issued_date=issued,
        file_id=uploads.main_id,
    )
    request = replace(request, once=form.once(request)) if form.text("once") else request
    typed = Typed.of(LABELS, desk.language)
    try:
        with services.begin() as work:
            document_id = propose_revocation(request, by=desk.person, at=desk.at, work=work)
    except DocumentInvalid as refusal:
        errors = own_first((*uploads.errors, *wrong_day), refusal, RENAMED)
        shown = typed.typed(form).wrong(errors, desk.language, RENAMED)
        return _form(desk, shown, (locality_id, tier), uploads, services, status_of(refusal))
    except Conflict as refusal:
        again = typed.typed(form).with_value("once", typed.value("once"))
        shown = again.refused(refusal, desk.language)
        return _form(desk, shown, (locality_id, tier), uploads, services, status_of(refusal))
    return desk.to(f"/documents/{document_id}", "revocation_proposed")


def _day(form: Form) -> tuple[date, list[FieldError]]:
    """Return the day of the report; one that cannot be read is one the rules refuse, so all errors come at once."""
    try:
        written = form.date("issued_date")
    except ValueError:
        return date.max, [replace(NOT_A_DAY, field="issued_date")]
    return (written, []) if written else (date.max, [replace(MISSING_DAY, field="issued_date")])


def _tier(text: str) -> Tier:
    if text not in set(Tier):
        raise AchievementNotFound
    return Tier(text)


def _form(
    desk: Desk, form: Typed, place: tuple[str, str], uploads: Uploads, services: Services, status: int = 200
) -> Response:
    with services.begin() as work:
        standing = _standing(place, work)
        locality = work.localities.get(standing.locality_id)
    return desk.page(
        "localities/revocation.html",
        status=status,
        form=form,
        uploads=uploads,
        locality=locality,
        standing=standing,
        terms=criteria_words,
    )


def _standing(place: tuple[str, str], work: UnitOfWork) -> Achievement:
    found = work.achievements.find(LocalityId(id_of(place[0])), _tier(place[1]))
    if found is None:
        raise AchievementNotFound
    return found
