"""Work through people's hands on the pages: handed over, refused, saved halfway, taken back, talked about."""

from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Visitors
from tests.support.house import RunJobs
from tests.support.office import Office


def test_work_is_handed_over_with_a_note_and_refused_with_a_reason(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id
    head, deputy = visitors["chutich"], visitors["phochutich"]
    path = f"/work-items/{office.item(document_id, 'direct').id}"
    form = head.open(path).form("/handover")

    given = head.send(form, to=form.named("to", "Trần Thị Hạnh"), note="Đã trao đổi với Sở.")

    assert given.note == "Đã bàn giao việc cho Trần Thị Hạnh."
    assert deputy.open("/work-items").says("anh/chị (do Nguyễn Văn Đức bàn giao)")
    page = deputy.open(path)
    require_sound(page)
    assert page.says("Nguyễn Văn Đức đã bàn giao việc này cho anh/chị Đã trao đổi với Sở.")
    wrong = deputy.send(page.form("/handover-refusal"), status=422, reason=" ")
    require_sound(wrong)
    assert wrong.errors() == ["Lý do: Mục này không được để trống."]
    refused = deputy.send(wrong.form("/handover-refusal"), reason="Đang đi công tác")
    assert refused.note == "Đã từ chối nhận bàn giao; việc trở lại với Nguyễn Văn Đức."
    back = head.open(path)
    require_sound(back)
    assert back.says("Trần Thị Hạnh đã từ chối nhận bàn giao Đang đi công tác")
    history = visitors["vanthu"].open(f"/documents/{document_id}").texts('//ol[@class="history"]/li')
    assert "bàn giao cho Trần Thị Hạnh Ghi chúĐã trao đổi với Sở." in history[1]
    assert "từ chối nhận bàn giao, trả về Nguyễn Văn Đức" in history[0]


def test_a_handover_that_is_not_right_is_shown_again(visitors: Visitors, office: Office) -> None:
    head = visitors["chutich"]
    path = f"/work-items/{office.item(office.register().document.id, 'direct').id}"
    form = head.open(path).form("/handover")
    assert form.fields.get("to") in (None, [""]), "nobody is chosen beforehand"

    page = head.send(form, status=422, to=form.named("to", "Trần Thị Hạnh"), note="x" * 2001)

    require_sound(page)
    assert page.errors() == ["Nội dung bàn giao: Ghi chú dài nhiều nhất 2000 ký tự."]


def test_a_form_saved_halfway_stands_there_after_signing_in_again(visitors: Visitors, office: Office) -> None:
    head = visitors["chutich"]
    path = f"/work-items/{office.item(office.register().document.id, 'direct').id}"
    form = head.open(path).form_of("assign")
    form.action = form.action.replace("/complete", "/draft")

    saved = head.send(form, due_date="31/02/2026", note="Khẩn trương <b>")

    require_sound(saved)
    assert saved.note == "Đã lưu nháp biểu mẫu."
    head.send(head.open("/work-items").form("/sign-out"))
    again = Visitors(visitors.client)["chutich"].open(path)
    assert again.form_of("assign").fields["note"] == ["Khẩn trương <b>"]
    assert again.form_of("assign").fields["due_date"] == ["31/02/2026"]
    assert not visitors["phochutich"].open(path).says("bản lưu nháp")
    fresh = Visitors(visitors.client)["chutich"]
    gone = fresh.send(fresh.open(path).form("/draft/discard"))
    assert gone.note == "Đã bỏ bản lưu nháp."
    assert gone.form_of("assign").fields.get("note") in (None, [""])


def test_a_step_is_taken_back_until_the_next_person_opens_it(
    visitors: Visitors, office: Office, run_jobs: RunJobs
) -> None:
    document_id = office.register().document.id
    run_jobs()
    head, unit = visitors["chutich"], visitors["truongphong"]
    path = f"/work-items/{office.item(document_id, 'direct').id}"
    form = head.open(path).form_of("assign")
    lead = form.named("lead_unit", "Phòng Nông thôn mới")
    document = head.send(form, lead_unit=lead, note="Khẩn trương")
    following = f"/work-items/{office.item(document_id, 'assign').id}"
    assert document.says("Bước anh/chị vừa thực hiện")

    back = head.send(head.open(path).form("/recall"))

    assert back.note == "Đã thu hồi; biểu mẫu vẫn giữ nội dung anh/chị đã gửi."
    assert back.form_of("assign").fields["note"] == ["Khẩn trương"]
    assert back.form_of("assign").fields["lead_unit"] == [lead]
    assert unit.open("/work-items").texts("//tbody/tr") == []
    gone = unit.open(following)
    assert gone.says("Nguyễn Văn Đức đã thu hồi bước 'Cho ý kiến chỉ đạo (bút phê)' dẫn đến việc này.")
    assert not gone.says("Về việc rà soát tiêu chí")
    page = visitors["vanthu"].open(f"/documents/{document_id}")
    assert page.texts('//ol[@class="steps"]/li[@class="active"]//b') == ["Cho ý kiến chỉ đạo (bút phê)"]
    assert "Cho ý kiến chỉ đạo (bút phê) → thu hồi" in page.texts('//ol[@class="history"]/li')[0]
    assert page.texts('//blockquote[@class="directive"]') == []
    assert visitors["vanthu"].open(following).says("Nguyễn Văn Đức đã thu hồi bước")

    head.send(back.form_of("assign"))
    unit.open(f"/work-items/{office.item(document_id, 'assign').id}")
    late = head.open(path)
    require_sound(late)
    assert late.says("Không thu hồi được bước này. Người tiếp theo đã mở việc này rồi.")


def test_what_is_said_about_a_document_stands_on_its_page_as_it_was_typed(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id
    head = visitors["chutich"]
    item = head.open(f"/work-items/{office.item(document_id, 'direct').id}")

    said = head.send(item.form("/comments"), text="<b>Gấp</b>, @chuyenvien.ocop xem giúp")

    require_sound(said)
    assert said.path == item.path
    page = visitors["chuyenvien.ocop"].open(f"/documents/{document_id}")
    require_sound(page)
    assert page.says("<b>Gấp</b>, @chuyenvien.ocop xem giúp")
    wrong = head.send(head.open(f"/documents/{document_id}").form("/comments"), status=422, text="@khongco xem")
    require_sound(wrong)
    assert wrong.errors()[0].startswith("Ý kiến của anh/chị: Trong cơ quan không có ai có tên đăng nhập 'khongco'.")
    assert head.send(wrong.form("/comments"), text="Thôi").says("Thôi")
    assert visitors["kiemtra"].open(f"/documents/{document_id}/comments").texts("//ul[@class='rows']/li") != []


def test_whoever_may_read_watches_and_stops(visitors: Visitors, office: Office) -> None:
    path = f"/documents/{office.register().document.id}"
    head = visitors["chutich"]

    watching = head.send(head.open(path).form("/watch"))

    assert watching.note == "Đã theo dõi văn bản này."
    assert visitors["vanthu"].open(path).texts('//section[@id="watchers"]/p')[0] == "Nguyễn Văn Đức"
    assert head.send(watching.form("/unwatch")).note == "Đã thôi theo dõi văn bản này."


def test_who_watches_from_a_work_item_stays_there(visitors: Visitors, office: Office) -> None:
    head = visitors["chutich"]
    path = f"/work-items/{office.item(office.register().document.id, 'direct').id}"

    watching = head.send(head.open(path).form("/watch"))

    assert (watching.path, watching.note) == (path, "Đã theo dõi văn bản này.")
    assert head.send(watching.form("/unwatch")).path == path
