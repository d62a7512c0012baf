"""What doors are given: the house's services, the transaction of a request, the person who asks.

What waits for nothing is a coroutine: FastAPI runs each plain function on a thread of its own, a tenth of a millisecond
away.
"""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Query, Request

from api.sessions import COOKIE, LANGUAGE_COOKIE, digest_of
from api.texts import LANGUAGES, preferred_language
from api.wiring import House
from engine.neighbours import Services
from engine.people import NotSignedIn, Person, Session
from engine.ports import UnitOfWork
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


def unit_of_work(request: Request) -> Iterator[UnitOfWork]:
    """Open the request's transaction; commit if the door returns, roll back if it raises."""
    with house_of(request).services.begin() as work:
        yield work


# Without scope="function" FastAPI answers 200 and only then finds that the commit failed.
WorkDep = Annotated[UnitOfWork, Depends(unit_of_work, scope="function")]


def bearer_of(request: Request) -> str | None:
    """Return the token of the Authorization header, or None."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def signed_in(request: Request) -> tuple[Session, Person]:
    """Return the session of a REST call and its person; cookies do not count here.

    Raises:
        NotSignedIn: There is no token, or its session has ended.
    """
    return _session(bearer_of(request), house_of(request).services)


def signed_in_page(request: Request) -> tuple[Session, Person]:
    """Return the session of a page and its person, by the cookie.

    Raises:
        NotSignedIn: There is no cookie, or its session has ended.
    """
    return _session(request.cookies.get(COOKIE), house_of(request).services)


def _session(token: str | None, needed: Services) -> tuple[Session, Person]:
    if token is None:
        raise NotSignedIn
    with needed.begin() as work:
        found = work.people.find_session(digest_of(token), needed.clock())
    if found is None:
        raise NotSignedIn
    return found


SessionDep = Annotated[tuple[Session, Person], Depends(signed_in)]
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
    preferred = request.headers.get("Accept-Language") if request.url.path.startswith("/api/") else None
    return preferred_language(preferred)


async def _language(request: Request) -> str:
    return language(request)


LanguageDep = Annotated[str, Depends(_language)]


async def page_request(after: str | None = None, limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50) -> PageRequest:
    """Return which page of a list is asked for; the same rule for every list."""
    return PageRequest(after=after, limit=limit)


PageDep = Annotated[PageRequest, Depends(page_request)]
