"""A call of a door: who asks, when, in which language, with what at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from api.deps import asking_of, house_of, language
from api.texts import texts
from engine.neighbours import Services
from engine.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a door needs of its call besides body and transaction.

    Attributes:
        who: Finds out who asks.
        at: The moment of the call.
        language: The language of the answer.
    """

    who: Callable[[], Person]
    at: datetime
    language: str
    services: Services

    @property
    def by(self) -> Person:
        """The person of the token."""
        return self.who()

    def say(self, text: str) -> str:
        """Return an English sentence or label of ours in the language of the answer."""
        return texts(self.language).gettext(text) if text else ""


def call_of(request: Request) -> Call:
    """Return the call; its moment is that of its arrival."""
    services = house_of(request).services
    return Call(who=asking_of(request).person, at=services.clock(), language=language(request), services=services)


async def call(request: Request) -> Call:
    """Return the call, for what depends on it."""
    return call_of(request)


CallDep = Annotated[Call, Depends(call)]
