"""Pages of councils: founded, convened, conducted by the secretary, voted in by members, read by others."""

from datetime import timedelta
from typing import Any

from api.demo_hands import Hands
from engine.deadlines import VIETNAM
from engine.documents import OutgoingState
from tests.api.web.visitors import Form, Visitors
from tests.support.councils import MEMBERS, Chamber
from tests.support.office import Office


def ballot_awaited(visitors: Visitors, name: str) -> bool:
    """Say whether a member's inbox leads to a vote, and says so."""
    inbox = visitors[name].open("/work-items")
    said = inbox.says("Phiếu biểu quyết đang chờ anh/chị")
    assert not (said and inbox.says("Không có việc nào đang chờ"))
    assert any(link.startswith("/council-votes/") for link in inbox.links()) is said
    return said


def test_a_secretary_conducts_a_session_and_members_vote_on_their_page(visitors: Visitors, office: Office) -> None:
    chamber = Chamber(office=office)
    matter = chamber.put()
    people, secretary = office.people, visitors["hd9"]
    listed = secretary.open("/councils")
    assert listed.heading == "Hội đồng"
    (item,) = (one for one in office.inbox("hd9") if one.document_id == matter.document_id)
    assert f"/councils/{chamber.council.id}" in secretary.open(f"/work-items/{item.id}").links()
    page = secretary.open(f"/councils/{chamber.council.id}")
    assert page.says("chưa tìm được văn bản quy định")
    wrong = secretary.send(page.form("/sessions"), matters=[], status=422)
    assert any("Hãy đưa từ một đến 50 nội dung" in error for error in wrong.errors())
    session = secretary.send(page.form("/sessions"), matters=[str(matter.id)], place="Phòng họp số 1")
    assert session.note == "Đã triệu tập phiên họp và báo các thành viên."

    present = [str(people[name].id) for name in MEMBERS[:8]]
    opened = secretary.send(session.form("/opening"), present=present)
    interested = secretary.send(opened.form("/interests"), member=str(people["hd3"].id), reason="Người thân")
    assert interested.says("Không tham gia biểu quyết do có lợi ích liên quan: Nguyễn Thị Sen")
    voting = secretary.send(interested.form("/votes"))
    assert voting.says("Đã nhận 0/7 phiếu.")
    assert [name for name in ("hd1", "hd2", "hd3", MEMBERS[8]) if ballot_awaited(visitors, name)] == ["hd1", "hd2"]
    for name in ("hd1", "hd2", *MEMBERS[3:8]):
        member = visitors[name]
        ballot = member.open(member.open("/councils").document.xpath("//section//a/@href")[0])
        cast = member.send(ballot.form("/ballots"), choice="disagree" if name == "hd2" else "agree")
        assert (cast.note, ballot_awaited(visitors, name)) == ("Đã bỏ phiếu.", False)
    assert visitors["hd3"].open(ballot.path).says("không tham gia biểu quyết")
    assert visitors["hd2"].open(ballot.path).says("Không ai bỏ phiếu hai lần")
    counted = secretary.send(secretary.open(session.path).form("/closing"))
    assert counted.says("Tán thành 6/7: 85,71%; tỷ lệ phải đạt: 90%.")
    assert counted.says("Cao Thị Bích: Không tán thành")
    assert counted.says("Đang lập biên bản.")
    office.run_jobs()

    ended = secretary.send(secretary.open(session.path).form("/end"))
    assert ended.note == "Phiên họp đã kết thúc."
    assert session.path in secretary.open(f"/documents/{matter.document_id}").links()
    minutes = ended.document.xpath("//a[text()='Biên bản']/@href")[0]
    assert secretary.open(minutes).says("Biên bản")


def test_who_reads_the_whole_agency_sees_a_session_without_a_ballot_and_others_nothing(
    visitors: Visitors, office: Office
) -> None:
    chamber = Chamber(office=office)
    session, matter = chamber.in_session()
    motion = chamber.vote(session, matter)

    visitors["vanthu"].open(f"/council-sessions/{session.id}")
    visitors["vanthu"].open(f"/council-votes/{motion.id}", status=403)
    visitors["chuyenvien"].open(f"/council-sessions/{session.id}", status=404)


def test_the_office_founds_a_council_on_a_page_and_reads_what_is_wrong(visitors: Visitors, office: Office) -> None:
    clerk, people = visitors["vanthu"], office.people
    form = clerk.open("/councils/new").form("/councils/new")
    given: dict[str, Any] = {
        "name": "Hội đồng xét thôn thông minh",
        "basis": "Quyết định số 30/QĐ-UBND",
        "purpose": "thon",
        "chair": str(people["hd1"].id),
        "secretary": str(people["hd9"].id),
        "members": [str(people[name].id) for name in MEMBERS[1:5]],
        "quorum": "2/3",
    }

    wrong = clerk.send(form, status=422, **{**given, "quorum": "phần lớn"})
    assert any("không phải là một tỷ lệ" in error for error in wrong.errors())
    twice = clerk.send(form, status=422, **{**given, "secretary": str(people["hd1"].id)})
    assert any("Mỗi người chỉ có một vị trí" in error for error in twice.errors())
    made = clerk.send(form, **given)

    assert (made.heading, made.note) == ("Hội đồng xét thôn thông minh", "Đã lập Hội đồng.")
    assert made.says("2/3: 4/6")
    ended = clerk.send(made.form("/last-day"), day="2027-12-31")
    assert ended.says("31/12/2027")
    visitors["chuyenvien"].open("/councils/new", status=403)
    assert visitors["chuyenvien"].open("/councils").says("Chưa có Hội đồng nào")


def test_a_session_without_a_quorum_is_adjourned_with_a_reason(visitors: Visitors, office: Office) -> None:
    chamber = Chamber(office=office)
    session = chamber.convene(chamber.put())
    chamber.open(session, MEMBERS[:6])
    secretary = visitors["hd9"]

    page = secretary.open(f"/council-sessions/{session.id}")
    assert page.says("Có 6 thành viên tham gia được; cần ít nhất 7.")
    assert page.document.xpath("//button[text()='Mở biểu quyết']/@disabled")
    came = secretary.send(page.form("/attendance"))
    assert came.says("vắng mặt")
    adjourning = next(one for one in came.document.forms if one.action.endswith("/end") and "reason" in one.fields)
    ended = secretary.send(Form(adjourning), reason="Không đủ thành viên")

    assert ended.says("Đã hoãn")
    assert ended.says("chưa biểu quyết tại phiên này")


def test_a_ballot_without_a_choice_is_shown_again_with_what_was_written(visitors: Visitors, office: Office) -> None:
    chamber = Chamber(office=office)
    motion = chamber.vote(*chamber.in_session())
    member = visitors["hd2"]

    ballot = member.open(f"/council-votes/{motion.id}")
    again = member.send(ballot.form("/ballots"), status=422, opinion="Cần rà soát thêm")
    cast = member.send(again.form("/ballots"), choice="abstain")

    assert again.errors() == ["Phiếu của tôi: Hãy chọn trong danh sách."]
    assert not again.says("triệu tập")
    assert cast.note == "Đã bỏ phiếu."
    (kept,) = chamber.ballots(motion)
    assert (kept.choice, kept.opinion) == ("abstain", "Cần rà soát thêm")


def test_a_quorum_lost_during_the_vote_is_said_and_nothing_can_be_counted(visitors: Visitors, office: Office) -> None:
    chamber = Chamber(office=office)
    session, matter = chamber.in_session(MEMBERS[:7])
    motion = chamber.vote(session, matter)
    chamber.cast(motion, "hd3")
    chamber.mark(session, "hd7", is_present=False)
    there, secretary = f"/council-sessions/{session.id}", visitors["hd1"]

    lost = secretary.open(there)
    assert lost.says("Không còn đủ thành viên: còn 6, cần ít nhất 7. Chờ thành viên quay lại, hoặc hoãn phiên họp.")
    assert lost.says("Chưa bỏ phiếu: Lê Minh Khuê, Cao Thị Bích, Mai Văn Thuận, Trịnh Quốc Huy, Đỗ Thị Hồng Nhung.")
    assert lost.document.xpath("//form[contains(@action, '/closing')]//button/@disabled")
    adjourning = next(one for one in lost.document.forms if one.action.endswith("/end") and "reason" in one.fields)
    refused = secretary.send(Form(adjourning), status=422, reason=" ")
    assert refused.says("Lý do: Mục này không được để trống.")
    secretary.send(Form(adjourning), reason="Không đủ thành viên")

    assert visitors["hd2"].open(f"/council-votes/{motion.id}").path == there, "what became of it stands there"


def test_a_member_who_waits_on_the_page_of_the_session_is_led_to_the_vote(visitors: Visitors, office: Office) -> None:
    chamber = Chamber(office=office)
    session, matter = chamber.in_session()
    there = f"/council-sessions/{session.id}"
    region = "//div[@id='awaited']"
    before = visitors["hd4"].open(there)
    visitors["hd5"].send(visitors["hd5"].open(there).form("/interests"), reason="Người thân")
    motion = chamber.vote(session, matter)

    after = visitors["hd4"].open(there).document.xpath(f"{region}//a/@href")
    interested = visitors["hd5"].open(there)

    assert before.document.xpath(f"{region}/@hx-trigger") == ["every 5s"]
    assert (before.document.xpath(f"{region}//a"), after) == ([], [f"/council-votes/{motion.id}"])
    assert not interested.document.xpath(f"{region}//a")
    assert not interested.says("Khai báo lợi ích liên quan"), "it is on record"
    assert not visitors["hd9"].open(there).document.xpath(region), "who conducts has the buttons"


def test_opinions_in_writing_are_asked_for_counted_and_minuted_in_their_own_words(
    visitors: Visitors, office: Office
) -> None:
    chamber = Chamber(office=office)
    matter, secretary = chamber.put(form="written"), visitors["hd9"]
    form = secretary.open(f"/councils/{chamber.council.id}").form("/sessions")
    until = (chamber.now + timedelta(days=2)).astimezone(VIETNAM)
    form.fields["form"] = ["written"]
    asked = secretary.send(form, matters=[str(matter.id)], until=f"{until:%Y-%m-%dT%H:%M}")
    session_id = chamber.matter(matter).session_id
    assert session_id is not None
    with office.house.services.begin() as work:
        [motion] = work.council_sessions.motions_of(session_id)
    for member in MEMBERS[:8]:
        if member != "hd3":
            chamber.cast(motion, member)
    secretary.send(asked.form("/interests"), member=str(office.people["hd3"].id), reason="Người thân")
    before = secretary.open(asked.path)
    chamber.cast(motion, "hd9")
    counted = secretary.send(secretary.open(asked.path).form("/closing"))
    office.run_jobs()
    [minutes] = [one.document_id for one in office.inbox("hd9") if one.element_id == "draft"]
    kept = office.outgoing(minutes)

    assert asked.note == "Đã gửi đề nghị cho ý kiến đến các thành viên."
    assert asked.heading.startswith("Lấy ý kiến bằng văn bản từ ")
    assert asked.says("Đang lấy ý kiến")
    assert before.says("Kiểm phiếu khi đã nhận đủ ý kiến, hoặc sau")
    assert before.document.xpath("//form[contains(@action, '/closing')]//button/@disabled")
    assert counted.says("Tán thành 8/8: 100%")
    assert counted.says("Kết thúc việc lấy ý kiến")
    assert not counted.says("Bế mạc")
    assert kept.subject.startswith("Lấy ý kiến bằng văn bản của Hội đồng")
    assert "chưa cho ý kiến" not in str(kept.body), "who keeps out owes none"


def test_the_demonstration_s_people_sign_minutes_both(office: Office) -> None:
    chamber = Chamber(office=office)
    motion = chamber.vote(*chamber.in_session())
    for member in MEMBERS:
        chamber.cast(motion, member)
    chamber.close(motion)
    office.run_jobs()
    [minutes] = [one.document_id for one in office.inbox("hd9") if one.element_id == "draft"]

    def worked() -> bool:
        office.run_jobs()
        return False

    Hands(office.house, worked).issue(minutes, "sign_together", "sign_together")

    assert office.outgoing(minutes).state in (OutgoingState.SEALED, OutgoingState.ISSUED)
    with office.house.services.begin() as work:
        signings = work.signings.of_document(minutes)
    assert {one.asked_by for one in signings} >= {office.people["hd1"].id, office.people["hd9"].id}
