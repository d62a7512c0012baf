"""What a process keeps of each agency: who works where in it, and who acts in whose place."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter

from sqlalchemy import FromClause, ScalarSelect, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by

from engine.ids import AgencyId, PersonId, UnitId
from engine.people import AgencyNotFound, Person, Place, Unit, in_places, led_by_another
from engine.stand_ins import StandIn
from storage.rows import posts_from, stand_in_from
from storage.schema import agencies, people, posts, stand_ins, units
from storage.statements import AnyRow, Fixed, Statements


def posts_of(person: FromClause) -> ScalarSelect[list[dict[str, object]]]:
    """Return the posts of the people in *person* as JSON, in their order, for `storage.rows.posts_from`."""
    # The keys stand in the statement itself, not among its parameters.
    post = func.json_build_object(
        literal_column("'role'"),
        posts.c.role,
        literal_column("'unit'"),
        posts.c.unit_id,
        literal_column("'acting'"),
        posts.c.acting,
    )
    found = func.json_agg(aggregate_order_by(post, posts.c.position), type_=JSON)
    none = literal_column("'[]'::json", JSON)
    return select(func.coalesce(found, none)).where(posts.c.person_id == person.c.id).scalar_subquery()


_VERSION = Fixed(select(agencies.c.organisation).where(agencies.c.id == bindparam("agency_id")))
_UNITS = Fixed(select(units).where(units.c.agency_id == bindparam("agency_id")).order_by(units.c.position))
_PEOPLE = Fixed(
    select(people, posts_of(people).label("posts"))
    .where(people.c.agency_id == bindparam("agency_id"))
    .order_by(people.c.position)
)
_PASSING = stand_ins.alias("passing")
_PASSERS = people.alias("passers")
_STAND_INS = Fixed(
    select(stand_ins, _PASSERS.c.title.label("through"))
    .outerjoin(_PASSING, _PASSING.c.id == stand_ins.c.under)
    .outerjoin(_PASSERS, _PASSERS.c.id == _PASSING.c.substitute)
    .where(stand_ins.c.agency_id == bindparam("agency_id"), stand_ins.c.revoked_at.is_(None))
    .order_by(stand_ins.c.ends_at)
)


@dataclass(frozen=True, slots=True)
class Held:
    """A stand-in that nobody revoked, and the title of who passed it on, if somebody did."""

    stand_in: StandIn
    through: str | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who works where in an agency, and who acts in whose place.

    Attributes:
        version: Never given twice, not even after a rollback, so that what is kept under it stays true.
        people: In the order they were given, without the places they may act in.
        held: Whenever they hold, the first to end first.
    """

    version: int
    units: tuple[Unit, ...]
    people: Mapping[PersonId, Person]
    held: tuple[Held, ...]

    def in_force(self, at: datetime) -> Sequence[Held]:
        """Return the stand-ins that hold at this moment, the oldest first."""
        still = self.held[bisect_right(self.held, at, key=_end) :]
        return sorted((one for one in still if one.stand_in.starts_at <= at), key=_id)

    def placed(self, person: Person, at: datetime) -> Person:
        """Return one of the people as they may act at this moment: the places they may act in, and whether replaced."""
        holding = self.in_force(at)
        if not holding:
            return person
        places = [
            Place(of=self.people[one.stand_in.principal], by=one.stand_in, through=one.through)
            for one in holding
            if one.stand_in.substitute == person.id
        ]
        return in_places(person, places, led_by_another=led_by_another(one.stand_in for one in holding))


_end = attrgetter("stand_in.ends_at")
_id = attrgetter("stand_in.id")


class PostgresOrganisations:
    """The organisations of agencies, as one transaction sees them.

    Args:
        connection: The transaction.
        known: Those read before, shared by all transactions of this process; used while their version is the agency's.
    """

    def __init__(self, connection: Statements, known: dict[AgencyId, Organisation]) -> None:
        self._connection = connection
        self._known = known

    def of(self, agency_id: AgencyId) -> Organisation:
        """Return the agency's organisation as it was when this transaction first looked, or raise AgencyNotFound."""
        version = self._connection.seen.organisations.get(agency_id)
        return self.now(agency_id) if version is None else self.at_version(agency_id, version)

    def now(self, agency_id: AgencyId) -> Organisation:
        """Return the agency's organisation as it is at this moment, or raise AgencyNotFound."""
        row = self._connection.ask_one(_VERSION, {"agency_id": agency_id})
        if row is None:
            raise AgencyNotFound
        return self.at_version(agency_id, row.organisation)

    def at_version(self, agency_id: AgencyId, version: int) -> Organisation:
        """Return the agency's organisation, which was just seen to have this version."""
        self._connection.seen.organisations[agency_id] = version
        known = self._known.get(agency_id)
        if known is None or known.version != version:
            known = self._known[agency_id] = self._read(agency_id, version)
        return known

    def changed(self, agency_id: AgencyId) -> None:
        """Forget what this transaction saw of the agency, which it has just changed."""
        self._connection.seen.organisations.pop(agency_id, None)

    def _read(self, agency_id: AgencyId, version: int) -> Organisation:
        ask = partial(self._connection.ask, parameters={"agency_id": agency_id})
        return Organisation(
            version=version,
            units=tuple(unit_from(row) for row in ask(_UNITS)),
            people={person.id: person for person in map(person_from, ask(_PEOPLE))},
            held=tuple(Held(stand_in_from(row), row.through) for row in ask(_STAND_INS)),
        )


def unit_from(row: AnyRow) -> Unit:
    """Return the unit in the row."""
    return Unit(id=UnitId(row.id), agency_id=AgencyId(row.agency_id), name=row.name, symbol=row.symbol)


def person_from(row: AnyRow) -> Person:
    """Return the person in the row, with their posts and without the places they may act in."""
    return Person(
        id=PersonId(row.id),
        agency_id=AgencyId(row.agency_id),
        username=row.username,
        name=row.name,
        title=row.title,
        posts=posts_from(row.posts),
    )
