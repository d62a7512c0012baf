"""How numbers are printed."""

import pytest

from engine.registers import SymbolMalformed, printed_number, printed_serial, symbol_of


@pytest.mark.parametrize(("number", "printed"), [(1, "01"), (5, "05"), (15, "15"), (115, "115")])
def test_a_number_below_ten_has_a_leading_zero(number: int, printed: str) -> None:
    assert printed_serial(number) == printed


@pytest.mark.parametrize(
    ("number", "type_code", "agency", "unit", "printed"),
    [
        (5, "QĐ", "BNV", "VP", "05/QĐ-BNV"),
        (15, "QĐ", "BNV", "VP", "15/QĐ-BNV"),
        (5, "CV", "BNV", "VP", "05/BNV-VP"),
        (12, "CV", "UBND", "VX", "12/UBND-VX"),
        (3, "QyĐ", "UBND", "VX", "03/QyĐ-UBND"),
    ],
)
def test_a_number_is_printed_with_type_and_agency_or_for_an_official_letter_agency_and_unit(
    number: int, type_code: str, agency: str, unit: str, printed: str
) -> None:
    assert printed_number(number, symbol_of(type_code, agency, unit)) == printed


@pytest.mark.parametrize("symbol", ["", "QĐ BNV", " QĐ-BNV", "QĐ/BNV", "QĐ\u00a0BNV"])
def test_a_symbol_with_a_space_or_slash_is_refused(symbol: str) -> None:
    with pytest.raises(SymbolMalformed):
        printed_number(15, symbol)


def test_an_agency_without_a_symbol_gets_no_number() -> None:
    with pytest.raises(SymbolMalformed):
        symbol_of("QĐ", "", "VP")
