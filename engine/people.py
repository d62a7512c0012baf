"""Who works where: agencies, their units, people, the posts they hold and in whose place they act."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.errors import Conflict, Forbidden, NotFound
from engine.ids import AgencyId, PersonId, SessionId, UnitId
from engine.stand_ins import StandIn, StandInKind


class Role(StrEnum):
    """What a post lets its holder do; models name these in lanes and tasks."""

    CLERK = "clerk"
    CHIEF_OF_OFFICE = "chief_of_office"
    HEAD_OF_UNIT = "head_of_unit"
    SPECIALIST = "specialist"
    DEPUTY_HEAD = "deputy_head"
    HEAD = "head"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


SIGNING_ROLES = frozenset({Role.HEAD, Role.DEPUTY_HEAD, Role.CHIEF_OF_OFFICE})
"""Who may be named as the signer of an outgoing document (NĐ 30/2020, art. 13: head, deputy, by order)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A public office with its own registers and seal.

    Attributes:
        code: Identifier of QĐ 20/2020, as in 'H56.12'.
        symbol: Abbreviation in document numbers, as in 'UBND'.
        parent_name: The agency printed above its name, if any.
        place: Place name printed before the date.
    """

    id: AgencyId
    code: str
    name: str
    symbol: str
    place: str
    parent_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A department of an agency; *symbol* is its part of a công văn's number."""

    id: UnitId
    agency_id: AgencyId
    name: str
    symbol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A role held in a unit, or in the whole agency where *unit_id* is None; *acting* heads are printed 'Q.'."""

    role: Role
    unit_id: UnitId | None = None
    acting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in.

    Attributes:
        title: Printed above the name in documents they sign.
        places: In whose place they may act at the moment they were asked for; () where that was not asked.
        replaced: Whether somebody else acted as head in their post (Q.) at that moment; False where that was not asked.
    """

    id: PersonId
    agency_id: AgencyId
    username: str
    name: str
    title: str
    posts: tuple[Post, ...]
    places: tuple["Place", ...] = ()
    replaced: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of all posts."""
        return frozenset(post.role for post in self.posts)

    @property
    def acts_as_head(self) -> bool:
        """Whether the person is on record as acting head (Q.), as far as their places were asked for."""
        return any(place.by.kind is StandInKind.ACTING for place in self.places)

    @property
    def powers(self) -> frozenset[Role]:
        """The roles whose rights the person has; the head's are with who acts in that post now."""
        serving = frozenset(post.role for post in self.serving)
        return serving | {Role.HEAD} if self.acts_as_head else serving

    @property
    def serving(self) -> tuple[Post, ...]:
        """The posts the person acts in: all they hold, but the head's while somebody else acts in that."""
        return tuple(post for post in self.posts if not (self.replaced and post.role is Role.HEAD))

    @property
    def units(self) -> frozenset[UnitId]:
        """The units of all posts."""
        return frozenset(post.unit_id for post in self.posts if post.unit_id is not None)

    @property
    def is_acting_head(self) -> bool:
        """Whether the person was appointed acting head (quyền cấp trưởng): all rights of the head, printed 'Q.'."""
        return any(post.role is Role.HEAD and post.acting for post in self.posts)

    def without(self, role: Role) -> "Person":
        """Return the person as if they had no post of this role."""
        return replace(self, posts=tuple(post for post in self.posts if post.role is not role))

    def holds(self, role: Role, unit_id: UnitId | None = None) -> bool:
        """Say whether the person holds *role*, in that unit where one is given."""
        return any(post.role is role and unit_id in (None, post.unit_id) for post in self.posts)

    def serves(self, role: Role, unit_id: UnitId | None = None) -> bool:
        """Say whether the person acts in a post of *role* now, in that unit where one is given; see ``serving``."""
        return any(post.role is role and unit_id in (None, post.unit_id) for post in self.serving)

    @property
    def signs(self) -> bool:
        """Whether signing is theirs, so that their certificate is watched: by post, as acting head, or by order."""
        placed = any(place.by.kind is not StandInKind.ABSENCE for place in self.places)
        return bool(self.roles & SIGNING_ROLES) or placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A colleague in whose place somebody may act, by what, and the title of who passed it on, if somebody did."""

    of: Person
    by: StandIn
    through: str | None = None


def placed(people: Sequence[Person], stand_ins: Sequence[StandIn]) -> tuple[Person, ...]:
    """Return the people of an agency as they may act by these stand-ins, which hold now."""
    if not stand_ins:
        return tuple(people)
    known = {person.id: person for person in people}
    return tuple(
        in_places(
            person,
            [
                Place(of=known[each.principal], by=each)
                for each in stand_ins
                if each.substitute == person.id and each.principal in known
            ],
            led_by_another=led_by_another(stand_ins),
        )
        for person in people
    )


def led_by_another(stand_ins: Iterable[StandIn]) -> bool:
    """Say whether by one of these stand-ins, which hold now, somebody acts as head of the agency (Q.)."""
    return any(each.kind is StandInKind.ACTING for each in stand_ins)


def in_places(person: Person, places: Sequence[Place], *, led_by_another: bool) -> Person:
    """Return the person with the places they may act in, and without the head's powers where another acts as head.

    Who stands in for an absent head has no more of the post than that head. What the head ordered or authorised is of
    the post, and holds on.
    """
    return replace(
        person,
        replaced=led_by_another and person.holds(Role.HEAD),
        places=tuple(
            replace(place, of=replace(place.of, replaced=led_by_another and place.of.holds(Role.HEAD)))
            if place.by.kind is StandInKind.ABSENCE
            else place
            for place in places
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person signed in until *expires_at*; the token itself is never kept, only its SHA-256."""

    id: SessionId
    person_id: PersonId
    token_sha256: str
    created_at: datetime
    expires_at: datetime


class PersonNotFound(NotFound):
    """No such person in this installation."""

    code = "person.not_found"
    template = "There is no such person. Choose somebody from the list."


class AgencyNotFound(NotFound):
    """No such agency in this installation."""

    code = "agency.not_found"
    template = "There is no such agency here. Choose one from the list."


class SignInRefused(Forbidden):
    """The user name or the password is wrong; which of them is not said."""

    code = "session.refused"
    template = "The user name or the password is not right. Check both and try again."


class SignInThrottled(Conflict):
    """Too many wrong passwords for this name from this network."""

    code = "session.throttled"
    template = "Too many wrong passwords. Wait %(minutes)s minutes, then try again."

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(minutes=-(-retry_after_s // 60))
        self.retry_after_s = retry_after_s


class SignInSlowed(Conflict):
    """Many wrong passwords from one network within a minute, for whatever names; everybody behind it waits a moment."""

    code = "session.slowed"
    template = "Many wrong passwords came from your network just now. Wait %(seconds)s seconds, then try again."

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(seconds=retry_after_s)
        self.retry_after_s = retry_after_s


class SignInCrowded(Conflict):
    """As many sign-ins as may be wrong are being judged under this name from this network, and none was done soon."""

    code = "session.crowded"
    template = (
        "Several sign-ins with this user name are being checked at this moment. Wait %(seconds)s seconds, then try"
        " again."
    )

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(seconds=retry_after_s)
        self.retry_after_s = retry_after_s


class NotSignedIn(Forbidden):
    """The call carries no session that is still valid."""

    code = "session.needed"
    template = "You are not signed in, or your session has ended. Sign in and try again."
