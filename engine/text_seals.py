"""Text seals: the agency's signature on an attachment or a copy, which shows words and no image.

It stands in the top right corner of the first page, upright, in 10 points and black.

Source: Decree 30/2020/NĐ-CP, appendix I.
"""

from datetime import datetime, timedelta, timezone
from typing import Final

_VIETNAM = timezone(timedelta(hours=7))

TEXT_SEAL_POINTS: Final = 10


def printed_moment(at: datetime) -> str:
    """Return the time of signing as printed, in the time of Việt Nam: '05.03.2020 09:15:30 +07:00'.

    Source: Decree 30/2020/NĐ-CP, appendix I (day, month, year; hours, minutes, seconds; time zone by ISO 8601).
    """
    return f"{at.astimezone(_VIETNAM):%d.%m.%Y %H:%M:%S} +07:00"


def attachment_seal(number: str, at: datetime) -> str:
    """Return what stands on an attachment in a file of its own: number and symbol of its document, time of signing."""
    return f"{number}; {printed_moment(at)}"


def copy_seal(form: str, agency: str, at: datetime) -> str:
    """Return what stands on an electronic copy: form of the copy, agency that makes it, time of signing.

    Source: Decree 30/2020/NĐ-CP, appendix I and art. 25 to 27.
    """
    return f"{form.upper()}; {agency}; {printed_moment(at)}"
