"""Procedure models: deploying one, and which there are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.exceptions import RequestValidationError

from api.deps import WorkDep
from api.rest.answers import Answer, PageOf, problems
from api.rest.calls import Call, CallDep
from api.rest.paths import DefinitionPath
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from api.rest.uploads import Upload, UploadsDep, multipart_body
from api.texts import spoken
from engine import access
from engine.actions.activate_definition import activate_definition
from engine.actions.deploy_definition import deploy_definition
from engine.advice import advice_on
from engine.definitions import Activation, Definition, Finding

router = APIRouter(route_class=Door, tags=["definitions"])


class ModelFinding(Answer):
    """What is wrong with a model, and where."""

    file: str
    element_id: str | None
    line: int | None
    code: str
    message: str


class DefinitionAnswer(Answer):
    """One version of a procedure model."""

    id: UUID
    key: str
    version: int
    name: str
    bundle_sha256: str
    deployed_at: datetime
    active: bool


class DeployedAnswer(DefinitionAnswer):
    """The deployed version, with warnings; a model that has mistakes is not deployed, they come with the refusal."""

    findings: list[ModelFinding]


@router.post(
    "/definitions",
    status_code=201,
    summary="Deploy a model",
    response_model=DeployedAnswer,
    responses=problems(403, 413, 422),
    openapi_extra=multipart_body("files", several=True),
)
def deploy(uploads: UploadsDep, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response) -> DeployedAnswer:
    """Check the bundle (.bpmn, decisions, forms, scenarios) and let new instances run by it from now on.

    A bundle that was deployed before makes no version and activates nothing.
    """
    access.require(call.by, "deploy_definition")
    definition = deploy_definition(_bundle(uploads), by=call.by, at=call.at, work=work)
    response.headers["ETag"] = f'"{definition.bundle_sha256}"'
    warned = [_finding(finding, call) for finding in advice_on(definition, call.by.agency_id, work)]
    return DeployedAnswer(**dict(_answer(definition, work.definitions.activations())), findings=warned)


@router.post(
    "/definitions/{definition_id}/activate",
    summary="Choose the version that new instances run by",
    response_model=DefinitionAnswer,
    responses=problems(403, 404, 409, 422),
)
def activate(definition_id: DefinitionPath, call: CallDep, work: WorkDep) -> DefinitionAnswer:
    """Have new instances run by this version, as by an older one again; those that run stay on theirs."""
    definition = activate_definition(definition_id, by=call.by, at=call.at, work=work)
    return _answer(definition, work.definitions.activations())


@router.get("/definitions", summary="Models", response_model=PageOf[DefinitionAnswer], responses=problems(403))
def list_definitions(call: CallDep, work: WorkDep) -> PageOf[DefinitionAnswer]:
    """Return every version of every model, the newest first."""
    access.require(call.by, "read_definitions")
    activations = work.definitions.activations()
    return PageOf(items=[_answer(definition, activations) for definition in work.definitions.all()])


def _bundle(uploads: Sequence[Upload]) -> dict[str, bytes]:
    twice = [name for name, count in Counter(upload.name for upload in uploads).items() if count > 1]
    if twice:
        wrong = [{"type": "file_twice", "loc": ("body", "files", name), "msg": "file_twice"} for name in twice]
        raise RequestValidationError(wrong)
    return {upload.name: upload.content for upload in uploads}


def _finding(finding: Finding, call: Call) -> ModelFinding:
    return ModelFinding(
        file=finding.file,
        element_id=finding.element_id,
        line=finding.line,
        code=finding.code,
        message=spoken(finding.message, call.language),
    )


def _answer(definition: Definition, activations: Mapping[str, Activation]) -> DefinitionAnswer:
    active = activations.get(definition.key)
    return DefinitionAnswer(
        id=definition.id,
        key=definition.key,
        version=definition.version,
        name=definition.name,
        bundle_sha256=definition.bundle_sha256,
        deployed_at=definition.deployed_at,
        active=active is not None and active.definition_id == definition.id,
    )
