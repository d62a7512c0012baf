"""OCOP dossiers on pages: the commune's findings, submitting, a member's score sheet, the summary with its gates."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.problems import status_of
from api.web import ocop_words
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.words import msgid
from engine import dossier_access
from engine.actions.note_ocop_findings import NoteOcopFindings, note_ocop_findings
from engine.actions.score_ocop_product import ScoreOcopProduct, score_ocop_product
from engine.actions.submit_ocop_dossier import submit_ocop_dossier
from engine.errors import Invalid, Refusal
from engine.ids import DossierId, RubricId
from engine.neighbours import Services
from engine.ocop_proposals import CommuneCheck, Finding, MemberSheet
from engine.ocop_terms import samples_of
from engine.ocop_turns import has_turn, require_turn
from engine.rubrics import Knockout, Rubric
from engine.scoring import Sheet

router = APIRouter()

FINDING_LABELS: Final[Mapping[str, str]] = {
    **{check.value: said for check, said in ocop_words.CHECKS.items()},
    "samples": msgid("Samples that go along"),
}
CASE_LABEL: Final = msgid("Case")


@router.get("/ocop-dossiers/{dossier_id}")
def show(desk: DeskDep, services: ServicesDep, dossier_id: str) -> Response:
    """Show the dossier of a product: slip, rules, findings, sheets, means and gates."""
    return _dossier(desk, services, dossier_id)


@router.post("/ocop-dossiers/{dossier_id}/findings")
def note(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Keep what the commune found."""
    findings = {
        check: Finding(confirmed=form.text(check.value) == "yes", note=form.text(f"{check.value}_note").strip())
        for check in CommuneCheck
        if form.text(check.value) in ("yes", "no")
    }
    request = NoteOcopFindings(
        dossier_id=DossierId(id_of(dossier_id)), findings=findings, samples=max(form.number("samples"), 0)
    )
    try:
        with services.begin() as work:
            note_ocop_findings(request, by=desk.person, at=desk.at, work=work)
    except Refusal as refusal:
        again = Typed.of(FINDING_LABELS, desk.language).typed(form).refused(refusal, desk.language)
        return _dossier(desk, services, dossier_id, again, status_of(refusal))
    return desk.to(f"/ocop-dossiers/{dossier_id}", "ocop_findings_kept")


@router.post("/ocop-dossiers/{dossier_id}/submission")
def submit(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Submit the dossier to the province."""
    try:
        with services.begin() as work:
            submit_ocop_dossier(DossierId(id_of(dossier_id)), by=desk.person, at=desk.at, work=work)
    except Refusal as refusal:
        again = Typed.of(FINDING_LABELS, desk.language).refused(refusal, desk.language)
        return _dossier(desk, services, dossier_id, again, status_of(refusal))
    return desk.to(f"/ocop-dossiers/{dossier_id}", "ocop_submitted")


@router.get("/ocop-dossiers/{dossier_id}/sheet")
def show_sheet(desk: DeskDep, services: ServicesDep, dossier_id: str) -> Response:
    """Show the member's score sheet, as filled in so far."""
    return _sheet(desk, services, dossier_id)


@router.post("/ocop-dossiers/{dossier_id}/sheet")
def fill_sheet(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Keep the member's score sheet, or show it again with the items that are wrong."""
    key = DossierId(id_of(dossier_id))
    with services.begin() as work:
        rubric = work.ocop.rubrics.get(RubricId(work.dossiers.get(key).rules_id))
    sheet = _chosen(form, rubric)
    request = ScoreOcopProduct(dossier_id=key, choices=sheet.choices, case=sheet.case, knockouts=sheet.knockouts)
    try:
        with services.begin() as work:
            kept = score_ocop_product(request, by=desk.person, at=desk.at, work=work)
    except Invalid as refusal:
        return _sheet(desk, services, dossier_id, sheet, refusal)
    return desk.to(f"/ocop-dossiers/{dossier_id}/sheet", "ocop_sheet_kept", total=str(kept.score.total))


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


def _dossier(desk: Desk, services: Services, dossier_id: str, form: Typed | None = None, status: int = 200) -> Response:
    with services.begin() as work:
        dossier = work.dossiers.get(DossierId(id_of(dossier_id)))
        dossier_access.require_read(desk.person, dossier, work)
        proposal = work.ocop.proposals.get(dossier.id)
        product = work.ocop.register.get(proposal.product_id)
        rubric = work.ocop.rubrics.get(RubricId(dossier.rules_id))
        sheets = work.ocop.proposals.sheets(dossier.id) if desk.person.agency_id == dossier.receiver_id else ()
        scores = has_turn(dossier, desk.person, work)
        names = {person.id: person.name for person in work.people.of_agency(dossier.receiver_id)}
    composes = desk.person.agency_id == dossier.agency_id and desk.may("compose_dossiers")
    shown = form or Typed.of(FINDING_LABELS, desk.language, samples=str(samples_of(product.set_number)))
    return desk.page(
        "ocop/dossier.html",
        status=status,
        dossier=dossier,
        proposal=proposal,
        product=product,
        rubric=rubric,
        sheets=sheets,
        names=names,
        purpose=desk.speaks(ocop_words.PURPOSES[proposal.purpose]),
        checks=[(check, desk.speaks(said)) for check, said in ocop_words.CHECKS.items()],
        grounds={ground.value: desk.speaks(said) for ground, said in ocop_words.KNOCKOUTS.items()},
        composes=composes and dossier.is_open,
        scores=scores,
        form=shown,
    )


def _sheet(
    desk: Desk, services: Services, dossier_id: str, typed: Sheet | None = None, refusal: Invalid | None = None
) -> Response:
    with services.begin() as work:
        dossier = work.dossiers.get(DossierId(id_of(dossier_id)))
        dossier_access.require_read(desk.person, dossier, work)
        require_turn(dossier, desk.person, work)
        rubric = work.ocop.rubrics.get(RubricId(dossier.rules_id))
        proposal = work.ocop.proposals.get(dossier.id)
        product = work.ocop.register.get(proposal.product_id)
        kept = [one for one in work.ocop.proposals.sheets(dossier.id) if one.member_id == desk.person.id]
    shown = typed or (kept[0].sheet if kept else None)
    labels = {item.code: f"{item.code}. {item.label}" for item in rubric.items()} | {"case": CASE_LABEL}
    form = Typed.of(labels, desk.language)
    if refusal is not None:
        placed = [replace(error, field=error.field.removeprefix("choices/")) for error in refusal.errors]
        form = form.wrong(placed, desk.language)
    return desk.page(
        "ocop/sheet.html",
        status=status_of(refusal) if refusal else 200,
        dossier=dossier,
        product=product,
        rubric=rubric,
        form=form,
        chosen=shown.choices if shown else {},
        case=shown.case if shown else None,
        named=[ground.value for ground in shown.knockouts] if shown else [],
        total=_total(kept),
        grounds=[(ground.value, desk.speaks(ocop_words.KNOCKOUTS[ground])) for ground in rubric.knockouts],
    )


def _total(kept: list[MemberSheet]) -> int | None:
    return kept[0].score.total if kept else None
