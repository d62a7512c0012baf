"""The page that says why a dossier for recognition stands where it stands."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import WorkDep
from api.texts import explained
from api.web.desk import Desk, DeskDep
from api.web.forms import id_of
from api.web.words import msgid
from engine import dossier_access
from engine.assessments import Stage
from engine.dossier_explanations import explain
from engine.dossier_turns import NOT_AGREED
from engine.dossiers import Dossier, DossierState
from engine.ids import DocumentId, DossierId
from engine.ports import UnitOfWork

router = APIRouter()

PROCEDURES: Final = ("ntm_dossier", "ntm_recognition", "appraise", "review", "ocop_proposal", "ocop_rating")
"""Whose steps are work on a dossier for recognition, or of an OCOP product."""

STATES: Final = {
    DossierState.DRAFT: msgid("Being composed"),
    DossierState.SUBMITTED: msgid("Submitted"),
    DossierState.SUPPLEMENT_ASKED: msgid("Supplement asked for"),
    DossierState.COMPLETE: msgid("Complete, being appraised"),
    DossierState.DECIDED: msgid("Decided"),
    DossierState.REFUSED: msgid("Refused"),
    DossierState.WITHDRAWN: msgid("Withdrawn"),
    DossierState.CLOSED: msgid("Closed"),
}
STAGES: Final = {
    Stage.SELF: msgid("By what the commune reports of itself"),
    Stage.VERIFIED: msgid("By what was verified"),
    Stage.APPRAISED: msgid("As the departments appraised it"),
}


def dossier_at(document_id: DocumentId, procedure: str | None, desk: Desk, work: UnitOfWork) -> Dossier | None:
    """Return the dossier that pages of this document lead to, where the person may read it.

    Documents of other procedures belong to none and pay no statement for it.
    """
    found = work.dossiers.find_of_document(document_id) if procedure in PROCEDURES else None
    readable = found is not None and dossier_access.may_read(desk.person, found, work)
    return found if readable else None


@router.get("/recognition-dossiers/{dossier_id}/explanation")
def show(desk: DeskDep, work: WorkDep, dossier_id: str) -> Response:
    """Show what fails and by how much, whose turn it is and until when, and what the law says."""
    dossier = work.dossiers.get(DossierId(id_of(dossier_id)))
    dossier_access.require_read(desk.person, dossier, work)
    found = explain(dossier, work)
    publication = None
    if found.decided is not None and found.decided.document_id is not None:
        publication = work.publications.find_of_document(found.decided.document_id)
    return desk.page(
        "recognition_dossiers/explanation.html",
        found=found,
        dossier=dossier,
        state=STATES[dossier.state],
        stage=STAGES[found.stage],
        said=[(explained(one, desk.language), one.template == NOT_AGREED) for one in found.said],
        publication=publication,
    )
