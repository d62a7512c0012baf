"""Who acts in whose place, as rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from engine.ids import AgencyId, PersonId, StandInId
from engine.people import Person
from engine.queries import Page, PageRequest
from engine.stand_ins import StandIn, StandInKind, StandInNotFound, StandInOver
from storage.organisations import PostgresOrganisations
from storage.queries import id_in, page_of
from storage.rows import stand_in_from
from storage.schema import people, stand_ins
from storage.statements import Statements

_GET = select(stand_ins).where(stand_ins.c.id == bindparam("stand_in_id"))
_LOCK = _GET.with_for_update()
_HOLD = _GET.with_for_update(read=True)
_PASSED_ON = (
    select(stand_ins)
    .where(stand_ins.c.under == bindparam("stand_in_id"), stand_ins.c.revoked_at.is_(None))
    .order_by(stand_ins.c.id)
    .with_for_update()
)
_SAVE = (
    update(stand_ins)
    .where(stand_ins.c.id == bindparam("stand_in_id"))
    .values(revoked_at=bindparam("new_revoked_at"), revoked_by=bindparam("new_revoked_by"))
)


class PostgresStandIns:
    """Who acts in whose place, as one transaction sees it.

    Args:
        connection: The transaction.
        organisations: The agencies' organisations, as it sees them.
    """

    def __init__(self, connection: Statements, organisations: PostgresOrganisations) -> None:
        self._connection = connection
        self._organisations = organisations

    def get(self, stand_in_id: StandInId) -> StandIn:
        """Return the stand-in, or raise StandInNotFound."""
        return _found(self._connection.execute(_GET, {"stand_in_id": stand_in_id}).one_or_none())

    def several(self, stand_in_ids: Collection[StandInId]) -> Mapping[StandInId, StandIn]:
        """Return those of the stand-ins that there are, by id, in one statement."""
        rows = self._connection.execute(select(stand_ins).where(stand_ins.c.id.in_(stand_in_ids)))
        return {known.id: known for known in (stand_in_from(row) for row in rows)}

    def lock(self, stand_in_id: StandInId) -> StandIn:
        """Return the stand-in for changing, or raise StandInNotFound."""
        return _found(self._connection.execute(_LOCK, {"stand_in_id": stand_in_id}).one_or_none())

    def hold(self, stand_in_id: StandInId, at: datetime) -> None:
        """Keep the stand-in from being revoked until this transaction ends; raises StandInOver if it does not hold."""
        row = self._connection.execute(_HOLD, {"stand_in_id": stand_in_id}).one_or_none()
        if row is None or not stand_in_from(row).in_force(at):
            raise StandInOver

    def of_people(self, people: Collection[PersonId]) -> Sequence[StandIn]:
        """Return what is on record of these people on either side; keeps others from recording any meanwhile."""
        lock = select(_PEOPLE.c.id).where(_PEOPLE.c.id.in_(sorted(people))).order_by(_PEOPLE.c.id)
        self._connection.execute(lock.with_for_update(key_share=True)).all()
        either = or_(stand_ins.c.principal.in_(people), stand_ins.c.substitute.in_(people))
        wanted = select(stand_ins).where(either, stand_ins.c.revoked_at.is_(None)).order_by(stand_ins.c.id)
        return [stand_in_from(row) for row in self._connection.execute(wanted)]

    def passed_on(self, stand_in_id: StandInId) -> Sequence[StandIn]:
        """Return what was passed on under this one and is not revoked, for changing."""
        return [stand_in_from(row) for row in self._connection.execute(_PASSED_ON, {"stand_in_id": stand_in_id})]

    def placed(self, person: Person, at: datetime) -> Person:
        """Return the person as they may act at this moment: the places they may act in, and whether replaced."""
        return self._organisations.now(person.agency_id).placed(person, at)

    def find_acting_head(self, agency_id: AgencyId, at: datetime) -> StandIn | None:
        """Return by what somebody acts as head of the agency at this moment, or None."""
        holding = (one.stand_in for one in self._organisations.now(agency_id).in_force(at))
        return next((each for each in holding if each.kind is StandInKind.ACTING), None)

    def in_force(self, agency_id: AgencyId, at: datetime) -> Sequence[StandIn]:
        """Return the agency's stand-ins that hold at this moment, as far as this transaction saw."""
        return [one.stand_in for one in self._organisations.of(agency_id).in_force(at)]

    def search(self, agency_id: AgencyId, page: PageRequest, *, of: PersonId | None = None) -> Page[StandIn]:
        """Return a page of the agency's stand-ins, the newest first; with *of* only those with this person in them."""
        wanted = select(stand_ins).where(stand_ins.c.agency_id == agency_id)
        if of is not None:
            wanted = wanted.where(or_(stand_ins.c.principal == of, stand_ins.c.substitute == of))
        if page.after is not None:
            wanted = wanted.where(stand_ins.c.id < id_in(page.after))
        return page_of(
            self._connection, wanted.order_by(stand_ins.c.id.desc()), page, stand_in_from, lambda row: row.id
        )

    def add(self, stand_in: StandIn) -> None:
        """Keep a new stand-in."""
        self._connection.execute(insert(stand_ins), _values(stand_in))
        self._organisations.changed(stand_in.agency_id)

    def save(self, stand_in: StandIn) -> None:
        """Keep a locked stand-in as revoked."""
        revoked = {"new_revoked_at": stand_in.revoked_at, "new_revoked_by": stand_in.revoked_by}
        self._connection.execute(_SAVE, {"stand_in_id": stand_in.id, **revoked})
        self._organisations.changed(stand_in.agency_id)


# The method above takes people, as the port wants it.
_PEOPLE = people
_SAME = (
    "id",
    "agency_id",
    "principal",
    "substitute",
    "starts_at",
    "ends_at",
    "may_pass_on",
    "under",
    "recorded_at",
    "recorded_by",
    "revoked_at",
    "revoked_by",
)


def _values(stand_in: StandIn) -> dict[str, Any]:
    return {
        **{name: getattr(stand_in, name) for name in _SAME},
        "kind": stand_in.kind.value,
        "document_types": sorted(stand_in.scope.document_types),
        "units": sorted(stand_in.scope.units),
        "steps": sorted(stand_in.scope.steps),
        "basis": stand_in.basis.text,
        "basis_number": stand_in.basis.number,
        "basis_issued_on": stand_in.basis.issued_on,
        "basis_document_id": stand_in.basis.document_id,
    }


def _found(row: Row[Any] | None) -> StandIn:
    if row is None:
        raise StandInNotFound
    return stand_in_from(row)
