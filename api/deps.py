"""What doors are given: the house's services, the transaction of a request, the person who asks.

What waits for nothing is a coroutine: FastAPI runs each plain function on a thread of its own, a tenth of a millisecond
away.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from api.sessions import COOKIE, LANGUAGE_COOKIE, digest_of
from api.texts import LANGUAGES, preferred_language
from api.wiring import House
from engine.neighbours import Services
from engine.people import NotSignedIn, Person, Session
from engine.ports import Begin, UnitOfWork
from engine.queries import PageRequest

MAX_PAGE = 200


async def house(request: Request) -> House:
    """Return the house this process was built with."""
    return house_of(request)


def house_of(request: Request) -> House:
    """Return the house, for dependencies: each one that another one names is looked at anew by FastAPI."""
    built: House = request.app.state.house
    return built


HouseDep = Annotated[House, Depends(house)]


async def services(request: Request) -> Services:
    """Return what actions need beyond one transaction."""
    return house_of(request).services


ServicesDep = Annotated[Services, Depends(services)]


class Asking:
    """Who makes a REST call: found out once, on the thread that its door or its transaction runs on.

    Args:
        token: What the caller sent.
        needed: The services.
    """

    def __init__(self, token: str, needed: Services) -> None:
        self._token = token
        self._services = needed
        self._found: tuple[Session, Person] | None = None

    def session(self) -> tuple[Session, Person]:
        """Return the session of the call and its person; raises NotSignedIn where it has ended."""
        if self._found is None:
            with self._services.begin() as work:
                return self.session_in(work)
        return self._found

    def session_in(self, work: UnitOfWork) -> tuple[Session, Person]:
        """Return the same, looked for in this transaction."""
        if self._found is None:
            self._found = _session(self._token, self._services.clock(), work)
        return self._found

    def person(self) -> Person:
        """Return the person; raises NotSignedIn where the session has ended."""
        return self.session()[1]


def asking_of(request: Request) -> Asking:
    """Return who makes this REST call, once and for all; raises NotSignedIn where there is no token at all."""
    known: Asking | None = getattr(request.state, "asking", None)
    if known is not None:
        return known
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotSignedIn
    asking = request.state.asking = Asking(token.strip(), house_of(request).services)
    return asking


class _Bearer(SecurityBase):
    """The token of a REST call, as a scheme of OpenAPI; cookies do not count here."""

    def __init__(self) -> None:
        self.model = HTTPBearer(description="The token of POST /api/v1/sessions")
        self.scheme_name = "HTTPBearer"

    async def __call__(self, request: Request) -> Asking:
        """Return who asks, to be found out before the door; raises NotSignedIn where there is no token at all."""
        return asking_of(request)


asks = _Bearer()
"""What all REST doors but the public ones stand behind."""

AskingDep = Annotated[Asking, Depends(asks)]


def require_session(request: Request) -> None:
    """Raise NotSignedIn where the door needs a session and there is none; it waits for the database."""
    asking: Asking | None = getattr(request.state, "asking", None)
    if asking is not None:
        asking.session()


def transaction_of(request: Request) -> AbstractContextManager[UnitOfWork]:
    """Open a transaction of the request; where the door needs a session, that is looked for in it before all else.

    It commits when the block ends and rolls back when it raises. One connection for both: who holds one and waits for
    another may wait for ever.

    Raises:
        NotSignedIn: There is no session.
    """
    begin = house_of(request).services.begin
    asking: Asking | None = getattr(request.state, "asking", None)
    return begin() if asking is None else _asked(asking, begin)


@contextmanager
def _asked(asking: Asking, begin: Begin) -> Iterator[UnitOfWork]:
    with begin() as work:
        asking.session_in(work)
        yield work


def unit_of_work(request: Request) -> Iterator[UnitOfWork]:
    """Open the transaction of a page; commit if it returns, roll back if it raises. A REST door is given its own."""
    with transaction_of(request) as work:
        yield work


# Without scope="function" FastAPI answers 200 and only then finds that the commit failed.
WorkDep = Annotated[UnitOfWork, Depends(unit_of_work, scope="function")]


def transactions_of(request: Request) -> Begin:
    """Return what opens transactions of the request."""
    return partial(transaction_of, request)


BeginDep = Annotated[Begin, Depends(transactions_of)]
"""For a REST door that opens its transactions itself; before the first, it does nothing but ask who calls."""


def signed_in_page(request: Request) -> tuple[Session, Person]:
    """Return the session of a page and its person, by the cookie.

    Raises:
        NotSignedIn: There is no cookie, or its session has ended.
    """
    token = request.cookies.get(COOKIE)
    if token is None:
        raise NotSignedIn
    needed = house_of(request).services
    with needed.begin() as work:
        return _session(token, needed.clock(), work)


def _session(token: str, at: datetime, work: UnitOfWork) -> tuple[Session, Person]:
    found = work.people.find_session(digest_of(token), at)
    if found is None:
        raise NotSignedIn
    return found


def session(asking: AskingDep) -> tuple[Session, Person]:
    """Return the session of a REST call and its person; raises NotSignedIn where it has ended."""
    return asking.session()


SessionDep = Annotated[tuple[Session, Person], Depends(session)]
PageSessionDep = Annotated[tuple[Session, Person], Depends(signed_in_page)]


async def person(session: SessionDep) -> Person:
    """Return the person of a REST call."""
    return session[1]


PersonDep = Annotated[Person, Depends(person)]


def language(request: Request) -> str:
    """Return the language of an answer: the page's switch; else Vietnamese, or for REST what the client prefers.

    Many browsers of the country ask for English, because nobody ever set them; pages begin in Vietnamese all the same.
    """
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    preferred = request.headers.get("Accept-Language") if request.scope["path"].startswith("/api/") else None
    return preferred_language(preferred)


async def _language(request: Request) -> str:
    return language(request)


LanguageDep = Annotated[str, Depends(_language)]


async def page_request(after: str | None = None, limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50) -> PageRequest:
    """Return which page of a list is asked for; the same rule for every list."""
    return PageRequest(after=after, limit=limit)


PageDep = Annotated[PageRequest, Depends(page_request)]
