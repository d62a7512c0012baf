"""Recording and revoking stand-ins, by the real actions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from engine.access import NotAllowed
from engine.deadlines import office_date
from engine.errors import Refusal
from engine.ids import DocumentId, StandInId, UnitId
from engine.queries import Once, PageRequest
from engine.stand_ins import (
    ActingHeadOverlaps,
    Basis,
    Scope,
    StandIn,
    StandInEnded,
    StandInInvalid,
    StandInKind,
    StandInNotFound,
    StandInNotPassedOn,
    StandInOverlaps,
)
from tests.support.office import Office

NOBODY = UUID(int=0)
DECISIONS = Scope(document_types=frozenset({"QĐ"}))


def wrong_fields(act: Callable[[], object]) -> set[tuple[str, str]]:
    with pytest.raises(StandInInvalid) as refused:
        act()
    return {(error.field, error.code) for error in refused.value.errors}


def test_what_makes_no_sense_is_refused_and_every_wrong_field_named(office: Office) -> None:
    today = office_date(office.house.services.clock())
    day = timedelta(days=1)
    paper = Basis(text="Quyết định", number="12/QĐ-UBND", issued_on=today)
    kind = StandInKind
    noon = {"last_day": today, "starts_at_noon": True, "ends_at_noon": True}
    fields: list[tuple[str, str, dict[str, Any]]] = [
        ("last_day", "before_first", {"last_day": today - day}),
        ("last_day", "before_first", noon),
        ("last_day", "over", {"first_day": date(2020, 1, 1), "last_day": date(2020, 1, 2)}),
        ("last_day", "too_long", {"last_day": today + 366 * day}),
        ("last_day", "impossible", {"last_day": date.max}),
        ("basis", "required", {"basis": replace(paper, text="  ")}),
        ("basis", "too_long", {"basis": replace(paper, text="Đ" * 501)}),
        ("basis_issued_on", "in_future", {"basis": replace(paper, issued_on=today + day)}),
        ("basis_document_id", "not_found", {"basis": replace(paper, document_id=DocumentId(NOBODY))}),
        ("basis_number", "required", {"kind": kind.DEPUTY, "basis": Basis(text="Quyết định")}),
        ("document_types", "unknown", {"scope": Scope(document_types=frozenset({"XX"}))}),
        ("units", "not_found", {"scope": Scope(units=frozenset({UnitId(NOBODY)}))}),
        ("steps", "unknown", {"scope": Scope(steps=frozenset({"outgoing_document/fly"}))}),
        ("kind", "unfit", {"kind": kind.BY_ORDER}),
        ("document_types", "unlimited", {"kind": kind.AUTHORISED}),
        ("may_pass_on", "never", {"kind": kind.AUTHORISED, "may_pass_on": True}),
    ]

    for field, code, changes in fields:
        assert (field, code) in wrong_fields(partial(office.stand_in, "chutich", "phochutich", **changes)), changes


@pytest.mark.parametrize(
    ("principal", "substitute", "wrong"),
    [
        ("chutich", "chutich", ("substitute", "self")),
        ("chutich", "kiemtra", ("substitute", "auditor")),
        ("kiemtra", "chuyenvien", ("principal", "auditor")),
        ("chutich", "quantri", ("substitute", "no_work")),
        ("quantri", "chuyenvien", ("principal", "no_work")),
        ("chutich", "xa1.chutich", ("substitute", "not_found")),
        ("xa1.chutich", "chutich", ("principal", "not_found")),
    ],
)
def test_not_everybody_stands_in_for_everybody(
    office: Office, principal: str, substitute: str, wrong: tuple[str, str]
) -> None:
    assert wrong in wrong_fields(lambda: office.stand_in(principal, substitute))


@pytest.mark.parametrize(
    ("principal", "substitute", "kind"),
    [
        ("chutich", "chanhvanphong", StandInKind.DEPUTY),
        ("truongphong", "chuyenvien.ocop", StandInKind.DEPUTY),
        ("chutich", "chuyenvien", StandInKind.BY_ORDER),
        ("phochutich", "truongphong", StandInKind.AUTHORISED),
        ("phochutich", "chanhvanphong", StandInKind.ACTING),
    ],
)
def test_kt_tl_and_tuq_are_for_the_posts_the_decree_names(
    office: Office, principal: str, substitute: str, kind: StandInKind
) -> None:
    scope = Scope() if kind is StandInKind.ACTING else DECISIONS

    found = wrong_fields(lambda: office.stand_in(principal, substitute, kind=kind, scope=scope))

    assert found == {("kind", "unfit")}


def test_an_acting_head_has_all_of_the_post_by_a_decision_alone_never_by_the_head_and_passes_it_on_to_nobody(
    office: Office,
) -> None:
    def appoint(substitute: str = "phochutich", **changes: Any) -> StandIn:  # noqa: ANN401  (any of its fields)
        return office.stand_in("chutich", substitute, kind=StandInKind.ACTING, **changes)

    part = wrong_fields(lambda: appoint(scope=DECISIONS, may_pass_on=True, basis=Basis(text="Lời nói")))
    assert part == {
        ("document_types", "limited"),
        ("may_pass_on", "never"),
        ("basis_number", "required"),
        ("basis_issued_on", "required"),
    }
    with pytest.raises(NotAllowed):
        appoint(by="chutich")
    first = appoint()
    with pytest.raises(NotAllowed):
        office.revoke(first, by="chutich")
    with pytest.raises(ActingHeadOverlaps):
        appoint("chanhvanphong")
    office.revoke(first)
    assert appoint("chanhvanphong").kind is StandInKind.ACTING


def test_all_that_is_wrong_is_said_at_once(office: Office) -> None:
    basis = Basis(text="", number=" ")

    found = wrong_fields(lambda: office.stand_in("chutich", "kiemtra", last_day=date(2020, 1, 1), basis=basis))

    assert {"substitute", "last_day", "basis", "basis_number"} == {field for field, _ in found}


def test_others_than_administrators_and_the_chief_record_only_who_replaces_themselves(office: Office) -> None:
    assert office.stand_in("chuyenvien", "truongphong", by="chuyenvien").recorded_by == office.people["chuyenvien"].id
    assert office.stand_in("chutich", "phochutich", by="chanhvanphong")
    for by in ("truongphong", "kiemtra"):
        with pytest.raises(NotAllowed):
            office.stand_in("chutich", "phochutich", by=by, kind=StandInKind.DEPUTY)
    assert ("substitute", "own") in wrong_fields(
        lambda: office.stand_in("chutich", "chanhvanphong", by="chanhvanphong")
    )


def test_the_same_again_is_refused_and_another_kind_person_or_time_is_not(office: Office) -> None:
    today = office_date(office.house.services.clock())
    office.stand_in("chutich", "phochutich")

    with pytest.raises(StandInOverlaps, match="12/QĐ-UBND"):
        office.stand_in("chutich", "phochutich")
    office.stand_in("chutich", "phochutich", kind=StandInKind.DEPUTY)
    office.stand_in("chutich", "chanhvanphong", kind=StandInKind.BY_ORDER)
    later = today + timedelta(days=2)
    office.stand_in("chutich", "phochutich", first_day=later, last_day=later)
    assert ("substitute", "away") in wrong_fields(lambda: office.stand_in("phochutich", "chutich"))


def test_two_who_record_the_same_at_once_make_one(office: Office) -> None:
    def record(_: int) -> bool:
        try:
            return bool(office.stand_in("chutich", "phochutich"))
        except StandInOverlaps:
            return False

    with ThreadPoolExecutor(4) as several:
        made = list(several.map(record, range(4)))

    assert sorted(made) == [False, False, False, True]


def test_a_repeated_request_makes_nothing_new_and_both_are_one_leaf(office: Office) -> None:
    once = Once(key="k", fingerprint="f")

    first = office.stand_in("chutich", "phochutich", once=once)
    again = office.stand_in("chutich", "phochutich", once=once)

    assert first == again
    with office.house.services.begin() as work:
        leaves = work.audit.search(first.agency_id, PageRequest(), subject_id=str(first.id)).items
        assert [leaf.action for leaf in leaves] == ["stand_in.recorded"]
        assert [private.path for private in leaves[0].private] == ["basis"]


def test_what_was_passed_on_ends_with_what_it_was_under(office: Office) -> None:
    order = office.stand_in("chutich", "chanhvanphong", kind=StandInKind.BY_ORDER)
    deputy = {"kind": StandInKind.DEPUTY, "under": order.id}
    child = office.stand_in("chutich", "vanthu", by="chanhvanphong", **deputy)
    assert [place.through for place in office.placed("vanthu").people["vanthu"].places] == ["Chánh Văn phòng"]

    office.revoke(order, by="chutich")

    assert office.placed("vanthu").people["vanthu"].places == ()
    for ended in (order, child):
        with pytest.raises(StandInEnded):
            office.revoke(ended)


def test_who_holds_an_authorisation_passes_it_on_to_nobody(office: Office) -> None:
    authorised = office.stand_in("chutich", "chanhvanphong", kind=StandInKind.AUTHORISED, scope=DECISIONS)

    for kind in (StandInKind.DEPUTY, StandInKind.ABSENCE):
        with pytest.raises(StandInNotPassedOn):
            office.stand_in("chutich", "vanthu", by="chanhvanphong", kind=kind, scope=DECISIONS, under=authorised.id)
    with pytest.raises(StandInNotFound):
        office.stand_in("chutich", "vanthu", under=StandInId(NOBODY))


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        ("phochutich", NotAllowed),
        ("kiemtra", NotAllowed),
        ("chuyenvien", StandInNotFound),
        ("xa1.chutich", StandInNotFound),
    ],
)
def test_only_the_principal_and_those_who_record_them_revoke(office: Office, by: str, refusal: type[Refusal]) -> None:
    known = office.stand_in("chutich", "phochutich")

    with pytest.raises(refusal):
        office.revoke(known, by=by)
    assert office.revoke(known, by="chutich").revoked_by == office.people["chutich"].id
