"""Assessments: what fits an indicator's unit, what a manifest lists, where stages differ."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.assessments import (
    Assessment,
    Evidence,
    Stage,
    differences,
    listed,
    read,
    values_at,
    written,
)
from engine.criteria import Certainty, Comparator, Indicator, Shares, Tier, Value, Verdict
from engine.criteria_files import shipped_sets
from engine.ids import DossierId, FileId, PersonId
from engine.localities import Classification
from engine.ntm_conditions import DEBT, SATISFACTION, SECURITY, conditions_of, survey_rules
from engine.proposal_meetings import agrees, wanted_by
from tests.support.builders import NOON, an_id

SHARE = Indicator(code="2.1", name="Đường", unit="%", comparator=Comparator.AT_LEAST, certainty=Certainty.LAW)
VILLAGES = Indicator(code="2.2", name="Thôn", unit="thôn", comparator=Comparator.AT_LEAST, certainty=Certainty.LAW)
STATED = Indicator(code="1.1", name="Quy hoạch", comparator=Comparator.MET, if_any=True, certainty=Certainty.LAW)
UNKNOWN = Indicator(code="9.9", name="Chưa nhập", certainty=Certainty.TO_BE_ENTERED)


def an_assessment(code: str, value: Value | None, stage: Stage = Stage.SELF) -> Assessment:
    return Assessment(
        dossier_id=DossierId(an_id("dossier")),
        indicator=code,
        stage=stage,
        value=value,
        by=PersonId(an_id("somebody")),
        at=NOON,
    )


ADVANCED = next(each for each in shipped_sets() if each.tier is Tier.COMMUNE_ADVANCED)


@pytest.mark.parametrize("value", [Decimal("12.5"), Decimal(100), Decimal(0), True, False, "n/a", None])
def test_a_value_is_read_as_it_was_written(value: Value | None) -> None:
    assert read(written(value)) == value


def test_any_debt_fails_its_condition_and_says_by_how_much() -> None:
    conditions = {each.code: each for each in conditions_of(ADVANCED)}

    finding = conditions[DEBT].judge(Decimal("12.5"), Classification())

    assert (finding.verdict, finding.short_by) == (Verdict.NOT_MET, Decimal("12.5"))
    assert conditions[SATISFACTION].judge(Decimal("94.99"), Classification()).verdict is Verdict.NOT_MET
    assert conditions[SATISFACTION].certainty is Certainty.MEMORY
    assert conditions[SECURITY].judge(None, Classification()).verdict is Verdict.MISSING


def test_stages_stand_side_by_side_and_their_differences_are_named() -> None:
    both = [
        an_assessment("2.1", Decimal(95)),
        an_assessment("2.1", Decimal(88), Stage.APPRAISED),
        an_assessment("1.1", True),
        an_assessment("1.1", True, Stage.APPRAISED),
        an_assessment("2.2", Decimal(3)),
    ]

    assert values_at(both, Stage.SELF) == {"2.1": Decimal(95), "1.1": True, "2.2": Decimal(3)}
    assert [(one.indicator, one.first, one.second) for one in differences(both, Stage.SELF, Stage.APPRAISED)] == [
        ("2.1", Decimal(95), Decimal(88))
    ]


def test_a_manifest_lists_values_as_text_with_the_digests_of_their_evidence() -> None:
    file = Evidence(
        dossier_id=DossierId(an_id("dossier")),
        indicator="2.1",
        stage=Stage.SELF,
        file_id=FileId("ab" * 32),
        name="Đường.pdf",
        added_at=NOON,
        added_by=PersonId(an_id("somebody")),
    )

    assert listed([an_assessment("2.1", Decimal("95.50")), an_assessment("1.1", True)], [file], Stage.SELF) == [
        {"indicator": "1.1", "value": "true", "evidence": []},
        {"indicator": "2.1", "value": "95.5", "evidence": [{"name": "Đường.pdf", "sha256": "ab" * 32}]},
    ]


@pytest.mark.parametrize(
    ("tier", "rate", "coverage"),
    [
        (Tier.COMMUNE, 90, 70),
        (Tier.COMMUNE_ADVANCED, 95, 70),
        (Tier.COMMUNE_MODEL, 95, 70),
        (Tier.DISTRICT, 90, 60),
        (Tier.VILLAGE, 90, 70),
    ],
)
def test_where_a_set_names_no_shares_those_of_its_level_hold(tier: Tier, rate: int, coverage: int) -> None:
    rules = survey_rules(replace(ADVANCED, tier=tier))

    assert [rules.rate, rules.coverage] == [Decimal(rate), Decimal(coverage)]
    assert rules.certainty is (Certainty.LAW if tier is Tier.DISTRICT else Certainty.MEMORY)
    assert wanted_by(ADVANCED) == 90


def test_a_set_that_names_its_shares_is_judged_by_them() -> None:
    shares = Shares(satisfaction=Decimal("92.5"), coverage=Decimal(80), meeting=Decimal(75))
    loaded = replace(ADVANCED, shares=shares, certainty=Certainty.LOADED)
    satisfied = next(each for each in conditions_of(loaded) if each.code == SATISFACTION)

    assert [survey_rules(loaded).rate, survey_rules(loaded).coverage] == [Decimal("92.5"), Decimal(80)]
    assert satisfied.certainty is Certainty.LOADED
    assert satisfied.judge(Decimal("92.49"), Classification()).short_by == Decimal("0.01")
    assert satisfied.judge(Decimal("92.5"), Classification()).verdict is Verdict.MET
    assert [agrees(part, whole, wanted_by(loaded)) for part, whole in ((3, 4), (2, 3), (0, 0))] == [True, False, False]
