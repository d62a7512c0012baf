"""Localities, sets of criteria and achievements are read back as the values that were kept."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from engine.achievements import AchievementNotFound, AchievementRevoked, AlreadyRecognised
from engine.criteria import CriteriaSetNotFound, NoCriteriaInForce, Tier
from engine.criteria_files import shipped_sets
from engine.ids import CriteriaSetId, LocalityId
from engine.localities import AreaClass, CommuneGroup, LocalityKind, LocalityNotFound
from engine.ports import Begin
from tests.storage.builders import TODAY, an_event, an_office, new_id
from tests.storage.judged import a_loading, a_locality, an_achievement
from tests.support.postgres import Database


def test_localities_are_read_and_changed_by_code_kind_and_agency(begin: Begin) -> None:
    province = a_locality(code="99", kind=LocalityKind.PROVINCE, group=None)
    with begin() as work:
        office = an_office(work)
        commune = a_locality(parent_id=province.id, agency_id=office.agency.id)
        work.localities.add([commune, province])

    changed = replace(commune, group=CommuneGroup.MOUNTAIN, area_class=AreaClass.III, households=7, rev=1)
    with begin() as work:
        assert work.localities.lock(commune.id) == commune
        work.localities.save(changed)
        work.record(an_event(office.agency.id))
    with begin() as work:
        assert work.localities.all() == [province, changed]
        assert work.localities.all(LocalityKind.COMMUNE) == work.localities.of_agency(office.agency.id) == [changed]
        assert work.localities.find_by_code("99101") == work.localities.get(commune.id) == changed
        assert work.localities.find_by_code("00") is None
        with pytest.raises(LocalityNotFound):
            work.localities.get(LocalityId(new_id()))


def test_versions_are_read_by_what_is_in_force_on_a_day(begin: Begin) -> None:
    shipped = shipped_sets()
    with begin() as work:
        office = an_office(work)
        work.criteria_sets.queue()
        for each in shipped:
            work.criteria_sets.add(each, a_loading(each, office))
        assert work.criteria_sets.get(shipped[0].id) == shipped[0]

    with begin() as work:
        assert work.criteria_sets.all() == list(shipped)
        assert work.criteria_sets.in_force(Tier.COMMUNE, date(2026, 11, 22)).code == "commune-2026"
        assert {each.set_id for each in work.criteria_sets.loadings()} == {each.id for each in shipped}
        with pytest.raises(CriteriaSetNotFound):
            work.criteria_sets.get(CriteriaSetId("commune-2026/9"))
        with pytest.raises(NoCriteriaInForce):
            work.criteria_sets.in_force(Tier.COMMUNE, date(2021, 1, 1))


def test_a_version_never_changes(database: Database) -> None:
    first = shipped_sets()[0]
    with database.begin()() as work:
        work.criteria_sets.add(first, a_loading(first, an_office(work)))

    for change in ("UPDATE criteria_sets SET tier = 'village'", "DELETE FROM criteria_sets"):
        with (
            psycopg.connect(database.server.url("postgres", database.name)) as owner,
            pytest.raises(psycopg.DatabaseError, match="only grows"),
        ):
            owner.execute(change)


def test_what_a_locality_is_recognised_as_stands_until_it_is_revoked(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        place = a_locality(code="99", kind=LocalityKind.PROVINCE, group=None)
        work.localities.add([place])
        achievement = an_achievement(place, office)
        work.achievements.add(achievement)
        with pytest.raises(AlreadyRecognised):
            work.achievements.add(an_achievement(place, office))

    revoked = achievement.revoked("06/QĐ-UBND", TODAY + timedelta(days=1))
    with begin() as work:
        assert work.achievements.find(place.id, Tier.COMMUNE) == achievement
        assert work.achievements.lock(place.id, Tier.COMMUNE) == achievement
        work.achievements.save(revoked)
        work.achievements.add(an_achievement(place, office, decided_on=TODAY + timedelta(days=9)))
        work.record(an_event(office.agency.id))
    with begin() as work:
        assert work.achievements.of(place.id)[-1] == work.achievements.all()[0] == revoked
        with pytest.raises(AchievementNotFound):
            work.achievements.lock(place.id, Tier.VILLAGE)
    with pytest.raises(AchievementRevoked):
        revoked.revoked("07/QĐ-UBND", TODAY)
