"""Versions of sets of criteria, as rows that only grow in number; each process keeps those it has read."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, select

from engine.criteria import CriteriaSet, CriteriaSetNotFound, NoCriteriaInForce, Tier, in_force
from engine.criteria_files import from_plain, to_plain
from engine.criteria_loading import Loading
from engine.ids import AgencyId, CriteriaSetId, PersonId
from storage.schema import criteria_sets
from storage.statements import Statements

_MOST: Final = 10_000
_QUEUE: Final = 7_301
"""Key of the advisory lock that those who add versions stand in line by."""
_CONTENTS = select(criteria_sets.c.id, criteria_sets.c.content).where(
    criteria_sets.c.id.in_(bindparam("set_ids", expanding=True))
)
_IDS = select(criteria_sets.c.id).order_by(criteria_sets.c.effective_from, criteria_sets.c.id).limit(_MOST)
_LOADED = ("id", "agency_id", "loaded_at", "loaded_by", "sha256")
_LOADINGS = (
    select(*(criteria_sets.c[name] for name in _LOADED))
    .order_by(criteria_sets.c.loaded_at.desc(), criteria_sets.c.id)
    .limit(_MOST)
)
_WAIT = select(func.pg_advisory_xact_lock(_QUEUE))


class PostgresCriteriaSets:
    """Versions of sets, as one transaction sees them; *known* are those this process has read."""

    def __init__(self, connection: Statements, known: dict[CriteriaSetId, CriteriaSet]) -> None:
        self._connection = connection
        self._known = known
        self._own: dict[CriteriaSetId, CriteriaSet] = {}

    def get(self, set_id: CriteriaSetId) -> CriteriaSet:
        """Return the version, or raise CriteriaSetNotFound."""
        found = self._several([set_id])
        if not found:
            raise CriteriaSetNotFound
        return found[0]

    def all(self) -> Sequence[CriteriaSet]:
        """Return every version, by its first day, then code and version."""
        return self._several([CriteriaSetId(row.id) for row in self._connection.execute(_IDS)])

    def in_force(self, tier: Tier, day: date) -> CriteriaSet:
        """Return the version by which a dossier of that day is judged, or raise NoCriteriaInForce."""
        found = in_force(tier, day, self.all())
        if found is None:
            raise NoCriteriaInForce(day=day.strftime("%d/%m/%Y"))
        return found

    def loadings(self) -> Sequence[Loading]:
        """Return who loaded which version when, the newest first."""
        return [
            Loading(
                set_id=CriteriaSetId(row.id),
                agency_id=AgencyId(row.agency_id),
                at=row.loaded_at,
                by=PersonId(row.loaded_by),
                sha256=row.sha256,
            )
            for row in self._connection.execute(_LOADINGS)
        ]

    def queue(self) -> None:
        """Let whoever else is adding versions finish first; later ones wait until this transaction ends."""
        self._connection.execute(_WAIT)

    def add(self, version: CriteriaSet, loading: Loading) -> None:
        """Keep a new version."""
        row: dict[str, Any] = {
            "id": version.id,
            "agency_id": loading.agency_id,
            "tier": version.tier.value,
            "effective_from": version.effective_from,
            "effective_to": version.effective_to,
            "supersedes": version.supersedes,
            "content": to_plain(version),
            "sha256": loading.sha256,
            "loaded_at": loading.at,
            "loaded_by": loading.by,
        }
        self._connection.execute(insert(criteria_sets), row)
        # Not known to others: this transaction may yet be undone.
        self._own[version.id] = version

    def _several(self, ids: Sequence[CriteriaSetId]) -> Sequence[CriteriaSet]:
        unread = [each for each in ids if each not in self._known and each not in self._own]
        if unread:
            for row in self._connection.execute(_CONTENTS, {"set_ids": unread}):
                self._known[CriteriaSetId(row.id)] = from_plain(row.content)
        return [found for each in ids if (found := self._own.get(each) or self._known.get(each))]
