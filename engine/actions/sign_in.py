"""Sign in: a right password makes a session, wrong ones are counted and soon refused unheard."""

import hashlib
import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from engine.events import Private, SignedIn, SignInFailed
from engine.ids import SYSTEM, AgencyId, SessionId
from engine.neighbours import PasswordHasher, Services
from engine.people import Person, Session, SignInRefused, SignInSlowed, SignInThrottled, TryBound
from engine.ports import UnitOfWork

LIFETIME: Final = timedelta(hours=12)
OF_NAME: Final = TryBound(most=5, window=timedelta(minutes=15))
"""For one name from one network; a try counts before it is judged, so many at once are no way around it."""
OF_NETWORK: Final = TryBound(most=30, window=timedelta(minutes=1))
"""For all names from one network: whoever tries one password with every name is slowed, and no office locked out."""
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


def sign_in(request: SignIn, *, services: Services, hasher: PasswordHasher) -> tuple[Session, Person]:
    """Return a new session of twelve hours and its person.

    Raises:
        SignInRefused: Name or password is wrong; which of them is not said.
        SignInThrottled: Five wrong passwords within fifteen minutes for this name from this network.
        SignInSlowed: Thirty wrong passwords within a minute from this network.
    """
    # PostgreSQL keeps no NUL; nobody's name has one.
    request = replace(request, username=request.username.replace("\0", ""))
    at = services.clock()
    with services.begin() as work:
        _require_calm(request, at, work)
        began = _count(request, at, work)
        login = work.people.find_login(request.username)
    # An unknown name is checked too, so that the time taken does not tell which names exist.
    known_hash = login[1] if login else hasher.unknown
    right = hasher.verify(known_hash, request.password)
    with services.begin() as work:
        if login is not None and right:
            work.people.give_try_back(_of_name(request), began)
            return _begin_session(request, login[0], at, work), login[0]
        _count_failure(request, login[0] if login else None, at, work)
    raise SignInRefused


def _require_calm(request: SignIn, at: datetime, work: UnitOfWork) -> None:
    # Only looked at: those of an office who sign in at one moment, rightly, are not to wait for one another.
    tries, began = work.people.tries(_of_network(request), OF_NETWORK, at)
    if tries >= OF_NETWORK.most:
        raise SignInSlowed(retry_after_s=_left(began, OF_NETWORK, at))


def _count(request: SignIn, at: datetime, work: UnitOfWork) -> datetime:
    began = work.people.count_try(_of_name(request), OF_NAME, at)
    if began is None:
        _, since = work.people.tries(_of_name(request), OF_NAME, at)
        raise SignInThrottled(retry_after_s=_left(since, OF_NAME, at))
    return began


def _left(began: datetime, bound: TryBound, at: datetime) -> int:
    """Return after how many seconds, at least one, the window that began then is over."""
    return max(1, math.ceil((began + bound.window - at).total_seconds()))


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
    work.people.count_try(_of_network(request), OF_NETWORK, at)
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
