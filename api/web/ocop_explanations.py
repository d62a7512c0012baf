"""The page that says why the dossier of an OCOP product stands where it stands."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import WorkDep
from api.texts import explained
from api.web.desk import DeskDep
from api.web.forms import id_of
from api.web.recognition_dossiers import STATES
from engine import dossier_access
from engine.dossier_turns import NOT_AGREED
from engine.ids import DossierId
from engine.ocop_explanations import AGAINST, explain

router = APIRouter()


@router.get("/ocop-dossiers/{dossier_id}/explanation")
def show(desk: DeskDep, work: WorkDep, dossier_id: str) -> Response:
    """Show what the points came to, which least levels are missed, whose turn it is, and what the law says."""
    dossier = work.dossiers.get(DossierId(id_of(dossier_id)))
    dossier_access.require_read(desk.person, dossier, work)
    found = explain(dossier, work)
    publication = None
    if found.recognised is not None and found.recognised.document_id is not None:
        publication = work.publications.find_of_document(found.recognised.document_id)
    against = AGAINST | {NOT_AGREED}
    return desk.page(
        "ocop/explanation.html",
        found=found,
        dossier=dossier,
        state=STATES[dossier.state],
        said=[(explained(one, desk.language), one.template in against) for one in found.said],
        publication=publication,
        vietnamese=desk.language == "vi",
    )
