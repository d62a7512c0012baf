"""Sign in: a right password makes a session, wrong ones are counted and soon refused unheard."""

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from engine.events import Private, SignedIn, SignInFailed
from engine.ids import SYSTEM, AgencyId, SessionId
from engine.neighbours import PasswordHasher, Services
from engine.people import Person, Session, SignInCrowded, SignInRefused, SignInSlowed, SignInThrottled
from engine.ports import UnitOfWork
from engine.sign_in_tries import JUDGED_WITHIN, TryBound

LIFETIME: Final = timedelta(hours=12)
OF_NAME: Final = TryBound(most=5, window=timedelta(minutes=15))
"""For one name from one network; no more are judged at once than may still be wrong."""
OF_NETWORK: Final = TryBound(most=30, window=timedelta(minutes=1))
"""For all names from one network: whoever tries one password with every name is slowed, and no office locked out."""
LOOK_S: Final = 0.05
LOOKS: Final = 40
"""How often is looked for a place to be judged in, and seconds between two looks: two seconds in all."""
NOWHERE: Final = AgencyId(SYSTEM)
"""The agency of a sign-in whose user name nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What somebody typed, and from where.

    Attributes:
        address: Of the computer it came from, as far as it is known.
        network: What is counted as one place: the address, or the network that one subscriber has.
        token_sha256: The digest of the token they are to get.
    """

    username: str
    password: str
    address: str
    network: str
    token_sha256: str


def sign_in(
    request: SignIn, *, services: Services, hasher: PasswordHasher, wait: Callable[[float], None] = time.sleep
) -> tuple[Session, Person]:
    """Return a new session of twelve hours and its person; who finds no place to be judged waits two seconds for one.

    Args:
        request: What was typed.
        services: Of the house.
        hasher: Judges the password.
        wait: Lets seconds pass.

    Raises:
        SignInRefused: Name or password is wrong; which of them is not said.
        SignInThrottled: Five wrong passwords within fifteen minutes for this name from this network.
        SignInSlowed: Thirty wrong passwords within a minute from this network.
        SignInCrowded: So many are judged for this name from this network that there was no place, or it was lost.
    """
    # PostgreSQL keeps no NUL; nobody's name has one.
    request = replace(request, username=request.username.replace("\0", ""))
    at = _await_place(request, services, wait)
    with services.begin() as work:
        login = work.people.find_login(request.username)
    # An unknown name is checked too, so that the time taken does not tell which names exist.
    known_hash = login[1] if login else hasher.unknown
    right = hasher.verify(known_hash, request.password)
    with services.begin() as work:
        _give_place_back(request, at, work, wrong=login is None or not right)
        if login is not None and right:
            return _begin_session(request, login[0], at, work), login[0]
        _count_failure(request, login[0] if login else None, at, work)
    raise SignInRefused


def _await_place(request: SignIn, services: Services, wait: Callable[[float], None]) -> datetime:
    """Return the moment at which the try took a place among those that are judged."""
    for _ in range(LOOKS):
        at = services.clock()
        with services.begin() as work:
            _require_calm(request, at, work)
            if _take_place(request, at, work):
                return at
        wait(LOOK_S)
    raise SignInCrowded(retry_after_s=_seconds(JUDGED_WITHIN))


def _require_calm(request: SignIn, at: datetime, work: UnitOfWork) -> None:
    # Only looked at: those of an office who sign in at one moment, rightly, are not to wait for one another.
    tries = work.people.tries(_of_network(request), at).standing(OF_NETWORK, at)
    if tries.wrong >= OF_NETWORK.most:
        raise SignInSlowed(retry_after_s=_left(tries.since, OF_NETWORK, at))


def _take_place(request: SignIn, at: datetime, work: UnitOfWork) -> bool:
    counter = _of_name(request)
    tries = work.people.lock_tries(counter, at).standing(OF_NAME, at)
    if tries.wrong >= OF_NAME.most:
        raise SignInThrottled(retry_after_s=_left(tries.since, OF_NAME, at))
    if not tries.has_place(OF_NAME):
        return False
    work.people.keep_tries(counter, tries.begun(at))
    return True


def _give_place_back(request: SignIn, came: datetime, work: UnitOfWork, *, wrong: bool) -> None:
    counter = _of_name(request)
    tries = work.people.lock_tries(counter, came)
    if came not in tries.judging:
        # Somebody else is judged in its place; an outcome told now would be one more than are allowed.
        raise SignInCrowded(retry_after_s=_seconds(JUDGED_WITHIN))
    ended = tries.ended(came)
    work.people.keep_tries(counter, ended.counted() if wrong else ended)


def _left(began: datetime, bound: TryBound, at: datetime) -> int:
    """Return after how many seconds, at least one, the window that began then is over."""
    return max(1, _seconds(began + bound.window - at))


def _seconds(span: timedelta) -> int:
    return math.ceil(span.total_seconds())


def _of_name(request: SignIn) -> str:
    """Return the counter of the name; by its digest, since people type passwords into the wrong field."""
    return "name:" + hashlib.sha256(f"{request.username}\0{request.network}".encode()).hexdigest()


def _of_network(request: SignIn) -> str:
    return "network:" + hashlib.sha256(request.network.encode()).hexdigest()


def _begin_session(request: SignIn, person: Person, at: datetime, work: UnitOfWork) -> Session:
    session = Session(
        id=SessionId(work.new_id()),
        person_id=person.id,
        token_sha256=request.token_sha256,
        created_at=at,
        expires_at=at + LIFETIME,
    )
    work.people.add_session(session)
    work.record(SignedIn(by=person.id, at=at, agency_id=person.agency_id, session_id=session.id))
    return session


def _count_failure(request: SignIn, person: Person | None, at: datetime, work: UnitOfWork) -> None:
    counter = _of_network(request)
    work.people.keep_tries(counter, work.people.lock_tries(counter, at).standing(OF_NETWORK, at).counted())
    work.record(
        SignInFailed(
            by=SYSTEM,
            at=at,
            agency_id=person.agency_id if person else NOWHERE,
            person_id=person.id if person else SYSTEM,
            username=Private(value=request.username[:200]),
            address=Private(value=request.address[:200]),
        )
    )
