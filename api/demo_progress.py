"""Progress of the demonstration's province: the plan of the year, and recognitions of the years before."""

from datetime import date
from typing import Final

from api.province import localities, province
from api.wiring import House
from engine.actions.record_achievement import RecordAchievement, record_achievement
from engine.actions.save_tier_plan import SaveTierPlan, save_tier_plan
from engine.criteria import Tier
from engine.deadlines import office_date
from engine.people import Role

PLANNED: Final = {Tier.COMMUNE: 3, Tier.COMMUNE_ADVANCED: 1, Tier.VILLAGE: 2}
_BASIS: Final = "Trình diễn; không phải quyết định có thật"
RECOGNISED: Final = (
    ("99103", Tier.COMMUNE, "101/QĐ-UBND", 3),
    ("99103", Tier.COMMUNE_ADVANCED, "212/QĐ-UBND", 1),
    ("99104", Tier.COMMUNE, "102/QĐ-UBND", 2),
    ("99105", Tier.COMMUNE, "57/QĐ-UBND", 0),
)
"""Communes other than those that play: level, decision, so many years ago."""


def open_progress(house: House) -> None:
    """Plan the year and record what was recognised before, unless that was done."""
    office = province()[0]
    head = next(person for person in office.people if person.holds(Role.HEAD))
    keeper = next(person for person in office.people if person.holds(Role.ADMINISTRATOR))
    places = {one.code: one for one in localities()}
    at = house.services.clock()
    today = office_date(at)
    with house.services.begin() as work:
        if work.targets.plan(office.agency.id, today.year):
            return
        save_tier_plan(SaveTierPlan(year=today.year, planned=PLANNED), by=head, at=at, work=work)
    for code, tier, decision, years in RECOGNISED:
        request = RecordAchievement(
            locality_id=places[code].id,
            tier=tier,
            decision=decision,
            decided_on=date(today.year - years, 1, 1),
            basis=_BASIS,
        )
        with house.services.begin() as work:
            record_achievement(request, by=keeper, at=at, work=work)
