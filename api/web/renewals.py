"""The plan of renewals: which archived files are stamped anew, when and why; and the proof of one document."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, WorkDep
from api.texts import notice_text
from api.web.desk import Desk, DeskDep
from engine import access
from engine.documents import Document
from engine.ids import DocumentId
from engine.notify import called
from engine.ports import UnitOfWork
from engine.renewals import Proof

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofSaid:
    """A proof in words; the document only where the person may read it, else by type and number alone."""

    proof: Proof
    document: Document | None
    called: str
    failure: str


@router.get("/renewals")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep) -> Response:
    """Show what is to be stamped anew, the soonest first."""
    access.require(desk.person, "read_renewals")
    found = work.renewals.plan(desk.person.agency_id, page)
    documents = work.documents.several({proof.document_id for proof in found.items}) if found.items else {}
    shown = [_said(proof, documents[proof.document_id], desk) for proof in found.items]
    return desk.page("renewals/list.html", shown=shown, next_page=quote(found.next) if found.next else None)


def proof_said(document: Document, desk: Desk, work: UnitOfWork) -> ProofSaid | None:
    """Return how long the document's archived file can be proven, None where nothing of it is archived."""
    proof = work.renewals.find(DocumentId(document.id))
    return None if proof is None else _said(proof, document, desk)


def _said(proof: Proof, document: Document, desk: Desk) -> ProofSaid:
    failure = notice_text(proof.failure, proof.facts, desk.language) if proof.failure else ""
    return ProofSaid(
        proof=proof,
        document=document if access.may_read(desk.person, document) else None,
        called=called(document),
        failure=failure,
    )
