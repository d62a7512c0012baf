"""OCOP dossiers by REST: opened, checked by the commune, submitted, scored."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import problems
from api.rest.calls import CallDep
from api.rest.fields import PRINTABLE, CalendarDate, RequestBody, Sha256
from api.rest.ocop_answers import (
    TAGS,
    Levels,
    Note,
    OcopDossierAnswer,
    SavedSheetAnswer,
    SheetAnswer,
    dossier_answer,
    rev_of,
)
from api.rest.paths import DossierPath
from api.rest.preconditions import IfMatch, RepeatKeyDep, etag, require_match
from api.rest.routes import Door
from engine import dossier_access
from engine.actions.note_ocop_findings import NoteOcopFindings, note_ocop_findings
from engine.actions.propose_ocop_product import ProposeOcopProduct, propose_ocop_product
from engine.actions.save_ocop_sheet import SaveOcopSheet, save_ocop_sheet
from engine.actions.score_ocop_product import ScoreOcopProduct, score_ocop_product
from engine.actions.submit_ocop_dossier import submit_ocop_dossier
from engine.dossiers import Dossier
from engine.ids import AgencyId, DossierId, FileId, OcopProductId, RubricId
from engine.ocop_drafts import OwnSheet, own_sheet
from engine.ocop_proposals import CommuneCheck, Finding, Proposal
from engine.ocop_terms import Purpose
from engine.people import Person
from engine.ports import UnitOfWork
from engine.rubrics import Knockout
from engine.scoring import Progress, Sheet, so_far

router = APIRouter(route_class=Door, tags=[*TAGS])


class DossierBody(RequestBody):
    """A dossier to be opened for a product: the entity's slip (form 01, a PDF) and the day it was received."""

    product_id: UUID
    receiver_id: UUID
    file_id: Sha256
    received_on: CalendarDate | None = None
    purpose: Purpose = Purpose.FIRST
    changes: Annotated[str, Field(max_length=2_000), PRINTABLE] = ""


class FindingBody(RequestBody):
    """What was found on one point."""

    confirmed: bool
    note: Note = ""


class FindingsBody(RequestBody):
    """The commune's findings on its four points, and the samples that go along."""

    findings: dict[CommuneCheck, FindingBody]
    samples: Annotated[int, Field(strict=True, ge=0, le=100)]


class DraftBody(RequestBody):
    """A member's sheet as far as it is filled in: levels by item (0: none is reached)."""

    choices: Levels = Field(default_factory=dict)
    case: Annotated[int, Field(strict=True, ge=1, le=2)] | None = None
    knockouts: tuple[Knockout, ...] = ()


class SheetBody(DraftBody):
    """A member's whole sheet: levels by item, or points by item."""

    points: Levels | None = None


@router.post(
    "/ocop-dossiers",
    status_code=201,
    summary="Open an OCOP dossier",
    response_model=OcopDossierAnswer,
    responses=problems(403, 404, 409, 422),
)
def propose(
    body: DossierBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> OcopDossierAnswer:
    """Open the dossier of a product; the rules of today are pinned, the commune's 15 working days begin."""
    request = ProposeOcopProduct(
        product_id=OcopProductId(body.product_id),
        receiver_id=AgencyId(body.receiver_id),
        file_id=FileId(body.file_id),
        received_on=body.received_on,
        purpose=body.purpose,
        changes=body.changes,
        once=key.once(body),
    )
    made = propose_ocop_product(request, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/ocop-dossiers/{made.dossier.id}"
    return _whole(made.dossier, made.proposal, response)


@router.get(
    "/ocop-dossiers/{dossier_id}", summary="An OCOP dossier", response_model=OcopDossierAnswer, responses=problems(404)
)
def get_dossier(dossier_id: DossierPath, call: CallDep, work: WorkDep, response: Response) -> OcopDossierAnswer:
    """Return what the dossier has beside its files, with the council's result and the gates that are not met."""
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(call.by, dossier, work)
    return _whole(dossier, work.ocop.proposals.get(dossier.id), response)


@router.put(
    "/ocop-dossiers/{dossier_id}/findings",
    summary="Note the commune's findings",
    response_model=OcopDossierAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def note_findings(
    dossier_id: DossierPath, body: FindingsBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> OcopDossierAnswer:
    """Keep what the commune found, while the dossier may change."""
    _require_match(dossier_id, match, call.by, work)
    findings = {check: Finding(confirmed=one.confirmed, note=one.note) for check, one in body.findings.items()}
    request = NoteOcopFindings(dossier_id=dossier_id, findings=findings, samples=body.samples)
    proposal = note_ocop_findings(request, by=call.by, at=call.at, work=work)
    return _whole(work.dossiers.get(proposal.dossier_id), proposal, response)


@router.post(
    "/ocop-dossiers/{dossier_id}/submission",
    summary="Propose to the province",
    response_model=OcopDossierAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def submit(
    dossier_id: DossierPath, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> OcopDossierAnswer:
    """End the commune's check: form 03 is made, the proposal drafted for its head to sign.

    The dossier is submitted, and frozen, when the proposal is issued; a supplement as soon as form 03 is made anew.
    """
    # Its procedure is held before it, so it is only compared here.
    seen = work.dossiers.get(dossier_id)
    dossier_access.require_read(call.by, seen, work)
    require_match(match, rev_of(seen, work.ocop.proposals.get(dossier_id)))
    dossier = submit_ocop_dossier(dossier_id, by=call.by, at=call.at, work=work)
    return _whole(dossier, work.ocop.proposals.get(dossier.id), response)


@router.get(
    "/ocop-dossiers/{dossier_id}/sheet",
    summary="One's score sheet so far",
    response_model=SavedSheetAnswer,
    responses=problems(404, 409),
)
def get_sheet(dossier_id: DossierPath, call: CallDep, work: WorkDep, response: Response) -> SavedSheetAnswer:
    """Return what one saved of the sheet one is to fill in now; nothing is chosen where one saved nothing."""
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(call.by, dossier, work)
    mine = own_sheet(dossier, call.by, work)
    rubric = work.ocop.rubrics.get(RubricId(dossier.rules_id))
    sheet = mine.saved.sheet if mine.saved else Sheet(rubric_id=rubric.id, choices={})
    response.headers["ETag"] = etag(mine.rev)
    return _saved(sheet, so_far(rubric, sheet))


@router.put(
    "/ocop-dossiers/{dossier_id}/sheet/draft",
    summary="Save one's score sheet halfway",
    response_model=SavedSheetAnswer,
    responses=problems(404, 409, 412, 422),
)
def save_sheet(
    dossier_id: DossierPath, body: DraftBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> SavedSheetAnswer:
    """Keep what was chosen so far for oneself, in place of what was saved before; items may be open."""
    _require_sheet(dossier_id, match, call.by, work)
    request = SaveOcopSheet(dossier_id=dossier_id, choices=body.choices, case=body.case, knockouts=body.knockouts)
    progress = save_ocop_sheet(request, by=call.by, at=call.at, work=work)
    response.headers["ETag"] = etag(_own_sheet(dossier_id, call.by, work).rev)
    sheet = Sheet(rubric_id=RubricId(""), choices=body.choices, case=body.case, knockouts=body.knockouts)
    return _saved(sheet, progress)


@router.put(
    "/ocop-dossiers/{dossier_id}/sheet",
    summary="Fill in one's score sheet",
    response_model=SheetAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def fill_sheet(
    dossier_id: DossierPath, body: SheetBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> SheetAnswer:
    """Score the product as a member of its council; a sheet filled in before is replaced."""
    _require_sheet(dossier_id, match, call.by, work)
    request = ScoreOcopProduct(
        dossier_id=dossier_id,
        choices=body.choices,
        points=body.points,
        case=body.case,
        knockouts=body.knockouts,
    )
    kept = score_ocop_product(request, by=call.by, at=call.at, work=work)
    response.headers["ETag"] = etag(_own_sheet(dossier_id, call.by, work).rev)
    return SheetAnswer(
        id=kept.id, total=kept.score.total, parts=dict(kept.score.parts), knockouts=list(kept.score.knockouts)
    )


def _saved(sheet: Sheet, progress: Progress) -> SavedSheetAnswer:
    return SavedSheetAnswer(
        choices=dict(sheet.choices),
        case=sheet.case,
        knockouts=list(sheet.knockouts),
        total=progress.total,
        open_items=list(progress.open_items),
    )


def _require_match(dossier_id: DossierId, match: str | None, reader: Person, work: UnitOfWork) -> None:
    """Raise PreconditionFailed unless the dossier is what the caller saw; it is held until the commit."""
    if match is None:
        return
    dossier = work.dossiers.lock(dossier_id)
    dossier_access.require_read(reader, dossier, work)
    require_match(match, rev_of(dossier, work.ocop.proposals.lock(dossier_id)))


def _own_sheet(dossier_id: DossierId, by: Person, work: UnitOfWork) -> OwnSheet:
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(by, dossier, work)
    return own_sheet(dossier, by, work)


def _require_sheet(dossier_id: DossierId, match: str | None, by: Person, work: UnitOfWork) -> None:
    """Raise PreconditionFailed unless one's sheet is what the caller saw; the proposal is held until the commit."""
    if match is None:
        return
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(by, dossier, work)
    work.ocop.proposals.lock(dossier.id)
    require_match(match, own_sheet(dossier, by, work).rev)


def _whole(dossier: Dossier, proposal: Proposal, response: Response) -> OcopDossierAnswer:
    response.headers["ETag"] = etag(rev_of(dossier, proposal))
    return dossier_answer(dossier, proposal)
