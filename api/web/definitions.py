"""Procedure models: which are in force, what they look like, how two versions differ, and choosing one."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.rendering import HEADERS
from api.web.words import msgid
from engine import access
from engine.actions.activate_definition import activate_definition
from engine.actions.deploy_definition import deploy_definition
from engine.definitions import Definition, DefinitionInvalid, Finding
from engine.errors import FieldError
from engine.ids import DefinitionId
from engine.operations.catalogue import OPERATIONS
from engine.ports import UnitOfWork
from engine.runtime.comparison import ChangeKind, compare
from engine.runtime.procedures import procedure

router = APIRouter()

LABELS: Final = {"files": msgid("Files of the model")}
NO_FILES: Final = FieldError(
    field="files", code="required", message=msgid("Choose the .bpmn file and the forms (.json) it names.")
)
TWICE: Final = FieldError(field="files", code="twice", message=msgid("Two of the files have the same name."))


@router.get("/definitions")
def show_list(desk: DeskDep, work: WorkDep) -> Response:
    """Show every version of every model, the newest first, and which are in force since when."""
    access.require(desk.person, "read_definitions")
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    return desk.page(
        "definitions/list.html",
        definitions=work.definitions.all(),
        activations={one.definition_id: one for one in work.definitions.activations().values()},
        names=names,
        may_deploy=desk.may("deploy_definition"),
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
    files = files_of(form)
    if not files or len(files) < len(chosen):
        wrong = typed.wrong([TWICE if files else NO_FILES], desk.language)
        return desk.page("definitions/new.html", status=422, form=wrong, findings=())
    try:
        with services.begin() as work:
            deployed = deploy_definition(files, by=desk.person, at=desk.at, work=work)
            active = work.definitions.find_active(deployed.key)
    except DefinitionInvalid as refusal:
        above = Typed(labels=typed.labels, above=[desk.says(refusal)])
        said = told(refusal, desk)
        return desk.page("definitions/new.html", status=status_of(refusal), form=above, findings=said)
    return to_deployed(deployed, desk, active)


@router.get("/definitions/{definition_id}")
def show(desk: DeskDep, work: WorkDep, definition_id: str) -> Response:
    """Show a model: its diagram, its steps, who does them; and, to its administrator, how to change or choose it."""
    access.require(desk.person, "read_definitions")
    definition = work.definitions.get(DefinitionId(id_of(definition_id)))
    return _page_of(definition, desk, work)


@router.post("/definitions/{definition_id}/activate")
def activate(desk: DeskDep, form: FormDep, services: ServicesDep, definition_id: str) -> Response:
    """Have new documents worked on by this version."""
    access.require(desk.person, "activate_definition")
    chosen = DefinitionId(id_of(definition_id))
    try:
        with services.begin() as work:
            definition = activate_definition(chosen, by=desk.person, at=desk.at, work=work)
    except DefinitionInvalid as refusal:
        with services.begin() as work:
            above = Typed(labels={}, above=[desk.says(refusal)])
            definition = work.definitions.get(chosen)
            return _page_of(definition, desk, work, form=above, findings=told(refusal, desk), status=422)
    return desk.to(f"/definitions/{definition.id}", "activated", version=str(definition.version))


@router.get("/definitions/{definition_id}/compare")
def show_comparison(desk: DeskDep, work: WorkDep, definition_id: str, other: str = "") -> Response:
    """Show how this version differs from another of the same model, the one before or else the newest."""
    access.require(desk.person, "read_definitions")
    after = work.definitions.get(DefinitionId(id_of(definition_id)))
    versions = [one for one in work.definitions.all() if one.key == after.key]
    before = work.definitions.get(_other(after, versions, other))
    return desk.page(
        "definitions/compare.html",
        before=before,
        after=after,
        versions=[(str(one.id), one.version) for one in versions if one.id != after.id],
        form=Typed.of({"other": msgid("Compare with version")}, desk.language, other=str(before.id)),
        changes=compare(before.files, after.files),
    )


def _other(after: Definition, versions: list[Definition], other: str) -> DefinitionId:
    if other:
        return DefinitionId(id_of(other))
    earlier = [one.id for one in versions if one.version < after.version]
    others = [one.id for one in versions if one.id != after.id]
    return next(iter(earlier or others), after.id)


@router.get("/definitions/{definition_id}/diagram.json")
def diagram(desk: DeskDep, work: WorkDep, definition_id: str, before: str = "", after: str = "") -> Response:
    """Return the model for the diagram of its page, with what differs from the version before or after it."""
    access.require(desk.person, "read_definitions")
    definition = work.definitions.get(DefinitionId(id_of(definition_id)))
    marks: dict[str, list[str]] = {"active": [], "done": [], "stuck": []}
    if before or after:
        other = work.definitions.get(DefinitionId(id_of(before or after))).files
        changes = compare(other, definition.files) if before else compare(definition.files, other)
        for kind in ChangeKind:
            marks[kind.value] = [one.element_id for one in changes if one.kind is kind and one.element_id]
    xml = procedure(definition.files, OPERATIONS).bpmn_xml
    return JSONResponse({"bpmn_xml": xml, **marks}, headers=dict(HEADERS))


def _page_of(definition: Definition, desk: Desk, work: UnitOfWork, *, status: int = 200, **more: object) -> Response:
    active = work.definitions.activations().get(definition.key)
    own = definition.agency_id == desk.person.agency_id
    values = {
        "definition": definition,
        "model": procedure(definition.files, OPERATIONS),
        "comparable": sum(one.key == definition.key for one in work.definitions.all()) > 1,
        "activation": active if active and active.definition_id == definition.id else None,
        "may_deploy": own and desk.may("deploy_definition"),
        "may_migrate": desk.may("migrate_instances"),
        "may_activate": own and desk.may("activate_definition"),
        "names": names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        "form": Typed(labels={}),
        "findings": (),
    }
    return desk.page("definitions/show.html", status=status, **{**values, **more})


def told(refusal: DefinitionInvalid, desk: Desk) -> list[tuple[Finding, str]]:
    """Return each finding with its sentence in the reader's language."""
    return [(finding, desk.speaks(finding.message)) for finding in refusal.findings]


def to_deployed(deployed: Definition, desk: Desk, active: Definition | None) -> Response:
    """Lead to the page of a model that was deployed, now or before; *active* is the version in force."""
    known = "unchanged" if active is not None and active.id == deployed.id else "known"
    note = "deployed" if deployed.deployed_at == desk.at else known
    return desk.to(f"/definitions/{deployed.id}", note, version=str(deployed.version))


def files_of(form: Form) -> dict[str, bytes]:
    """Return name to content of the chosen files, without the folders they came from."""
    named = {(file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]: file for file in form.files("files")}
    return {name: file.file.read() for name, file in named.items()}
