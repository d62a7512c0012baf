"""What an administrator may set of a procedure of the one-stop office, and what is refused."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from engine.case_procedures import (
    CaseProcedure,
    CaseProcedureInvalid,
    CaseProcedureWithdrawn,
    ChannelNotOffered,
    Component,
    Fee,
    ServiceLevel,
    Settings,
    Step,
    require_right,
)
from engine.cases import Channel
from engine.ids import CaseProcedureId, PersonId, UnitId
from engine.people import Role
from tests.support.builders import AGENCY, NOON

UNIT = UnitId(UUID(int=5))
HOLDERS: Mapping[Role, frozenset[UnitId | None]] = {
    Role.SPECIALIST: frozenset({UNIT, None}),
    Role.HEAD: frozenset({None}),
}


def settings(known: Mapping[str, Any] = MappingProxyType({})) -> Settings:
    right = Settings(
        code="1.001612",
        name="Đăng ký thành lập hộ kinh doanh",
        field="Thành lập và hoạt động của hộ kinh doanh",
        level=ServiceLevel.WHOLE,
        channels=frozenset(Channel),
        form={"type": "object", "properties": {"ten_ho": {"type": "string", "title": "Tên hộ kinh doanh"}}},
        components=(Component(code="TP1", name="Giấy đề nghị đăng ký"),),
        fees=(Fee(name="Lệ phí", amount=100_000),),
        steps=(Step(name="Thẩm định hồ sơ", half_days=4, role=Role.SPECIALIST, unit_id=UNIT),),
        signing_half_days=2,
        half_days=6,
        result="Giấy chứng nhận đăng ký hộ kinh doanh",
        result_type="TB",
    )
    return replace(right, **known)


def test_what_is_right_can_be_set() -> None:
    require_right(settings(), [UNIT], HOLDERS)


@pytest.mark.parametrize(
    ("known", "field", "code"),
    [
        ({"half_days": 5}, "half_days", "not_the_sum"),
        ({"fees": (Fee(name="Lệ phí", amount=-1),)}, "fees/0/amount", "negative"),
        ({"steps": ()}, "steps", "required"),
        ({"components": ()}, "components", "required"),
        ({"components": (Component(code="A", name="Đơn"),) * 2}, "components/1/code", "twice"),
        ({"components": (Component(code="A", name="Đơn", originals=0),)}, "components/0/originals", "none"),
        ({"components": (Component(code="A", name="Đơn", copies=-1),)}, "components/0/originals", "out_of_range"),
        ({"code": "1 001"}, "code", "not_a_code"),
        ({"name": " "}, "name", "required"),
        ({"name": "a" * 301}, "name", "too_long"),
        ({"name": "a\x00"}, "name", "unprintable"),
        ({"result_type": "XX"}, "result_type", "unknown"),
        ({"signing_half_days": 0, "half_days": 4}, "signing_half_days", "required"),
        ({"result_type": None}, "signing_half_days", "not_asked"),
        ({"channels": frozenset()}, "channels", "required"),
        ({"channels": frozenset({Channel.DIRECT})}, "level", "level_without_online"),
        ({"level": ServiceLevel.NONE}, "level", "online_without_level"),
        ({"sets": 0}, "sets", "out_of_range"),
        ({"form": []}, "form", "form.not_an_object"),
        (
            {"form": {"type": "object", "properties": {"u": {"type": "string", "x-vanthu-choices": "units"}}}},
            "form",
            "choices",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_field(known: Mapping[str, Any], field: str, code: str) -> None:
    with pytest.raises(CaseProcedureInvalid) as refused:
        require_right(settings(known), [UNIT], HOLDERS)

    assert (field, code) in {(error.field, error.code) for error in refused.value.errors}


@pytest.mark.parametrize(
    ("step", "field", "code"),
    [
        (Step(name="Xem", half_days=0, role=Role.SPECIALIST, unit_id=UNIT), "steps/0/half_days", "out_of_range"),
        (Step(name="Xem", half_days=4, role=Role.AUDITOR), "steps/0/role", "unknown"),
        (
            Step(name="Xem", half_days=4, role=Role.SPECIALIST, unit_id=UnitId(UUID(int=9))),
            "steps/0/unit_id",
            "not_found",
        ),
        (Step(name="Xem", half_days=4, role=Role.HEAD, unit_id=UNIT), "steps/0/unit_id", "unit"),
        (Step(name="Xem", half_days=4, role=Role.SPECIALIST), "steps/0/unit_id", "unit"),
        (Step(name="Xem", half_days=4, role=Role.HEAD), "steps", "no_drafter"),
        (Step(name="Xem", half_days=4, role=Role.HEAD_OF_UNIT, unit_id=UNIT), "steps/0/role", "nobody"),
        (Step(name="Xem", half_days=4, role=Role.DEPUTY_HEAD), "steps/0/role", "nobody"),
    ],
)
def test_a_step_needs_time_and_somebody_who_does_it(step: Step, field: str, code: str) -> None:
    with pytest.raises(CaseProcedureInvalid) as refused:
        require_right(settings({"steps": (step,)}), [UNIT], HOLDERS)

    assert (field, code) in {(error.field, error.code) for error in refused.value.errors}


def a_procedure(known: Mapping[str, Any]) -> CaseProcedure:
    return CaseProcedure(
        id=CaseProcedureId(UUID(int=1)),
        agency_id=AGENCY,
        version=1,
        settings=settings(known),
        made_at=NOON,
        made_by=PersonId(UUID(int=2)),
    )


def test_a_withdrawn_procedure_takes_no_new_cases() -> None:
    with pytest.raises(CaseProcedureWithdrawn, match=r"1\.001612"):
        a_procedure({"offered": False}).require_offered(Channel.DIRECT)


def test_a_case_comes_only_by_a_way_that_is_offered() -> None:
    with pytest.raises(ChannelNotOffered, match=r"1\.001612"):
        a_procedure({"channels": frozenset({Channel.DIRECT}), "level": ServiceLevel.NONE}).require_offered(Channel.POST)
