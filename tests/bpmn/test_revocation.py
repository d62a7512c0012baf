"""The table of revocation, fact 49: by the share of criteria that fail and whether one that weighs is among them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.criteria import Certainty, Comparator, CriteriaSet, Indicator, judge
from engine.criteria_files import shipped_sets
from engine.localities import Classification
from engine.revocations import revocation_facts
from engine.runtime.decisions import decide
from engine.runtime.decisions_reading import read_decisions
from engine.runtime.findings import Findings

FILE = Path(__file__).parents[2] / "bpmn" / "ntm_revocation" / "revocation.dmn"
INCOME = 10


def decided(decision: str, **facts: int) -> Any:  # noqa: ANN401  what a table gives
    findings = Findings(FILE.name)
    decisions = read_decisions(findings, FILE.read_bytes())
    assert findings.found == []
    return decide(decisions, decision, facts)


def nineteen() -> CriteriaSet:
    """The nineteen criteria, each with one indicator that is met or not."""
    old = next(each for each in shipped_sets() if each.code == "commune-2021")
    criteria = [
        replace(
            each,
            indicators=(
                Indicator(
                    code=f"{each.number}.1", name=each.name, comparator=Comparator.MET, certainty=Certainty.MEMORY
                ),
            ),
        )
        for each in old.criteria
    ]
    return replace(old, criteria=tuple(criteria))


def failing(count: int, *, income: bool) -> dict[str, int]:
    """Return the facts of a commune in which so many of the nineteen fail, income or none that weighs among them."""
    light = [each.number for each in nineteen().criteria if not each.key]
    numbers = [INCOME, *light][:count] if income else light[:count]
    values: dict[str, Any] = {f"{number}.1": number not in numbers for number in range(1, 20)}
    return revocation_facts(judge(nineteen(), values, Classification())).parameters()


@pytest.mark.parametrize(
    ("count", "income", "revoke"),
    [
        (0, False, False),
        (5, True, False),
        (6, True, True),
        (6, False, False),
        (9, False, False),
        (9, True, True),
        (10, False, True),
        (10, True, True),
    ],
)
def test_a_commune_is_revoked_by_share_and_by_what_weighs(count: int, income: bool, revoke: bool) -> None:
    assert decided("revoke_commune", **failing(count, income=income))["revoke"] is revoke


@pytest.mark.parametrize(
    ("failed", "total", "key", "ground"),
    [
        (3, 10, 1, "from_30_with_key"),
        (3, 10, 0, "no_key_criterion"),
        (5, 10, 0, "from_50"),
        (29, 100, 1, "below_30"),
    ],
)
def test_exactly_thirty_and_fifty_per_cent_belong_to_the_higher_step(
    failed: int, total: int, key: int, ground: str
) -> None:
    assert decided("revoke_commune", failed=failed, total=total, key_failed=key)["ground"] == ground


@pytest.mark.parametrize(
    ("communes_revoked", "failed", "key", "revoke"),
    [(3, 0, 0, True), (2, 2, 2, False), (2, 3, 1, True), (2, 3, 0, False), (0, 5, 0, True)],
)
def test_a_district_is_revoked_also_by_its_communes(communes_revoked: int, failed: int, key: int, revoke: bool) -> None:
    found = decided(
        "revoke_district", communes_revoked=communes_revoked, communes=10, failed=failed, total=9, key_failed=key
    )

    assert found["revoke"] is revoke


def test_what_is_not_known_is_told_and_does_not_fail() -> None:
    facts = revocation_facts(judge(nineteen(), {"10.1": False, "4.1": True}, Classification()))

    assert (facts.failed, facts.key_failed, facts.unknown, facts.total) == (1, 1, 17, 19)
