"""Registers: the yearly number books of an agency, gap-free and shared by paper and electronic documents."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from engine.errors import Invalid, NotFound
from engine.ids import AgencyId, DocumentId, EntryId, PersonId, RegisterId

WITHOUT_ABBREVIATION = frozenset({"CV", "ThC"})
"""Công văn and thư công: types whose number carries no abbreviation."""


class Direction(StrEnum):
    """Which way a document goes; copies on paper have a series of their own, common to all their forms."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    COPIES = "copies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One series of numbers of an agency; it restarts at 1 each 1 January."""

    id: RegisterId
    agency_id: AgencyId
    direction: Direction
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """One number taken; a cancelled number stays, with its reason."""

    id: EntryId
    register_id: RegisterId
    agency_id: AgencyId
    year: int
    number: int
    printed: str
    document_id: DocumentId
    entered_at: datetime
    entered_by: PersonId
    entered_on: date
    cancelled_at: datetime | None = None
    cancelled_reason: str | None = None

    def cancelled(self, reason: str, at: datetime) -> "RegisterEntry":
        """Return this entry as cancelled; the number is not given again."""
        return replace(self, cancelled_at=at, cancelled_reason=reason)


class RegisterNotFound(NotFound):
    """No such register in this agency."""

    code = "register.not_found"
    template = "There is no such register in your agency."


class SymbolMalformed(Invalid):
    """A part of a document number is empty or has a space or slash."""

    code = "register.symbol_malformed"
    template = "'%(symbol)s' cannot be part of a document number: write it without spaces, as in QĐ-UBND."


def printed_serial(number: int) -> str:
    """Return the serial as printed, at least two digits: 5 → '05', 115 → '115'.

    Source: Decree 30/2020/NĐ-CP, appendix I.
    """
    return f"{number:02d}"


def symbol_of(type_code: str, agency_symbol: str, unit_symbol: str) -> str:
    """Return the symbol of a document number: 'QĐ-UBND', or for a công văn agency and unit, 'UBND-VX'.

    Raises:
        SymbolMalformed: A part is empty, or has a space or a slash.

    Source: Decree 30/2020/NĐ-CP, art. 15 and appendix I and III.
    """
    parts = (agency_symbol, unit_symbol) if type_code in WITHOUT_ABBREVIATION else (type_code, agency_symbol)
    for part in parts:
        if not part or "/" in part or any(letter.isspace() for letter in part):
            raise SymbolMalformed(symbol=part)
    return "-".join(parts)


def printed_number(number: int, symbol: str) -> str:
    """Return a document number as printed: '05/QĐ-UBND'.

    Raises:
        SymbolMalformed: The symbol is empty or has a space or a slash.

    Source: Decree 30/2020/NĐ-CP, art. 15 and appendix I.
    """
    if not symbol or "/" in symbol or any(letter.isspace() for letter in symbol):
        raise SymbolMalformed(symbol=symbol)
    return f"{printed_serial(number)}/{symbol}"
