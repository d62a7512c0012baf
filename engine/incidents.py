"""Incidents: work of the machine that did not succeed and waits for a person, with the cause in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from engine.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from engine.ids import AgencyId, DocumentId, IncidentId, InstanceId, PersonId, TaskId


class IncidentState(StrEnum):
    """Whether somebody still has to look."""

    OPEN = "open"
    RETRYING = "retrying"
    RESOLVED = "resolved"


MAX_PARAMETERS: Final = 65_536
"""Bytes of the parameters of an operation, as JSON."""

_WAIT: Final = "It is tried again by itself. If it lasts, ask the operator of the system whether this service runs."
_REPAIR: Final = "Ask the operator of the system to look at its log; then try again."
ADVICE: Final[Mapping[str, str]] = {
    "database": _WAIT,
    "store": _WAIT,
    "store.refused": _REPAIR,
    "signature": "Check the key and the certificate with their holder and the operator of the system; then try again.",
    "signature.timestamp_unavailable": _WAIT,
    "signature.revocation_unavailable": _WAIT,
    "signature.busy": _WAIT,
    "signature.process_stopped": _REPAIR,
    "pdf": "Look at the file of the document. Have it returned one step and brought in anew if it is damaged.",
    "document.version_moved": "Look at the newest version of the document, then try again.",
    "message": "Look whether the other procedure waits for this message already; then try again.",
    "call": "Try again, and it is called anew; or have the step skipped, and the procedure goes on without it.",
    "work_item.nobody_may_do": "Give somebody the post that the step asks for, then try again.",
    "procedure": "An administrator changes the data of the procedure, or moves it to another step.",
    "operation.not_proven": "Look at the signatures of the document. Return it to whoever signed it if they are wrong.",
    "operation.parameters_unfit": "Try again with parameters the step knows; they are named beside them.",
    "operation.misplaced": "An administrator corrects the model of the procedure and moves this one to another step.",
}
"""What helps, by the code of what stopped a step or by the first part of it."""
TRY_AGAIN: Final = "Try again. If it fails again, ask the operator of the system to look at its log."


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """The proposal to pass a stuck step over, for a second person to confirm."""

    by: PersonId
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A stuck step of a procedure: what was tried, why it failed, since when, how often.

    Attributes:
        operation: The operation of the step, or 'open_work_item' where nobody may do the work.
        parameters: What the operation was given, as a JSON object.
        code: Code of the error that stopped it.
        message: The cause, in a sentence.
        skip: Who proposed to pass the step over; None where nobody did since it failed last.
    """

    id: IncidentId
    agency_id: AgencyId
    instance_id: InstanceId
    document_id: DocumentId
    task_id: TaskId
    element_id: str
    operation: str
    parameters: str
    code: str
    message: str
    first_seen: datetime
    last_seen: datetime
    count: int = 1
    state: IncidentState = IncidentState.OPEN
    skip: Skip | None = None

    @property
    def advice(self) -> str:
        """What helps, in a sentence."""
        return ADVICE.get(self.code) or ADVICE.get(self.code.partition(".")[0], TRY_AGAIN)

    def seen_again(self, code: str, message: str, at: datetime) -> "Incident":
        """Return this incident as it failed once more."""
        return replace(
            self,
            code=code,
            message=message,
            last_seen=at,
            count=self.count + 1,
            state=IncidentState.OPEN,
            skip=None,
        )

    def retrying(self, parameters: str | None = None) -> "Incident":
        """Return this incident as tried again, with other *parameters* where they are given; no skip is proposed."""
        self.require_open()
        kept = self.parameters if parameters is None else parameters
        return replace(self, state=IncidentState.RETRYING, parameters=kept, skip=None)

    def require_open(self) -> None:
        """Raise IncidentNotOpen unless it waits for a person."""
        if self.state is not IncidentState.OPEN:
            raise IncidentNotOpen

    def skip_proposed(self, skip: Skip) -> "Incident":
        """Return this incident with the proposal to pass its step over.

        Raises:
            SkipAlreadyProposed: There is one already.
        """
        self.require_open()
        if self.skip is not None:
            raise SkipAlreadyProposed
        return replace(self, skip=skip)

    def skipped(self, by: PersonId) -> "Incident":
        """Return this incident as over, its step passed over; *by* confirms what another person proposed.

        Raises:
            SkipNotProposed: Nobody did.
            SkipNeedsSecondPerson: It was *by*.
        """
        self.require_open()
        if self.skip is None:
            raise SkipNotProposed
        if self.skip.by == by:
            raise SkipNeedsSecondPerson
        return self.resolved()

    def at_element(self, element_id: str) -> "Incident":
        """Return this incident as its step is called in another version of the model."""
        return replace(self, element_id=element_id)

    def resolved(self) -> "Incident":
        """Return this incident as over."""
        return replace(self, state=IncidentState.RESOLVED)


def parameters_of(value: object) -> str:
    """Return a JSON object as it is kept as the parameters of an operation.

    Raises:
        IncidentInvalid: It is no object, says what JSON cannot, or is too large.
    """
    if not isinstance(value, Mapping):
        raise _wrong("not_an_object", "Write the parameters as a JSON object: {...}.")
    try:
        text = json.dumps(dict(value), ensure_ascii=False, allow_nan=False, sort_keys=True)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as cause:
        raise _wrong("not_plain", "Parameters are text, numbers, truth values, lists and objects.") from cause
    if size > MAX_PARAMETERS:
        raise _wrong("too_large", "The parameters take at most 64 KB.")
    if "\\u0000" in text:
        raise _wrong("unprintable", "This field has characters that cannot be printed. Type it again.")
    return text


def parameters_typed(text: str) -> Mapping[str, object]:
    """Return the JSON object somebody typed.

    Raises:
        IncidentInvalid: It is none.
    """
    try:
        typed = json.loads(text)
    except (ValueError, RecursionError):
        typed = None
    if not isinstance(typed, Mapping):
        raise _wrong("not_an_object", "Write the parameters as a JSON object: {...}.")
    return typed


def _wrong(code: str, message: str) -> "IncidentInvalid":
    return IncidentInvalid(errors=[FieldError(field="parameters", code=code, message=message)])


class IncidentNotFound(NotFound):
    """No such incident, or not for this person."""

    code = "incident.not_found"
    template = "There is no such incident."


class IncidentNotOpen(Conflict):
    """The incident is being retried or is over."""

    code = "incident.not_open"
    template = "This incident is already being retried or is over. Reload the page to see how it stands."


class IncidentNoJob(Conflict):
    """The stuck step is no job of the machine, so it takes no parameters and cannot be passed over."""

    code = "incident.no_job"
    template = "Only a step of the machine can be tried with other parameters or be skipped; this is none."


class SkipAlreadyProposed(Conflict):
    """Somebody proposed already to pass the step over."""

    code = "incident.skip_proposed"
    template = "Skipping this step is proposed already. A second person has to confirm it."


class SkipNotProposed(Conflict):
    """There is no proposal to confirm; the step was perhaps tried again meanwhile."""

    code = "incident.skip_not_proposed"
    template = "Nobody proposed to skip this step, or it was tried again since. Reload the page."


class SkipNeedsSecondPerson(Forbidden):
    """Whoever proposed to pass a step over cannot confirm it too."""

    code = "incident.skip_needs_second_person"
    template = "You proposed to skip this step, so another person has to confirm it."


class IncidentInvalid(Invalid):
    """What is to be done with an incident is not said as it must be; every wrong field is named."""

    code = "incident.invalid"
    template = "Some fields are not right. Correct those that are marked and send again."
