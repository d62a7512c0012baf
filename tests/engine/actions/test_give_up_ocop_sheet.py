"""A member of an OCOP council finds the sheet wrong that is to be signed, and fills in another."""

from typing import cast

import pytest

from engine.actions.score_ocop_product import ScoreOcopProduct, score_ocop_product
from engine.documents import OutgoingState
from engine.ocop_proposals import SheetStays
from engine.operations.move import Move
from engine.operations.ocop_sheets import give_up_ocop_sheet
from engine.rubrics import built_in
from tests.support.councils import Chamber
from tests.support.ranking import Ranking, best_choices


def test_a_member_who_finds_the_sheet_wrong_before_signing_fills_in_another(chamber: Chamber) -> None:
    ranking = Ranking(chamber.office)
    dossier_id = ranking.propose().dossier.id
    slip = ranking.at_scoring(dossier_id)
    best = best_choices(built_in(3))

    def fill_in(choices: dict[str, int]) -> None:
        ranking.do(score_ocop_product, ScoreOcopProduct(dossier_id=dossier_id, choices=choices), "hd2")
        ranking.finish(ranking.item(slip, "score", "hd2").id, "scored", "hd2")
        ranking.office.run_jobs()

    fill_in(best)
    wrong = ranking.item(slip, "sign", "hd2")
    ranking.finish(wrong.id, "score_again", "hd2")
    ranking.office.run_jobs()
    fill_in({**best, "1.3": 2})
    ranking.carry_called(slip)

    with ranking.services.begin() as work:
        sheets = work.ocop.proposals.sheets(dossier_id)
    assert ranking.office.outgoing(wrong.document_id).state is OutgoingState.CANCELLED
    assert [(sheet.score.total, sheet.signed) for sheet in sheets] == [(99, True)]


def test_a_sheet_of_a_procedure_that_takes_it_once_is_not_given_up() -> None:
    with pytest.raises(SheetStays):
        give_up_ocop_sheet(cast("Move", None), {}, {"signer": "hd2"})
