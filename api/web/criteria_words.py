"""What levels, regions, groups and verdicts are called on a page, in English; the catalogue has the law's own words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from api.web.words import msgid
from engine.criteria import Certainty, Comparator, Indicator, Tier, Value, Verdict
from engine.indicator_values import printed_number
from engine.localities import AreaClass, CommuneGroup, LocalityKind, Region

TIERS: Final[Mapping[Tier, str]] = {
    Tier.VILLAGE: msgid("New rural village"),
    Tier.VILLAGE_MODEL: msgid("Model new rural village"),
    Tier.VILLAGE_SMART: msgid("Smart village"),
    Tier.COMMUNE: msgid("New rural commune"),
    Tier.COMMUNE_ADVANCED: msgid("Advanced new rural commune"),
    Tier.COMMUNE_MODEL: msgid("Model new rural commune"),
    Tier.COMMUNE_MODERN: msgid("Modern new rural commune"),
    Tier.COMMUNE_SMART: msgid("Smart commune"),
    Tier.DISTRICT: msgid("New rural district"),
    Tier.DISTRICT_ADVANCED: msgid("Advanced new rural district"),
    Tier.PROVINCE: msgid("Province that completed the programme"),
}
KINDS: Final[Mapping[LocalityKind, str]] = {
    LocalityKind.PROVINCE: msgid("Province"),
    LocalityKind.COMMUNE: msgid("Commune"),
    LocalityKind.VILLAGE: msgid("Village"),
}
REGIONS: Final[Mapping[str, str]] = {
    Region.NORTHERN_MOUNTAINS: msgid("Northern midlands and mountains"),
    Region.RED_RIVER_DELTA: msgid("Red River Delta"),
    Region.NORTH_CENTRAL: msgid("North Central Coast"),
    Region.SOUTH_CENTRAL_COAST: msgid("South Central Coast"),
    Region.CENTRAL_HIGHLANDS: msgid("Central Highlands"),
    Region.SOUTH_EAST: msgid("South East"),
    Region.MEKONG_DELTA: msgid("Mekong Delta"),
}
GROUPS: Final[Mapping[str, str]] = {
    CommuneGroup.URBAN: msgid("Group 1 (beside or becoming a town)"),
    CommuneGroup.OTHER: msgid("Group 2 (others)"),
    CommuneGroup.MOUNTAIN: msgid("Group 3 (areas II and III)"),
}
AREAS: Final[Mapping[str, str]] = {**REGIONS, **GROUPS}
AREA_CLASSES: Final[Mapping[AreaClass, str]] = {
    AreaClass.I: msgid("Area I"),
    AreaClass.II: msgid("Area II"),
    AreaClass.III: msgid("Area III"),
}
CERTAINTIES: Final[Mapping[Certainty, str]] = {
    Certainty.LAW: msgid("from the decision"),
    Certainty.MEMORY: msgid("from memory, to be confirmed"),
    Certainty.TO_BE_ENTERED: msgid("to be entered"),
    Certainty.DEMONSTRATION: msgid("for show only"),
    Certainty.LOADED: msgid("loaded by the administrator"),
}
VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.MET: msgid("met"),
    Verdict.NOT_MET: msgid("not met"),
    Verdict.MISSING: msgid("no value yet"),
    Verdict.TO_BE_ENTERED: msgid("cannot be judged: to be entered"),
}
_SIGNS: Final[Mapping[Comparator | None, str]] = {Comparator.AT_LEAST: "≥", Comparator.AT_MOST: "≤"}


def limit_text(indicator: Indicator, limit: Decimal) -> str:
    """Return a limit as it is read: '≥ 60 triệu đồng/người/năm'."""
    sign = _SIGNS.get(indicator.comparator, "")
    return f"{sign} {printed_number(limit)} {indicator.unit}".strip()


def value_shown(value: Value | None) -> str:
    """Return a reported value as it is read; words are to be translated."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return VERDICTS[Verdict.MET if value else Verdict.NOT_MET]
    return printed_number(value) if isinstance(value, Decimal) else NOT_THERE


NOT_THERE: Final = msgid("does not apply here")
