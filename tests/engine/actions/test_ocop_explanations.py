"""Why the dossier of a product stands where it stands, at each step from the slip to the certificate."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from engine import dossier_turns, ocop_explanations
from engine.actions.score_ocop_product import ScoreOcopProduct, score_ocop_product
from engine.calendars import WorkCalendar
from engine.deadlines import office_date
from engine.ids import DossierId
from engine.ocop_explanations import LAW, OcopExplanation, explain
from engine.ocop_proposals import Finding
from engine.ocop_terms import Purpose, commune_due, round_of
from engine.rubrics import Knockout
from tests.engine.actions.test_rank_ocop import RICE, agree, before_council, matter_of, score, submitted
from tests.support.councils import Chamber
from tests.support.ranking import Ranking, best_choices


@pytest.fixture(scope="module")
def ranking(chamber: Chamber) -> Ranking:
    """A council of three ranks here."""
    ranking = Ranking(chamber.office)
    ranking.council_of_three()
    return ranking


def why(ranking: Ranking, dossier_id: DossierId) -> OcopExplanation:
    with ranking.services.begin() as work:
        return explain(work.dossiers.get(dossier_id), work)


def said(found: OcopExplanation) -> list[str]:
    """Return its sentences in English."""
    return [one.template % one.facts for one in found.said]


def test_the_commune_is_told_what_its_dossier_lacks_and_until_when(ranking: Ranking) -> None:
    dossier_id = ranking.propose().dossier.id
    today = office_date(ranking.services.clock())
    found = why(ranking, dossier_id)

    assert said(found)[0] == "The commune has answered 0 of 4 points of its report."
    assert "Required parts without a file" in said(found)[1]
    assert said(found)[-1] == f"It is due on {commune_due(today, WorkCalendar())}."
    assert [turn.step_en for turn in found.turns] == ["Register the slip"]
    assert (found.mean, found.stars, found.missed, found.recognised) == (None, None, (), None)
    assert found.law == (LAW["commune"], LAW["bands"], LAW["gates"], LAW["decider"])


def test_a_product_is_told_its_points_the_levels_it_misses_by_how_much_and_its_certificate(ranking: Ranking) -> None:
    dossier_id, slip = before_council(ranking)
    proposed = office_date(ranking.services.clock())
    scoring = why(ranking, dossier_id)
    members = score(ranking, dossier_id, slip, {**best_choices(RICE), "1.3": 2, "4.1": 3})
    scored = why(ranking, dossier_id)
    agree(Chamber(office=ranking.office, purpose="ocop"), matter_of(ranking, slip), members)
    voted = why(ranking, dossier_id)
    ranking.carry_called(slip)
    over = why(ranking, dossier_id)

    assert said(scoring) == [
        "0 members of the council have signed their score sheets.",
        f"It is due on {round_of(proposed).ends_before - timedelta(days=1)}.",
    ]
    assert [(turn.step_en, turn.alike) for turn in scoring.turns] == [("Score the product", 3)]
    assert [(one.item, one.star, one.needed, one.mean, one.short_by, one.below) for one in scored.missed] == [
        ("1.3", 5, 3, Decimal("2.00"), Decimal("1.00"), 3),
        ("4.1", 5, 5, Decimal("3.00"), Decimal("2.00"), 3),
    ]
    assert said(scored)[:3] == [
        "The mean of 3 sheets is 97.00 points: 5 stars by points alone.",
        "Least levels that are missed leave it 4 stars.",
        "It waits for a session of the council.",
    ]
    assert "The council has voted on it; the minutes are being signed." in said(voted)
    assert over.recognised is not None
    assert dossier_turns.AGREED in [one.template for one in over.said]
    assert said(over)[-2:] == [
        f"It is recognised with 4 stars by decision {over.recognised.decision} until {over.recognised.expires}.",
        "Nothing more is to be done.",
    ]
    assert over.turns == ()


def test_a_product_of_two_stars_is_told_what_is_wanting_for_three_and_that_nothing_is_decided(ranking: Ranking) -> None:
    dossier_id, slip = before_council(ranking)
    low = {code: 1 if code[0] in "456" else 0 for code in best_choices(RICE)} | {"9": 1, "10": 1}
    members = score(ranking, dossier_id, slip, low)
    mean = why(ranking, dossier_id).mean
    agree(Chamber(office=ranking.office, purpose="ocop"), matter_of(ranking, slip), members)
    ranking.carry_called(slip)
    found = why(ranking, dossier_id)

    assert mean is not None
    limit, star = (50, 3) if mean >= 30 else (30, 2)
    assert f"{limit - mean} points are wanting for {star} stars." in said(found)
    assert said(found)[-2:] == [ocop_explanations.NOT_RECOGNISED, ocop_explanations.OVER]
    assert found.recognised is None


def test_an_excluded_product_has_points_and_no_stars(ranking: Ranking) -> None:
    dossier_id, slip = before_council(ranking)
    members = ranking.members(slip)
    for member in members:
        forged = (Knockout.FORGED,) if member == members[0] else ()
        request = ScoreOcopProduct(dossier_id=dossier_id, choices=best_choices(RICE), knockouts=forged)
        ranking.do(score_ocop_product, request, member)
        ranking.finish(ranking.item(slip, "score", member).id, "scored", member)
    ranking.office.run_jobs()
    ranking.carry_called(slip)
    found = why(ranking, dossier_id)

    assert found.stars is None
    assert ocop_explanations.EXCLUDED in said(found)


def test_while_the_commune_supplements_no_day_is_told_and_the_law_says_that_the_clock_stands(ranking: Ranking) -> None:
    dossier_id, slip = submitted(ranking)
    ranking.registered(slip)
    ranking.office.complete(slip, "check", "supplement", "chuyenvien.ocop", reason="Thiếu phiếu kiểm nghiệm.")
    ranking.found(dossier_id, identity=Finding(confirmed=False, note="Chưa rõ bản sắc."))
    found = why(ranking, dossier_id)

    assert said(found)[-2:] == [
        "The commune supplies what was asked for: Thiếu phiếu kiểm nghiệm.",
        "The commune did not confirm 1 of its points.",
    ]
    assert {turn.stands for turn in found.turns if turn.step_en == "Wait for the supplement"} == {True}
    assert LAW["clock"] in found.law


def test_a_dossier_for_ranking_again_and_one_of_the_transition_are_told_their_own_terms(ranking: Ranking) -> None:
    product, today = ranking.product(), office_date(ranking.services.clock())
    ranking.certified(product, issued_on=today - timedelta(days=950))
    dossier = ranking.propose(product, purpose=Purpose.RERANK, changes="Như cũ.").dossier
    with ranking.services.begin() as work:
        proposal = replace(work.ocop.proposals.get(dossier.id), finish_by=today)

    assert LAW["rerank"] in why(ranking, dossier.id).law
    assert LAW["transition"] in [LAW[one] for one in ocop_explanations.laws_about(dossier, proposal)]
