"""Pages of documents sent to communes."""

from engine.rounds.circulate import send_circulated
from tests.api.web.visitors import Visitors
from tests.support.office import Office


def test_the_office_sends_a_document_to_communes_and_sees_who_answered(visitors: Visitors, office: Office) -> None:
    document_id = office.issued()
    clerk, commune = visitors["vanthu"], visitors["vanthu.xa1"]
    page = clerk.open(f"/documents/{document_id}")
    form = clerk.open(f"/documents/{document_id}/circulation").form("/circulation")
    assert f"/documents/{document_id}/circulation" in page.links()
    assert clerk.send(form, status=422).errors() == ["Nội dung yêu cầu: Mục này không được để trống."]

    sent = clerk.send(form, note="Báo cáo tiến độ tiêu chí môi trường", due="2099-12-31")
    assert sent.texts("//td[@data-label='Tình trạng']") == ["Đang gửi", "Đang gửi"]
    send_circulated(services=office.house.services)
    step = commune.open("/work-items").document.xpath("//a[contains(text(), 'Đăng ký văn bản đến')]/@href")[-1]
    assert commune.open(step).says("Yêu cầu đối với cơ quan")
    received = commune.open(commune.open("/circulations").document.xpath("//table//a/@href")[0])
    assert received.says("Báo cáo tiến độ tiêu chí môi trường")
    empty = commune.send(received.form("/answers"), status=422)
    assert empty.errors() == ["Trả lời ngắn: Hãy ghi trả lời ngắn hoặc chọn văn bản, tệp trả lời."]
    answered = commune.send(received.form("/answers"), text="Xã đạt 17/19 tiêu chí")
    assert answered.note == "Đã ghi nhận và gửi trả lời."

    shown = clerk.open(sent.path)
    assert sorted(shown.texts("//td[@data-label='Tình trạng']")) == ["Chưa xem", "Đã trả lời"]
    assert shown.says("Xã đạt 17/19 tiêu chí")
    reminded = clerk.send(shown.form("/reminders"))
    assert reminded.note == "Số xã được nhắc: 1."
    assert reminded.says("Hôm nay đã nhắc tất cả các xã chưa thực hiện.")
    assert not any(action.endswith("/reminders") for action in reminded.document.xpath("//form/@action"))
    assert clerk.send(shown.form("/reminders"), status=409).says("Hôm nay đã nhắc")
    closed = clerk.send(clerk.open(sent.path).form("/closing"))
    assert closed.note == "Đã kết thúc theo dõi; hệ thống không nhắc nữa."
    visitors["vanthu.xa2"].open(sent.path, status=404)
    visitors["chuyenvien"].open(f"/documents/{document_id}/circulation", status=403)
    commune_document = received.document.xpath("//p[@class='crumb']/a/@href")[0]
    assert commune.open(commune_document).says("Yêu cầu đối với cơ quan")


def test_what_is_asked_of_a_commune_stands_in_its_inbox_until_it_is_done(visitors: Visitors, office: Office) -> None:
    clerk, leader, auditor = visitors["vanthu"], visitors["xa1.chutich"], visitors["kiemtra"]
    form = clerk.open(f"/documents/{office.issued()}/circulation").form("/circulation")
    sent = clerk.send(form, note="Rà soát chỉ tiêu nước sạch", due="2099-12-31")
    send_circulated(services=office.house.services)

    asked = leader.open("/work-items")
    assert asked.says("Rà soát chỉ tiêu nước sạch")
    assert asked.says("31/12/2099")
    received = sent.path.replace("/circulations/", "/received-circulations/")
    assert received in asked.links()
    assert not visitors["xa1.chuyenvien"].open("/work-items").says("Rà soát chỉ tiêu nước sạch")
    leader.send(leader.open(received).form("/answers"), text="Đã rà soát")

    assert not leader.open("/work-items").says("Rà soát chỉ tiêu nước sạch")
    assert visitors["vanthu.xa2"].open("/work-items").says("Rà soát chỉ tiêu nước sạch")
    listed = auditor.open("/circulations")
    assert "Chỉ đạo địa phương" in listed.navigation()
    assert auditor.open(sent.path).says("Đã rà soát")
