"""A department's appraisal as a specialist types it in: beside what the commune reported, halfway, and all at once."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from starlette.datastructures import FormData

from api.web.appraisals import REST, Row, appraised
from api.web.assessments import Field
from api.web.forms import Form
from engine.assessments import Assessment, Opinion, Stage
from engine.criteria import Certainty, Indicator
from engine.ids import DossierId, PersonId
from tests.api.web.visitors import Visitors
from tests.engine.actions.test_recognition import accepted
from tests.support.office import Office
from tests.support.visiting import ROADS, SPECIALIST


def test_a_unit_appraises_its_indicators_on_one_page_and_agrees_with_the_commune_on_the_rest(
    visitors: Visitors, office: Office
) -> None:
    province = accepted(office)
    mine = next(one for one in province.waiting() if province.who(one).username == SPECIALIST)
    kien = visitors[SPECIALIST]
    path = f"/dossiers/{province.dossier_id}/appraisal/{mine.unit_id}"
    assert path in kien.open(f"/work-items/{mine.id}").links()
    page = kien.open(path)
    assert page.says("Xã báo cáo")

    typed: dict[str, Any] = {f"value {ROADS}": "rất tốt"}
    wrong = kien.send(page.form(path), status=422, **typed)
    assert len(wrong.errors()) == 1
    other = kien.open(path)
    typed = {f"value {ROADS}": "50", f"opinion {ROADS}": "not_agreed"}
    kept = kien.send(wrong.form(path), **typed)
    assert kept.path == f"/work-items/{mine.id}"
    moved = kien.send(other.form(path), status=409, **typed)
    assert moved.says("Trong lúc đó")
    kien.send(kien.open(path).form(path), rest="yes")

    with office.house.services.begin() as work:
        kept_now = work.assessments.of(province.dossier_id)
    found = {one.indicator: one for one in kept_now if one.stage is Stage.APPRAISED}
    reported = {one.indicator: one for one in kept_now if one.stage is Stage.SELF}
    roads = found.pop(ROADS)
    assert (str(roads.value), roads.opinion) == ("50", Opinion.NOT_AGREED)
    assert found
    assert {code: one.value for code, one in found.items()} == {code: reported[code].value for code in found}
    assert {one.opinion for one in found.values()} == {Opinion.AGREED}


@pytest.mark.parametrize(("value", "agreed"), [(Decimal(60), True), (None, False)])
def test_nobody_agrees_with_a_commune_that_reported_nothing(value: Decimal | None, agreed: bool) -> None:
    said = Assessment(
        dossier_id=DossierId(UUID(int=1)),
        indicator=ROADS,
        stage=Stage.SELF,
        value=value,
        by=PersonId(UUID(int=2)),
        at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    field = Field(
        indicator=Indicator(code=ROADS, name="Đường", certainty=Certainty.LAW), limit="", options=(), known=None
    )

    entry = appraised(Row(field=field, reported=said), Form(FormData([(REST, "yes")])))

    assert (entry.value, entry.opinion) == (("60", Opinion.AGREED) if agreed else ("", None))


def test_only_the_unit_whose_turn_it_is_appraises(visitors: Visitors, office: Office) -> None:
    province = accepted(office)
    mine = next(one for one in province.waiting() if province.who(one).username == SPECIALIST)
    path = f"/dossiers/{province.dossier_id}/appraisal/{mine.unit_id}"

    visitors["xa1.chuyenvien"].open(path, status=403)
    visitors["vanthu"].open(path, status=403)
    province.appraise()
    visitors[SPECIALIST].open(path, status=409)


def test_the_head_sees_what_the_unit_appraised_before_confirming_it(visitors: Visitors, office: Office) -> None:
    province = accepted(office)
    mine = next(one for one in province.waiting() if province.who(one).username == SPECIALIST)
    values = f"/dossiers/{province.dossier_id}/appraisal/{mine.unit_id}/values"
    page = visitors[SPECIALIST].open(f"/dossiers/{province.dossier_id}/appraisal/{mine.unit_id}")
    typed: dict[str, Any] = {f"value {ROADS}": "0", "rest": "yes"}
    visitors[SPECIALIST].send(page.form(values.removesuffix("/values")), **typed)
    visitors[SPECIALIST].send(visitors[SPECIALIST].open(f"/work-items/{mine.id}").form_of("done"))
    head = visitors[SPECIALIST.replace("cv", "truong")]
    item = next(one for one in province.waiting() if (one.element_id, one.unit_id) == ("confirm_unit", mine.unit_id))

    assert values in head.open(f"/work-items/{item.id}").links()
    assert head.open(values).says("không đạt")
    assert head.open(f"/dossiers/{province.dossier_id}").says("thẩm định: không đạt")
    document = head.open(f"/documents/{province.arrived}")
    assert document.says("Xã đã rút hồ sơ")
    assert "dossier_withdrawn" not in document.source
    visitors["xa1.chuyenvien"].open(values, status=403)
    head.open(values.replace(str(mine.unit_id), str(mine.id)), status=404)
