"""A BPMN model as plain values: what was drawn, with line numbers, before anything is judged or run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of element that Vanthu runs; each is proved by tests, all others are refused."""

    START = "startEvent"
    END = "endEvent"
    CATCH = "intermediateCatchEvent"
    THROW = "intermediateThrowEvent"
    BOUNDARY = "boundaryEvent"
    HUMAN = "userTask"
    MANUAL = "manualTask"
    PLAIN = "task"
    SERVICE = "serviceTask"
    RULE = "businessRuleTask"
    SEND = "sendTask"
    RECEIVE = "receiveTask"
    EXCLUSIVE = "exclusiveGateway"
    INCLUSIVE = "inclusiveGateway"
    PARALLEL = "parallelGateway"
    EVENT_BASED = "eventBasedGateway"
    SUB_PROCESS = "subProcess"
    CALL = "callActivity"


PEOPLE = frozenset({Kind.HUMAN, Kind.MANUAL, Kind.PLAIN})
"""Tasks that wait for a person."""
ACTIVITIES = PEOPLE | {Kind.SERVICE, Kind.RULE, Kind.SEND, Kind.RECEIVE, Kind.SUB_PROCESS, Kind.CALL}
"""What takes time or has an inside: it may be repeated and have boundary events."""


class TriggerKind(StrEnum):
    """What an event catches or throws."""

    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"
    MESSAGE = "message"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    TERMINATE = "terminate"
    LINK = "link"


TIMERS = frozenset({TriggerKind.DATE, TriggerKind.DURATION, TriggerKind.CYCLE})
WAITED = TIMERS | {TriggerKind.MESSAGE, TriggerKind.SIGNAL}
"""What comes from outside the instance; errors and escalations come from inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What an event catches or throws.

    Attributes:
        name: Name of the message, signal or link; code of the error or escalation, None catches every one.
        timer: Text of a timer: ISO 8601, or an expression that gives such a text.
        correlation: For a message: expression giving the key by which it is for one instance, or None.
        clock: Of a timer: 'document' where it stands while the clock of the document does, 'wall' where it never
            does; None: the one if it counts working time, else the other.
    """

    kind: TriggerKind
    line: int
    name: str | None = None
    timer: str | None = None
    correlation: str | None = None
    clock: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """How an activity is repeated: once for each element of a collection, or while a condition holds.

    Attributes:
        collection: Expression giving a list, or a number of rounds; None for a loop.
        item: Name by which each round knows its element.
        condition: Multi-instance: ends the rest where it holds after a round. Loop: another round where it holds.
        test_before: Loop: the condition is looked at before the first round too.
        maximum: Loop: rounds at most, or None.
    """

    line: int
    collection: str | None = None
    item: str = "item"
    sequential: bool = True
    condition: str | None = None
    test_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One of our own elements inside a task: ``outcome``, ``notSameAs``, ``parameter`` or ``result``."""

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
        attributes: Those of our namespace: roles, unit, assignee, operation, decision, nameEn.
        default: For a gateway that decides: id of the flow taken when no condition holds.
        trigger: Of an event, a send or a receive task; None for a plain event.
        attached_to: Of a boundary event: the activity it belongs to.
        interrupting: Of a boundary event or the start of an event sub-process: what was going on ends.
        calls: Of a call activity: id of the process.
        keeps: Ids of the data objects that an activity writes to.
        by_event: It is an event sub-process.
    """

    id: str
    kind: Kind
    name: str
    line: int
    attributes: Mapping[str, str]
    extensions: tuple[Extension, ...]
    lane: Lane | None
    default: str | None
    trigger: Trigger | None = None
    attached_to: str | None = None
    interrupting: bool = True
    repetition: Repetition | None = None
    calls: str | None = None
    keeps: tuple[str, ...] = ()
    by_event: bool = False

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
    """A process or a sub-process: what is drawn directly inside it.

    Attributes:
        data_objects: Ids of the data objects drawn in it; expressions may name them before anything is written there.
        by_event: It is the inside of an event sub-process.
    """

    id: str
    line: int
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    data_objects: tuple[str, ...] = ()
    by_event: bool = False

    def leaving(self, node_id: str) -> tuple[Flow, ...]:
        """Return the flows that leave the element."""
        return tuple(flow for flow in self.flows if flow.source == node_id)

    def attached(self, node_id: str) -> tuple[Node, ...]:
        """Return the boundary events of the activity, in the order of the file."""
        return tuple(node for node in self.nodes.values() if node.attached_to == node_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An executable process of a file; *scopes* holds the process first, then its sub-processes.

    Attributes:
        line: Where it begins in the file.
        starts_with: Names of the data that whoever starts it must give.
        document_kind: The kind of document it is for, 'incoming' or 'outgoing'; None: both.
        errors: Codes of the errors it may end with, for those who call it.
    """

    file: str
    key: str
    name: str
    name_en: str
    scopes: tuple[Scope, ...]
    line: int = 0
    starts_with: tuple[str, ...] = ()
    document_kind: str | None = None
    errors: tuple[str, ...] = ()

    def nodes(self) -> Iterator[Node]:
        """Yield every element of every scope, in the order of the file."""
        for scope in self.scopes:
            yield from scope.nodes.values()
