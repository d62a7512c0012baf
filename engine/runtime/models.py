"""A BPMN model as plain values: what was drawn, with line numbers, before anything is judged or run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of element that Vanthu runs; each is proved by tests, all others are refused."""

    START = "startEvent"
    END = "endEvent"
    TERMINATE = "terminateEndEvent"
    HUMAN = "userTask"
    SERVICE = "serviceTask"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    SUB_PROCESS = "subProcess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One of our own elements inside a task: ``outcome``, ``notSameAs`` or ``parameter``."""

    tag: str
    attributes: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane; the roles it names are those of the tasks in it that name none themselves."""

    id: str
    name: str
    roles: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An element that a token passes.

    Attributes:
        attributes: Those of our namespace: roles, unit, assignee, operation, nameEn.
        default: For an exclusive gateway: id of the flow taken when no condition holds.
    """

    id: str
    kind: Kind
    name: str
    line: int
    attributes: Mapping[str, str]
    extensions: tuple[Extension, ...]
    lane: Lane | None
    default: str | None

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles of the task, else those of its lane."""
        own = tuple(self.attributes.get("roles", "").split())
        return own or (self.lane.roles if self.lane else ())

    def tagged(self, tag: str) -> Iterator[Extension]:
        """Yield the extensions of that tag."""
        return (extension for extension in self.extensions if extension.tag == tag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """An arrow from one element to the next, taken under a condition or always."""

    id: str
    source: str
    target: str
    condition: str | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A process or an embedded sub-process: what is drawn directly inside it."""

    id: str
    line: int
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]

    def leaving(self, node_id: str) -> tuple[Flow, ...]:
        """Return the flows that leave the element."""
        return tuple(flow for flow in self.flows if flow.source == node_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The one executable process of a file; *scopes* holds the process first, then its sub-processes."""

    file: str
    key: str
    name: str
    name_en: str
    scopes: tuple[Scope, ...]

    def nodes(self) -> Iterator[Node]:
        """Yield every element of every scope, in the order of the file."""
        for scope in self.scopes:
            yield from scope.nodes.values()
