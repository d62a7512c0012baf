"""Loading what localities are judged by, and making localities known: the province's administrator alone."""

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from api.wiring import House
from engine.access import NotAllowed
from engine.actions.add_localities import add_localities
from engine.actions.load_criteria_set import load_criteria_set
from engine.actions.load_localities import LoadLocalities, load_localities
from engine.actions.load_shipped_criteria import load_shipped_criteria
from engine.actions.save_locality import SaveLocality, save_locality
from engine.criteria import Certainty, CriteriaOverlap, Tier, Verdict, judge
from engine.criteria_sheets import Cell
from engine.ids import CriteriaSetId, LocalityId
from engine.localities import Classification, LocalityKind, LocalityKnown, LocalityMoved
from engine.locality_loading import current_book
from engine.locality_sheets import COLUMNS, SHEET
from engine.people import Post, Role
from tests.support.builders import an_id
from tests.support.house import Crowd


def test_the_province_has_the_national_sets_and_its_own_for_show(house: House) -> None:
    with house.services.begin() as work:
        judged_by = work.criteria_sets.in_force(Tier.COMMUNE, date(2026, 11, 22))
        shipped = work.criteria_sets.get(CriteriaSetId("commune-2026/1"))
        communes = work.localities.all(LocalityKind.COMMUNE)

    assert (judged_by.id, judged_by.certainty, judged_by.is_complete) == (
        "commune-2026/2",
        Certainty.DEMONSTRATION,
        True,
    )
    assert not shipped.is_complete
    assert {each.code: each.agency_id is not None for each in communes}["99101"]


def test_smart_villages_and_communes_are_judged_by_sets_as_any_other(house: House) -> None:
    with house.services.begin() as work:
        commune, village = (
            work.criteria_sets.get(CriteriaSetId(f"{one}-smart-2026/1")) for one in ("commune", "village")
        )

    share = commune.indicator("1.1")
    assert (commune.tier, village.tier) == (Tier.COMMUNE_SMART, Tier.VILLAGE_SMART)
    assert share.judge(Decimal(60), Classification()).verdict is Verdict.MET
    assert share.judge(Decimal("59.9"), Classification()).short_by == Decimal("0.1")
    assert not judge(village, {}, Classification()).passed


def test_loading_the_shipped_sets_again_changes_nothing(house: House, people: Crowd) -> None:
    services = house.services
    with services.begin() as work:
        assert load_shipped_criteria(by=people["quantri"], at=services.clock(), work=work) == []


def test_a_new_version_is_loaded_with_a_leaf_and_one_that_overlaps_is_refused(house: House, people: Crowd) -> None:
    services, by = house.services, people["quantri"]
    with services.begin() as work:
        known = work.criteria_sets.get(CriteriaSetId("village-2026/1"))
        later = replace(known, version=2, effective_from=date(2027, 1, 1), supersedes=known.id)
        loading = load_criteria_set(later, by=by, at=services.clock(), work=work)
    with services.begin() as work:
        assert work.criteria_sets.in_force(Tier.VILLAGE, date(2026, 12, 31)) == known
        assert work.criteria_sets.in_force(Tier.VILLAGE, date(2027, 1, 1)) == later
        assert work.criteria_sets.loadings()[0] == loading
        [leaf] = work.audit.about(by.agency_id, [later.id])
        assert (leaf.action, leaf.actor) == ("criteria_set.loaded", by.id)
        with pytest.raises(CriteriaOverlap):
            load_criteria_set(
                replace(known, version=3, effective_from=date(2028, 1, 1)), by=by, at=services.clock(), work=work
            )


def test_who_is_no_administrator_of_the_province_loads_nothing(house: House, people: Crowd) -> None:
    services = house.services
    of_commune = replace(people["xa1.chuyenvien"], posts=(Post(role=Role.ADMINISTRATOR),))
    with services.begin() as work:
        for by in (people["chutich"], of_commune):
            with pytest.raises(NotAllowed):
                load_shipped_criteria(by=by, at=services.clock(), work=work)
            with pytest.raises(NotAllowed):
                add_localities([], by=by, at=services.clock(), work=work)


def test_a_commune_is_made_known_once(house: House, people: Crowd) -> None:
    services, by = house.services, people["quantri"]
    with services.begin() as work:
        other = work.localities.find_by_code("99103")
        assert other is not None
        new = replace(other, id=LocalityId(an_id("99555")), code="99555", name="xã Mới")
        add_localities([new], by=by, at=services.clock(), work=work)
    with services.begin() as work:
        assert work.localities.get(new.id) == new
        with pytest.raises(LocalityKnown):
            add_localities([replace(new, id=LocalityId(an_id("again")))], by=by, at=services.clock(), work=work)


def test_facts_are_changed_as_they_were_seen(house: House, people: Crowd) -> None:
    services, by = house.services, people["quantri"]
    with services.begin() as work:
        known = work.localities.find_by_code("99101")
        assert known is not None
        request = SaveLocality(
            locality_id=known.id,
            name=known.name,
            region=known.region,
            group=known.group,
            area_class=known.area_class,
            hardship=True,
            households=2200,
            agency_id=known.agency_id,
            rev=known.rev,
        )
        saved = save_locality(request, by=by, at=services.clock(), work=work)
    assert (saved.households, saved.hardship, saved.rev) == (2200, True, known.rev + 1)
    with services.begin() as work, pytest.raises(LocalityMoved):
        save_locality(request, by=by, at=services.clock(), work=work)


def test_a_workbook_of_localities_is_one_leaf_and_none_where_it_changes_nothing(house: House, people: Crowd) -> None:
    services, by = house.services, people["quantri"]
    with services.begin() as work:
        book = current_book(by=by, work=work)
    rows: list[Sequence[Cell]] = [*book[SHEET], ["99777", "xã Mới", "99", "Bắc Trung Bộ", 2]]
    for _ in range(2):
        with services.begin() as work:
            plan = load_localities(LoadLocalities(book={SHEET: rows}), by=by, at=services.clock(), work=work)

    assert plan.is_empty
    with services.begin() as work:
        (leaf,) = [
            one for one in work.audit.about(by.agency_id, [str(by.agency_id)]) if one.action == "localities.loaded"
        ]
        with pytest.raises(NotAllowed):
            load_localities(LoadLocalities(book=book), by=people["chutich"], at=services.clock(), work=work)
    assert json.loads(leaf.leaf)["data"]["added"]["99777"]["group"] == "group_2"


def test_two_loadings_at_once_make_a_commune_known_once(house: House, people: Crowd) -> None:
    services, by = house.services, people["quantri"]
    rows: list[Sequence[Cell]] = [list(COLUMNS.values()), ["99778", "xã Mới", "99", "Bắc Trung Bộ", 2]]
    ready = threading.Barrier(2, timeout=10)

    def load() -> int:
        ready.wait()
        with services.begin() as work:
            request = LoadLocalities(book={SHEET: rows})
            return len(load_localities(request, by=by, at=services.clock(), work=work).added)

    with ThreadPoolExecutor(2) as pool:
        added = [one.result() for one in [pool.submit(load) for _ in range(2)]]

    assert sorted(added) == [0, 1]
