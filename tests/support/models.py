"""Small models for the real office: drawn in a test, deployed by the administrator, run in place of a shipped one."""

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from engine.actions.deploy_definition import deploy_definition
from engine.ids import DocumentId
from engine.instances import Instance
from engine.ports import UnitOfWork
from tests.engine.runtime.drawing import drawn
from tests.support.office import Office

INCOMING = "incoming_document"
"""Whatever is deployed under this key runs for the next document that is registered."""
NAMES = ("Công văn trả lời", "Quy định mới")
"""The message 'reply' and the signal 'rules' as models of the tests name them."""
_ROOTS = (
    f'<message id="reply" name="{NAMES[0]}"/><signal id="rules" name="{NAMES[1]}"/>'
    '<error id="unsigned" errorCode="signature.not_yet_signed"/>'
    '<error id="elsewhere" errorCode="document.not_in_state"/><error id="refused" errorCode="refused"/>'
)


def bundle(*body: str, files: Mapping[str, bytes] | None = None, key: str = INCOMING) -> dict[str, bytes]:
    """Return a bundle with one process of these parts, with the message, signal and error named above."""
    model = drawn(*body, key=key).replace(b"</definitions>", _ROOTS.encode() + b"</definitions>")
    return {f"{key}.bpmn": model, **(files or {})}


def deployed(office: Office, *body: str) -> None:
    """Have documents registered from now on run by this model."""
    deployed_with(office, {}, *body)


def deployed_with(office: Office, files: Mapping[str, bytes], *body: str) -> None:
    """Have documents registered from now on run by this model, with these files beside it."""
    services = office.house.services
    with services.begin() as work:
        deploy_definition(bundle(*body, files=files), by=office.people["quantri"], at=services.clock(), work=work)


def boundary(element_id: str, on: str, definition: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    cancels = "" if interrupting else ' cancelActivity="false"'
    return f'<boundaryEvent id="{element_id}" attachedToRef="{on}"{cancels}>{definition}</boundaryEvent>'


def after(duration: str) -> str:
    """A timer of that duration."""
    return f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"


def every(cycle: str) -> str:
    """A timer of that cycle."""
    return f"<timerEventDefinition><timeCycle>{cycle}</timeCycle></timerEventDefinition>"


UNSIGNED = '<errorEventDefinition errorRef="unsigned"/>'
"""A job found that nobody has signed."""


def catch(element_id: str, reference: str, correlation: str | None = None) -> str:
    """An event that waits for the message 'reply' or the signal 'rules'."""
    return _event("intermediateCatchEvent", element_id, reference, correlation)


def throw(element_id: str, reference: str, correlation: str | None = None) -> str:
    """An event that sends one of them."""
    return _event("intermediateThrowEvent", element_id, reference, correlation)


def _event(tag: str, element_id: str, reference: str, correlation: str | None) -> str:
    kind = {"reply": "message", "rules": "signal"}[reference]
    key = f" vanthu:correlation={quoteattr(correlation)}" if correlation else ""
    return f'<{tag} id="{element_id}"{key}><{kind}EventDefinition {kind}Ref="{reference}"/></{tag}>'


def instance_of(document_id: DocumentId, work: UnitOfWork) -> Instance:
    """Return the document's procedure."""
    found = work.instances.find_of_document(document_id)
    assert found is not None
    return found


def standing(office: Office, document_id: DocumentId) -> list[str]:
    """Return the elements of the document's open work items, in the order they were opened."""
    with office.house.services.begin() as work:
        return [item.element_id for item in work.work_items.open_of(instance_of(document_id, work).id)]
