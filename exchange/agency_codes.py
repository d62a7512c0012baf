"""Identifiers of agencies: the code of QĐ 20/2020 and the older one of QCVN 102:2016, both still in use."""

import re
from typing import Final

MAX_LENGTH: Final = 35
_NEW: Final = re.compile(r"[A-Y][0-9]{2}(\.[0-9A-Z]+)*")
_OLD: Final = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}")


def is_agency_code(text: str) -> bool:
    """Say whether *text* is a code of today: level 1 first, as in 'H56' or 'H56.12.3'; at most 35 characters.

    Source: QĐ 20/2020/QĐ-TTg, art. 4, amended by QĐ 09/2025/QĐ-TTg.
    """
    return len(text) <= MAX_LENGTH and _NEW.fullmatch(text) is not None


def is_old_agency_code(text: str) -> bool:
    """Say whether *text* is an older code: four groups of 13 characters in all, level 1 last, as '000.00.00.H56'.

    Source: QĐ 28/2018/QĐ-TTg, art. 10; QCVN 102:2016/BTTTT.
    """
    return _OLD.fullmatch(text) is not None
