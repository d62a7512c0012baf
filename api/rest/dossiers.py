"""Dossiers: opened, composed of parts and values, started, withdrawn, supplemented, closed; their manifests."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.contents import file_answer
from api.deps import PageDep, WorkDep
from api.rest.answers import PageOf, page_of, problems
from api.rest.calls import CallDep
from api.rest.dossier_answers import (
    DossierAnswer,
    DossierLineAnswer,
    TurnsAnswer,
    dossier_line,
    turn_answer,
    whole,
)
from api.rest.fields import FILLED, PRINTABLE, CalendarDate, RequestBody, Sha256
from api.rest.paths import DossierPath
from api.rest.preconditions import IfMatch, RepeatKeyDep, require_match
from api.rest.routes import Door
from engine import dossier_access
from engine.actions.add_dossier_file import AddDossierFile, add_dossier_file
from engine.actions.add_evidence import AddEvidence, add_evidence
from engine.actions.ask_supplement import AskSupplement, ask_supplement
from engine.actions.assess_indicators import AssessIndicators, assess_indicators
from engine.actions.close_dossier import close_dossier
from engine.actions.open_dossier import OpenDossier, open_dossier
from engine.actions.remove_dossier_file import RemoveDossierFile, remove_dossier_file
from engine.actions.start_dossier import StartDossier, start_dossier
from engine.actions.submit_dossier import submit_dossier
from engine.actions.withdraw_dossier import withdraw_dossier
from engine.assessments import Entry, Opinion, Stage
from engine.dossier_records import DossierQuery
from engine.dossier_turns import turns_of
from engine.dossiers import DossierKind, DossierState
from engine.ids import AgencyId, DossierId, FileId, LocalityId, PersonId
from engine.ports import UnitOfWork

router = APIRouter(route_class=Door, tags=["dossiers"])

Text = Annotated[str, Field(max_length=500), FILLED]
Reason = Annotated[str, Field(max_length=2_000), FILLED]
Value = str | int | float | bool | None


class DossierBody(RequestBody):
    """A dossier to be opened; `rules_id` is the version of the set of criteria it is composed under."""

    kind: DossierKind
    receiver_id: UUID
    subject: Text
    rules_id: Annotated[str, Field(max_length=100), FILLED]
    locality_id: UUID | None = None
    submit_by: CalendarDate | None = None


class FileBody(RequestBody):
    """A stored file that becomes part of the dossier."""

    part: Annotated[str, Field(max_length=100), FILLED]
    file_id: Sha256
    name: Annotated[str, Field(max_length=200), FILLED]


class EvidenceBody(RequestBody):
    """A stored file that shows what is reported of an indicator."""

    stage: Stage = Stage.SELF
    indicator: Annotated[str, Field(max_length=100), FILLED]
    file_id: Sha256
    name: Annotated[str, Field(max_length=200), FILLED]


class EntryBody(RequestBody):
    """What is reported of an indicator: a number in its unit, true or false, `n/a`, or null to take it back.

    With `rev` it is refused where somebody changed it since; -1 says that nothing was reported of it.
    """

    value: Value = None
    note: Annotated[str, Field(max_length=2_000), PRINTABLE] | None = None
    opinion: Opinion | None = None
    rev: Annotated[int, Field(strict=True, ge=-1, le=2_147_483_647)] | None = None


class AssessmentsBody(RequestBody):
    """Values of one stage, by indicator; all of them are kept, or none."""

    stage: Stage = Stage.SELF
    values: Annotated[dict[str, EntryBody], Field(max_length=200)]


class StartBody(RequestBody):
    """Who signs the covering document, and its text until it is revised."""

    signer: UUID
    body: Annotated[str, Field(max_length=50_000), FILLED]


class SupplementBody(RequestBody):
    """What is missing, and the last day for it in Việt Nam."""

    reason: Reason
    until: CalendarDate | None = None


class ReasonBody(RequestBody):
    """Why."""

    reason: Reason


@router.get("/dossiers", summary="Dossiers", response_model=PageOf[DossierLineAnswer])
def list_dossiers(
    call: CallDep,
    work: WorkDep,
    page: PageDep,
    kind: DossierKind | None = None,
    state: DossierState | None = None,
    received: bool | None = None,
) -> PageOf[DossierLineAnswer]:
    """Return the dossiers one may read, the newest first; `received`: those one's agency decides on, or composes."""
    query = DossierQuery(reader=call.by, kind=kind, state=state, received=received)
    return page_of(work.dossiers.search(query, page), dossier_line)


@router.post(
    "/dossiers",
    status_code=201,
    summary="Open a dossier",
    response_model=DossierAnswer,
    responses=problems(403, 409, 422),
)
def post_dossier(
    body: DossierBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> DossierAnswer:
    """Open a dossier of one's own agency; its parts are those of its kind."""
    asked = OpenDossier(
        kind=body.kind,
        receiver_id=AgencyId(body.receiver_id),
        subject=body.subject,
        rules_id=body.rules_id,
        locality_id=LocalityId(body.locality_id) if body.locality_id else None,
        submit_by=body.submit_by,
        once=key.once(body),
    )
    dossier = open_dossier(asked, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/dossiers/{dossier.id}"
    return whole(dossier, call.by, work, response)


@router.get("/dossiers/{dossier_id}", summary="A dossier", response_model=DossierAnswer, responses=problems(404))
def get_dossier(dossier_id: DossierPath, call: CallDep, work: WorkDep, response: Response) -> DossierAnswer:
    """Return a dossier with its parts, submissions and everything reported of its indicators."""
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(call.by, dossier, work)
    return whole(dossier, call.by, work, response)


@router.get(
    "/dossiers/{dossier_id}/turns",
    summary="Whose turn it is with a dossier",
    response_model=TurnsAnswer,
    responses=problems(404),
)
def list_turns(dossier_id: DossierPath, call: CallDep, work: WorkDep) -> TurnsAnswer:
    """Return the open steps where the dossier is composed and decided on: whose they are, and until when."""
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(call.by, dossier, work)
    return TurnsAnswer(items=[turn_answer(one, call) for one in turns_of(dossier, work)])


@router.get(
    "/dossiers/{dossier_id}/submissions/{ordinal}/manifest",
    summary="Manifest of a submission",
    response_class=Response,
    responses={200: {"content": {"application/json": {}}}, **problems(404)},
)
def get_manifest(dossier_id: DossierPath, ordinal: int, call: CallDep, work: WorkDep) -> Response:
    """Return the bytes whose SHA-256 the audit log has: canonical JSON (RFC 8785)."""
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(call.by, dossier, work)
    place = min(max(ordinal, 0), len(dossier.submissions) + 1)
    return file_answer(work.dossiers.get_manifest(dossier_id, place), "application/json", f"manifest-{place}.json")


@router.put(
    "/dossiers/{dossier_id}/assessments",
    summary="Report values of indicators",
    response_model=DossierAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def put_assessments(
    dossier_id: DossierPath, body: AssessmentsBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> DossierAnswer:
    """Keep the values of a stage, all of them or none; a value that does not fit its unit is named.

    Of two people at one dossier nobody overwrites the other: with If-Match for the whole, with `rev` value by value.
    """
    _require_match(dossier_id, match, work)
    entries = {code: Entry(value=one.value, note=one.note, opinion=one.opinion) for code, one in body.values.items()}
    revs = {code: one.rev for code, one in body.values.items() if one.rev is not None}
    asked = AssessIndicators(dossier_id=dossier_id, stage=body.stage, entries=entries, revs=revs)
    assess_indicators(asked, by=call.by, at=call.at, work=work)
    return whole(work.dossiers.get(dossier_id), call.by, work, response)


@router.put(
    "/dossiers/{dossier_id}/files",
    summary="Add a file to a part",
    response_model=DossierAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def put_file(
    dossier_id: DossierPath, body: FileBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> DossierAnswer:
    """Put a stored file into a part, while the dossier is composed or a supplement of it is asked."""
    _require_match(dossier_id, match, work)
    asked = AddDossierFile(dossier_id=dossier_id, part=body.part, file_id=FileId(body.file_id), name=body.name)
    dossier = add_dossier_file(asked, by=call.by, at=call.at, work=work)
    return whole(dossier, call.by, work, response)


async def _place(part: str, file_id: str) -> tuple[str, FileId]:
    return part, FileId(file_id)


PlaceDep = Annotated[tuple[str, FileId], Depends(_place)]


@router.delete(
    "/dossiers/{dossier_id}/files/{part}/{file_id}",
    summary="Take a file out of a part",
    response_model=DossierAnswer,
    responses=problems(403, 404, 409, 412),
)
def delete_file(
    dossier_id: DossierPath, place: PlaceDep, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> DossierAnswer:
    """Take a file out; that it was there stays on record."""
    _require_match(dossier_id, match, work)
    part, file_id = place
    asked = RemoveDossierFile(dossier_id=dossier_id, part=part, file_id=file_id)
    dossier = remove_dossier_file(asked, by=call.by, at=call.at, work=work)
    return whole(dossier, call.by, work, response)


@router.put(
    "/dossiers/{dossier_id}/evidence",
    summary="Add evidence to an indicator",
    response_model=DossierAnswer,
    responses=problems(403, 404, 409, 422),
)
def put_evidence(
    dossier_id: DossierPath, body: EvidenceBody, call: CallDep, work: WorkDep, response: Response
) -> DossierAnswer:
    """Put a stored PDF or photo beside what a stage reports of an indicator."""
    asked = AddEvidence(
        dossier_id=dossier_id,
        stage=body.stage,
        indicator=body.indicator,
        file_id=FileId(body.file_id),
        name=body.name,
    )
    add_evidence(asked, by=call.by, at=call.at, work=work)
    return whole(work.dossiers.get(dossier_id), call.by, work, response)


@router.post(
    "/dossiers/{dossier_id}/start",
    summary="Begin the procedure of a dossier",
    response_model=DossierAnswer,
    responses=problems(403, 404, 409, 422, 503),
)
def start(dossier_id: DossierPath, body: StartBody, call: CallDep, response: Response) -> DossierAnswer:
    """Draft the covering document and begin the procedure that composes, signs and submits."""
    asked = StartDossier(dossier_id=dossier_id, signer=PersonId(body.signer), body=body.body)
    start_dossier(asked, by=call.by, services=call.services)
    with call.services.begin() as work:
        return whole(work.dossiers.get(dossier_id), call.by, work, response)


@router.post(
    "/dossiers/{dossier_id}/submit",
    summary="Submit a dossier without a covering document",
    response_model=DossierAnswer,
    responses=problems(403, 404, 409),
)
def submit(dossier_id: DossierPath, call: CallDep, work: WorkDep, response: Response) -> DossierAnswer:
    """Freeze and submit it; one with a covering document is submitted by its procedure."""
    return whole(submit_dossier(dossier_id, by=call.by, at=call.at, work=work), call.by, work, response)


@router.post(
    "/dossiers/{dossier_id}/supplement",
    summary="Ask for a supplement",
    response_model=DossierAnswer,
    responses=problems(403, 404, 409, 422),
)
def supplement(
    dossier_id: DossierPath, body: SupplementBody, call: CallDep, work: WorkDep, response: Response
) -> DossierAnswer:
    """Ask for what is missing, in the agency that decides."""
    asked = AskSupplement(dossier_id=dossier_id, reason=body.reason, until=body.until)
    return whole(ask_supplement(asked, by=call.by, at=call.at, work=work), call.by, work, response)


@router.post(
    "/dossiers/{dossier_id}/withdraw",
    summary="Withdraw a dossier",
    response_model=DossierAnswer,
    responses=problems(403, 404, 409, 422),
)
def withdraw(
    dossier_id: DossierPath, body: ReasonBody, call: CallDep, work: WorkDep, response: Response
) -> DossierAnswer:
    """Take it back before it is decided on."""
    dossier = withdraw_dossier(dossier_id, body.reason, by=call.by, at=call.at, work=work)
    return whole(dossier, call.by, work, response)


@router.post(
    "/dossiers/{dossier_id}/close",
    summary="Close a dossier",
    response_model=DossierAnswer,
    responses=problems(403, 404, 409, 503),
)
def close(dossier_id: DossierPath, call: CallDep, response: Response) -> DossierAnswer:
    """Close it, with its files and its manifest in the locked archive."""
    dossier = close_dossier(dossier_id, by=call.by, services=call.services)
    with call.services.begin() as work:
        return whole(dossier, call.by, work, response)


def _require_match(dossier_id: DossierId, match: str | None, work: UnitOfWork) -> None:
    if match is not None:
        require_match(match, work.dossiers.lock(dossier_id).rev)
