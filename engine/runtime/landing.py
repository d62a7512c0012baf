"""Landing: where an administrator may put a token."""

from typing import Final

from engine.runtime.errors import MoveImpossible
from engine.runtime.models import Kind
from engine.runtime.scopes import ScopeSpec
from engine.runtime.specs import Element

_NEVER: Final = {
    Kind.START: "A start event is reached once, when its scope begins.",
    Kind.BOUNDARY: "A boundary event belongs to its activity.",
}


def landing(spec: ScopeSpec, element_id: str) -> Element:
    """Return the element of the scope as one a token can be put to.

    Raises:
        MoveImpossible: There is none, or a token there would mean nothing.
    """
    found = spec.task_specs.get(f"{element_id}*") or spec.task_specs.get(element_id)
    if not isinstance(found, Element) or found.element_id != element_id:
        raise MoveImpossible(element=element_id, reason="It is no step beside the present one.")
    if found.node.kind in _NEVER:
        raise MoveImpossible(element=element_id, reason=_NEVER[found.node.kind])
    if found.by_event:
        raise MoveImpossible(element=element_id, reason="An event sub-process is started by its event.")
    if found.node.kind in (Kind.PARALLEL, Kind.INCLUSIVE) and len(found.inputs) > 1:
        raise MoveImpossible(element=element_id, reason="It joins branches, and this token would be none of them.")
    return found
