"""Definitions: a deployed procedure model with its forms, and what its tasks ask of people and of the machine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.ids import AgencyId, DefinitionId, PersonId
from engine.signatories import InitialKind


class OperationKind(StrEnum):
    """Where an operation runs: inside the transaction of the step, or in a worker after it."""

    INLINE = "inline"
    JOB = "job"


class SignatureKind(StrEnum):
    """Whose signature an outcome is given by."""

    PERSON = "person"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with a bundle, and where, so that its author can mend it.

    Attributes:
        file: Name of the file inside the bundle; '' when it is the bundle as a whole.
        element_id: Id of the BPMN element, or the place inside a form; None when it is the whole file.
        line: Line in the file, from 1.
        code: What kind of mistake; stable, as in 'gateway.no_default'.
        message: An English sentence for the author.
    """

    file: str
    element_id: str | None
    line: int | None
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One way a person may finish a task.

    Attributes:
        label: What the button says, in Vietnamese.
        form: Name of the form asked for ('reason' is the file reason.json), or None: nothing is asked.
        signature: Whose signature gives this outcome; None: it is given by completing.
        initial: What the person initials by it (ký nháy): the content or the form of the document; None: nothing.
        approvals: How many different people must choose it; None: the first who chooses decides.
    """

    id: str
    label: str
    label_en: str
    form: str | None = None
    signature: SignatureKind | None = None
    initial: InitialKind | None = None
    approvals: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanTask:
    """A step that waits for a person.

    Attributes:
        roles: Roles that may do it (its own, else those of its lane); empty where *assignee* names the person.
        unit: Expression giving the id of the unit whose people may do it, or None: the whole agency.
        assignee: Expression giving the id of the one person who is to do it, or None.
        due: Its time limit, as engine.deadlines.Term is written, or an expression that gives one; None: no limit.
        signs: Expression giving the field that the signature goes into; None: that of the first signer.
        not_same_as: Elements whose performers may not do this one (separation of duties).
    """

    element_id: str
    name: str
    name_en: str
    roles: tuple[str, ...]
    unit: str | None
    assignee: str | None
    outcomes: tuple[Outcome, ...]
    due: str | None = None
    signs: str | None = None
    not_same_as: tuple[str, ...] = ()

    @property
    def needs(self) -> int:
        """How many people must agree; 1 where one decides alone."""
        return max((outcome.approvals or 1 for outcome in self.outcomes), default=1)

    def outcome(self, outcome_id: str) -> Outcome | None:
        """Return the outcome of that id, or None."""
        return next((outcome for outcome in self.outcomes if outcome.id == outcome_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTask:
    """A step that the machine does.

    Attributes:
        operation: Name in the registry of operations; '' for a business rule task.
        parameters: Name to expression over the data of the instance.
        decision: Of a business rule task: id of the decision it asks for.
    """

    element_id: str
    name: str
    name_en: str
    operation: str
    parameters: Mapping[str, str]
    decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """What a procedure asks of whoever starts it, and how it may end.

    Attributes:
        starts_with: Names of the data it must be given.
        document_kind: The kind of document it is for, 'incoming' or 'outgoing'; None: both.
        errors: Codes of the errors it may end with.
        start: Id of its start event.
        message: Name of the message that starts it; None: the application does, or a call.
    """

    key: str
    name: str
    starts_with: tuple[str, ...] = ()
    document_kind: str | None = None
    errors: tuple[str, ...] = ()
    start: str = ""
    message: str | None = None


def _none_installed(_key: str, _version: int | None) -> Interface | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a model may name.

    Attributes:
        operations: Those there are.
        roles: For each how many people hold it.
        parameters: What operations take, by their names; one that is not in it takes any.
        installed: Finds a procedure by its key and version (None: the active one); None where there is none.
    """

    operations: Mapping[str, OperationKind]
    roles: Mapping[str, int]
    parameters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    installed: Callable[[str, int | None], Interface | None] = _none_installed


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version of a procedure, as deployed; running instances stay on theirs.

    Attributes:
        key: Id of the process in the model.
        version: From 1, per agency and key; the same bundle makes no new version.
        bundle_sha256: Digest of all files together.
        files: Name to content: the .bpmn and those of the processes it calls, forms (.json), scenarios.
    """

    id: DefinitionId
    agency_id: AgencyId
    key: str
    version: int
    name: str
    bundle_sha256: str
    files: Mapping[str, bytes]
    deployed_at: datetime
    deployed_by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """Which version of a model new instances run by, since when, and who chose it by deploying or going back.

    Attributes:
        message: Name of the message that starts it, or None.
    """

    key: str
    definition_id: DefinitionId
    agency_id: AgencyId
    at: datetime
    by: PersonId
    message: str | None = None


class DefinitionNotFound(NotFound):
    """No such model in this agency."""

    code = "definition.not_found"
    template = "There is no such procedure model."


class ModelOfAnotherAgency(Conflict):
    """All agencies of an installation work by this model; only the agency that brought it changes it."""

    code = "definition.of_another_agency"
    template = "The model '%(key)s' was brought by another agency and is changed there. Deploy yours under its own id."


class StartMessageTaken(Conflict):
    """A message starts exactly one procedure of the installation."""

    code = "definition.start_message_taken"
    template = (
        "The message '%(message)s' starts the procedure '%(other)s' already. Give the start event of this one "
        "another message, or go back to a version of the other one that does not begin with it."
    )


class DefinitionInvalid(Invalid):
    """The bundle has mistakes; *findings* names all of them at once."""

    code = "definition.invalid"
    template = "The procedure model has %(count)s mistakes. Correct those listed and deploy it again."

    def __init__(self, *, findings: Sequence[Finding]) -> None:
        errors = [FieldError(field=_place(finding), code=finding.code, message=finding.message) for finding in findings]
        super().__init__(errors=errors, count=len(findings))
        self.findings = tuple(findings)


def _place(finding: Finding) -> str:
    parts = [finding.file, finding.element_id, str(finding.line) if finding.line else None]
    return ":".join(part for part in parts if part)
