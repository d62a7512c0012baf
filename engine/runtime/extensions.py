"""What our namespace adds to BPMN, by element: the one list of the reader of models and of the panel of the modeler.

`bpmn/README.md` says what each means; anything else in the namespace is refused at deployment.
"""

from collections.abc import Mapping
from typing import Final

from engine.runtime.models import PEOPLE, Kind

EVENTS: Final = frozenset({Kind.START, Kind.END, Kind.CATCH, Kind.THROW, Kind.BOUNDARY})
_THROWING: Final = (Kind.THROW, Kind.END, Kind.SEND)

ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "process": ("nameEn", "startsWith", "documentKind", "errors"),
    "lane": ("nameEn", "roles"),
    "message": ("correlation",),
    "multiInstanceLoopCharacteristics": ("collection", "item"),
    **dict.fromkeys(Kind, ("nameEn",)),
    **dict.fromkeys(PEOPLE, ("nameEn", "roles", "unit", "assignee", "due", "signs")),
    **dict.fromkeys((*EVENTS, Kind.SEND, Kind.RECEIVE), ("nameEn", "correlation")),
    **dict.fromkeys((Kind.START, Kind.CATCH, Kind.BOUNDARY), ("nameEn", "correlation", "clock")),
    Kind.SERVICE: ("nameEn", "operation"),
    Kind.RULE: ("nameEn", "decision"),
    Kind.CALL: ("nameEn", "version", "document"),
}
"""Attributes of elements, by the name BPMN gives the element."""

_PARAMETERS: Final = {"parameter": ("name", "expression")}
CHILDREN: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    **{
        kind: {
            "outcome": ("id", "label", "labelEn", "form", "signature", "initial", "approvals"),
            "notSameAs": ("element",),
        }
        for kind in PEOPLE
    },
    **dict.fromkeys((Kind.SERVICE, Kind.RULE, *_THROWING), _PARAMETERS),
    Kind.CALL: {**_PARAMETERS, "result": ("name", "expression")},
}
"""Elements in the extensionElements of others, with their attributes."""
