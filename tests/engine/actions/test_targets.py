"""A village's target from the counter of its commune to the answer; what the rules refuse; the province's plan."""

# ruff: noqa: ANN401 - changes are fields of any type

from typing import Any

import pytest

from engine.access import NotAllowed
from engine.actions.register_target import RegisterTarget, register_target
from engine.actions.save_tier_plan import SaveTierPlan, save_tier_plan
from engine.criteria import NoCriteriaInForce, Tier
from engine.deadlines import office_date, working_days_after
from engine.documents import DocumentInvalid, IncomingState
from engine.ids import DocumentId, FileId
from engine.queries import Once
from engine.targets import (
    CriterionUnknown,
    PlanMoved,
    PlanUnfit,
    Target,
    TargetAnswered,
    TargetElsewhere,
    TargetKnown,
    TargetNotFound,
    TargetState,
)
from tests.support.office import Office, a_pdf

ELEVEN = tuple(range(1, 12))


def register(office: Office, by: str = "vanthu.xa1", code: str = "99101.01", **changes: Any) -> Target:
    """Take a registration in."""
    services = office.house.services
    facts = {"tier": Tier.VILLAGE, "criteria_met": ELEVEN, "year": office_date(services.clock()).year + 2, **changes}
    if "file_id" not in facts:
        facts["file_id"] = office.upload(a_pdf(), by=by)
    with services.begin() as work:
        locality = work.localities.find_by_code(code)
        assert locality is not None
        request = RegisterTarget(locality_id=locality.id, **facts)
        return register_target(request, by=office.people[by], at=services.clock(), work=work)


def read(office: Office, document_id: DocumentId) -> Target:
    with office.house.services.begin() as work:
        return work.targets.of_document(document_id)


def test_a_registration_comes_from_the_agency_that_speaks_for_the_place(office: Office) -> None:
    commune = register(office, by="vanthu", code="99101", tier=Tier.COMMUNE, criteria_met=(1, 2))

    assert office.incoming(commune.document_id).organ_name == "Ủy ban nhân dân xã Hoằng Thử"
    assert office.incoming(register(office).document_id).organ_name == "thôn Đông"


def test_a_registration_is_examined_accepted_and_answered_within_five_working_days(office: Office) -> None:
    target = register(office)
    document = office.incoming(target.document_id)
    with office.house.services.begin() as work:
        calendar = work.calendars.of(document.agency_id)
        [leaf] = [one for one in work.audit.about(document.agency_id, [str(document.id)]) if one.action.startswith("t")]
    assert leaf.action == "target.registered"
    assert document.due_date == working_days_after(calendar, office_date(document.created_at), 5)
    assert document.arrival_number == 1

    office.complete(document.id, "examine", "submit", by="xa1.chuyenvien", opinion="Đạt 11 tiêu chí")
    office.complete(document.id, "decide", "accept", by="xa1.chutich")
    assert read(office, document.id).state is TargetState.ACCEPTED
    office.complete(document.id, "inform", "done", by="vanthu.xa1")
    office.run_jobs()

    closed = office.incoming(document.id)
    assert (closed.state, closed.result) == (IncomingState.CLOSED, "Đồng ý đăng ký mục tiêu")
    with pytest.raises(TargetAnswered):
        read(office, document.id).answered(TargetState.REFUSED, target.registered_by, target.registered_on)


def test_one_that_was_refused_may_register_again_and_one_that_stands_may_not(office: Office) -> None:
    first = register(office)
    with pytest.raises(TargetKnown):
        register(office)
    office.complete(first.document_id, "examine", "submit", by="xa1.chuyenvien", opinion="Đạt 9 tiêu chí")
    office.complete(first.document_id, "decide", "refuse", by="xa1.chutich", reason="Chưa đủ tiêu chí")

    refused = read(office, first.document_id)
    assert (refused.state, refused.reason) == (TargetState.REFUSED, "Chưa đủ tiêu chí")
    assert register(office).id != first.id


def test_a_commune_registers_with_the_province_and_a_village_with_its_commune(office: Office) -> None:
    assert register(office, by="vanthu", code="99101", tier=Tier.COMMUNE, criteria_met=(1, 2)).agency_id

    for by, code, tier in (("vanthu", "99101.02", Tier.VILLAGE), ("vanthu.xa2", "99101", Tier.COMMUNE)):
        with pytest.raises(TargetElsewhere):
            register(office, by=by, code=code, tier=tier)


def test_what_does_not_fit_is_refused_and_takes_no_number(office: Office) -> None:
    with pytest.raises(CriterionUnknown):
        register(office, criteria_met=(*ELEVEN, 99))
    with pytest.raises(NoCriteriaInForce):
        register(office, tier=Tier.VILLAGE_MODEL)
    with pytest.raises(DocumentInvalid):
        register(office, file_id=FileId("0" * 64))
    with pytest.raises(NotAllowed):
        register(office, by="xa1.chuyenvien")
    assert office.incoming(register(office).document_id).arrival_number == 1


def test_a_repeated_request_registers_once(office: Office) -> None:
    file_id, once = office.upload(a_pdf(), by="vanthu.xa1"), Once(key="k", fingerprint="f")

    assert register(office, file_id=file_id, once=once) == register(office, file_id=file_id, once=once)


def test_a_target_of_no_registration_is_not_there(office: Office) -> None:
    with pytest.raises(TargetNotFound):
        read(office, office.register().document.id)


def test_the_province_plans_a_year_and_a_plan_that_moved_is_not_overwritten(office: Office) -> None:
    services, by = office.house.services, office.people["chutich"]

    def plan(planned: dict[Tier, int], who: str = "chutich", **changes: Any) -> Any:
        request = SaveTierPlan(**{"year": 2027, "planned": planned, **changes})
        with services.begin() as work:
            return save_tier_plan(request, by=office.people[who], at=services.clock(), work=work)

    plan({Tier.COMMUNE: 21, Tier.VILLAGE: 30})
    plan({Tier.COMMUNE: 22}, seen=2)
    with services.begin() as work:
        found = {each.tier: (each.planned, each.rev) for each in work.targets.plan(by.agency_id, 2027)}
    assert found == {Tier.COMMUNE: (22, 2), Tier.VILLAGE: (30, 1)}
    with pytest.raises(PlanMoved):
        plan({Tier.COMMUNE: 1}, seen=2)
    with pytest.raises(PlanUnfit) as refused:
        plan({Tier.COMMUNE: -1}, year=1)
    assert [error.field for error in refused.value.errors] == ["commune", "year"]
    for who in ("chuyenvien", "xa1.chutich"):
        with pytest.raises(NotAllowed):
            plan({Tier.COMMUNE: 1}, who=who)
