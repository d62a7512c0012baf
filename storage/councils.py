"""Councils and their members, as rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, exists, insert, or_, select, update

from engine.councils import Council, CouncilMoved, CouncilNotFound, Member, MemberFunction, PassBase, Share, VotingRules
from engine.ids import AgencyId, CouncilId, DocumentId, PersonId
from engine.queries import Page, PageRequest
from storage.queries import id_in, limit_of, page_from
from storage.schema import council_members, councils
from storage.statements import AnyRow, Fixed, Statements

_C, _M = councils.c, council_members.c
_GET = Fixed(select(councils).where(_C.id == bindparam("council")))
_MEMBERS = select(council_members).order_by(_M.council_id, _M.place)
_IN_OFFICE = and_(_C.valid_from <= bindparam("day"), or_(_C.valid_to.is_(None), _C.valid_to >= bindparam("day")))
_FIND_FOR = (
    select(councils)
    .where(_C.agency_id == bindparam("agency"), _C.purpose == bindparam("wanted"), _IN_OFFICE)
    .order_by(_C.id.desc())
    .limit(1)
)
_SAVE = (
    update(councils)
    .where(_C.id == bindparam("council"), _C.rev == bindparam("before"))
    .values(valid_to=bindparam("last"), rev=bindparam("after"))
)
_PLAIN = (
    "id",
    "agency_id",
    "name",
    "purpose",
    "basis",
    "decision_id",
    "valid_from",
    "valid_to",
    "created_by",
    "created_at",
    "rev",
)


class PostgresCouncils:
    """Councils, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, council_id: CouncilId) -> Council:
        """Return the council, or raise CouncilNotFound."""
        row = self._connection.ask_one(_GET, {"council": council_id})
        if row is None:
            raise CouncilNotFound
        return self._whole([row])[0]

    def find_for(self, agency_id: AgencyId, purpose: str, day: date) -> Council | None:
        """Return the agency's council for a purpose that is in office on this day, the last founded; or None."""
        wanted = {"agency": agency_id, "wanted": purpose, "day": day}
        row = self._connection.execute(_FIND_FOR, wanted).one_or_none()
        return None if row is None else self._whole([row])[0]

    def search(self, agency_id: AgencyId, page: PageRequest, *, of: PersonId | None = None) -> Page[Council]:
        """Return a page of the agency's councils, the newest first; with *of* only those this person sits in."""
        wanted = select(councils).where(_C.agency_id == agency_id).order_by(_C.id.desc())
        if of is not None:
            wanted = wanted.where(exists().where(_M.council_id == _C.id, _M.person_id == of))
        if page.after is not None:
            wanted = wanted.where(_C.id < id_in(page.after))
        limit = limit_of(page)
        rows = self._connection.execute(wanted.limit(limit + 1)).all()
        known = {council.id: council for council in self._whole(rows)}
        return page_from(rows, limit, lambda row: known[row.id], lambda row: row.id)

    def add(self, council: Council) -> None:
        """Keep a new one."""
        rules = council.rules
        values = {name: getattr(council, name) for name in _PLAIN} | {
            "quorum": rules.quorum.text,
            "passing": rules.passing.text,
            "base": rules.base.value,
            "interested_count": rules.interested_count,
            "source": rules.source,
        }
        self._connection.execute(insert(councils), values)
        self._connection.execute(
            insert(council_members),
            [
                {
                    "council_id": council.id,
                    "person_id": member.person_id,
                    "place": place,
                    "function": member.function.value,
                    "unit": member.unit,
                    "votes": member.votes,
                }
                for place, member in enumerate(council.members)
            ],
        )

    def save(self, council: Council) -> None:
        """Keep its last day; raises CouncilMoved if its rev is not the next one."""
        new = {"council": council.id, "before": council.rev - 1, "after": council.rev, "last": council.valid_to}
        if not self._connection.execute(_SAVE, new).rowcount:
            raise CouncilMoved

    def _whole(self, rows: Sequence[AnyRow]) -> list[Council]:
        if not rows:
            return []
        members: dict[object, list[Member]] = {row.id: [] for row in rows}
        found = self._connection.execute(_MEMBERS.where(_M.council_id.in_(list(members))))
        for row in found:
            members[row.council_id].append(_member(row))
        return [_council(row, tuple(members[row.id])) for row in rows]


def _member(row: AnyRow) -> Member:
    return Member(
        person_id=PersonId(row.person_id),
        function=MemberFunction(row.function),
        unit=row.unit,
        votes=row.votes,
    )


def _council(row: AnyRow, members: tuple[Member, ...]) -> Council:
    ids: Mapping[str, Any] = {
        "id": CouncilId(row.id),
        "agency_id": AgencyId(row.agency_id),
        "decision_id": None if row.decision_id is None else DocumentId(row.decision_id),
        "created_by": PersonId(row.created_by),
    }
    plain = {name: getattr(row, name) for name in _PLAIN if name not in ids}
    rules = VotingRules(
        quorum=Share.parse(row.quorum),
        passing=Share.parse(row.passing),
        base=PassBase(row.base),
        interested_count=row.interested_count,
        source=row.source,
    )
    return Council(**ids, **plain, members=members, rules=rules)
