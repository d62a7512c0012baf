"""Dates and codes of OCOP: rounds, validity, windows for ranking again, transition, product codes, slip numbers.

All dates are those of Việt Nam. Source: Decision 26/2026/QĐ-TTg; what the law leaves open is said where it is decided.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from engine.calendars import WorkCalendar
from engine.deadlines import office_date, working_days_after
from engine.errors import FieldError, Invalid
from engine.rubrics import DECISION, TOURISM

EFFECTIVE: Final = date(2026, 5, 22)
"""From this day on dossiers are filed under Decision 26/2026/QĐ-TTg."""
EARLIER_DECISION: Final = "148/2023/QĐ-TTg"
VALID_MONTHS: Final = 36
COMMUNE_DAYS: Final = 15
"""Working days a commune has from receipt."""
SAMPLES: Final = 5
WINDOW: Final = (timedelta(days=180), timedelta(days=120))
"""A product is ranked again on a dossier filed so long before its certificate ends: not earlier, not later."""
EXTENSION: Final = timedelta(days=180)
RERANK: Final = timedelta(days=45)
REVOKE: Final = timedelta(days=15)
_TRANSITION: Final = (timedelta(days=60), timedelta(days=30))
_MONTHS: Final = 12


class Purpose(StrEnum):
    """What a dossier asks for."""

    FIRST = "first"
    UPGRADE = "upgrade"
    RERANK = "rerank"


class Tier(StrEnum):
    """Where a product is ranked; there are only two."""

    PROVINCE = "province"
    CENTRAL = "central"


class Decider(StrEnum):
    """Whose decision a rank needs."""

    NOBODY = "nobody"
    PROVINCE_CHAIRMAN = "province_chairman"
    MINISTER = "minister"


def decider_of(stars: int) -> Decider:
    """Return who recognises so many stars: 3 and 4 the chairman of the province, 5 the minister, below nobody.

    Source: Decision 26/2026/QĐ-TTg.
    """
    if stars < 3:  # noqa: PLR2004  stars are numbers
        return Decider.NOBODY
    return Decider.MINISTER if stars == 5 else Decider.PROVINCE_CHAIRMAN  # noqa: PLR2004


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round of ranking: proposals come before the one day, results before the other; neither day counts."""

    year: int
    number: int
    proposals_before: date
    ends_before: date


_ROUNDS: Final = {
    Tier.PROVINCE: (((4, 30), (6, 30)), ((10, 30), (12, 30))),
    Tier.CENTRAL: (((1, 30), (3, 30)), ((7, 30), (9, 30))),
}


def round_of(proposed: date, tier: Tier = Tier.PROVINCE) -> Round:
    """Return the first round a proposal of this day comes in time for: strictly before the day named.

    Source: Decision 26/2026/QĐ-TTg: provinces before 30/6 and 30/12 for proposals before 30/4 and 30/10, the centre
    before 30/3 and 30/9 for proposals before 30/01 and 30/7.
    """
    known = (
        Round(year=year, number=number, proposals_before=date(year, *before), ends_before=date(year, *ends))
        for year in (proposed.year, proposed.year + 1)
        for number, (before, ends) in enumerate(_ROUNDS[tier], start=1)
    )
    return next(each for each in known if proposed < each.proposals_before)


def result_due(purpose: Purpose, proposed: date, complete: date, finish_by: date | None = None) -> date:
    """Return the last day for a result: of ranking again 45 days after the full dossier, else the last of the round.

    Args:
        purpose: Of the dossier.
        proposed: The day the commune proposed the product.
        complete: The day the dossier was found to be whole.
        finish_by: The last day of a transition, where one binds the dossier besides.

    Source: Decision 26/2026/QĐ-TTg: rounds of the province, 45 days for ranking again; art. 11 and 12.
    """
    last = complete + RERANK if purpose is Purpose.RERANK else round_of(proposed).ends_before - timedelta(days=1)
    return last if finish_by is None else min(last, finish_by)


def valid_until(issued: date) -> date:
    """Return the last day of a certificate: the same day 36 months on, else the last day of that month.

    Source: Decision 26/2026/QĐ-TTg, 36 months; that 29/02 becomes 28/02 is our convention.
    """
    month = issued.month - 1 + VALID_MONTHS
    year, month = issued.year + month // _MONTHS, month % _MONTHS + 1
    return date(year, month, min(issued.day, calendar.monthrange(year, month)[1]))


def rerank_window(expires: date) -> tuple[date, date]:
    """Return the first and last day on which a dossier for ranking again is in time."""
    earliest, latest = WINDOW
    return expires - earliest, expires - latest


def extended_until(expires: date) -> date:
    """Return until when at most an old certificate stays valid while ranking again is under way.

    Source: Decision 26/2026/QĐ-TTg, art. 12.3.
    """
    return expires + EXTENSION


def commune_due(received: date, calendar_: WorkCalendar) -> date:
    """Return the day by which the commune has checked and reported: 15 working days after receipt."""
    return working_days_after(calendar_, received, COMMUNE_DAYS)


def samples_of(set_number: int) -> int:
    """Return how many samples go with a proposal: 5, of tourism none."""
    return 0 if set_number == TOURISM else SAMPLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Under which decision a dossier is judged, and until when at the latest where that is a transition."""

    decision: str
    finish_by: date | None = None


def ruling_of(purpose: Purpose, filed: datetime) -> Ruling:
    """Return what a dossier filed at this moment is judged by; the day in Việt Nam decides.

    Source: Decision 26/2026/QĐ-TTg, art. 11 and 12: earlier ones go on under the older decision, first and upgrade
    dossiers for 60 days, those for ranking again for 30.
    """
    if office_date(filed) >= EFFECTIVE:
        return Ruling(decision=DECISION)
    longer, shorter = _TRANSITION
    return Ruling(decision=EARLIER_DECISION, finish_by=EFFECTIVE + (shorter if purpose is Purpose.RERANK else longer))


_CODE: Final = re.compile(r"([0-9]{1,2})-(?:([0-9]{1,3})-)?([0-9]{1,5})-([0-9]{1,4})-(20[0-9]{2})")


class CodeSeries(NamedTuple):
    """Codes that are counted together: those of a commune and year, whatever district they name."""

    province: str
    commune: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCode:
    """A product's code `T-X-STT-20YY`: province, commune, serial in the commune, year.

    Attributes:
        district: Of codes given before districts ended, as in '83-829-28780-3-2022'.

    Source: Decision 26/2026/QĐ-TTg; administrative codes of Decision 19/2025/QĐ-TTg.
    """

    province: str
    commune: str
    serial: int
    year: int
    district: str | None = None

    def __str__(self) -> str:
        """Return the code as it is printed."""
        parts = (self.province, self.district, self.commune, str(self.serial), str(self.year))
        return "-".join(part for part in parts if part is not None)

    @property
    def series(self) -> "CodeSeries":
        """The codes it is one of."""
        return CodeSeries(self.province, self.commune, self.year)

    @classmethod
    def parse(cls, text: str) -> "ProductCode":
        """Return the code written so; raises ProductCodeMalformed."""
        found = _CODE.fullmatch(text.strip())
        if found is None or not int(found[4]):
            message = "The code of a product is province-commune-serial-year, as in 38-15001-3-2026."
            raise ProductCodeMalformed(errors=[FieldError(field="code", code="ocop.code", message=message)])
        return cls(province=found[1], district=found[2], commune=found[3], serial=int(found[4]), year=int(found[5]))


def slip_number(commune_serial: int, province_serial: int | None, province: str, commune: str, year: int) -> str:
    """Return the number of a registration slip, as in '03-11/PĐK-38-15001-2026'.

    The form is 'NN-NN/PĐK-(province)-(commune)-(year)', for commune and province; we read it as the slip's serial in
    the commune and then in the province, which is '…' until the province has it.

    Source: Decision 26/2026/QĐ-TTg, form 01.
    """
    received = "…" if province_serial is None else f"{province_serial:02d}"
    return f"{commune_serial:02d}-{received}/PĐK-{province}-{commune}-{year}"


class ProductCodeMalformed(Invalid):
    """It is not written as codes of products are."""

    code = "ocop.product_code_malformed"
    template = "This is no code of a product. Write it as on the certificate: province-commune-serial-year."
