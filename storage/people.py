"""Agencies, units, people with their posts, sessions and tries at signing in as rows."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Row,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or

from engine.ids import AgencyId, PersonId, RegisterId, SessionId
from engine.people import Agency, AgencyNotFound, Person, PersonNotFound, Session, Unit
from engine.queries import NewPerson
from engine.registers import Direction
from engine.sign_in_tries import Tries
from storage.calendars import version_of
from storage.organisations import PostgresOrganisations, person_from, posts_of
from storage.schema import agencies, people, posts, registers, sessions, sign_in_tries, units
from storage.statements import Fixed, Statements

REGISTER_NAMES = {Direction.INCOMING: "Sổ đăng ký văn bản đến", Direction.OUTGOING: "Sổ đăng ký văn bản đi"}
"""Names of the two books of NĐ 30/2020, appendix IV."""

_PERSON = select(people, posts_of(people).label("posts"))
_GET = Fixed(_PERSON.where(people.c.id == bindparam("person_id")))
_LOGIN = Fixed(_PERSON.where(people.c.username == bindparam("username")))
_SESSION = Fixed(
    select(
        sessions,
        people.c.agency_id,
        agencies.c.organisation,
        version_of(people.c.agency_id).scalar_subquery().label("calendar_version"),
    )
    .join_from(sessions, people)
    .join(agencies, agencies.c.id == people.c.agency_id)
    .where(sessions.c.token_sha256 == bindparam("token_sha256"), sessions.c.expires_at > bindparam("at"))
)
_AGENCY = Fixed(select(agencies).where(agencies.c.id == bindparam("agency_id")))
_COUNTED = (sign_in_tries.c.tries, sign_in_tries.c.since, sign_in_tries.c.judging)
_TRIES = select(*_COUNTED).where(sign_in_tries.c.counter == bindparam("counter"))
# A row that is new is held as one that was there: who counts the same waits for the other's transaction.
_LOCK_TRIES = (
    insert_or(sign_in_tries)
    .values(counter=bindparam("counter"), tries=0, since=bindparam("at"))
    .on_conflict_do_update(index_elements=["counter"], set_={"counter": bindparam("counter")})
    .returning(*_COUNTED)
)
_KEEP_TRIES = (
    update(sign_in_tries)
    .where(sign_in_tries.c.counter == bindparam("of"))
    .values(tries=bindparam("wrong"), since=bindparam("began"), judging=bindparam("judged"))
)


class PostgresPeople:
    """People and what belongs to them, as one transaction sees them.

    Args:
        connection: The transaction.
        new_id: Makes ids.
        organisations: The agencies' organisations, as it sees them.
    """

    def __init__(
        self, connection: Statements, new_id: Callable[[], UUID], organisations: PostgresOrganisations
    ) -> None:
        self._connection = connection
        self._new_id = new_id
        self._organisations = organisations

    def found(self, agency: Agency, units: Sequence[Unit], people: Sequence[NewPerson]) -> None:
        """Keep a new agency with its units, its people and its two registers (created with it)."""
        self._connection.execute(insert(agencies), _agency_values(agency))
        self._insert(_UNIT_TABLE, [_unit_values(unit, place) for place, unit in enumerate(units)])
        self._insert(_PEOPLE_TABLE, [_person_values(new, place) for place, new in enumerate(people)])
        self._insert(posts, [values for new in people for values in _post_values(new.person)])
        self._organisations.changed(agency.id)
        books = [
            {"id": RegisterId(self._new_id()), "agency_id": agency.id, "direction": direction.value, "name": name}
            for direction, name in REGISTER_NAMES.items()
        ]
        self._insert(registers, books)

    def find_agency(self, agency_id: AgencyId) -> Agency | None:
        """Return the agency, or None."""
        row = self._connection.ask_one(_AGENCY, {"agency_id": agency_id})
        return None if row is None else _agency(row)

    def get_agency(self, agency_id: AgencyId) -> Agency:
        """Return the agency, or raise AgencyNotFound."""
        agency = self.find_agency(agency_id)
        if agency is None:
            raise AgencyNotFound
        return agency

    def agencies(self) -> Sequence[Agency]:
        """Return all agencies of this installation, by name."""
        return [_agency(row) for row in self._connection.execute(select(agencies).order_by(agencies.c.name))]

    def units(self, agency_id: AgencyId) -> Sequence[Unit]:
        """Return the agency's units, in the order they were given."""
        return self._organisations.of(agency_id).units

    def get(self, person_id: PersonId) -> Person:
        """Return the person, or raise PersonNotFound."""
        row = self._connection.ask_one(_GET, {"person_id": person_id})
        if row is None:
            raise PersonNotFound
        return person_from(row)

    def of_agency(self, agency_id: AgencyId) -> Sequence[Person]:
        """Return the agency's people, in the order they were given."""
        return tuple(self._organisations.of(agency_id).people.values())

    def find_login(self, username: str) -> tuple[Person, str] | None:
        """Return the person and the password hash, or None."""
        row = self._connection.ask_one(_LOGIN, {"username": username})
        return None if row is None else (person_from(row), row.password_hash)

    def add_session(self, session: Session) -> None:
        """Keep a new session."""
        self._connection.execute(
            insert(sessions),
            {
                "id": session.id,
                "person_id": session.person_id,
                "token_sha256": session.token_sha256,
                "created_at": session.created_at,
                "expires_at": session.expires_at,
            },
        )

    def find_session(self, token_sha256: str, at: datetime) -> tuple[Session, Person] | None:
        """Return the session that is valid at *at* and its person, with the places they may act in then, or None."""
        row = self._connection.ask_one(_SESSION, {"token_sha256": token_sha256, "at": at})
        if row is None:
            return None
        agency_id = AgencyId(row.agency_id)
        # What the door does next most often asks for it.
        self._connection.seen.calendars[agency_id] = row.calendar_version
        organisation = self._organisations.at_version(agency_id, row.organisation)
        session = _session(row)
        return session, organisation.placed(organisation.people[session.person_id], at)

    def end_session(self, session_id: SessionId) -> None:
        """Forget the session."""
        self._connection.execute(delete(sessions).where(sessions.c.id == session_id))

    def forget_sessions(self, before: datetime) -> int:
        """Forget the sessions that ended before this moment; return how many."""
        return self._connection.execute(delete(sessions).where(sessions.c.expires_at < before)).rowcount

    def tries(self, counter: str, at: datetime) -> Tries:
        """Return what is counted there, as it was last kept; none, since *at*, where nothing is."""
        row = self._connection.execute(_TRIES, {"counter": counter}).one_or_none()
        return Tries(since=at) if row is None else _tries(row)

    def lock_tries(self, counter: str, at: datetime) -> Tries:
        """Return what is counted there and hold it until the transaction ends; others who ask for it wait."""
        return _tries(self._connection.execute(_LOCK_TRIES, {"counter": counter, "at": at}).one())

    def keep_tries(self, counter: str, tries: Tries) -> None:
        """Keep what is counted there; who calls holds it."""
        kept = {"of": counter, "wrong": tries.wrong, "began": tries.since, "judged": list(tries.judging)}
        self._connection.execute(_KEEP_TRIES, kept)

    def forget_tries(self, before: datetime) -> int:
        """Forget what is counted since before this moment; return how many that were."""
        return self._connection.execute(delete(sign_in_tries).where(sign_in_tries.c.since < before)).rowcount

    def _insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)


# The methods above are named like the tables, as the port wants it.
_UNIT_TABLE = units
_PEOPLE_TABLE = people


def _agency_values(agency: Agency) -> dict[str, Any]:
    names = ("id", "code", "name", "symbol", "place", "parent_name")
    return {name: getattr(agency, name) for name in names}


def _unit_values(unit: Unit, place: int) -> dict[str, Any]:
    names = ("id", "agency_id", "name", "symbol")
    return {"position": place, **{name: getattr(unit, name) for name in names}}


def _person_values(new: NewPerson, place: int) -> dict[str, Any]:
    names = ("id", "agency_id", "username", "name", "title")
    return {
        "position": place,
        "password_hash": new.password_hash,
        **{name: getattr(new.person, name) for name in names},
    }


def _post_values(person: Person) -> list[dict[str, Any]]:
    return [
        {
            "person_id": person.id,
            "position": place,
            "agency_id": person.agency_id,
            "role": post.role.value,
            "unit_id": post.unit_id,
            "acting": post.acting,
        }
        for place, post in enumerate(person.posts)
    ]


def _agency(row: Row[Any]) -> Agency:
    return Agency(
        id=AgencyId(row.id),
        code=row.code,
        name=row.name,
        symbol=row.symbol,
        place=row.place,
        parent_name=row.parent_name,
    )


def _tries(row: Row[Any]) -> Tries:
    return Tries(wrong=row.tries, since=row.since, judging=tuple(row.judging))


def _session(row: Row[Any]) -> Session:
    return Session(
        id=SessionId(row.id),
        person_id=PersonId(row.person_id),
        token_sha256=row.token_sha256,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
