"""OCOP score sheets scored, judged and explained in bulk: 10,000 sheets of all 26 sets, five to a council."""

import time
from random import Random
from typing import Final

from bench.rows import Rows
from engine.ocop_results import result_of
from engine.rubrics import SETS, Rubric, built_in
from engine.scoring import Sheet, judge, score

SHEETS: Final = 10_000
_COUNCIL: Final = 5
_SEED: Final = 26


def measure(rows: Rows) -> None:
    """Score, judge and explain them."""
    chance = Random(_SEED)  # noqa: S311  the same sheets each time
    rubrics = [built_in(number) for number in range(1, SETS + 1)]
    councils = [
        (rubric := rubrics[place % SETS], [_sheet(rubric, chance) for _ in range(_COUNCIL)])
        for place in range(SHEETS // _COUNCIL)
    ]
    began = time.perf_counter()
    results = [result_of(judge(rubric, [score(rubric, sheet) for sheet in sheets])) for rubric, sheets in councils]
    seconds = time.perf_counter() - began
    assert len(results) == SHEETS // _COUNCIL
    rows.add("score_10000_ocop_sheets", seconds, "s")


def _sheet(rubric: Rubric, chance: Random) -> Sheet:
    case = 1 if rubric.has_cases else None
    choices = {}
    for item in rubric.items():
        choices[item.code] = chance.choice([option.number for option in item.options if option.case in (None, case)])
    items = rubric.by_code()
    for code, needed in rubric.needs.items():
        if items[needed].options[choices[needed] - 1].points == 0:
            choices[code] = 0
    return Sheet(rubric_id=rubric.id, choices=choices, case=case)
