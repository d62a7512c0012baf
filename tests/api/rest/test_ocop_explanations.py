"""Why the dossier of a product stands where it stands, by REST and on its page."""

import pytest
from fastapi.testclient import TestClient

from tests.api.rest.callers import Callers, problem
from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Visitors
from tests.engine.actions.test_rank_ocop import RICE, before_council, score
from tests.support.office import Office
from tests.support.ranking import Ranking, best_choices


@pytest.fixture
def ranking(office: Office) -> Ranking:
    return Ranking(office)


def test_everybody_it_concerns_is_told_why_a_product_stands_where_it_stands(
    callers: Callers, client: TestClient, ranking: Ranking
) -> None:
    ranking.council_of_three()
    dossier_id, slip = before_council(ranking)
    path = f"/ocop-dossiers/{dossier_id}/explanation"
    open_yet = callers["xa1.chuyenvien"].read(path)
    score(ranking, dossier_id, slip, {**best_choices(RICE), "1.3": 2, "4.1": 3})

    found = callers["chuyenvien.ocop"].read(path)
    page = Visitors(client)["xa1.chuyenvien"].open(path)
    problem(callers["vanthu.xa2"].get(path), 404, "dossier.not_found")

    assert (open_yet["mean"], open_yet["stars"], open_yet["missed"]) == (None, None, [])
    assert [(turn["step"], turn["people"]) for turn in open_yet["turns"]] == [("Chấm điểm sản phẩm", 3)]
    assert (found["mean"], found["stars"], found["judged_by"]) == ("97.00", 4, "26/2026/QĐ-TTg")
    assert [(one["item"], one["star"], one["short_by"]) for one in found["missed"]] == [
        ("1.3", 5, "1.00"),
        ("4.1", 5, "2.00"),
    ]
    assert found["said"][0] == "Điểm trung bình của 3 phiếu là 97,00 điểm: tính riêng theo điểm là 5 sao."
    require_sound(page)
    assert page.says("Do chưa đạt mức tối thiểu của một số nội dung nên chỉ xếp 4 sao.")
    assert page.says("Hồ sơ đang chờ phiên họp của Hội đồng.")
    assert path in Visitors(client)["chuyenvien.ocop"].open(f"/ocop-dossiers/{dossier_id}").links()
