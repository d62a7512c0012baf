"""How long archived documents can be proven, and when they are stamped anew."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, PageOf, page_of, problems
from api.rest.calls import Call, CallDep
from api.rest.document_answers import readable
from api.rest.paths import DocumentPath
from api.rest.routes import Door
from api.texts import notice_text
from engine import access
from engine.renewals import End, Proof

router = APIRouter(route_class=Door, tags=["renewals"])


class StampAnswer(Answer):
    """An archive time-stamp: when and by whom it was given, when the first certificate of its chain ends."""

    field: str
    at: datetime
    authority: str
    certificate_ends_at: datetime
    algorithms: list[str]


class ProofAnswer(Answer):
    """How long an archived file can be proven.

    `proven_until` is the end of its last time-stamp, `why` says by what; both are null where the file was archived
    without an archive time-stamp, which is never renewed. `renew_at` is when it is stamped anew, or tried again.
    """

    document_id: UUID
    file_id: str
    proven_until: datetime | None
    why: End | None
    renew_at: datetime | None
    failing_since: datetime | None
    failure: str | None
    stamps: list[StampAnswer]


@router.get("/renewals", summary="Plan of renewals", response_model=PageOf[ProofAnswer], responses=problems(403, 422))
def list_renewals(call: CallDep, page: PageDep, work: WorkDep) -> PageOf[ProofAnswer]:
    """Return what of the agency is to be stamped anew, when and why, the soonest first."""
    access.require(call.by, "read_renewals")
    return page_of(work.renewals.plan(call.by.agency_id, page), lambda proof: proof_answer(proof, call))


@router.get(
    "/documents/{document_id}/proof",
    summary="Proof of a document",
    response_model=ProofAnswer,
    responses=problems(404),
)
def show_proof(document_id: DocumentPath, call: CallDep, work: WorkDep) -> ProofAnswer:
    """Return which time-stamps prove the archived file, until when, and when it is stamped anew."""
    return proof_answer(work.renewals.get(readable(document_id, call.by, work).id), call)


def proof_answer(proof: Proof, call: Call) -> ProofAnswer:
    """Return a proof as REST answers it."""
    return ProofAnswer(
        document_id=proof.document_id,
        file_id=proof.file_id,
        proven_until=proof.until,
        why=proof.why if proof.stamps else None,
        renew_at=proof.renew_at,
        failing_since=proof.failed_since,
        failure=notice_text(proof.failure, proof.facts, call.language) if proof.failure else None,
        stamps=[
            StampAnswer(
                field=stamp.field,
                at=stamp.at,
                authority=stamp.authority,
                certificate_ends_at=stamp.certificate_ends_at,
                algorithms=list(stamp.algorithms),
            )
            for stamp in proof.stamps
        ],
    )
