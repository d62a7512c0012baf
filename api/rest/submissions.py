"""Applications from outside by REST: what offices take online, sending an application, supplying what is missing.

Nobody signs in. Fields and files come together, as one multipart body: files in fields named `files/` and the code of
the component they are for.
"""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from api.deps import HouseDep, ServicesDep
from api.limits import name_of
from api.outsiders import AppliedDep, SuppliedDep, admitted, once_of
from api.rest.answers import Answer, problems
from api.rest.fields import RequestBody
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from api.rest.tracking import TrackedAnswer, tracked
from engine.actions.submit_case import SubmitCase, submit_case
from engine.actions.supplement_case import SupplementCase, supplement_case
from engine.applicants import MAX_ADDRESS, MAX_CONTACT, MAX_NAME
from engine.case_dossiers import MAX_FILE_MB
from engine.case_procedures import MAX_CODE, CaseProcedure, CaseProcedureNotFound
from engine.case_uploads import Sent, digests
from engine.cases import Channel, ReturnBy
from engine.ids import CaseProcedureId
from engine.ports import UnitOfWork
from engine.verifications import Question

public = APIRouter(route_class=Door, tags=["applications"])

_READING: Final = [Depends(admitted(Question.CODE))]
_ROOM: Final = MAX_FILE_MB * 1_000_000 + 1
"""So many bytes of a file are read: one more than it may have."""
_FILES: Final = "files/"
_TAKEN: Final = (400, 404, 408, 409, 413, 422, 429, 503)


class OfficeAnswer(Answer):
    """An office that takes applications online."""

    code: str
    name: str


class OfficesAnswer(Answer):
    """Every office that does."""

    items: list[OfficeAnswer]


class OnlineProcedureLine(Answer):
    """A procedure an office takes online; `id` is its newest version, which an application names."""

    id: UUID
    code: str
    name: str
    field: str


class OnlineProceduresAnswer(Answer):
    """What an office takes online, by field and name."""

    items: list[OnlineProcedureLine]


class OnlineComponentAnswer(Answer):
    """A component that comes as files, each a PDF, a JPEG or a PNG; required ones come with the application."""

    code: str
    name: str
    required: bool


class OnlineFeeAnswer(Answer):
    """A fee in đồng."""

    name: str
    amount: int


class OnlineProcedureAnswer(OnlineProcedureLine):
    """What an application of a procedure is made of; `form` is the JSON Schema of its `answers`."""

    agency: str
    half_days: int
    result: str
    form: dict[str, Any]
    components: list[OnlineComponentAnswer]
    fees: list[OnlineFeeAnswer]


class ApplicationBody(RequestBody):
    """What an applicant writes: who they are, how they want the result, and the answers the procedure asks for."""

    return_by: ReturnBy | None = None
    name: Annotated[str, Field(max_length=MAX_NAME)]
    identity: Annotated[str, Field(max_length=MAX_CONTACT)]
    address: Annotated[str, Field(max_length=MAX_ADDRESS)]
    phone: Annotated[str, Field(max_length=MAX_CONTACT)]
    email: Annotated[str, Field(max_length=MAX_CONTACT)] = ""
    answers: Annotated[dict[str, Any], Field(default_factory=dict)]


class SubmittedAnswer(Answer):
    """The application as it was taken in; by `track_code` it is followed, supplied, and its result fetched."""

    track_code: str
    case: TrackedAnswer


def _multipart(field: str, schema: dict[str, Any]) -> dict[str, Any]:
    files = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
    body = {
        "type": "object",
        "required": [field],
        "properties": {field: schema},
        "additionalProperties": files,
        "description": "Besides, for each component that comes, a field `files/CODE` with its files.",
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}}}


@public.get(
    "/online-offices",
    summary="Offices that take applications online",
    response_model=OfficesAnswer,
    responses=problems(429),
    dependencies=_READING,
)
def list_offices(services: ServicesDep) -> OfficesAnswer:
    """Return the offices of which at least one procedure is taken online."""
    with services.begin() as work:
        online = set(work.case_procedures.agencies_online())
        offices = [one for one in work.people.agencies() if one.id in online]
    return OfficesAnswer(items=[OfficeAnswer(code=one.code, name=one.name) for one in offices])


@public.get(
    "/online-procedures",
    summary="What an office takes online",
    response_model=OnlineProceduresAnswer,
    responses=problems(422, 429),
    dependencies=_READING,
)
def list_procedures(services: ServicesDep, office: Annotated[str, Query(max_length=50)]) -> OnlineProceduresAnswer:
    """Return the procedures the office of this code takes online; none for an unknown office."""
    with services.begin() as work:
        agency = next((one for one in work.people.agencies() if one.code == office), None)
        offered = work.case_procedures.of_agency(agency.id) if agency else ()
    taken = [one for one in offered if one.settings.offered and Channel.ONLINE in one.settings.channels]
    taken.sort(key=lambda one: (one.settings.field, one.settings.name))
    return OnlineProceduresAnswer(items=[OnlineProcedureLine(**_line(one)) for one in taken])


@public.get(
    "/online-procedures/{procedure_id}",
    summary="What an application is made of",
    response_model=OnlineProcedureAnswer,
    responses=problems(404, 422, 429),
    dependencies=_READING,
)
def get_procedure(procedure_id: UUID, services: ServicesDep) -> OnlineProcedureAnswer:
    """Return form, components and fees of a procedure that is taken online."""
    with services.begin() as work:
        procedure = _online(procedure_id, work)
        agency = work.people.get_agency(procedure.agency_id).name
    known = procedure.settings
    return OnlineProcedureAnswer(
        **_line(procedure),
        agency=agency,
        half_days=known.half_days,
        result=known.result,
        form=dict(known.form),
        components=[
            OnlineComponentAnswer(code=one.code, name=one.name, required=one.required) for one in known.components
        ],
        fees=[OnlineFeeAnswer(name=fee.name, amount=fee.amount) for fee in known.fees],
    )


@public.post(
    "/online-procedures/{procedure_id}/applications",
    status_code=201,
    summary="Send an application",
    response_model=SubmittedAnswer,
    responses=problems(*_TAKEN),
    openapi_extra=_multipart(
        "application",
        {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": ApplicationBody.model_json_schema(),
        },
    ),
)
def post_application(
    procedure_id: UUID, sent: AppliedDep, key: RepeatKeyDep, house: HouseDep, response: Response
) -> SubmittedAnswer:
    """Take in an application with its files, and put it before the desk of the office to be checked.

    What the applicant writes is JSON in the field `application`. All files are judged before any is kept.
    """
    services = house.services
    with services.begin() as work:
        procedure = _online(procedure_id, work)
    body, files = _body(sent), _files(sent, "application")
    request = SubmitCase(
        procedure_id=procedure.id,
        **body.model_dump(),
        files=files,
        once=once_of(key.key or "", body.identity, key.call, body.model_dump_json(), digests(files)),
    )
    code = submit_case(request, services=services, room=house.outsiders).case.track_code
    response.headers["Location"] = f"/api/v1/track/{code}"
    return SubmittedAnswer(track_code=code, case=tracked(code, services))


@public.post(
    "/track/{code}/supplement",
    summary="Supply what is missing",
    response_model=TrackedAnswer,
    responses=problems(*_TAKEN, 403),
    openapi_extra=_multipart("identity", {"type": "string", "maxLength": MAX_CONTACT}),
)
def post_supplement(code: str, sent: SuppliedDep, key: RepeatKeyDep, house: HouseDep) -> TrackedAnswer:
    """Take in the files the office asked for; who sends them names the applicant's identity number in `identity`."""
    identity, files = sent.get("identity"), _files(sent, "identity")
    if not isinstance(identity, str):
        raise _wrong("identity", "missing")
    once = once_of(key.key or "", f"supplement {code}", identity, digests(files))
    request = SupplementCase(code=code, identity=identity, files=files, once=once)
    supplement_case(request, services=house.services, room=house.outsiders)
    return tracked(code, house.services)


def _online(procedure_id: UUID, work: UnitOfWork) -> CaseProcedure:
    procedure = work.case_procedures.get(CaseProcedureId(procedure_id))
    if Channel.ONLINE not in procedure.settings.channels:
        raise CaseProcedureNotFound
    return procedure


def _line(procedure: CaseProcedure) -> dict[str, Any]:
    known = procedure.settings
    return {"id": procedure.id, "code": known.code, "name": known.name, "field": known.field}


def _body(sent: FormData) -> ApplicationBody:
    text = sent.get("application")
    if not isinstance(text, str):
        raise _wrong("application", "missing")
    try:
        return ApplicationBody.model_validate_json(text)
    except ValidationError as cause:
        errors = [{**one, "loc": ("body", *one["loc"])} for one in cause.errors(include_url=False)]
        raise RequestValidationError(errors) from cause


def _files(sent: FormData, field: str) -> list[Sent]:
    """Return the files; raises RequestValidationError for a field that is neither *field* nor one of files."""
    found: list[Sent] = []
    for name, value in sent.multi_items():
        if name == field:
            continue
        if not name.startswith(_FILES) or len(name) > len(_FILES) + MAX_CODE:
            raise _wrong(name[:100], "extra_forbidden")
        if not isinstance(value, UploadFile):
            raise _wrong(name, "file_type")
        found.append(Sent(code=name.removeprefix(_FILES), name=name_of(value), content=value.file.read(_ROOM)))
    return found


def _wrong(field: str, kind: str) -> RequestValidationError:
    return RequestValidationError([{"type": kind, "loc": ("body", field), "msg": kind, "ctx": {}}])
