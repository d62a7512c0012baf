"""The public holidays of Việt Nam, as a proposal for a year of a calendar; an administrator has the last word.

The lunar new year is that of UTC+7, which is not always the Chinese one (2030: 2 February, not 3 February).
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from holidays import country_holidays

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
"""The years a calendar can be kept for; the lunar tables end with the last."""

_WEEKEND: Final = 5
"""Saturday, as ``date.weekday`` counts."""


@lru_cache(maxsize=128)
def proposed_days_off(year: int) -> Sequence[tuple[date, str]]:
    """Return the days of *year* that are not worked beside weekends, each with its Vietnamese name; in order.

    A holiday on a weekend is there as the day that makes up for it, and the weekend itself is left out.

    Source: Labour Code 2019, art. 111 and 112.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    found = country_holidays("VN", years=year, language="vi")
    return tuple((day, name) for day, name in sorted(found.items()) if day.weekday() < _WEEKEND)


@lru_cache(maxsize=128)
def proposed_make_up_days(year: int) -> Sequence[date]:
    """Return the weekend days of *year* that are known to be worked in place of another day; in order."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    found = country_holidays("VN", years=year, language="vi")
    return tuple(sorted(day for day in found.weekend_workdays if day.year == year))
