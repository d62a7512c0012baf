"""Dates of the office: every year and date is that of Việt Nam, whatever the clock of the machine says."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def office_date(at: datetime) -> date:
    """Return the calendar date in Việt Nam at the moment *at* (aware)."""
    return at.astimezone(VIETNAM).date()
