"""Business rule tasks: a decision made on the way, its result known by the id of the task."""

import pytest

from engine.runtime.decisions import DecisionAmbiguous
from tests.engine.runtime import tables
from tests.engine.runtime.drawing import Walk, event, exclusive, findings, flows, human, made, rule

START, END = event("start", "start"), event("end", "end")
ROUTE = tables.table(
    "days:number; kind | unit:string", '<= 5; "urgent" | "head"', '- ; not("urgent") | "clerk"', key="route"
)
WAY = flows("start > ask > route > way > high > end", "way > low > end", way_high="route == 'head'")
ASK = human("ask", "done:letter")
LETTER = b'{"type": "object", "properties": {"kind": {"type": "string"}, "days": {"type": "number"}}}'
BODY = (
    START,
    ASK,
    rule("route", "route", kind="ask.kind", days="ask.days"),
    exclusive("way", "low"),
    human("high"),
    human("low"),
    END,
    WAY,
)
FILES = {"letter.json": LETTER, "rules.dmn": tables.drawn(ROUTE)}


@pytest.mark.parametrize(("kind", "waits"), [("urgent", "high"), ("plain", "low")])
def test_the_way_follows_the_decision(kind: str, waits: str) -> None:
    walk = Walk(made(*BODY, files=FILES))

    walk.complete("ask", kind=kind, days=3)

    assert walk.waiting == [waits]
    assert walk.data["route"] == {"high": "head", "low": "clerk"}[waits]
    assert [step for step in walk.path if "route" in step] == ["entered route", "left route"]


def test_a_decision_looks_at_the_data_of_the_instance_and_gives_what_json_can_hold() -> None:
    points = tables.table(
        "ask.kind | points; reason", '"a" | 0.1; "first"', "- | 0.2; null", policy="COLLECT", key="points"
    )
    walk = Walk(made(START, ASK, rule("score", "points"), human("read"), END, flows("start > ask > score > read > end"),
                     files={"letter.json": LETTER, "rules.dmn": tables.drawn(points)}))  # fmt: skip

    walk.complete("ask", kind="a")

    assert walk.data["score"] == [{"points": 0.1, "reason": "first"}, {"points": 0.2, "reason": None}]


def test_rules_that_meet_stop_the_step_and_change_nothing() -> None:
    unclear = ROUTE.replace("not(&quot;urgent&quot;)", "-").replace('not("urgent")', "limit")
    walk = Walk(made(*BODY, files={**FILES, "rules.dmn": tables.drawn(unclear)}), {"limit": "urgent"})

    with pytest.raises(DecisionAmbiguous, match=r"1 .*, 2 "):
        walk.complete("ask", kind="urgent", days=3)

    assert walk.waiting == ["ask"]


def test_a_rule_task_names_a_decision_of_its_bundle() -> None:
    straight = flows("start > route > end")

    assert set(findings(START, rule("route", "route"), END, straight, files=FILES)) == set()
    assert set(findings(START, rule("route", "root"), END, straight, files=FILES)) == {"decision.unknown"}
    assert set(findings(START, '<businessRuleTask id="route"/>', END, straight)) == {"decision.missing"}
    assert set(findings(START, rule("route", "route", days="1 **"), END, straight, files=FILES)) == {
        "expression.refused"
    }
    twice = {**FILES, "more.dmn": FILES["rules.dmn"]}
    assert set(findings(START, rule("route", "route"), END, straight, files=twice)) == {"decision.twice"}
