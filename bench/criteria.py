"""The values of a thousand dossiers read, judged and explained in bulk: what fails, by how much, in words."""

import time
from collections.abc import Iterator

from api.demo import CRITERIA
from api.province import localities
from bench.rows import Rows
from engine.appraisals import said_finding
from engine.criteria import Comparator, CriteriaSet, Verdict, judge
from engine.criteria_files import read_set
from engine.indicator_values import is_stated, read_values
from engine.localities import Locality, LocalityKind

DOSSIERS = 1_000
NAME = "commune-2026-2.toml"
FAILING = 5
"""Every fifth indicator fails, another one in each dossier."""


def measure(rows: Rows) -> None:
    """Add how many dossiers of 47 indicators a second are explained, from what is written to words for what fails."""
    criteria = read_set(CRITERIA / NAME)
    communes = [each for each in localities() if each.kind is LocalityKind.COMMUNE]
    written = list(_dossiers(criteria, communes))
    began = time.perf_counter()
    failed = sum(_judged(criteria, commune, values) for commune, values in written)
    seconds = time.perf_counter() - began
    expected = sum((place + number) % FAILING == 0 for number in range(DOSSIERS) for place in range(_width(criteria)))
    assert failed == expected
    ratio_to = "completions_1" if "completions_1" in rows.values else None
    rows.add("dossiers_judged", DOSSIERS / seconds, "dossiers/s", ratio_to)


def _width(criteria: CriteriaSet) -> int:
    return len(criteria.indicators)


def _dossiers(criteria: CriteriaSet, communes: list[Locality]) -> Iterator[tuple[Locality, dict[str, str]]]:
    for number in range(DOSSIERS):
        commune = communes[number % len(communes)]
        values = {}
        for place, indicator in enumerate(criteria.indicators):
            fails = (place + number) % FAILING == 0
            limit = indicator.threshold(commune.classification)
            if is_stated(indicator):
                values[indicator.code] = "không đạt" if fails else "đạt"
            elif limit is not None:
                beyond = limit - 1 if indicator.comparator is Comparator.AT_LEAST else limit + 1
                values[indicator.code] = str(beyond if fails else limit)
        yield commune, values


def _judged(criteria: CriteriaSet, commune: Locality, written: dict[str, str]) -> int:
    found = judge(criteria, read_values(criteria, written), commune.classification)
    return sum(bool(said_finding(one)) for one in found.with_verdict(Verdict.NOT_MET))
