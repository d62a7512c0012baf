"""The stamp of arrival that an incoming document gets."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalStamp:
    """What the stamp 'ĐẾN' says, line by line; it is a rectangle of 35 by 50 millimetres.

    Source: Decree 30/2020/NĐ-CP, appendix IV.
    """

    agency: str
    number: int
    arrived_on: date
    forwarded_to: str | None
    file_code: str | None = None


STAMP_HEIGHT_MM, STAMP_WIDTH_MM = 35, 50
