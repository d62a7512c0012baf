"""The check of a document's signatures on a page of its own, all checks there were, and checking again."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import file_answer
from api.deps import ServicesDep
from api.web.contents import readable
from api.web.desk import DeskDep
from api.web.forms import FormDep, id_of
from api.web.sayings import signatures
from engine.actions.check_signatures import check_signatures
from engine.ids import DocumentId
from engine.validations import KeptReport, ReportNotFound

router = APIRouter()

XML: Final = "application/xml"


@router.get("/documents/{document_id}/signatures")
def show(desk: DeskDep, services: ServicesDep, document_id: str, report: str = "") -> Response:
    """Show what a check found, signature by signature; the newest where none is chosen."""
    with services.begin() as work:
        document = readable(document_id, desk, work)
        kept = work.documents.reports(document.id)
    shown = _chosen(kept, report)
    return desk.page(
        "documents/signature_report.html",
        document=document,
        verdict=signatures(shown, desk),
        shown=shown.id if shown else None,
        kept=kept,
        may_check=desk.may("check_signatures"),
    )


@router.get("/documents/{document_id}/signatures.xml")
def send_xml(desk: DeskDep, services: ServicesDep, document_id: str, report: str = "") -> Response:
    """Send a check as a validation report of ETSI TS 119 102-2."""
    with services.begin() as work:
        document = readable(document_id, desk, work)
        shown = _chosen(work.documents.reports(document.id), report)
    if shown is None:
        raise ReportNotFound
    return file_answer(services.pdfs.etsi_report(shown.report), XML, f"signatures-{document.id}.xml", attached=True)


@router.post("/documents/{document_id}/signatures")
def check_again(desk: DeskDep, _: FormDep, services: ServicesDep, document_id: str) -> Response:
    """Check the present version now."""
    document = DocumentId(id_of(document_id))
    check_signatures(document, by=desk.person, services=services)
    return desk.to(f"/documents/{document}/signatures", "signatures_checked")


def _chosen(kept: Sequence[KeptReport], wanted: str) -> KeptReport | None:
    """Return the check with that id, or the newest where none is named. Raises ReportNotFound."""
    found = [one for one in kept if wanted in ("", str(one.id))]
    if wanted and not found:
        raise ReportNotFound
    return found[0] if found else None
