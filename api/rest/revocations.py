"""Proposals to take a recognition away, by REST."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import PRINTABLE, CalendarDate, RequestBody, Sha256
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine.actions.propose_revocation import ProposeRevocation, propose_revocation
from engine.criteria import Tier
from engine.ids import FileId, LocalityId

router = APIRouter(route_class=Door, tags=["recognition"])


class RevocationBody(RequestBody):
    """A report that a recognised commune falls short, as it came in: who sent it, its number and date, its file."""

    locality_id: UUID
    tier: Tier
    organ_name: Annotated[str, Field(min_length=1, max_length=200), PRINTABLE]
    code_number: Annotated[str, Field(min_length=1, max_length=11), PRINTABLE]
    code_notation: Annotated[str, Field(min_length=1, max_length=30), PRINTABLE]
    issued_date: CalendarDate
    file_id: Sha256


class RevocationAnswer(Answer):
    """The incoming document the procedure works on."""

    document_id: UUID


@router.post(
    "/revocations",
    status_code=201,
    summary="Propose to revoke a recognition",
    response_model=RevocationAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_revocation(
    body: RevocationBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> RevocationAnswer:
    """Take the proposal in under the next arrival number, and begin the procedure that checks and decides on it."""
    request = ProposeRevocation(
        locality_id=LocalityId(body.locality_id),
        tier=body.tier,
        organ_name=body.organ_name,
        code_number=body.code_number,
        code_notation=body.code_notation,
        issued_date=body.issued_date,
        file_id=FileId(body.file_id),
        once=key.once(body),
    )
    document_id = propose_revocation(request, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/incoming-documents/{document_id}"
    return RevocationAnswer(document_id=document_id)
