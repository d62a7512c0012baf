"""Names: what ids are called on a page, so that no technical id stands where a name can."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from api.texts import written
from api.web.forms import day_of
from engine.ids import SYSTEM, AgencyId, PersonId, UnitId
from engine.people import Agency, Person, Unit
from engine.ports import UnitOfWork

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The people and units of one agency and all agencies of the installation, by id."""

    people: Mapping[PersonId, Person]
    units: Mapping[UnitId, Unit]
    agencies: Mapping[AgencyId, Agency]
    machine: str

    def person(self, person_id: PersonId | None) -> str:
        """Return a person's name; the machine has one too, strangers have none."""
        if person_id is None:
            return ""
        known = self.people.get(person_id)
        return known.name if known else self.machine if person_id == SYSTEM else "—"

    def titled(self, person_id: PersonId | None) -> str:
        """Return a person's name and title, as in 'Nguyễn Văn Đức, Chủ tịch'."""
        known = self.people.get(person_id) if person_id else None
        return f"{known.name}, {known.title}" if known else self.person(person_id)

    def unit(self, unit_id: UnitId | None) -> str:
        """Return a unit's name."""
        known = self.units.get(unit_id) if unit_id else None
        return known.name if known else ""

    def agency(self, agency_id: AgencyId) -> str:
        """Return an agency's name."""
        known = self.agencies.get(agency_id)
        return known.name if known else "—"

    def listed(self, agency_ids: Iterable[AgencyId]) -> str:
        """Return the names of agencies, one after the other."""
        return "; ".join(self.agency(agency_id) for agency_id in agency_ids)

    def shown(self, value: object) -> str:
        """Return a value of a form as people read it: days as they write them, ids of people and units as names."""
        if isinstance(value, list):
            return ", ".join(self.shown(one) for one in value)
        text = str(value)
        try:
            known = UUID(text)
        except ValueError:
            return written(day_of(text)) if _DAY.fullmatch(text) else text
        return self.titled(PersonId(known)) if known in self.people else self.unit(UnitId(known)) or text


def names_of(agency_id: AgencyId, work: UnitOfWork, machine: str) -> Names:
    """Return the names a page of this agency may need; *machine* is what the system is called."""
    return Names(
        people={person.id: person for person in work.people.of_agency(agency_id)},
        units={unit.id: unit for unit in work.people.units(agency_id)},
        agencies={agency.id: agency for agency in work.people.agencies()},
        machine=machine,
    )
