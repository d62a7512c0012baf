"""Dossiers as a commune works on them in a browser, and a household that answers its survey without an account."""

import re
from typing import Any

from engine.verifications import PER_APPLICATION
from tests.api.web.visitors import Page, Visitor, Visitors
from tests.support.composing import Desk, a_photo
from tests.support.office import Office, a_pdf

DRAFTER = "xa1.chuyenvien"


def opened(drafter: Visitor, status: int = 200) -> Page:
    """Open a dossier for the commune by its form."""
    page = drafter.open("/dossiers/new")
    form = page.form("/dossiers/new")
    return drafter.send(
        form,
        locality_id=form.named("locality_id", "xã Hoằng Thử"),
        rules_id=form.named("rules_id", "Bộ tiêu chí xã nông thôn mới giai đoạn 2026"),
        receiver_id=form.named("receiver_id", "Ủy ban nhân dân tỉnh"),
        subject="Đề nghị công nhận xã Hoằng Thử đạt chuẩn nông thôn mới",
        status=status,
    )


def test_a_second_dossier_for_the_same_level_is_refused_on_its_form(visitors: Visitors) -> None:
    drafter = visitors[DRAFTER]
    opened(drafter)
    again = opened(drafter, 409)

    assert again.says("Địa phương đang có hồ sơ đề nghị công nhận cùng mức đạt chuẩn chưa giải quyết xong")
    assert again.form("/dossiers/new").named("locality_id", "xã Hoằng Thử")


def test_a_dossier_is_opened_assessed_and_filled_on_pages(visitors: Visitors) -> None:
    drafter = visitors[DRAFTER]
    page = opened(drafter)
    assert page.note.startswith("Đã lập hồ sơ")
    address = page.path

    typed: dict[str, Any] = {"value 2.1": "120", "value 2.2": "x"}
    wrong = drafter.send(drafter.open(f"{address}/criteria/2").form("/criteria/2"), status=422, **typed)
    assert len(wrong.errors()) == 2
    typed = {"value 2.1": "96,5", "value 2.2": "80", "note 2.2": "Còn 2 km"}
    done = drafter.send(wrong.form("/criteria/2"), **typed)
    assert done.note == "Đã lưu số liệu."
    assert done.says("96,5")
    assert done.says("thiếu 10 %")

    evidence = drafter.open(f"{address}/indicators/2.1")
    shown = drafter.send(evidence.form("/indicators/2.1"), files={"file": [("Đường làng.jpg", a_photo())]})
    assert shown.says("Đường làng.jpg")
    photo = next(link for link in shown.links() if "/files/" in link)
    assert drafter.get(photo).headers["Content-Type"] == "image/jpeg"
    removed = drafter.send(shown.form("/indicators/2.1/remove"))
    assert not removed.says("Đường làng.jpg")

    part = drafter.open(f"{address}/parts/bao_cao")
    refused = drafter.send(part.form("/parts/bao_cao"), status=422, files={"file": [("a.png", a_photo("PNG"))]})
    assert "chỉ nhận tệp PDF" in refused.errors()[0]
    kept = drafter.send(refused.form("/parts/bao_cao"), files={"file": [("Báo cáo.pdf", a_pdf())]})
    assert kept.says("Báo cáo.pdf")
    nothing = drafter.send(kept.form("/parts/bao_cao"), status=422)
    assert nothing.errors() == ["Tệp (PDF, hoặc ảnh nếu thành phần nhận ảnh): Hãy chọn tệp."]


def test_of_two_people_at_one_criterion_the_later_is_shown_what_the_first_kept(visitors: Visitors) -> None:
    first, second = visitors[DRAFTER], visitors["vanthu.xa1"]
    address = f"{opened(first).path}/criteria/2"
    theirs = second.open(address).form("/criteria/2")
    mine: dict[str, Any] = {"value 2.1": "1.234", "value 2.2": "80"}
    refused = first.send(first.open(address).form("/criteria/2"), status=422, **mine)
    assert any("1.234" in error for error in refused.errors())
    mine["value 2.1"] = "96,5"
    first.send(refused.form("/criteria/2"), **mine)

    typed: dict[str, Any] = {"value 2.1": "90"}
    late = second.send(theirs, status=409, **typed)

    assert any("người khác đã sửa 2.1" in error for error in late.errors())
    assert late.says("vừa lưu: 96,5")
    again = late.form("/criteria/2")
    assert again.fields["value 2.1"] == ["90"]
    assert second.send(again).note == "Đã lưu số liệu."


def test_a_household_answers_by_its_code_once_and_the_commune_closes_the_survey(
    visitors: Visitors,
) -> None:
    drafter = visitors[DRAFTER]
    address = opened(drafter).path
    page = drafter.open(f"{address}/opinions")
    refused = drafter.send(page.form("/surveys"), status=422, surveyor="MTTQ xã", households="0")
    assert any("không có hộ nào" in error for error in refused.errors())
    page = drafter.send(refused.form("/surveys"), surveyor="MTTQ xã Hoằng Thử", households="2")
    slips = drafter.open(next(link for link in page.links() if link.endswith("/slips")))
    first, _ = re.findall(r"<span class=.number.>([0-9a-z-]{19})</span>", slips.source)

    nobody = visitors.nobody()
    asked = nobody.open(f"/survey?code={first}")
    assert asked.says("MTTQ xã Hoằng Thử")
    empty = nobody.send(asked.form(asked.path), status=422)
    assert "Hãy chọn một trong hai câu trả lời." in empty.errors()[0]
    thanked = nobody.send(empty.form(asked.path), satisfied="yes", comment="Đường đẹp")
    assert thanked.says("Xin cảm ơn")
    assert nobody.open(asked.path).says("Xin cảm ơn")
    assert nobody.open("/survey/khong-co-ma-nay", status=404).errors()

    twice = drafter.send(page.form("/paper"), status=409, number="1", satisfied="yes")
    assert "đã trả lời" in twice.errors()[0]
    counted = drafter.send(twice.form("/paper"), number="2", satisfied="no")
    closed = drafter.send(counted.form("/close"))
    assert closed.says("chưa đạt")
    assert drafter.open(address).says("50 %")

    said = drafter.send(
        closed.form("/contributions"), name="Thôn Đông", held_on="2026-01-05", present="80", agreed="79"
    )
    assert said.says("79/80")


def test_the_procedure_begins_on_the_page_and_a_dossier_is_taken_back_and_closed_there(visitors: Visitors) -> None:
    drafter = visitors[DRAFTER]
    page = opened(drafter)
    form = page.form("/start")
    begun = drafter.send(form, signer=form.named("signer", "Lê Thị Mai"))
    assert begun.says("Tờ trình và quy trình")
    assert begun.says("Đang chờ ai")
    assert begun.says("không quy định hạn")
    assert f"{begun.path}#criteria" in begun.links()
    assert visitors["xa1.chutich"].open(begun.path).says("Tự đánh giá từng chỉ tiêu, minh chứng")
    assert drafter.open("/work-items").says("Tự đánh giá từng chỉ tiêu")

    refused = drafter.send(begun.form("/withdraw"), status=422, reason="")
    back = drafter.send(refused.form("/withdraw"), reason="Nộp năm sau")
    assert back.says("cơ quan lập đã rút")
    closed = drafter.send(back.form("/close"))
    assert closed.says("đã đóng, đã lưu trữ")


def test_a_step_that_is_not_ready_opens_again_and_says_so(visitors: Visitors) -> None:
    drafter = visitors[DRAFTER]
    page = opened(drafter)
    form = page.form("/start")
    drafter.send(form, signer=form.named("signer", "Lê Thị Mai"))
    item = next(link for link in drafter.open("/work-items").links() if link.startswith("/work-items/"))

    again = drafter.send(drafter.open(item).form_of("done"))

    assert again.note.startswith("Chưa chuyển được bước (Đã tự đánh giá xong)")
    assert again.heading == "Tự đánh giá từng chỉ tiêu, minh chứng"
    assert again.path != item
    assert again.says("Tự đánh giá chưa đầy đủ. Chưa có số liệu: ")
    assert again.says("Chưa có minh chứng: không có.")


def test_another_commune_sees_nothing_of_a_dossier_and_the_list_shows_each_its_own(visitors: Visitors) -> None:
    address = opened(visitors[DRAFTER]).path

    for username in ("xa2.chuyenvien", "chuyenvien"):
        visitors[username].open(address, status=404)
        assert address not in visitors[username].open("/dossiers").links()
    assert address in visitors[DRAFTER].open("/dossiers?side=composed").links()


def test_everybody_reads_a_draft_and_says_what_they_think_and_the_commune_answers(
    visitors: Visitors, office: Office
) -> None:
    desk, nobody, drafter = Desk(office), visitors.nobody(), visitors[DRAFTER]
    assert nobody.open("/drafts").says("Hiện không có dự thảo nào")
    dossier = desk.open()
    desk.assess(dossier, i2_1=96)
    desk.publish(dossier)

    listed = nobody.open("/drafts")
    page = nobody.open(next(link for link in listed.links() if link.startswith("/drafts/")))
    assert page.says("96")
    refused = nobody.send(page.form(page.path), status=422, agreed="no")
    assert any("nội dung không đồng ý" in error for error in refused.errors())
    thanked = nobody.send(refused.form(page.path), agreed="no", text="Kênh thôn Đông chưa xong")
    assert thanked.says("0 đồng ý, 1 không đồng ý")
    assert not thanked.says("Kênh thôn Đông")
    again = nobody.send(refused.form(page.path), agreed="no", text="Kênh thôn Đông chưa xong")
    assert again.says("0 đồng ý, 1 không đồng ý")
    assert nobody.open("/drafts/khong-co", status=404).errors()

    own = drafter.open(f"/dossiers/{dossier.id}/opinions")
    assert drafter.open(f"/dossiers/{dossier.id}").says("Còn 1 ý kiến chưa được giải trình")
    nothing = drafter.send(own.form("/public-opinions"), status=422, response="Hoàn thành trong tháng 12")
    assert any("Chọn ít nhất một ý kiến" in error for error in nothing.errors())
    nobody.send(nobody.open(page.path).form(page.path), agreed="no", text="Kênh thôn Tây chưa xong")
    own = drafter.open(f"/dossiers/{dossier.id}/opinions")
    answered = drafter.send(own.form("/public-opinions"), all="yes", response="Hoàn thành trong tháng 12")
    assert answered.note == "Đã đăng giải trình bên cạnh 2 ý kiến trên trang công khai."
    assert nobody.open(page.path).says("Hoàn thành trong tháng 12")
    notice = drafter.get(f"/dossiers/{dossier.id}/draft-notice")
    assert notice.content.startswith(b"%PDF")


def test_a_meeting_is_recorded_with_its_minutes_on_the_page(visitors: Visitors, office: Office) -> None:
    dossier, drafter = Desk(office).open(), visitors[DRAFTER]
    page = drafter.open(f"/dossiers/{dossier.id}/meetings")
    typed: dict[str, Any] = {
        "place": "Hội trường xã",
        "chair": "Lê Thị Mai, Chủ tịch",
        "secretary": "Trần Văn Nam, công chức",
    }
    typed |= {"held_at": "2026-01-05T08:00", "present": "40", "agreed": "39", "disagreed": "2"}
    refused = drafter.send(page.form("/meetings"), status=422, **typed)
    assert any("không được vượt" in error for error in refused.errors())

    recorded = drafter.send(refused.form("/meetings"), disagreed="1")

    assert recorded.note.startswith("Đã ghi nhận cuộc họp: 97,5 % đồng ý")
    minutes = next(link for link in recorded.links() if "/files/" in link)
    assert drafter.get(minutes).content.startswith(b"%PDF")


def test_opinions_on_drafts_from_one_address_are_counted_apart_from_other_questions(
    visitors: Visitors, office: Office
) -> None:
    desk, nobody = Desk(office), visitors.nobody()
    dossier = desk.open()
    desk.assess(dossier, i2_1=96)
    desk.publish(dossier)
    listed = nobody.open("/drafts")
    page = nobody.open(next(link for link in listed.links() if link.startswith("/drafts/")))
    form, limit = page.form(page.path), office.house.settings.verifications_per_address // PER_APPLICATION

    for _ in range(limit):
        nobody.send(form, status=422, agreed="no")

    assert nobody.send(form, status=429, agreed="yes", text="").says("Đã gửi quá nhiều yêu cầu")
    assert nobody.open(page.path).says("0 đồng ý, 0 không đồng ý")


def test_who_speaks_for_no_commune_is_offered_no_new_dossier(visitors: Visitors) -> None:
    province = visitors["chuyenvien"]

    assert "/dossiers/new" not in province.open("/dossiers").links()
    province.open("/dossiers/new", status=403)
    assert "/dossiers/new" in visitors[DRAFTER].open("/dossiers").links()
    deciding = visitors[DRAFTER].open("/dossiers/new").form("/dossiers/new").choices("receiver_id")
    assert [name for value, name in deciding.items() if value] == ["Ủy ban nhân dân tỉnh Thử Nghiệm"]


def test_an_auditor_is_offered_only_what_they_may_open(visitors: Visitors) -> None:
    auditor = visitors["kiemtra"]

    assert "/dossiers/new" not in auditor.open("/dossiers").links()
    assert "/case-feedback" not in auditor.open("/cases").links()
