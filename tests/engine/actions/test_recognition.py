"""Recognition from the arrived dossier to the published decision, and what keeps a dossier from it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from api.texts import explained
from engine import access, dossier_turns
from engine.actions.fire_timer import fire_timer
from engine.actions.withdraw_dossier import withdraw_dossier
from engine.appraisals import AppraisalIncomplete
from engine.assessments import Stage
from engine.competence import ReservedToHead
from engine.council_sessions import MatterState, MatterTakenBack
from engine.council_votes import Choice, MotionState, VoteNotOpen
from engine.criteria import Tier
from engine.documents import IncomingState
from engine.dossier_explanations import explain
from engine.dossier_kinds import COVER, NTM_PARTS
from engine.dossiers import Dossier, DossierState
from engine.publications import PublicationQuery
from engine.queries import PageRequest
from engine.timers import DueTimer
from tests.engine.actions.test_start_dossier import complete, composed, dossier_now, issued
from tests.support.composing import COMMUNE, DRAFTER, Desk
from tests.support.councils import MEMBERS, refused
from tests.support.office import Office
from tests.support.recognising import Commune, Province


def submitted(office: Office) -> Dossier:
    """Return a dossier the commune assessed, surveyed, met on, signed and submitted."""
    desk = Desk(office)
    dossier = composed(desk)
    for place, rule in enumerate(one for one in NTM_PARTS if one.code != COVER):
        if rule.required:
            desk.add(dossier, rule.code, place + 1)
    complete(desk, "complete_parts", "done", DRAFTER)
    issued(desk)
    return dossier_now(desk, dossier)


def accepted(office: Office) -> Province:
    province = Province(office, submitted(office).id)
    province.do("register", "register")
    province.do("check_completeness", "complete")
    return province


def voted_in_time(province: Province) -> None:
    """Have the council vote; the step of its secretary has the limit of the table of limits."""
    assert province.item("hold_session").term == "10 days"
    province.vote()


def said_to_be_about_the_decision(province: Province) -> None:
    people = province.office.people
    with province.services.begin() as work:
        (turn,) = explain(province.dossier, work).turns
    assert turn.document is not None
    assert turn.about(people["chuyenvien"]) == f"Quyết định: {turn.document.subject}"
    assert turn.about(people["xa1.chuyenvien"]) == "Quyết định"


def signed_by_head_alone(province: Province, office: Office) -> None:
    said_to_be_about_the_decision(province)
    office.stand_in("chutich", "phochutich")
    deputy = office.placed("phochutich")
    with pytest.raises(ReservedToHead):
        deputy.sign(province.item("sign").document_id, "sign", "phochutich")
    province.sign("sign", by="chutich")


def test_a_commune_is_recognised_by_a_published_decision_after_supplement_appraisal_and_vote(office: Office) -> None:
    province = Province(office, submitted(office).id)
    province.do("register", "register")
    province.do("check_completeness", "supplement", reason="Thiếu số liệu", parts="Báo cáo", days=5)
    province.issue()
    paused = office.incoming(province.arrived)
    Desk(office).assess(province.dossier, i2_1=99)
    complete(Desk(office), "supplement", "done", DRAFTER)
    assert paused.pause is not None
    assert office.incoming(province.arrived).pause is None
    province.do("check_completeness", "complete")

    with pytest.raises(AppraisalIncomplete):
        province.do("appraise_unit", "done")
    province.appraise()
    province.issue()
    voted_in_time(province)
    province.do("draft", "submit")
    province.do("review_content", "approve")
    province.do("review_format", "approve")
    signed_by_head_alone(province, office)
    province.do("number", "number")
    province.sign("seal", key="agency")
    province.do("announce", "announced", on="2026-12-20", place="Hội trường xã", media="Báo tỉnh")

    with province.services.begin() as work:
        (published,) = work.publications.search(PublicationQuery(), PageRequest(limit=5)).items
        recognised = work.achievements.find(COMMUNE, Tier.COMMUNE)
        found = explain(province.dossier, work)
        elsewhere = explain(replace(province.dossier, received_document_id=province.dossier.own_document_id), work)
    assert (found.decided, elsewhere.decided) == (recognised, None)
    assert dossier_turns.AGREED in [one.template for one in found.said]
    notice, report, decision = (one for one in province.issued() if one.type != "BB")
    assert (notice.type, report.type, decision.type) == ("TB", "BC", "QĐ")
    assert access.may_read(office.people["hd3"], report)
    assert (published.number, published.holder) == (decision.number, "xã Hoằng Thử")
    assert published.announced is not None
    assert (recognised.decision if recognised else None) == decision.number
    assert province.dossier.state is DossierState.CLOSED
    assert office.incoming(province.arrived).state is IncomingState.CLOSED


def test_a_dossier_with_debt_never_comes_before_the_council_and_is_refused_with_the_figure(office: Office) -> None:
    province = accepted(office)

    province.appraise(no_dong=12.5)
    province.issue()
    assert province.elements() == ["settle_shortfall"]
    with province.services.begin() as work:
        found = explain(province.dossier, work)
    assert [(one.code, one.short_by) for one in found.shortfalls] == [("no_dong", Decimal("12.5"))]
    assert (found.stage, found.eligible, found.met) == (Stage.APPRAISED, False, found.total)
    assert "Phòng Nông thôn mới" in {turn.unit for turn in found.turns}
    province.do("settle_shortfall", "refuse", reason="Còn nợ đọng xây dựng cơ bản")
    province.issue()

    refusal = province.issued()[-1]
    assert "12,5 triệu đồng, yêu cầu tối đa 0 triệu đồng (vượt 12,5 triệu đồng)" in (refusal.body or "")
    assert province.dossier.state is DossierState.CLOSED
    with province.services.begin() as work:
        closed = explain(province.dossier, work)
    assert (closed.eligible, closed.turns) == (False, ())
    leaves = [leaf["action"] for leaf in province.desk.leaves(province.dossier_id, refusal.agency_id)]
    assert leaves[-2:] == ["dossier.refused", "dossier.closed"]


def test_a_dossier_the_council_does_not_agree_to_is_refused_with_its_count_and_told_so(office: Office) -> None:
    province = accepted(office)
    province.appraise()
    province.issue()
    province.vote(Choice.DISAGREE)
    province.issue()

    refusal = province.issued()[-1]
    assert "Hội đồng thẩm định không tán thành (0/9 thành viên dự họp)" in (refusal.body or "")
    assert [one.type for one in province.issued() if one.type == "QĐ"] == []
    with province.services.begin() as work:
        found = explain(province.dossier, work)
        assert work.achievements.find(COMMUNE, Tier.COMMUNE) is None
    assert (found.eligible, found.turns, found.decided) == (True, (), None)
    assert [explained(one, "vi") for one in found.said if one.template == dossier_turns.NOT_AGREED] == [
        "Hội đồng không thông qua: 0/9 thành viên tán thành; tỷ lệ phải đạt: 90%."
    ]


def test_the_explanation_says_how_far_the_council_is_and_no_result_before_its_minutes(office: Office) -> None:
    province = accepted(office)
    chamber = province.chamber

    def said() -> str:
        with province.services.begin() as work:
            return explain(province.dossier, work).said[1].template

    matter = chamber.put(province.arrived)
    assert said() == "It waits for a session of the council."
    session = chamber.open(chamber.convene(matter), MEMBERS)
    assert said() == "It is on the agenda of the council's session of %(at)s."
    motion = chamber.vote(session, matter)
    for member in MEMBERS:
        chamber.cast(motion, member, Choice.DISAGREE)
    chamber.close(motion)
    assert said() == "The council has voted on it; the minutes are being signed."


def fire(province: Province, element: str) -> None:
    """Fire the timer of the procedure that waits at this element, at its moment."""
    with province.services.begin() as work:
        instance = province.tree(work)[0]
        (waiting,) = [one for one in work.timers.of_instance(instance.id) if one.element_id == element]
        locked = work.instances.lock(instance.id)
        due = DueTimer(timer=waiting, at=waiting.due_at, failures=0)
        fire_timer(due, locked, at=waiting.due_at, work=work)
    province.office.run_jobs()


def test_what_is_never_supplied_is_reminded_of_and_then_the_dossier_is_given_back(office: Office) -> None:
    province = Province(office, submitted(office).id)
    province.do("register", "register")
    province.do("check_completeness", "supplement", reason="Thiếu số liệu", parts="Báo cáo", days=5)
    province.issue()

    fire(province, "last_day")
    with province.services.begin() as work:
        told = {one.person_id for one in work.notices.unsettled(100) if "last day to supply" in one.news.template}
    assert told == {office.people[DRAFTER].id}
    fire(province, "not_supplied")
    province.issue()

    refusal = province.issued()[-1]
    assert "không bổ sung hồ sơ theo thông báo số" in (refusal.body or "")
    assert province.dossier.state is DossierState.CLOSED
    assert office.incoming(province.arrived).pause is None
    leaves = [leaf["action"] for leaf in province.desk.leaves(province.dossier_id, refusal.agency_id)]
    assert leaves[-2:] == ["dossier.refused", "dossier.closed"]
    assert Commune(office, province.dossier_id).elements() == []


def test_a_commune_that_withdraws_ends_the_procedure_of_the_province_and_is_off_every_agenda(office: Office) -> None:
    province = accepted(office)
    assert "appraise_unit" in province.elements()
    chamber = province.chamber
    voted, written, waits, other = (
        chamber.put(province.arrived),
        *(chamber.put(province.arrived) for _ in "ab"),
        chamber.put(),
    )
    session = chamber.open(chamber.convene(voted, other), MEMBERS)
    motion, asked = chamber.vote(session, voted), chamber.write(written)
    chamber.cast(motion, "hd2")

    with province.services.begin() as work:
        by, at = office.people[DRAFTER], province.services.clock()
        withdraw_dossier(province.dossier_id, "Nộp lại năm sau", by=by, at=at, work=work)
    refused(VoteNotOpen, lambda: chamber.cast(motion, "hd3"))
    office.run_jobs()

    document = office.incoming(province.arrived)
    assert province.elements() == []
    assert (document.state, document.result) == (IncomingState.CLOSED, "Ủy ban nhân dân xã rút hồ sơ")
    assert province.dossier.state is DossierState.CLOSED
    leaves = [leaf["action"] for leaf in province.desk.leaves(province.dossier_id, by.agency_id)]
    assert "dossier.withdrawn" in leaves
    assert {chamber.matter(one).state for one in (voted, written, waits)} == {MatterState.WITHDRAWN}
    assert {one.state for one in (*chamber.motions(session), *chamber.motions(asked))} == {MotionState.VOID}
    for late in (lambda: chamber.cast(motion, "hd3"), lambda: chamber.close(motion)):
        refused(VoteNotOpen, late)
    refused(MatterTakenBack, lambda: chamber.vote(session, voted))
    assert chamber.vote(session, other).state is MotionState.OPEN
    with province.services.begin() as work:
        taken_off = work.audit.about(office.people["hd9"].agency_id, [str(session.id)])
        told = [one for one in work.notices.unsettled(500) if one.person_id == office.people["hd9"].id]
    assert "council_session.matter_taken_off" in [leaf.action for leaf in taken_off]
    assert {f"council-matter/{one.id}" for one in (voted, written)} <= {one.news.source for one in told}
