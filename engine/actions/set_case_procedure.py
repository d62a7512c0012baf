"""Set a procedure of the one-stop office: a new version for new cases; those on their way keep theirs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.case_events import CaseProcedureSet
from engine.case_procedures import STEP_ROLES, CaseProcedure, CaseProcedureChanged, Settings, require_right
from engine.ids import AgencyId, CaseProcedureId, UnitId
from engine.people import Person, Role
from engine.ports import UnitOfWork
from engine.queries import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCaseProcedure:
    """What is set; *based_on* is the version it was made from, 0 for a procedure there was not."""

    settings: Settings
    based_on: int = 0
    once: Once | None = None


def set_case_procedure(request: SetCaseProcedure, *, by: Person, at: datetime, work: UnitOfWork) -> CaseProcedure:
    """Keep the next version of the procedure for the person's agency.

    Raises:
        NotAllowed: The person configures nothing here.
        CaseProcedureInvalid: Some settings are wrong; all are named.
        CaseProcedureChanged: Somebody set another version meanwhile.
    """
    access.require(by, "configure_case_procedures")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.case_procedures.get(CaseProcedureId(known))
    settings = request.settings
    units = [unit.id for unit in work.people.units(by.agency_id)]
    require_right(settings, units, _holders(by.agency_id, work))
    latest = work.case_procedures.latest(by.agency_id, settings.code)
    if (latest.version if latest else 0) != request.based_on:
        raise CaseProcedureChanged(code=settings.code)
    procedure = CaseProcedure(
        id=CaseProcedureId(work.new_id()),
        agency_id=by.agency_id,
        version=request.based_on + 1,
        settings=settings,
        made_at=at,
        made_by=by.id,
    )
    work.case_procedures.add(procedure)
    if request.once:
        work.requests.remember(by.id, request.once, procedure.id, at)
    work.record(_event(procedure))
    return procedure


def _event(procedure: CaseProcedure) -> CaseProcedureSet:
    text = json.dumps(procedure.settings.as_json(), ensure_ascii=False, sort_keys=True)
    return CaseProcedureSet(
        by=procedure.made_by,
        at=procedure.made_at,
        agency_id=procedure.agency_id,
        case_procedure_id=procedure.id,
        code=procedure.settings.code,
        version=procedure.version,
        offered=procedure.settings.offered,
        settings_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _holders(agency_id: AgencyId, work: UnitOfWork) -> Mapping[Role, frozenset[UnitId | None]]:
    people = work.people.of_agency(agency_id)
    return {
        role: frozenset(
            unit for person in people for post in person.posts if post.role is role for unit in (post.unit_id, None)
        )
        for role in STEP_ROLES
    }
