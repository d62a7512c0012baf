"""Agencies, units and people, as forms offer them."""

from tests.api.rest.callers import Callers


def test_every_agency_is_listed_for_whoever_is_signed_in(callers: Callers) -> None:
    names = [agency["name"] for agency in callers["xa1.chuyenvien"].read("/agencies")["items"]]

    assert sorted(names) == [
        "Ủy ban nhân dân tỉnh Thử Nghiệm",
        "Ủy ban nhân dân xã Hoằng Thử",
        "Ủy ban nhân dân xã Quảng Mẫu",
    ]


def test_people_and_units_are_those_of_ones_own_agency(callers: Callers) -> None:
    people = callers["vanthu.xa1"].read("/people")["items"]
    units = callers["vanthu.xa1"].read("/units")["items"]

    assert {person["name"] for person in people} == {
        "Văn thư Hoằng Thử",
        "Lê Thị Mai",
        "Trịnh Văn Lâm",
        "Công chức Hoằng Thử",
    }
    assert len(units) == 1


def test_people_are_shown_with_their_posts_and_nothing_private(callers: Callers) -> None:
    people = callers["vanthu"].read("/people")["items"]

    head = next(person for person in people if person["title"] == "Chủ tịch")
    assert head["posts"] == [{"role": "head", "unit_id": None, "acting": False}]
    assert set(head) == {"id", "name", "title", "posts"}
