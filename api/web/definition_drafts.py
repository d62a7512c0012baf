"""Procedure models being changed: drawn with the BPMN modeler or edited as text, and deployed from there.

The page carries all files of the bundle, so that nothing is kept until it is deployed; without script they are edited
as what they are, text.
"""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web.definitions import TWICE, files_of, to_deployed, told
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.words import msgid
from engine import access
from engine.actions.deploy_definition import deploy_definition
from engine.definitions import DefinitionInvalid
from engine.explanations import ROLE_NAMES
from engine.ids import DefinitionId
from engine.operations.catalogue import OPERATIONS
from engine.runtime.extensions import ATTRIBUTES, CHILDREN

router = APIRouter()

LABELS: Final = {"files": msgid("Further files")}
NEW_NAME: Final = "model.bpmn"
NEW_MODEL: Final = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
             xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:vanthu="urn:vanthu:bpmn:1"
             id="definitions" targetNamespace="urn:vanthu:models">
  <process id="new_procedure" name="Quy trình mới" isExecutable="true">
    <startEvent id="start" name="Bắt đầu"/>
  </process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="new_procedure">
      <bpmndi:BPMNShape id="start_shape" bpmnElement="start">
        <dc:Bounds x="160" y="160" width="36" height="36"/>
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</definitions>
"""
WORDS: Final = {
    "id": msgid("Id"),
    "name": msgid("Name"),
    "nameEn": msgid("English name"),
    "roles": msgid("Roles, separated by spaces"),
    "unit": msgid("Unit (expression)"),
    "assignee": msgid("Person (expression)"),
    "due": msgid("Time limit (as in '2 days')"),
    "operation": msgid("Operation"),
    "decision": msgid("Decision (DMN)"),
    "condition": msgid("Condition"),
    "default": msgid("Taken when no condition holds"),
    "outcome": msgid("Outcomes"),
    "label": msgid("Label"),
    "labelEn": msgid("English label"),
    "form": msgid("Form"),
    "signature": msgid("Signature"),
    "notSameAs": msgid("Not by whoever did"),
    "element": msgid("Element"),
    "parameter": msgid("Parameters"),
    "expression": msgid("Expression"),
    "approvals": msgid("How many must choose it"),
    "initial": msgid("Initials by it (ký nháy): content or format"),
    "signs": msgid("Signature field (expression)"),
    "correlation": msgid("Key of the message (expression)"),
    "ofMessage": msgid("The message itself"),
    "collection": msgid("One round for each of (expression)"),
    "item": msgid("Name of the one of a round"),
    "clock": msgid("Clock of the timer: document or wall"),
    "version": msgid("Version, as a number"),
    "document": msgid("Document it works on (expression)"),
    "startsWith": msgid("Data it needs to start"),
    "documentKind": msgid("Kind of document: incoming or outgoing"),
    "errors": msgid("Errors it may end with"),
    "result": msgid("What is taken from its end"),
    "add": msgid("Add"),
    "remove": msgid("Remove"),
}
"""What the panel of the modeler says."""


@router.get("/definitions/draw")
def show_new(desk: DeskDep) -> Response:
    """Show the modeler with an empty procedure."""
    access.require(desk.person, "deploy_definition")
    return _page({NEW_NAME: NEW_MODEL}, desk)


@router.get("/definitions/{definition_id}/edit")
def show(desk: DeskDep, work: WorkDep, definition_id: str) -> Response:
    """Show the modeler with a version of a model and the files beside it."""
    access.require(desk.person, "deploy_definition")
    definition = work.definitions.get(DefinitionId(id_of(definition_id)))
    return _page({name: content.decode("utf-8", "replace") for name, content in definition.files.items()}, desk)


@router.post("/definitions/draw")
def deploy(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Deploy what was drawn and written and show it, or show every mistake in it, at its element."""
    access.require(desk.person, "deploy_definition")
    written, chosen = _written(form), files_of(form)
    files = {name: text.encode() for name, text in written.items()} | chosen
    shown = {name: content.decode("utf-8", "replace") for name, content in files.items()}
    typed = Typed.of(LABELS, desk.language)
    if len(chosen) < len(form.files("files")):
        return _page(shown, desk, form=typed.wrong([TWICE], desk.language), status=422)
    try:
        with services.begin() as work:
            deployed = deploy_definition(files, by=desk.person, at=desk.at, work=work)
            active = work.definitions.find_active(deployed.key)
    except DefinitionInvalid as refusal:
        above = Typed(labels=typed.labels, above=[desk.says(refusal)])
        return _page(shown, desk, form=above, findings=told(refusal, desk), status=status_of(refusal))
    return to_deployed(deployed, desk, active)


def _written(form: Form) -> dict[str, str]:
    """Return the files as they stand in the form, without those that are to be left out."""
    left_out = set(form.texts("left_out"))
    return {name: form.text(f"content:{name}") for name in form.texts("file_name") if name not in left_out}


def _page(files: dict[str, str], desk: Desk, *, status: int = 200, **more: object) -> Response:
    model = next((name for name in files if name.endswith(".bpmn")), None)
    values = {
        "form": Typed.of(LABELS, desk.language),
        "findings": (),
        "model": model,
        "files": files,
        "panel": {
            "words": {name: desk.speaks(word) for name, word in WORDS.items()},
            "roles": {role.value: desk.speaks(name) for role, name in ROLE_NAMES.items()},
            "operations": sorted(OPERATIONS),
            "attributes": ATTRIBUTES,
            "children": CHILDREN,
            "forms": sorted(name.removesuffix(".json") for name in files if name.endswith(".json")),
        },
    }
    return desk.page("definitions/edit.html", status=status, **{**values, **more})
