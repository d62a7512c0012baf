"""OCOP dossiers on pages: the commune's findings, submitting, its days and rounds, the summary with its gates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.web import ocop_words
from api.web.clocks import clock_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.ocop_desk import again, done
from api.web.words import msgid
from engine import access, dossier_access
from engine.actions.note_ocop_findings import NoteOcopFindings, note_ocop_findings
from engine.actions.submit_ocop_dossier import submit_ocop_dossier
from engine.deadlines import office_date
from engine.documents import Document, OutgoingDocument
from engine.dossier_turns import turns_of
from engine.dossiers import Dossier
from engine.errors import Refusal
from engine.ids import DossierId, RubricId
from engine.neighbours import Services
from engine.ocop_proposals import CommuneCheck, Finding, Proposal
from engine.ocop_terms import Purpose, Round, round_of, samples_of
from engine.ocop_turns import find_commune_proposal, find_turn, is_being_proposed
from engine.ports import UnitOfWork

router = APIRouter()

FINDING_LABELS: Final[Mapping[str, str]] = {
    **{check.value: said for check, said in ocop_words.CHECKS.items()},
    "samples": msgid("Samples that go along"),
}


@router.get("/ocop-dossiers/{dossier_id}")
def show(desk: DeskDep, services: ServicesDep, dossier_id: str) -> Response:
    """Show the dossier of a product: slip, rules, findings, sheets, means and gates."""
    return _dossier(desk, services, dossier_id)


@router.post("/ocop-dossiers/{dossier_id}/findings")
def note(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Keep what the commune found."""
    noted = done(note_ocop_findings, lambda: _findings(form, dossier_id), desk, services)
    if isinstance(noted, Refusal):
        return _dossier(desk, services, dossier_id, *again(FINDING_LABELS, form, noted, desk))
    return desk.to(f"/ocop-dossiers/{dossier_id}", "ocop_findings_kept")


def _findings(form: Form, dossier_id: str) -> NoteOcopFindings:
    findings = {
        check: Finding(confirmed=form.text(check.value) == "yes", note=form.text(f"{check.value}_note").strip())
        for check in CommuneCheck
        if form.text(check.value) in ("yes", "no")
    }
    return NoteOcopFindings(
        dossier_id=DossierId(id_of(dossier_id)), findings=findings, samples=max(form.number("samples"), 0)
    )


@router.post("/ocop-dossiers/{dossier_id}/submission")
def submit(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Submit the dossier to the province."""
    sent = done(submit_ocop_dossier, lambda: DossierId(id_of(dossier_id)), desk, services)
    if isinstance(sent, Refusal):
        return _dossier(desk, services, dossier_id, *again(FINDING_LABELS, form, sent, desk))
    return desk.to(f"/ocop-dossiers/{dossier_id}", "ocop_submitted")


def _dossier(desk: Desk, services: Services, dossier_id: str, form: Typed | None = None, status: int = 200) -> Response:
    with services.begin() as work:
        dossier = work.dossiers.get(DossierId(id_of(dossier_id)))
        dossier_access.require_read(desk.person, dossier, work)
        proposal = work.ocop.proposals.get(dossier.id)
        product = work.ocop.register.get(proposal.product_id)
        rubric = work.ocop.rubrics.get(RubricId(dossier.rules_id))
        sheets = work.ocop.proposals.sheets(dossier.id) if desk.person.agency_id == dossier.receiver_id else ()
        turn = find_turn(dossier, desk.person, work)
        proposed, draft = is_being_proposed(dossier, work), _draft(dossier, desk, work)
        slip, answers = _slip(dossier, desk, work), _answers(dossier, desk, work)
        clock = clock_of(slip, desk, work) if slip else None
        turns = turns_of(dossier, work)
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
        composes=composes and dossier.is_open and not proposed,
        proposed=proposed,
        draft=draft,
        turn=turn,
        turns=turns,
        slip=slip,
        answers=answers,
        clock=clock,
        round=_round(dossier, proposal, office_date(desk.at)),
        form=shown,
    )


def _slip(dossier: Dossier, desk: Desk, work: UnitOfWork) -> Document | None:
    """Return the slip as a document of the reader's own agency, where they may read it."""
    own = dossier.own_document_id if desk.person.agency_id == dossier.agency_id else dossier.received_document_id
    found = work.documents.get(own) if own else None
    return found if found is not None and access.may_read(desk.person, found) else None


def _draft(dossier: Dossier, desk: Desk, work: UnitOfWork) -> Document | None:
    """Return the commune's proposal while it is signed, where the person may read it."""
    found = find_commune_proposal(dossier, work)
    document = work.documents.get(found) if found else None
    return document if document is not None and access.may_read(desk.person, document) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An issued document that answers the dossier, and where the reader finds it: at hand, or as it was published."""

    document: OutgoingDocument
    address: str


def _answers(dossier: Dossier, desk: Desk, work: UnitOfWork) -> list[Answered]:
    """Return what was issued on the dossier and the reader may see, a decision the commune reads where it is public."""
    received = dossier.received_document_id
    issued = [one for one in work.documents.replies_to(received) if one.number] if received else []
    found = []
    for document in issued:
        published = work.publications.find_of_document(document.id)
        if access.may_read(desk.person, document):
            found.append(Answered(document=document, address=f"/documents/{document.id}"))
        elif published is not None:
            found.append(Answered(document=document, address=f"/published/{published.code}"))
    return found


def _round(dossier: Dossier, proposal: Proposal, today: date) -> Round | None:
    """Return the round the dossier is in, or would be in if it were proposed today; ranking again has none."""
    if proposal.purpose is Purpose.RERANK:
        return None
    return round_of(office_date(dossier.submissions[0].at) if dossier.submissions else today)
