"""Procedure models: which are in force, what they look like, and deploying a new version."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.rendering import HEADERS
from api.web.words import msgid
from engine import access
from engine.actions.deploy_definition import deploy_definition
from engine.definitions import DefinitionInvalid
from engine.errors import FieldError
from engine.ids import DefinitionId
from engine.operations.catalogue import OPERATIONS
from engine.runtime.procedures import procedure

router = APIRouter()

LABELS: Final = {"files": msgid("Files of the model")}
NO_FILES: Final = FieldError(
    field="files", code="required", message=msgid("Choose the .bpmn file and the forms (.json) it names.")
)
TWICE: Final = FieldError(field="files", code="twice", message=msgid("Two of the files have the same name."))


@router.get("/definitions")
def show_list(desk: DeskDep, work: WorkDep) -> Response:
    """Show every version of every model, the newest first."""
    access.require(desk.person, "read_definitions")
    known = work.definitions.all()
    newest = {definition.key: definition.version for definition in reversed(known)}
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    return desk.page(
        "definitions/list.html", definitions=known, newest=newest, names=names, may_deploy=desk.may("deploy_definition")
    )


@router.get("/definitions/new")
def show_form(desk: DeskDep) -> Response:
    """Show the form for a new model or version."""
    access.require(desk.person, "deploy_definition")
    return desk.page("definitions/new.html", form=Typed.of(LABELS, desk.language), findings=())


@router.post("/definitions/new")
def deploy(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Deploy the bundle and show it, or show every mistake in it, and where."""
    access.require(desk.person, "deploy_definition")
    typed = Typed.of(LABELS, desk.language)
    chosen = form.files("files")
    files = _files(form)
    if not files or len(files) < len(chosen):
        wrong = typed.wrong([TWICE if files else NO_FILES], desk.language)
        return desk.page("definitions/new.html", status=422, form=wrong, findings=())
    try:
        with services.begin() as work:
            deployed = deploy_definition(files, by=desk.person, at=desk.at, work=work)
    except DefinitionInvalid as refusal:
        said = [(finding, desk.speaks(finding.message)) for finding in refusal.findings]
        above = Typed(labels=typed.labels, above=[desk.says(refusal)])
        return desk.page("definitions/new.html", status=status_of(refusal), form=above, findings=said)
    note = "deployed" if deployed.deployed_at == desk.at else "unchanged"
    return desk.to(f"/definitions/{deployed.id}", note, version=str(deployed.version))


@router.get("/definitions/{definition_id}")
def show(desk: DeskDep, work: WorkDep, definition_id: str) -> Response:
    """Show a model: its diagram, its steps, who does them."""
    access.require(desk.person, "read_definitions")
    definition = work.definitions.get(DefinitionId(id_of(definition_id)))
    model = procedure(definition.files, OPERATIONS)
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    return desk.page("definitions/show.html", definition=definition, model=model, names=names)


@router.get("/definitions/{definition_id}/diagram.json")
def diagram(desk: DeskDep, work: WorkDep, definition_id: str) -> Response:
    """Return the model for the diagram of its page."""
    access.require(desk.person, "read_definitions")
    definition = work.definitions.get(DefinitionId(id_of(definition_id)))
    xml = procedure(definition.files, OPERATIONS).bpmn_xml
    return JSONResponse({"bpmn_xml": xml, "active": [], "done": [], "stuck": []}, headers=dict(HEADERS))


def _files(form: Form) -> dict[str, bytes]:
    """Return name to content of the chosen files, without the folders they came from."""
    named = {(file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]: file for file in form.files("files")}
    return {name: file.file.read() for name, file in named.items()}
