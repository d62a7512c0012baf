"""Localities: their codes, groups and places in one another, and what they are judged as."""

from dataclasses import replace
from typing import Any

import pytest

from engine.ids import LocalityId
from engine.localities import AreaClass, CommuneGroup, Locality, LocalityInvalid, LocalityKind, Region, require_right
from tests.support.builders import an_id

PROVINCE = Locality(
    id=LocalityId(an_id("province")),
    code="99",
    kind=LocalityKind.PROVINCE,
    name="tỉnh Thử Nghiệm",
    region=Region.NORTH_CENTRAL,
)
COMMUNE = replace(
    PROVINCE,
    id=LocalityId(an_id("commune")),
    code="99101",
    kind=LocalityKind.COMMUNE,
    name="xã Hoằng Thử",
    parent_id=PROVINCE.id,
    group=CommuneGroup.OTHER,
)
VILLAGE = replace(
    COMMUNE, id=LocalityId(an_id("village")), code="99101.01", kind=LocalityKind.VILLAGE, parent_id=COMMUNE.id
)


def test_a_province_its_communes_and_their_villages_are_right() -> None:
    for locality, parent in ((PROVINCE, None), (COMMUNE, PROVINCE), (VILLAGE, COMMUNE)):
        require_right(locality, parent)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("code", {"code": "9910"}),
        ("name", {"name": " "}),
        ("households", {"households": -1}),
        ("group", {"group": None}),
        ("group", {"group": CommuneGroup.MOUNTAIN}),
        ("group", {"area_class": AreaClass.III}),
    ],
)
def test_a_fact_that_contradicts_the_law_is_named(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(LocalityInvalid) as refused:
        require_right(replace(COMMUNE, **changes), PROVINCE)

    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize(
    ("locality", "parent"), [(COMMUNE, None), (COMMUNE, COMMUNE), (PROVINCE, PROVINCE), (VILLAGE, PROVINCE)]
)
def test_each_kind_lies_in_the_one_above_it(locality: Locality, parent: Locality | None) -> None:
    with pytest.raises(LocalityInvalid):
        require_right(locality, parent)


def test_a_village_has_the_code_of_its_commune() -> None:
    with pytest.raises(LocalityInvalid):
        require_right(replace(VILLAGE, code="99102.01"), COMMUNE)


def test_communes_of_special_hardship_are_judged_as_those_of_the_northern_mountains() -> None:
    assert COMMUNE.classification.region is Region.NORTH_CENTRAL
    assert replace(COMMUNE, hardship=True).classification.region is Region.NORTHERN_MOUNTAINS
