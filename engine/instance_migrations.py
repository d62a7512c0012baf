"""Migrations: running procedures are taken from the version of a model they began with to another version of it.

A plan says which versions, and which element of the one is which of the other. Each procedure goes by itself, in a
transaction of its own, or stays as it is with the reason; nothing of a document changes by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.ids import AgencyId, DefinitionId, DocumentId, InstanceId, MigrationId, PersonId

MAX_REASON: Final = 500
MAX_CHOSEN: Final = 1_000
"""Procedures that may be named one by one; without names all that run are meant."""
MAX_MAPPED: Final = 1_000


class Hindrance(StrEnum):
    """Why a procedure cannot be taken to the other version."""

    GONE = "gone"
    OTHER_KIND = "other_kind"
    OTHER_SCOPE = "other_scope"
    BRANCH_UNKNOWN = "branch_unknown"
    BRANCH_MISSING = "branch_missing"
    WOULD_GO_ON = "would_go_on"
    NOTHING_WAITS = "nothing_waits"
    DATA_MISSING = "data_missing"
    SIGNING = "signing"
    OPINIONS = "opinions"
    ENDED = "ended"
    ELSEWHERE = "elsewhere"
    FAILED = "failed"


HINDRANCES: Final[Mapping[Hindrance, str]] = {
    Hindrance.GONE: "It stands at '%(element)s', which the other version does not have.",
    Hindrance.OTHER_KIND: "It stands at '%(element)s', which is of another kind in the other version.",
    Hindrance.OTHER_SCOPE: "It stands at '%(element)s', which lies in another sub-process in the other version.",
    Hindrance.BRANCH_UNKNOWN: "At '%(element)s' a branch has arrived that does not lead there in the other version.",
    Hindrance.BRANCH_MISSING: "At '%(element)s' the other version waits for a branch that was never begun here.",
    Hindrance.WOULD_GO_ON: "At '%(element)s' all branches of the other version have arrived; it would go on by itself.",
    Hindrance.NOTHING_WAITS: "In the other version it would wait for nothing.",
    Hindrance.DATA_MISSING: "The other version needs data that it does not have.",
    Hindrance.SIGNING: "A signature is being made at '%(element)s'. Try again when it is done.",
    Hindrance.OPINIONS: "People have given opinions on '%(element)s', on which the other version decides otherwise.",
    Hindrance.ENDED: "It is over.",
    Hindrance.ELSEWHERE: "It runs by another version than the plan says.",
    Hindrance.FAILED: "It could not be done.",
}
"""Sentences of the hindrances; %(element)s is what the element is called."""


class Effect(StrEnum):
    """What the migration of a procedure does besides, worth knowing before."""

    RENAMED = "renamed"
    RELEASED = "released"
    REASSIGNED = "reassigned"
    NOBODY_MAY = "nobody_may"
    ASKED_ANEW = "asked_anew"
    BEGUN = "begun"
    OVERDUE = "overdue"
    DROPPED = "dropped"


EFFECTS: Final[Mapping[Effect, str]] = {
    Effect.RENAMED: "It goes on at '%(element)s'.",
    Effect.RELEASED: "The work at '%(element)s' is given back: who has it may not do it in the other version.",
    Effect.REASSIGNED: "The work at '%(element)s' is for somebody else in the other version.",
    Effect.NOBODY_MAY: "Nobody may do the work at '%(element)s'; it will be an incident.",
    Effect.ASKED_ANEW: "The machine does '%(element)s' once more, as the other version says.",
    Effect.BEGUN: "'%(element)s' begins to be waited for, counted from when its step began.",
    Effect.OVERDUE: "The time of '%(element)s' is over already; it fires at once.",
    Effect.DROPPED: "'%(element)s' is not waited for any more.",
}
"""Sentences of the effects; %(element)s is what the element is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One reason why a procedure cannot go.

    Attributes:
        element: What the element is called, where it is about one.
        cause: What went wrong, in a sentence, where that is another's.
    """

    hindrance: Hindrance
    element_id: str | None = None
    element: str = ""
    cause: str = ""

    @property
    def sentence(self) -> str:
        """The reason in words, without its cause."""
        return HINDRANCES[self.hindrance] % {"element": self.element}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """One thing that happens along with the migration of a procedure."""

    effect: Effect
    element_id: str
    element: str

    @property
    def sentence(self) -> str:
        """What happens, in words."""
        return EFFECTS[self.effect] % {"element": self.element}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """From which versions of a model to which, and which element becomes which.

    Attributes:
        sources: None means all other versions of the model by which procedures of the agency run.
        mapping: Element id to that of the target, where it is not the same; None: no token is taken from there.
        chosen: Only these procedures; empty: all that run.
    """

    target: DefinitionId
    sources: tuple[DefinitionId, ...] = ()
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    chosen: tuple[InstanceId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """An element in which a token may stand, and what becomes of it; *target_id* None: nothing.

    Attributes:
        choices: Elements of the target that it could become.
    """

    element_id: str
    name: str
    kind: str
    target_id: str | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of trying one procedure: it can go if there are no obstacles; nothing was kept."""

    instance_id: InstanceId
    document_id: DocumentId
    obstacles: tuple[Obstacle, ...] = ()
    consequences: tuple[Consequence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How many procedures can go and cannot; by each reason and effect how many it is about."""

    can: int
    cannot: int
    hindrances: Mapping[str, int]
    effects: Mapping[str, int]


class MigrationState(StrEnum):
    """Whether the workers are to go on with it."""

    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A plan that is being carried out, or was.

    Attributes:
        mapping: As in the plan; of an undo it is empty: each procedure goes back the way it came.
        undoes: The migration that this one undoes.
        stopped_because: Why it stopped by itself, in words; None where a person stopped it.
    """

    id: MigrationId
    agency_id: AgencyId
    definition_key: str
    target_id: DefinitionId | None
    mapping: Mapping[str, str | None]
    reason: str
    begun_at: datetime
    begun_by: PersonId
    state: MigrationState = MigrationState.RUNNING
    undoes: MigrationId | None = None
    stopped_because: str | None = None

    def standing(self, tally: "Tally") -> str:
        """Return whether it is 'running', 'stopped' or, once no procedure waits, 'finished'."""
        return self.state.value if tally.count(MigratedState.WAITING) else "finished"

    def stopped(self, because: str | None = None) -> "Migration":
        """Return this migration as stopped. Raises MigrationNotRunning."""
        if self.state is not MigrationState.RUNNING:
            raise MigrationNotRunning
        return replace(self, state=MigrationState.STOPPED, stopped_because=because)

    def continued(self) -> "Migration":
        """Return this migration as going on. Raises MigrationNotStopped."""
        if self.state is not MigrationState.STOPPED:
            raise MigrationNotStopped
        return replace(self, state=MigrationState.RUNNING, stopped_because=None)


class MigratedState(StrEnum):
    """What became of one procedure of a migration."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What putting a procedure back exactly needs, while nothing has moved it since.

    Attributes:
        rev: That of the instance after it was migrated.
        state: Its state before.
        claims: Open work item to who had it before, where that changed, as plain JSON.
    """

    rev: int
    state: bytes
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MigratedInstance:
    """One procedure of a migration.

    Attributes:
        renames: Element id before to the one after, where they differ.
        back: Kept as long as it is DONE.
    """

    migration_id: MigrationId
    instance_id: InstanceId
    agency_id: AgencyId
    from_id: DefinitionId
    to_id: DefinitionId
    state: MigratedState = MigratedState.WAITING
    at: datetime | None = None
    obstacles: tuple[Obstacle, ...] = ()
    renames: Mapping[str, str] = field(default_factory=dict)
    back: Back | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How far a migration is: procedures by what became of them, and the refused by their first reason."""

    states: Mapping[MigratedState, int]
    hindrances: Mapping[Hindrance, int]

    def count(self, state: MigratedState) -> int:
        """Return how many are in this state."""
        return self.states.get(state, 0)

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """That a procedure was taken to another version: between which, when, by whom, why.

    Attributes:
        standing: It was not put back since.
    """

    migration_id: MigrationId
    from_id: DefinitionId
    from_version: int
    to_version: int
    at: datetime
    by: PersonId
    reason: str
    undoes: MigrationId | None
    standing: bool


class MigrationNotFound(NotFound):
    """No such migration, or not of this agency."""

    code = "migration.not_found"
    template = "There is no such migration of procedures."


class MigrationPlanInvalid(Invalid):
    """The plan does not fit the two models, or is not said as it must be; everything wrong is named."""

    code = "migration.plan_invalid"
    template = "The plan does not fit. Correct what is marked and send it again."

    def __init__(self, *, errors: Sequence[FieldError]) -> None:
        super().__init__(errors=errors)


class NothingToMigrate(Conflict):
    """No procedure runs by the versions that the plan names."""

    code = "migration.nothing_to_do"
    template = "No procedure of your agency is meant by this: none runs by the version, or all were put back already."


class MigrationNotRunning(Conflict):
    """The migration is stopped or over."""

    code = "migration.not_running"
    template = "This migration is stopped or over already. Reload the page to see how it stands."


class MigrationNotStopped(Conflict):
    """The migration was not stopped, or is over."""

    code = "migration.not_stopped"
    template = "This migration was not stopped, or it is over. Reload the page to see how it stands."
