"""The page that says why a dossier for recognition stands where it stands."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import WorkDep
from api.texts import explained
from api.web.desk import DeskDep
from api.web.forms import id_of
from api.web.words import msgid
from engine import dossier_access
from engine.assessments import Stage
from engine.dossier_explanations import explain
from engine.dossiers import DossierState
from engine.ids import DossierId

router = APIRouter()

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
        said=[explained(one, desk.language) for one in found.said],
        publication=publication,
        vietnamese=desk.language == "vi",
    )
