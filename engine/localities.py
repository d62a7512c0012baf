"""Localities: the province, its communes and their villages, as the programmes for rural areas count and judge them.

Source: Decision 19/2025/QĐ-TTg (codes of administrative units); Decision 318/QĐ-TTg of 2022 (seven regions);
Decision 51/2025/QĐ-TTg (three groups of communes).
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.ids import AgencyId, LocalityId

MAX_NAME: Final = 200
MAX_HOUSEHOLDS: Final = 1_000_000


class LocalityKind(StrEnum):
    """What a locality is; districts ended on 1 July 2025."""

    PROVINCE = "province"
    COMMUNE = "commune"
    VILLAGE = "village"


class Region(StrEnum):
    """One of the seven regions by which the thresholds of 2021–25 differ. Source: Decision 318/QĐ-TTg of 2022."""

    NORTHERN_MOUNTAINS = "northern_mountains"
    RED_RIVER_DELTA = "red_river_delta"
    NORTH_CENTRAL = "north_central"
    SOUTH_CENTRAL_COAST = "south_central_coast"
    CENTRAL_HIGHLANDS = "central_highlands"
    SOUTH_EAST = "south_east"
    MEKONG_DELTA = "mekong_delta"


class CommuneGroup(StrEnum):
    """One of the three groups by which the thresholds of 2026–30 differ. Source: Decision 51/2025/QĐ-TTg.

    Group 1 lies beside a town, is planned as one, or lives to less than 10 % on agriculture; group 3 are communes of
    areas II and III of ethnic minorities and mountains; group 2 are the others.
    """

    URBAN = "group_1"
    OTHER = "group_2"
    MOUNTAIN = "group_3"


class AreaClass(StrEnum):
    """The area (khu vực) of a commune of ethnic minorities and mountains: III is the poorest."""

    I = "I"  # noqa: E741  the law's own numeral
    II = "II"
    III = "III"


CODES: Final = {
    LocalityKind.PROVINCE: re.compile(r"^[0-9]{2}$"),
    LocalityKind.COMMUNE: re.compile(r"^[0-9]{5}$"),
    LocalityKind.VILLAGE: re.compile(r"^[0-9]{5}\.[0-9]{2,3}$"),
}
"""How each kind's code is written. Source: Decision 19/2025/QĐ-TTg; it numbers no villages, so theirs is the commune's
code and a number within it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Which of a set's thresholds are a locality's."""

    region: Region | None = None
    group: CommuneGroup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Locality:
    """A province, commune or village.

    Attributes:
        code: By Decision 19/2025/QĐ-TTg, as '99', '99101'; of a village '99101.01'.
        name: As in 'xã Hoằng Thử'.
        parent_id: The commune of a village, the province of a commune.
        group: Of a commune and its villages; None of a province.
        area_class: Where ethnic minorities and mountains have one.
        hardship: A commune of special hardship or a safe zone of the resistance (an toàn khu).
        households: How many live there; 0 where nobody counted yet.
        agency_id: The agency that speaks for it, where it is of this installation.
    """

    id: LocalityId
    code: str
    kind: LocalityKind
    name: str
    region: Region
    parent_id: LocalityId | None = None
    group: CommuneGroup | None = None
    area_class: AreaClass | None = None
    hardship: bool = False
    households: int = 0
    agency_id: AgencyId | None = None
    rev: int = 0

    @property
    def classification(self) -> Classification:
        """Which thresholds it is judged by.

        Source: Decision 318/QĐ-TTg of 2022: communes of special hardship and safe zones meet those of the northern
        midlands and mountains, wherever they lie.
        """
        return Classification(region=Region.NORTHERN_MOUNTAINS if self.hardship else self.region, group=self.group)

    def changed(self, **facts: Any) -> "Locality":  # noqa: ANN401  fields of its own types
        """Return it with these facts, one revision on; its code, kind and place in the whole never change."""
        return replace(self, **facts, rev=self.rev + 1)


def require_right(locality: Locality, parent: Locality | None) -> None:
    """Raise LocalityInvalid, with every wrong field, unless the locality fits the law's words and its parent."""
    checks = (
        (CODES[locality.kind].match(locality.code), "code", "malformed", _CODE),
        (_within(locality, parent), "parent_id", "unfit", _PARENT),
        (0 < len(locality.name.strip()) <= MAX_NAME, "name", "required", _NAME),
        (0 <= locality.households <= MAX_HOUSEHOLDS, "households", "outside", _HOUSEHOLDS),
        ((locality.group is None) == (locality.kind is LocalityKind.PROVINCE), "group", "required", _GROUP),
        (_group_fits(locality), "group", "unfit", _MOUNTAIN),
    )
    wrong = [
        FieldError(field=field, code=f"locality.{code}", message=message)
        for right, field, code, message in checks
        if not right
    ]
    if wrong:
        raise LocalityInvalid(errors=wrong)


def _within(locality: Locality, parent: Locality | None) -> bool:
    match locality.kind:
        case LocalityKind.PROVINCE:
            return locality.parent_id is None and parent is None
        case LocalityKind.COMMUNE:
            return parent is not None and parent.kind is LocalityKind.PROVINCE
        case LocalityKind.VILLAGE:
            fits = parent is not None and parent.kind is LocalityKind.COMMUNE
            return fits and parent is not None and locality.code.startswith(f"{parent.code}.")


def _group_fits(locality: Locality) -> bool:
    mountain = locality.area_class in (AreaClass.II, AreaClass.III)
    return locality.group is None or mountain == (locality.group is CommuneGroup.MOUNTAIN)


_CODE = "The code is two digits of a province, five of a commune, or a commune's code, a point and a number."
_PARENT = "A commune belongs to a province, a village to a commune whose code its own begins with."
_NAME = "Give the name, of at most 200 characters."
_HOUSEHOLDS = "Households are counted from 0 to 1,000,000."
_GROUP = "Say to which of the three groups of communes it belongs; a province has none."
_MOUNTAIN = "Group 3 are the communes of areas II and III, and no others (Decision 51/2025/QĐ-TTg)."


class LocalityNotFound(NotFound):
    """There is no such locality."""

    code = "locality.not_found"
    template = "There is no such locality here. Choose one from the list."


class LocalityInvalid(Invalid):
    """Some facts of a locality are wrong; all are named."""

    code = "locality.invalid"
    template = "The locality cannot be kept so. Correct what is marked and send it again."


class LocalityKnown(Conflict):
    """Its code is another locality's."""

    code = "locality.known"
    template = "%(code)s is the code of %(name)s already. Change that one instead, or correct the code."


class LocalityMoved(Conflict):
    """Somebody changed it after it was seen."""

    code = "locality.changed"
    template = "%(name)s was changed after you opened it. Read it once more, then send your change again."
