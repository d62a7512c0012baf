"""A member's OCOP score sheet on a page: saved halfway, taken up again, kept when every item is chosen."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.problems import status_of
from api.web import ocop_words
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.ocop_desk import done
from api.web.words import msgid
from engine import dossier_access
from engine.actions.save_ocop_sheet import SaveOcopSheet, save_ocop_sheet
from engine.actions.score_ocop_product import ScoreOcopProduct, score_ocop_product
from engine.errors import Invalid, Refusal
from engine.ids import DossierId, RubricId
from engine.neighbours import Services
from engine.ocop_drafts import SheetMoved, own_sheet
from engine.ocop_turns import require_turn
from engine.rubrics import Knockout, Rubric
from engine.scoring import Progress, Sheet, SheetInvalid, so_far

router = APIRouter()

CASE_LABEL: Final = msgid("Case")
_REV_DIGITS: Final = 20


@router.get("/ocop-dossiers/{dossier_id}/sheet")
def show(desk: DeskDep, services: ServicesDep, dossier_id: str) -> Response:
    """Show the member's score sheet, as saved or kept so far."""
    return _sheet(desk, services, dossier_id)


@router.post("/ocop-dossiers/{dossier_id}/sheet")
def keep(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Keep the member's score sheet, or show it again with the items that are wrong."""
    key = DossierId(id_of(dossier_id))
    sheet = _chosen(form, _rubric(key, desk, services))
    request = ScoreOcopProduct(
        dossier_id=key, choices=sheet.choices, case=sheet.case, knockouts=sheet.knockouts, rev=_seen(form)
    )
    kept = done(score_ocop_product, lambda: request, desk, services)
    if isinstance(kept, Refusal):
        return _sheet(desk, services, dossier_id, sheet, _shown(kept))
    return desk.to(f"/ocop-dossiers/{dossier_id}/sheet", "ocop_sheet_kept", total=str(kept.score.total))


@router.post("/ocop-dossiers/{dossier_id}/sheet/draft")
def save(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Save what was chosen so far, or show it again with choices that are none of their items."""
    key = DossierId(id_of(dossier_id))
    sheet = _chosen(form, _rubric(key, desk, services))
    request = SaveOcopSheet(
        dossier_id=key, choices=sheet.choices, case=sheet.case, knockouts=sheet.knockouts, rev=_seen(form)
    )
    progress = done(save_ocop_sheet, lambda: request, desk, services)
    if isinstance(progress, Refusal):
        return _sheet(desk, services, dossier_id, sheet, _shown(progress))
    return desk.to(f"/ocop-dossiers/{dossier_id}/sheet", "ocop_sheet_saved", total=str(progress.total))


def _shown(refusal: Refusal) -> Refusal:
    """Return a refusal that is told on the sheet itself; any other is raised and becomes a page of its own."""
    if not isinstance(refusal, Invalid | SheetMoved):
        raise refusal
    return refusal


def _seen(form: Form) -> int:
    """Return which state of the sheet the page showed; what cannot be read is none there ever was."""
    said = form.text("rev")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < _REV_DIGITS else -1


def _rubric(key: DossierId, desk: Desk, services: Services) -> Rubric:
    with services.begin() as work:
        dossier = work.dossiers.get(key)
        dossier_access.require_read(desk.person, dossier, work)
        return work.ocop.rubrics.get(RubricId(dossier.rules_id))


def _chosen(form: Form, rubric: Rubric) -> Sheet:
    choices = {item.code: form.number(item.code) for item in rubric.items() if form.text(item.code)}
    case = form.number("case")
    named = set(form.texts("knockouts"))
    return Sheet(
        rubric_id=rubric.id,
        choices=choices,
        case=case if case > 0 else None,
        knockouts=tuple(ground for ground in Knockout if ground.value in named),
    )


def _sheet(
    desk: Desk, services: Services, dossier_id: str, typed: Sheet | None = None, refusal: Refusal | None = None
) -> Response:
    with services.begin() as work:
        dossier = work.dossiers.get(DossierId(id_of(dossier_id)))
        dossier_access.require_read(desk.person, dossier, work)
        turn = require_turn(dossier, desk.person, work)
        rubric = work.ocop.rubrics.get(RubricId(dossier.rules_id))
        proposal = work.ocop.proposals.get(dossier.id)
        product = work.ocop.register.get(proposal.product_id)
        mine = own_sheet(dossier, desk.person, work)
    saved, before = mine.saved, mine.kept
    shown = typed or (saved.sheet if saved else before.sheet if before else Sheet(rubric_id=rubric.id, choices={}))
    kept = before if before and before.scoring_round == proposal.scoring_round else None
    return desk.page(
        "ocop/sheet.html",
        status=status_of(refusal) if refusal else 200,
        dossier=dossier,
        product=product,
        proposal=proposal,
        rubric=rubric,
        turn=turn,
        rev=mine.rev,
        is_moved=isinstance(refusal, SheetMoved),
        form=_form(rubric, refusal, desk),
        chosen=shown.choices,
        case=shown.case,
        named=[ground.value for ground in shown.knockouts],
        progress=_progress(rubric, shown),
        saved=saved,
        kept=kept,
        is_again=before is not None and kept is None,
        grounds=[(ground.value, desk.speaks(ocop_words.KNOCKOUTS[ground])) for ground in rubric.knockouts],
    )


def _form(rubric: Rubric, refusal: Refusal | None, desk: Desk) -> Typed:
    labels = {item.code: f"{item.code}. {item.label}" for item in rubric.items()} | {"case": CASE_LABEL}
    form = Typed.of(labels, desk.language)
    if refusal is None:
        return form
    if not isinstance(refusal, Invalid):
        return form.refused(refusal, desk.language)
    placed = [replace(error, field=error.field.removeprefix("choices/")) for error in refusal.errors]
    return form.wrong(placed, desk.language)


def _progress(rubric: Rubric, shown: Sheet) -> Progress | None:
    """Return what stands on the page so far, None where something on it is none of its item's."""
    try:
        return so_far(rubric, shown)
    except SheetInvalid:
        return None
