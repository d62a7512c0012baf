"""Sets of criteria as plain data: the shipped files beside this one, and what the database keeps of a version.

Both have one shape; limits are strings, so that a number is the same everywhere.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from engine.criteria import Certainty, Comparator, CriteriaSet, Criterion, Indicator, Shares, Threshold, Tier
from engine.ids import CriteriaSetId

SHIPPED: Final = Path(__file__).parent / "criteria_sets"

Plain = Mapping[str, Any]


def shipped_sets() -> tuple[CriteriaSet, ...]:
    """Return the sets that come with Vanthu, the oldest first."""
    sets = [read_set(path) for path in sorted(SHIPPED.glob("*.toml"))]
    return tuple(sorted(sets, key=lambda each: (each.effective_from, each.code, each.version)))


def read_set(path: Path) -> CriteriaSet:
    """Return the set that the TOML file describes."""
    return from_plain(tomllib.loads(path.read_text(encoding="utf-8")))


def from_plain(plain: Plain) -> CriteriaSet:
    """Return the set that the plain data describes."""
    certainty = Certainty(plain["certainty"])
    return CriteriaSet(
        code=plain["code"],
        version=plain.get("version", 1),
        tier=Tier(plain["tier"]),
        name=plain["name"],
        source=plain["source"],
        effective_from=_day(plain["effective_from"]),
        effective_to=_day(plain["effective_to"]) if plain.get("effective_to") else None,
        supersedes=CriteriaSetId(plain["supersedes"]) if plain.get("supersedes") else None,
        certainty=certainty,
        note=plain.get("note", ""),
        shares=Shares(**{name: Decimal(share) for name, share in plain.get("shares", {}).items()}),
        criteria=tuple(_criterion(each, certainty) for each in plain["criteria"]),
    )


def to_plain(criteria: CriteriaSet) -> dict[str, Any]:
    """Return the set as JSON can hold it; *from_plain* makes the same set of it."""
    shares = {name: f"{share:f}" for name, share in asdict(criteria.shares).items() if share is not None}
    return {
        "code": criteria.code,
        "version": criteria.version,
        "tier": criteria.tier.value,
        "name": criteria.name,
        "source": criteria.source,
        "effective_from": criteria.effective_from.isoformat(),
        "effective_to": criteria.effective_to.isoformat() if criteria.effective_to else None,
        "supersedes": criteria.supersedes,
        "certainty": criteria.certainty.value,
        "note": criteria.note,
        **({"shares": shares} if shares else {}),
        "criteria": [
            {
                "number": each.number,
                "name": each.name,
                "group": each.group,
                "key": each.key,
                "indicators": [_plain_indicator(indicator) for indicator in each.indicators],
            }
            for each in criteria.criteria
        ],
    }


def _day(written: str | date) -> date:
    return written if isinstance(written, date) else date.fromisoformat(written)


def _criterion(plain: Plain, certainty: Certainty) -> Criterion:
    number = plain["number"]
    known = [_indicator(each, plain, certainty) for each in plain.get("indicators", ())]
    open_ones = _to_be_entered(number, len(known) + 1, plain.get("to_be_entered", 0))
    return Criterion(
        number=number,
        name=plain["name"],
        group=plain.get("group", ""),
        key=plain.get("key", False),
        indicators=(*known, *open_ones),
    )


def _to_be_entered(number: int, first: int, count: int) -> Sequence[Indicator]:
    """Return indicators of which only their number is known."""
    codes = [f"{number}.{place}" for place in range(first, first + count)]
    return [
        Indicator(code=code, name=f"Chỉ tiêu {code} (chưa nhập)", certainty=Certainty.TO_BE_ENTERED) for code in codes
    ]


def _indicator(plain: Plain, criterion: Plain, certainty: Certainty) -> Indicator:
    comparator = plain.get("comparator")
    general = [Threshold(value=Decimal(plain["value"]))] if plain.get("value") else []
    special = [
        Threshold(value=Decimal(value), where=frozenset({where}))
        for where, value in sorted(plain.get("by", {}).items())
    ]
    return Indicator(
        code=plain["code"],
        name=plain["name"],
        unit=plain.get("unit", ""),
        comparator=Comparator(comparator) if comparator else None,
        thresholds=(*special, *general),
        mandatory=plain.get("mandatory", True),
        if_any=plain.get("if_any", False),
        evidence=tuple(plain.get("evidence", ())),
        department=plain.get("department", criterion.get("department", "")),
        certainty=Certainty(plain.get("certainty", certainty)),
    )


def _plain_indicator(indicator: Indicator) -> dict[str, Any]:
    general = next((f"{limit.value:f}" for limit in indicator.thresholds if not limit.where), "")
    special = {where: f"{limit.value:f}" for limit in indicator.thresholds for where in limit.where}
    return {
        "code": indicator.code,
        "name": indicator.name,
        "unit": indicator.unit,
        "comparator": indicator.comparator.value if indicator.comparator else None,
        "value": general,
        "by": special,
        "mandatory": indicator.mandatory,
        "if_any": indicator.if_any,
        "evidence": list(indicator.evidence),
        "department": indicator.department,
        "certainty": indicator.certainty.value,
    }
