"""Localities as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from engine.ids import AgencyId, LocalityId
from engine.localities import AreaClass, CommuneGroup, Locality, LocalityKind, LocalityNotFound, Region
from storage.schema import localities
from storage.statements import Statements

_MOST = 100_000
_GET = select(localities).where(localities.c.id == bindparam("locality_id"))
_LOCK = _GET.with_for_update()
_BY_CODE = select(localities).where(localities.c.code == bindparam("its_code"))
_OF_AGENCY = select(localities).where(localities.c.agency_id == bindparam("for_agency")).order_by(localities.c.code)
_ALL = select(localities).order_by(localities.c.code).limit(_MOST)
_OF_KIND = _ALL.where(localities.c.kind == bindparam("of_kind"))
_CHANGED = ("name", "region", "group", "area_class", "hardship", "households", "agency_id", "rev")
_SAVE = (
    update(localities)
    .where(localities.c.id == bindparam("locality_id"))
    .values({localities.c[name]: bindparam(f"new_{name}") for name in _CHANGED})
)
_NAMES = tuple(column.name for column in localities.c)


class PostgresLocalities:
    """Localities, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, locality_id: LocalityId) -> Locality:
        """Return the locality, or raise LocalityNotFound."""
        return self._one(_GET, {"locality_id": locality_id})

    def lock(self, locality_id: LocalityId) -> Locality:
        """Return the locality for changing, or raise LocalityNotFound."""
        return self._one(_LOCK, {"locality_id": locality_id})

    def find_by_code(self, code: str) -> Locality | None:
        """Return the locality with this code, or None."""
        row = self._connection.execute(_BY_CODE, {"its_code": code}).one_or_none()
        return None if row is None else _locality(row)

    def of_agency(self, agency_id: AgencyId) -> Sequence[Locality]:
        """Return those the agency speaks for, by code."""
        return [_locality(row) for row in self._connection.execute(_OF_AGENCY, {"for_agency": agency_id})]

    def all(self, kind: LocalityKind | None = None) -> Sequence[Locality]:
        """Return all, or those of a kind, by code."""
        statement, parameters = (_ALL, {}) if kind is None else (_OF_KIND, {"of_kind": kind.value})
        return [_locality(row) for row in self._connection.execute(statement, parameters)]

    def add(self, added: Sequence[Locality]) -> None:
        """Keep new localities."""
        if added:
            self._connection.execute(insert(localities), [_values(each) for each in added])

    def save(self, locality: Locality) -> None:
        """Keep the new value of a locked locality."""
        values = _values(locality)
        changed = {f"new_{name}": values[name] for name in _CHANGED}
        self._connection.execute(_SAVE, {"locality_id": locality.id, **changed})

    def _one(self, statement: Any, parameters: dict[str, Any]) -> Locality:  # noqa: ANN401 - a select
        row = self._connection.execute(statement, parameters).one_or_none()
        if row is None:
            raise LocalityNotFound
        return _locality(row)


def _values(locality: Locality) -> dict[str, Any]:
    values = {name: getattr(locality, name) for name in _NAMES}
    plain = {name: values[name] and values[name].value for name in ("kind", "region", "group", "area_class")}
    return {**values, **plain}


def _locality(row: Row[Any]) -> Locality:
    values = {name: getattr(row, name) for name in _NAMES}
    values |= {
        "id": LocalityId(row.id),
        "kind": LocalityKind(row.kind),
        "region": Region(row.region),
        "group": CommuneGroup(row.group) if row.group else None,
        "area_class": AreaClass(row.area_class) if row.area_class else None,
        "parent_id": LocalityId(row.parent_id) if row.parent_id else None,
        "agency_id": AgencyId(row.agency_id) if row.agency_id else None,
    }
    return Locality(**values)
