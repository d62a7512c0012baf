"""Councils at work: founded, convened, told; results reach the procedure, minutes are signed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from api.wiring import database_url
from engine.access import NotAllowed
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.end_council import end_council
from engine.actions.found_council import FoundCouncil, found_council
from engine.actions.open_session import OpenSession, open_session
from engine.actions.withdraw_dossier import withdraw_dossier
from engine.conducting import may_know
from engine.council_sessions import (
    MatterNotWaiting,
    MatterState,
    MatterTakenBack,
    NotYoursToRun,
    SessionForm,
    SessionInvalid,
    SessionMoved,
    SessionNotFound,
    SessionNotInState,
    SessionState,
)
from engine.council_votes import Choice, VoteNotOpen
from engine.councils import (
    CouncilInvalid,
    CouncilMoved,
    CouncilNotFound,
    CouncilOver,
    Member,
    MemberFunction,
    NoCouncil,
)
from engine.deadlines import office_date
from engine.documents import OutgoingState
from engine.ids import CouncilId, CouncilSessionId, DocumentId, InstanceId, MatterId
from engine.minutes import NothingToMinute
from engine.operations.council import make_minutes
from engine.operations.jobs import Job
from engine.procedures import look
from engine.rounds.remind_councils import remind_members
from engine.stand_ins import StandInKind
from tests.support.builders import an_id
from tests.support.councils import CHAIR, MEMBERS, SECRETARY, Chamber, refused
from tests.support.office import Office
from tests.support.ranking import Ranking


def test_a_council_votes_its_minutes_are_signed_by_chair_and_secretary_and_its_procedure_learns_the_result(
    chamber: Chamber,
) -> None:
    office = chamber.office
    matter = chamber.put()
    session = chamber.open(chamber.convene(matter), MEMBERS[:7])
    chamber.mark(session, SECRETARY, is_present=True)
    chamber.declare(session, matter, "hd3")
    motion = chamber.vote(session, matter)
    voters = [member for member in (*MEMBERS[:7], SECRETARY) if member != "hd3"]
    for member in voters:
        chamber.cast(motion, member, opinion="Đề nghị công nhận" if member == "hd2" else "")

    counted = chamber.close(motion)
    chamber.end(session)
    office.run_jobs()

    assert counted.tally is not None
    assert (counted.tally.agreed, counted.tally.present, counted.tally.members, counted.tally.passed) == (7, 7, 9, True)
    minutes = _minutes_of(chamber, matter.instance_id)
    assert office.outgoing(minutes).type == "BB"
    text = _text(chamber, minutes)
    for said in ("Chủ trì (chủ tọa): Lê Minh Khuê", "7/7 = 100%", "hd3_kept_out", "Đề nghị công nhận", "thông qua"):
        assert said.replace("hd3_kept_out", "lợi ích liên quan: Nguyễn Thị Sen") in text
    _sign(office, minutes)
    with office.house.services.begin() as work:
        result = look(work.instances.get(matter.instance_id), work).data["result"]
        assert work.instances.get(matter.instance_id).finished_at is not None
    assert result == {
        "passed": True,
        "agreed": 7,
        "present": 7,
        "members": 9,
        "percent": "100",
        "divided": False,
        "withdrawn": False,
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": ""}, "place"),
        ({"form": SessionForm.WRITTEN}, "until"),
        ({"days": -2}, "at"),
        ({"matters": []}, "matters"),
        ({"matters": [MatterId(an_id("unknown"))]}, "matters"),
    ],
)
def test_a_session_is_convened_with_a_place_a_near_moment_and_matters_that_wait(
    chamber: Chamber, changes: dict[str, Any], field: str
) -> None:
    matter = chamber.put()
    agenda = [replace(matter, id=one) for one in changes.get("matters", [matter.id])]
    at = chamber.now + timedelta(days=changes.get("days", 0))
    others = {name: value for name, value in changes.items() if name in ("place", "form")}

    with pytest.raises(SessionInvalid) as no:
        chamber.convene(*agenda, at=at, **others)

    assert [error.field for error in no.value.errors] == [field]


def test_sessions_are_convened_and_conducted_by_chair_deputy_and_secretary(chamber: Chamber) -> None:
    session, matter = chamber.in_session()

    refused(NotYoursToRun, lambda: chamber.convene(matter, by="hd5"))
    refused(NotYoursToRun, lambda: chamber.vote(session, matter, by="hd5"))
    refused(SessionNotInState, lambda: chamber.open(session, MEMBERS))
    refused(SessionNotFound, lambda: chamber.end(replace(session, id=CouncilSessionId(an_id("none")))))


def test_a_roll_called_on_an_old_state_of_the_session_is_refused(chamber: Chamber) -> None:
    session = chamber.convene(chamber.put())
    here = frozenset(chamber.office.people[name].id for name in MEMBERS)
    request = OpenSession(session_id=session.id, present=here, presiding=chamber.council.chair, rev=session.rev + 1)

    with pytest.raises(SessionMoved), chamber.office.house.services.begin() as work:
        open_session(request, by=chamber.office.people[SECRETARY], at=chamber.now, work=work)
    chamber.open(session, MEMBERS)
    with pytest.raises(SessionMoved), chamber.office.house.services.begin() as work:
        work.council_sessions.save(replace(session, rev=session.rev + 1))


def test_a_matter_is_taken_back_while_it_waits_and_not_when_it_is_on_an_agenda(chamber: Chamber) -> None:
    matter = chamber.put()
    session = chamber.convene(matter)
    refused(MatterNotWaiting, lambda: _take_back(chamber, matter.instance_id))
    assert chamber.end(session, reason="Hoãn").state is SessionState.CANCELLED

    _take_back(chamber, matter.instance_id)

    with chamber.office.house.services.begin() as work:
        result = look(work.instances.get(matter.instance_id), work).data["result"]
    assert (result["passed"], result["withdrawn"]) == (False, True)
    refused(NothingToMinute, lambda: _minute(chamber, matter.id))


def test_an_ocop_dossier_that_is_withdrawn_is_voted_on_no_more_and_its_procedure_learns_so(chamber: Chamber) -> None:
    ranking = Ranking(chamber.office)
    dossier = ranking.propose().dossier
    matter = chamber.put(ranking.submitted(dossier.id))
    session = chamber.open(chamber.convene(matter), MEMBERS)
    motion = chamber.vote(session, matter)

    ranking.do(withdraw_dossier, dossier.id, reason="Chủ thể xin rút")

    refused(VoteNotOpen, lambda: chamber.cast(motion, "hd2"))
    refused(MatterTakenBack, lambda: chamber.vote(session, matter))
    _take_back(chamber, matter.instance_id)
    with chamber.office.house.services.begin() as work:
        assert look(work.instances.get(matter.instance_id), work).data["result"]["withdrawn"] is True


def test_members_are_told_of_a_session_and_may_read_what_it_is_about(chamber: Chamber) -> None:
    matter = chamber.put()
    session = chamber.convene(matter)

    with psycopg.connect(database_url(chamber.office.house.settings)) as connection:
        told = connection.execute(
            "SELECT person_id FROM notices WHERE source = %s", (f"council-session/{session.id}",)
        ).fetchall()
    people = chamber.office.people
    document = chamber.office.document(matter.document_id)
    assert {person for (person,) in told} == {people[name].id for name in MEMBERS if name != SECRETARY}
    assert chamber.office.people["hd4"].id in document.reader_people


def test_minutes_list_open_ballots_in_the_order_of_the_council_with_what_was_written(chamber: Chamber) -> None:
    session, matter = chamber.in_session()
    motion = chamber.vote(session, matter)
    chamber.cast(motion, "hd8", Choice.DISAGREE, "Tiêu chí 8 cần rà soát thêm\nvà có lộ trình.")
    for member in reversed(MEMBERS[:7]):
        chamber.cast(motion, member)
    chamber.close(motion)
    chamber.office.run_jobs()

    lines = _text(chamber, _minutes_of(chamber, matter.instance_id)).splitlines()

    voted = [line for line in lines if ": tán thành" in line or ": không tán thành" in line]
    cast = [line for line in voted if line.startswith("- ")]
    names = [chamber.office.people[member].name for member in MEMBERS[:8]]
    assert [line.removeprefix("- ").partition(":")[0] for line in cast] == names
    assert cast[-1] == f"- {names[-1]}: không tán thành; ý kiến: Tiêu chí 8 cần rà soát thêm và có lộ trình;"


def test_a_procedure_that_asks_for_a_council_nobody_founded_says_so(chamber: Chamber) -> None:
    with pytest.raises(NoCouncil, match="'chess'"):
        replace(chamber, purpose="chess").put()


def test_a_council_is_founded_whole_and_every_fault_of_it_is_named_at_once(chamber: Chamber) -> None:
    people, today = chamber.office.people, office_date(chamber.now)
    right = _thon(chamber)
    stranger = Member(person_id=people["vanthu.xa1"].id, function=MemberFunction.MEMBER)
    wrong = replace(
        right,
        name=" ",
        purpose="Nông thôn",
        basis="",
        members=[stranger],
        valid_to=today - timedelta(days=1),
        decision_id=chamber.office.draft().document.id,
    )

    with pytest.raises(CouncilInvalid) as no, chamber.office.house.services.begin() as work:
        found_council(wrong, by=people["vanthu"], at=chamber.now, work=work)

    fields = {error.field for error in no.value.errors}
    assert fields == {"name", "purpose", "basis", "members", "members/0/person_id", "valid_to", "decision_id"}
    with pytest.raises(NotAllowed), chamber.office.house.services.begin() as work:
        found_council(right, by=people["chuyenvien"], at=chamber.now, work=work)


def test_a_council_ends_on_a_day(chamber: Chamber) -> None:
    clerk, today, begin = chamber.office.people["vanthu"], office_date(chamber.now), chamber.office.house.services.begin
    with begin() as work:
        council = found_council(_thon(chamber), by=clerk, at=chamber.now, work=work)

    with pytest.raises(CouncilMoved), begin() as work:
        end_council(council.id, today, rev=5, by=clerk, at=chamber.now, work=work)
    with begin() as work:
        assert end_council(council.id, today, by=clerk, at=chamber.now, work=work).valid_to == today
    with pytest.raises(CouncilNotFound), begin() as work:
        end_council(CouncilId(an_id("none")), today, by=clerk, at=chamber.now, work=work)


def _thon(chamber: Chamber) -> FoundCouncil:
    people = chamber.office.people
    return FoundCouncil(
        name="Hội đồng xét thôn thông minh",
        purpose="thon",
        basis="Quyết định số 30/QĐ-UBND",
        members=[
            Member(person_id=people["hd1"].id, function=MemberFunction.CHAIR),
            Member(person_id=people["hd2"].id, function=MemberFunction.MEMBER),
            Member(person_id=people["hd9"].id, function=MemberFunction.SECRETARY),
        ],
        valid_from=office_date(chamber.now),
    )


def test_a_council_is_convened_while_it_is_in_office(chamber: Chamber) -> None:
    people, today = chamber.office.people, office_date(chamber.now)
    members = [replace(member, function=member.function) for member in chamber.council.members]
    request = FoundCouncil(
        name="Hội đồng một ngày", purpose="day", basis="QĐ 1", members=members, valid_from=today, valid_to=today
    )
    with chamber.office.house.services.begin() as work:
        found_council(request, by=people["vanthu"], at=chamber.now, work=work)
    short = replace(chamber, purpose="day")

    refused(CouncilOver, lambda: short.convene(short.put(), at=chamber.now + timedelta(days=2)))


def _take_back(chamber: Chamber, instance_id: InstanceId) -> None:
    with chamber.office.house.services.begin() as work:
        (item,) = work.work_items.open_of(instance_id)
        request = CompleteWorkItem(work_item_id=item.id, outcome="withdraw", data={"reason": "Xã xin bổ sung"})
        complete_work_item(request, by=chamber.office.people[SECRETARY], at=chamber.now, work=work)


def _minute(chamber: Chamber, matter_id: MatterId) -> object:
    services = chamber.office.house.services
    with services.begin() as work:
        document = work.documents.get(work.council_sessions.get_matter(matter_id).document_id)
        agency = work.people.get_agency(document.agency_id)
    return make_minutes(
        Job(document=document, agency=agency, parameters={"matter_id": str(matter_id)}, services=services)
    )


def _minutes_of(chamber: Chamber, instance_id: InstanceId) -> DocumentId:
    with chamber.office.house.services.begin() as work:
        (called,) = work.instances.called_by(instance_id)
    return called.document_id


def _text(chamber: Chamber, document_id: DocumentId) -> str:
    body = chamber.office.outgoing(document_id).body
    assert body is not None
    return body


def _sign(office: Office, minutes: DocumentId) -> None:
    """Take the minutes through the procedure of documents that several sign."""
    office.complete(minutes, "draft", "submit", SECRETARY)
    office.complete(minutes, "review_content", "approve", "truongphong")
    office.complete(minutes, "review_format", "approve", "chanhvanphong")
    office.run_jobs()
    for signer in (CHAIR, SECRETARY):
        item = next(item for item in office.inbox(signer) if item.document_id == minutes)
        ask_signature(
            AskSignature(work_item_id=item.id, key="default"), by=office.people[signer], services=office.house.services
        )
        office.run_jobs()
    office.complete(minutes, "number", "number", "vanthu")
    office.run_jobs()
    office.sign(minutes, "seal", "vanthu", key="agency")
    office.run_jobs()
    assert office.outgoing(minutes).state is OutgoingState.ISSUED


def test_an_adjourned_session_lists_what_it_did_not_decide_and_another_takes_it_over(chamber: Chamber) -> None:
    matter = chamber.put()
    session = chamber.open(chamber.convene(matter), MEMBERS)
    chamber.end(session, reason="Mất điện")
    with chamber.office.house.services.begin() as work:
        left = work.council_sessions.get(session.id)
        listed = work.council_sessions.agenda_of(left)

    assert [(one.id, one.state) for one in listed] == [(matter.id, MatterState.WAITING)]
    again = chamber.convene(matter)
    assert again.agenda == left.agenda == (matter.id,)


def test_members_whose_opinion_in_writing_is_missing_are_reminded_once_a_day_before(chamber: Chamber) -> None:
    services = chamber.office.house.services
    session = chamber.write(chamber.put(form="written"), days=3)
    with services.begin() as work:
        (motion,) = work.council_sessions.motions_of(session.id)
    chamber.cast(motion, "hd2")
    later = replace(services, clock=lambda: chamber.now + timedelta(days=2, hours=1))
    assert remind_members(services=services) == 0

    assert remind_members(services=later) == 1
    assert remind_members(services=later) == 1

    def told(name: str) -> int:
        with services.begin() as work:
            notices = work.notices.unsettled(500)
        soon = [one.person_id for one in notices if one.news.source == f"council-session/{session.id}/soon"]
        return soon.count(chamber.office.people[name].id)

    assert [told(name) for name in ("hd1", "hd2")] == [1, 0]


def test_minutes_list_who_was_there_at_the_opening_and_who_took_part_in_the_vote(chamber: Chamber) -> None:
    matter, people = chamber.put(), chamber.office.people
    session = chamber.open(chamber.convene(matter), MEMBERS[:7])
    chamber.mark(session, SECRETARY, is_present=True)
    chamber.mark(session, "hd4", is_present=False)
    motion = chamber.vote(session, matter)
    voters = [member for member in (*MEMBERS[:7], SECRETARY) if member != "hd4"]
    for member in voters:
        chamber.cast(motion, member)
    counted = chamber.close(motion)
    chamber.end(session)
    chamber.office.run_jobs()

    with chamber.office.house.services.begin() as work:
        assert work.council_sessions.get(session.id).roll == {people[name].id for name in MEMBERS[:7]}
    assert counted.attending == {people[name].id for name in voters}
    text = _text(chamber, _minutes_of(chamber, matter.instance_id))
    opening, _, vote = text.partition("Thành viên tham gia biểu quyết nội dung này:")
    voting, _, left = vote.partition("vắng khi biểu quyết:")
    assert f"- {people[SECRETARY].name}" not in opening.partition("vắng mặt khi khai mạc")[0]
    assert f"- {people[SECRETARY].name}" in voting
    assert f"- {people['hd4'].name}" in left


def test_who_acts_as_head_knows_every_council_and_the_head_they_replace_only_those_they_sit_in(
    chamber: Chamber,
) -> None:
    office, council = chamber.office, replace(chamber.council, members=())
    acting = office.stand_in("chutich", "truongphong", kind=StandInKind.ACTING)
    now = office.placed("truongphong").placed("chutich").people

    known = [may_know(now[name], council) for name in ("truongphong", "chutich")]
    office.revoke(acting)

    assert known == [True, False]
    assert [may_know(office.people[name], council) for name in ("truongphong", "chutich")] == [False, True]
