"""A call of a door: who asks, when, in which language, with what at hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends

from api.deps import LanguageDep, PersonDep, ServicesDep
from api.texts import texts
from engine.neighbours import Services
from engine.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a door needs of its call besides body and transaction.

    Attributes:
        by: The person of the token.
        at: The moment of the call.
        language: The language of the answer.
    """

    by: Person
    at: datetime
    language: str
    services: Services

    def say(self, text: str) -> str:
        """Return an English sentence or label of ours in the language of the answer."""
        return texts(self.language).gettext(text) if text else ""


async def call(by: PersonDep, services: ServicesDep, language: LanguageDep) -> Call:
    """Return the call; its moment is that of its arrival."""
    return Call(by=by, at=services.clock(), language=language, services=services)


CallDep = Annotated[Call, Depends(call)]
