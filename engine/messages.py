"""Messages and signals: what steps of running procedures wait for, and what is sent to them.

A message is for exactly one step that waits for its name and correlation; a signal is for every step of the agency that
waits for its name.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.errors import Conflict, Invalid, NotFound, OurFault
from engine.ids import AgencyId, InstanceId, TaskId

MAX_LENGTH: Final = 200
"""Characters of a name or a correlation."""


class SendingKind(StrEnum):
    """Whether one step is meant, or every one that listens."""

    MESSAGE = "message"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A step of an instance that waits for a message or a signal; *correlation* None is one of its own."""

    instance_id: InstanceId
    agency_id: AgencyId
    task_id: TaskId
    element_id: str
    kind: SendingKind
    name: str
    correlation: str | None = None

    def __post_init__(self) -> None:
        if max(len(self.name), len(self.correlation or "")) > MAX_LENGTH:
            raise SubscriptionTooLong(element=self.element_id, limit=MAX_LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A message or signal on its way to those who wait for it.

    Attributes:
        id: Its own, by which a second delivery is known.
        payload: A JSON object.
        sender: The instance that sent it; None: a person did.
        element_id: The element that sent it.
    """

    id: UUID
    agency_id: AgencyId
    name: str
    correlation: str | None
    payload: str
    sender: InstanceId | None = None
    element_id: str = ""

    def arguments(self) -> Mapping[str, str]:
        """Return what the worker is given to deliver it."""
        return {part.name: str(value) for part in fields(self) if (value := getattr(self, part.name)) is not None}

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> "Sending":
        """Return what `arguments` was made of."""
        return cls(
            id=UUID(arguments["id"]),
            agency_id=AgencyId(UUID(arguments["agency_id"])),
            name=arguments["name"],
            correlation=arguments.get("correlation"),
            payload=arguments["payload"],
            sender=InstanceId(UUID(arguments["sender"])) if "sender" in arguments else None,
            element_id=arguments["element_id"],
        )

    @property
    def data(self) -> Mapping[str, object]:
        """The payload as values."""
        values: Mapping[str, object] = json.loads(self.payload)
        return values


def only_one(waiting: Sequence[Subscription], name: str) -> Subscription:
    """Return the one step that a message is for.

    Raises:
        MessageNotAwaited: There is none.
        MessageAmbiguous: There are several.
    """
    if not waiting:
        raise MessageNotAwaited(name=name)
    if len(waiting) > 1:
        raise MessageAmbiguous(name=name, count=len(waiting))
    return waiting[0]


class MessageNotAwaited(NotFound):
    """No step of the agency's procedures waits for this message with this correlation."""

    code = "message.not_awaited"
    template = (
        "No procedure waits for the message '%(name)s' with this correlation. Nothing was changed. "
        "Check name and correlation, or send it again later."
    )


class MessageAmbiguous(Conflict):
    """Several steps wait for this message with this correlation; it is given to none of them."""

    code = "message.ambiguous"
    template = (
        "%(count)s steps wait for the message '%(name)s' with this correlation, so none of them got it. "
        "Send it with a correlation that only one of them has."
    )


class MessageNamesNoDocument(Invalid):
    """The message starts a procedure, which is about a document, and names none."""

    code = "message.no_document"
    template = (
        "The message '%(name)s' starts a procedure, which works on a document. "
        "Send the id of the document as 'document_id' with it."
    )


class DocumentOfOtherKind(Invalid):
    """The message names a document that the procedure it starts is not for."""

    code = "message.other_document"
    template = "The procedure that the message '%(name)s' starts is for %(wanted)s documents. Name one of these."


class MessageIncomplete(Invalid):
    """The message starts a procedure that must be given more than it says."""

    code = "message.incomplete"
    template = "The procedure that the message '%(name)s' starts needs this with it: %(missing)s. Send that too."


class MessageNotPlain(Invalid):
    """What a message says cannot be kept: odd characters or numbers, or nested too deeply."""

    code = "message.not_plain"
    template = "What the message says cannot be kept: %(reason)s. Send text, numbers, lists and objects of them."


class SubscriptionTooLong(OurFault):
    """A model waits for a name or correlation too long to be found by."""

    code = "message.subscription_too_long"
    template = (
        "'%(element)s' waits for a message whose name or correlation has more than %(limit)s characters. "
        "Nothing was changed. Tell the administrator."
    )
