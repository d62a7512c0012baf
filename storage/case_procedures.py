"""Procedures of the one-stop office as rows: every version one, with all that was set as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from engine.case_procedures import (
    CaseProcedure,
    CaseProcedureChanged,
    CaseProcedureNotFound,
    Component,
    Fee,
    ServiceLevel,
    Settings,
    Step,
)
from engine.cases import Channel
from engine.ids import AgencyId, CaseProcedureId, PersonId, UnitId
from engine.people import Role
from storage.schema import case_procedures
from storage.statements import Statements

_GET = select(case_procedures).where(case_procedures.c.id == bindparam("procedure_id"))
_VERSIONS = (
    select(case_procedures)
    .where(case_procedures.c.agency_id == bindparam("agency"), case_procedures.c.code == bindparam("code"))
    .order_by(case_procedures.c.version.desc())
)
_OF_AGENCY = (
    select(case_procedures)
    .where(case_procedures.c.agency_id == bindparam("agency"))
    .ext(distinct_on(case_procedures.c.code))
    .order_by(case_procedures.c.code, case_procedures.c.version.desc())
)
_NEWEST = (
    select(case_procedures.c.agency_id, case_procedures.c.offered, case_procedures.c.settings)
    .ext(distinct_on(case_procedures.c.agency_id, case_procedures.c.code))
    .order_by(case_procedures.c.agency_id, case_procedures.c.code, case_procedures.c.version.desc())
    .subquery()
)
_ONLINE = (
    select(_NEWEST.c.agency_id)
    .where(_NEWEST.c.offered, _NEWEST.c.settings["channels"].contains([Channel.ONLINE.value]))
    .distinct()
)
_ADD = insert(case_procedures).on_conflict_do_nothing().returning(case_procedures.c.id)


class PostgresCaseProcedures:
    """Versions of procedures, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, procedure_id: CaseProcedureId) -> CaseProcedure:
        """Return the version, or raise CaseProcedureNotFound."""
        row = self._connection.execute(_GET, {"procedure_id": procedure_id}).one_or_none()
        if row is None:
            raise CaseProcedureNotFound
        return _procedure(row)

    def latest(self, agency_id: AgencyId, code: str) -> CaseProcedure | None:
        """Return the newest version of this code, or None."""
        row = self._connection.execute(_VERSIONS.limit(1), {"agency": agency_id, "code": code}).one_or_none()
        return None if row is None else _procedure(row)

    def of_agency(self, agency_id: AgencyId) -> Sequence[CaseProcedure]:
        """Return the newest version of each procedure, by code."""
        return [_procedure(row) for row in self._connection.execute(_OF_AGENCY, {"agency": agency_id})]

    def agencies_online(self) -> Sequence[AgencyId]:
        """Return the agencies of which at least one procedure takes applications online now."""
        return [AgencyId(row.agency_id) for row in self._connection.execute(_ONLINE)]

    def versions(self, agency_id: AgencyId, code: str) -> Sequence[CaseProcedure]:
        """Return every version, the newest first."""
        rows = self._connection.execute(_VERSIONS, {"agency": agency_id, "code": code})
        return [_procedure(row) for row in rows]

    def add(self, procedure: CaseProcedure) -> None:
        """Keep a new version; raises CaseProcedureChanged where somebody else kept it first."""
        settings = procedure.settings
        values = {
            "id": procedure.id,
            "agency_id": procedure.agency_id,
            "code": settings.code,
            "version": procedure.version,
            "offered": settings.offered,
            "settings": settings.as_json(),
            "made_at": procedure.made_at,
            "made_by": procedure.made_by,
        }
        if self._connection.execute(_ADD, values).one_or_none() is None:
            raise CaseProcedureChanged(code=settings.code)


def _procedure(row: Row[Any]) -> CaseProcedure:
    return CaseProcedure(
        id=CaseProcedureId(row.id),
        agency_id=AgencyId(row.agency_id),
        version=row.version,
        settings=_settings(row.settings),
        made_at=row.made_at,
        made_by=PersonId(row.made_by),
    )


def _settings(kept: Mapping[str, Any]) -> Settings:
    built = {
        "level": ServiceLevel(kept["level"]),
        "channels": frozenset(Channel(channel) for channel in kept["channels"]),
        "components": tuple(Component(**one) for one in kept["components"]),
        "fees": tuple(Fee(**one) for one in kept["fees"]),
        "steps": tuple(_step(one) for one in kept["steps"]),
    }
    return Settings(**{**kept, **built})


def _step(kept: Mapping[str, Any]) -> Step:
    unit = kept["unit_id"]
    return Step(
        name=kept["name"],
        half_days=kept["half_days"],
        role=Role(kept["role"]),
        unit_id=None if unit is None else UnitId(UUID(unit)),
    )
