"""Field visits of units that appraise a dossier: drafts, their photos, and the minutes that are made of them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.contents import content_of, file_answer
from api.deps import WorkDep
from api.rest.answers import Answer, Names, PersonRef, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, PRINTABLE, CalendarDate, RequestBody, Sha256
from api.rest.paths import DossierPath, FieldVisitPath
from api.rest.preconditions import IfMatch, RepeatKeyDep, etag, require_match
from api.rest.routes import Door
from engine import dossier_access, visiting
from engine.actions.discard_field_visit import discard_field_visit
from engine.actions.open_field_visit import OpenFieldVisit, open_field_visit
from engine.actions.record_field_visit import RecordFieldVisit, record_field_visit
from engine.actions.save_field_visit import SaveFieldVisit, save_field_visit
from engine.documents import ArchivedFile
from engine.dossier_errors import DossierFileNotFound
from engine.dossiers import Dossier
from engine.field_visits import (
    MAX_CAPTION,
    MAX_FOUND,
    MAX_NAME,
    MAX_PEOPLE,
    MAX_PHOTOS,
    MAX_PLACE,
    MAX_REMARK,
    FieldVisit,
    Participant,
    Side,
    VisitContent,
    VisitFinding,
    VisitPhoto,
)
from engine.ids import DocumentId, FieldVisitId, FileId, UnitId
from engine.ports import UnitOfWork

router = APIRouter(route_class=Door, tags=["dossiers"])

_FILE = {
    "content": {
        kind: {"schema": {"type": "string", "format": "binary"}}
        for kind in ("application/pdf", "image/jpeg", "image/png")
    },
    "description": "The file as it is kept",
}


class ParticipantBody(RequestBody):
    """Somebody who took part, for one of the sides, as the minutes name them."""

    side: Side
    name: Annotated[str, Field(max_length=MAX_NAME), FILLED]
    title: Annotated[str, Field(max_length=MAX_NAME), PRINTABLE] = ""


class FindingBody(RequestBody):
    """What was found of an indicator on the spot."""

    indicator: Annotated[str, Field(max_length=100), FILLED]
    found: Annotated[str, Field(max_length=MAX_FOUND), FILLED]


class PhotoBody(RequestBody):
    """A stored JPEG or PNG, and what it shows."""

    file_id: Sha256
    caption: Annotated[str, Field(max_length=MAX_CAPTION), PRINTABLE] = ""


class VisitBody(RequestBody):
    """What is typed in of a visit; a draft may lack anything, days are those of Việt Nam."""

    first_day: CalendarDate | None = None
    last_day: CalendarDate | None = None
    place: Annotated[str, Field(max_length=MAX_PLACE), PRINTABLE] = ""
    participants: Annotated[list[ParticipantBody], Field(max_length=MAX_PEOPLE)] = Field(default_factory=list)
    findings: Annotated[list[FindingBody], Field(max_length=200)] = Field(default_factory=list)
    remark: Annotated[str, Field(max_length=MAX_REMARK), PRINTABLE] = ""
    photos: Annotated[list[PhotoBody], Field(max_length=MAX_PHOTOS)] = Field(default_factory=list)

    def content(self) -> VisitContent:
        """Return it as the engine has it."""
        people = (Participant(side=one.side, name=one.name, title=one.title) for one in self.participants)
        return VisitContent(
            first_day=self.first_day,
            last_day=self.last_day,
            place=self.place,
            participants=tuple(people),
            findings=tuple(VisitFinding(indicator=one.indicator, found=one.found) for one in self.findings),
            remark=self.remark,
            photos=tuple(VisitPhoto(file_id=FileId(one.file_id), caption=one.caption) for one in self.photos),
        )


class NewVisitBody(VisitBody):
    """A draft to be begun; `unit_id` is needed of who appraises the dossier for several units."""

    unit_id: UUID | None = None


class ParticipantAnswer(Answer):
    """Somebody who took part."""

    side: Side
    name: str
    title: str


class FindingAnswer(Answer):
    """What was found of an indicator."""

    indicator: str
    found: str


class PhotoAnswer(Answer):
    """A photo; its content is at `/field-visits/{id}/files/{file_id}`."""

    file_id: str
    caption: str


class FieldVisitAnswer(Answer):
    """A visit; `minutes` is the id of the PDF once it is recorded. Its ETag is its `rev`."""

    id: UUID
    dossier_id: UUID
    unit_id: UUID
    first_day: date | None
    last_day: date | None
    place: str
    participants: list[ParticipantAnswer]
    findings: list[FindingAnswer]
    remark: str
    photos: list[PhotoAnswer]
    recorded: bool
    recorded_at: datetime | None
    recorded_by: PersonRef | None
    minutes: str | None
    rev: int


class FieldVisitsAnswer(Answer):
    """Visits of a dossier, the oldest first."""

    items: list[FieldVisitAnswer]


@router.get(
    "/dossiers/{dossier_id}/field-visits",
    summary="Field visits of a dossier",
    response_model=FieldVisitsAnswer,
    responses=problems(404),
)
def list_visits(dossier_id: DossierPath, call: CallDep, work: WorkDep) -> FieldVisitsAnswer:
    """Return the visits of a dossier; drafts only in the agency that visits."""
    dossier = work.dossiers.get(dossier_id)
    dossier_access.require_read(call.by, dossier, work)
    names = Names(call.by.agency_id, work)
    visits = [one for one in work.field_visits.of_dossier(dossier.id) if visiting.may_see(one, call.by)]
    return FieldVisitsAnswer(items=[_answer(one, names) for one in visits])


@router.post(
    "/dossiers/{dossier_id}/field-visits",
    status_code=201,
    summary="Begin a field visit",
    response_model=FieldVisitAnswer,
    responses=problems(403, 404, 409, 422),
)
def post_visit(
    dossier_id: DossierPath, body: NewVisitBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> FieldVisitAnswer:
    """Begin the draft of a visit, within the open appraisal of one's unit."""
    unit_id = UnitId(body.unit_id) if body.unit_id else None
    asked = OpenFieldVisit(dossier_id=dossier_id, content=body.content(), unit_id=unit_id, once=key.once(body))
    visit = open_field_visit(asked, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/field-visits/{visit.id}"
    return _whole(visit, call, work, response)


@router.get(
    "/field-visits/{visit_id}", summary="A field visit", response_model=FieldVisitAnswer, responses=problems(404)
)
def get_visit(visit_id: FieldVisitPath, call: CallDep, work: WorkDep, response: Response) -> FieldVisitAnswer:
    """Return a visit of a dossier one may read."""
    visit, _ = visiting.readable(visit_id, call.by, work)
    return _whole(visit, call, work, response)


@router.put(
    "/field-visits/{visit_id}",
    summary="Save the draft of a field visit",
    response_model=FieldVisitAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def put_visit(
    visit_id: FieldVisitPath, body: VisitBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> FieldVisitAnswer:
    """Keep everything typed in, in place of what stood there."""
    rev = _matched(visit_id, match, call, work)
    asked = SaveFieldVisit(visit_id=visit_id, content=body.content(), rev=rev)
    return _whole(save_field_visit(asked, by=call.by, at=call.at, work=work), call, work, response)


@router.delete(
    "/field-visits/{visit_id}",
    status_code=204,
    summary="Discard the draft of a field visit",
    responses=problems(403, 404, 409, 412),
)
def delete_visit(visit_id: FieldVisitPath, match: IfMatch, call: CallDep, work: WorkDep) -> None:
    """Throw a draft away; that it was there stays on record."""
    _matched(visit_id, match, call, work)
    discard_field_visit(visit_id, by=call.by, at=call.at, work=work)


@router.post(
    "/field-visits/{visit_id}/record",
    summary="Record a field visit",
    response_model=FieldVisitAnswer,
    responses=problems(403, 404, 409, 412, 422, 503),
)
def record_visit(visit_id: FieldVisitPath, match: IfMatch, call: CallDep, response: Response) -> FieldVisitAnswer:
    """Make the minutes of a draft; nothing of the visit changes after that."""
    with call.services.begin() as work:
        rev = _matched(visit_id, match, call, work)
    visit = record_field_visit(RecordFieldVisit(visit_id=visit_id, rev=rev), by=call.by, services=call.services)
    with call.services.begin() as work:
        return _whole(visit, call, work, response)


async def _place(visit_id: FieldVisitPath, file_id: str) -> tuple[FieldVisitId, FileId]:
    return visit_id, FileId(file_id)


PlaceDep = Annotated[tuple[FieldVisitId, FileId], Depends(_place)]


@router.get(
    "/field-visits/{visit_id}/files/{file_id}",
    summary="Minutes or photo of a field visit",
    response_class=Response,
    responses={200: _FILE, **problems(404, 503)},
)
def get_file(place: PlaceDep, call: CallDep) -> Response:
    """Return the minutes or a photo of a visit."""
    visit_id, file_id = place
    with call.services.begin() as work:
        visit, dossier = visiting.readable(visit_id, call.by, work)
        name = dict(visit.files).get(file_id)
        if name is None:
            raise DossierFileNotFound
        media_type, archived = work.files.get(file_id).media_type, _archived(dossier, work)
    return file_answer(content_of(file_id, archived, call.services), media_type, name)


def _archived(dossier: Dossier, work: UnitOfWork) -> list[ArchivedFile]:
    return [one.as_document(DocumentId(dossier.id)) for one in work.dossiers.archived(dossier.id)]


def _matched(visit_id: FieldVisitId, match: str | None, call: Call, work: UnitOfWork) -> int | None:
    """Return the revision the caller acts on, None where any will do; raises PreconditionFailed where it moved."""
    if match is None:
        return None
    visit, _ = visiting.readable(visit_id, call.by, work)
    require_match(match, visit.rev)
    return visit.rev


def _whole(visit: FieldVisit, call: Call, work: UnitOfWork, response: Response) -> FieldVisitAnswer:
    response.headers["ETag"] = etag(visit.rev)
    return _answer(visit, Names(call.by.agency_id, work))


def _answer(visit: FieldVisit, names: Names) -> FieldVisitAnswer:
    content = visit.content
    return FieldVisitAnswer(
        id=visit.id,
        dossier_id=visit.dossier_id,
        unit_id=visit.unit_id,
        first_day=content.first_day,
        last_day=content.last_day,
        place=content.place,
        participants=[ParticipantAnswer(side=one.side, name=one.name, title=one.title) for one in content.participants],
        findings=[FindingAnswer(indicator=one.indicator, found=one.found) for one in content.findings],
        remark=content.remark,
        photos=[PhotoAnswer(file_id=one.file_id, caption=one.caption) for one in content.photos],
        recorded=visit.is_recorded,
        recorded_at=visit.recorded_at,
        recorded_by=names.person(visit.recorded_by) if visit.recorded_by else None,
        minutes=visit.minutes_id,
        rev=visit.rev,
    )
