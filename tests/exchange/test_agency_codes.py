"""Which identifiers of agencies there are."""

import pytest

from api.province import province
from exchange.agency_codes import is_agency_code, is_old_agency_code


@pytest.mark.parametrize("code", ["H56", "H56.12", "H56.12.3", "A01." + "0" * 31])
def test_a_code_begins_with_its_first_level(code: str) -> None:
    assert is_agency_code(code)


@pytest.mark.parametrize("code", ["Z12", "h56", "H5", "H56.", "H56.12.a", "000.00.00.H56", "A01." + "0" * 32])
def test_anything_else_is_no_code_of_today(code: str) -> None:
    assert not is_agency_code(code)


def test_an_older_code_has_four_groups_and_ends_with_its_first_level() -> None:
    assert is_old_agency_code("000.00.00.H56")
    assert not is_old_agency_code("000.00.H56")


def test_the_demonstration_uses_codes_of_today() -> None:
    assert all(is_agency_code(office.agency.code) for office in province())
