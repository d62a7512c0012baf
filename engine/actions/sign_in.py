"""Sign in: a right password makes a session, wrong ones are counted and soon refused unheard."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from engine.events import Private, SignedIn, SignInFailed
from engine.ids import SYSTEM, AgencyId, SessionId
from engine.neighbours import PasswordHasher, Services
from engine.people import Person, Session, SignInRefused, SignInThrottled
from engine.ports import UnitOfWork

LIFETIME: Final = timedelta(hours=12)
WINDOW: Final = timedelta(minutes=15)
MAX_FAILURES: Final = 5
NOWHERE: Final = AgencyId(SYSTEM)
"""The agency of a sign-in whose user name nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What somebody typed, from which address, and the digest of the token they are to get."""

    username: str
    password: str
    address: str
    token_sha256: str


def sign_in(request: SignIn, *, services: Services, hasher: PasswordHasher) -> tuple[Session, Person]:
    """Return a new session of twelve hours and its person.

    Raises:
        SignInRefused: Name or password is wrong; which of them is not said.
        SignInThrottled: Five wrong passwords within fifteen minutes for this name from this address.
    """
    # PostgreSQL keeps no NUL; nobody's name has one.
    request = replace(request, username=request.username.replace("\0", ""))
    at = services.clock()
    with services.begin() as work:
        if work.people.failed_sign_ins(request.username, request.address, at - WINDOW) >= MAX_FAILURES:
            raise SignInThrottled(minutes=int(WINDOW.total_seconds() // 60))
        login = work.people.find_login(request.username)
    # An unknown name is checked too, so that the time taken does not tell which names exist.
    known_hash = login[1] if login else hasher.unknown
    right = hasher.verify(known_hash, request.password)
    with services.begin() as work:
        if login is not None and right:
            return _begin_session(request, login[0], at, work), login[0]
        _count_failure(request, login[0] if login else None, at, work)
    raise SignInRefused


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
    work.people.add_failed_sign_in(request.username, request.address, at)
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
