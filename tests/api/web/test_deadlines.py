"""Deadlines on the pages: how much time is left in words, pausing with a reason, the calendar, what will be late."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from engine.calendars import WorkCalendar
from engine.deadlines import office_date, working_days_after
from engine.ids import DocumentId
from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Visitors
from tests.support.office import Office

FOUR_DAYS = re.compile(r"còn (4|4,5|5) ngày làm việc")
"""What is left of a term of four days on its first day: of that one nothing, half, or in the night all."""


def in_working_days(office: Office, days: int) -> date:
    return working_days_after(WorkCalendar(), office_date(office.house.services.clock()), days)


@pytest.fixture
def registered(office: Office) -> DocumentId:
    """A document due in four working days."""
    return office.register(due_date=in_working_days(office, 4)).document.id


def test_the_inbox_says_what_is_left_and_puts_the_soonest_first(visitors: Visitors, office: Office) -> None:
    for number, days in (("1", None), ("2", 9), ("3", 4)):
        due = in_working_days(office, days) if days is not None else None
        office.register(code_number=number, subject=f"Văn bản {number}", due_date=due)

    page = visitors["chutich"].open("/work-items")

    assert page.texts('//*[@class="subject"]') == ["Văn bản 3", "Văn bản 2", "Văn bản 1"]
    lights = page.texts('//*[contains(@class, "light")]')
    assert len(lights) == 2
    assert FOUR_DAYS.fullmatch(lights[0])


def test_what_is_finished_is_never_called_late_or_due(visitors: Visitors, office: Office) -> None:
    document_id = office.register(due_date=in_working_days(office, 0)).document.id
    clerk = visitors["vanthu"]
    assert clerk.open(f"/documents/{document_id}").texts('//*[contains(@class, "light")]') != []

    done = office.complete(document_id, "direct", "file", "chutich")

    for path in (f"/documents/{document_id}", f"/work-items/{done.id}", "/documents"):
        assert clerk.open(path).texts('//*[contains(@class, "light")]') == [], path


def test_a_document_is_paused_with_a_reason_that_everybody_reads(visitors: Visitors, registered: DocumentId) -> None:
    clerk, path = visitors["vanthu"], f"/documents/{registered}"

    paused = clerk.send(clerk.open(path).form("/pause"), reason="Chờ Sở bổ sung biên bản")

    require_sound(paused)
    assert paused.note == "Đã tạm dừng tính thời hạn."
    assert paused.says("Chờ Sở bổ sung biên bản")
    inbox = visitors["chutich"].open("/work-items")
    left = inbox.texts('//*[contains(@class, "light")]')[0]
    assert FOUR_DAYS.fullmatch(left.removeprefix("tạm dừng, "))
    clerk.send(paused.form("/resume"))
    again = clerk.open(path)
    assert again.says("Tạm dừng từ")
    assert again.texts('//*[contains(@class, "light")]') == [left.removeprefix("tạm dừng, ")]


def test_a_pause_without_a_reason_is_refused(visitors: Visitors, registered: DocumentId) -> None:
    clerk = visitors["vanthu"]

    page = clerk.send(clerk.open(f"/documents/{registered}").form("/pause"), status=422, reason=" ")

    require_sound(page)


def test_who_only_reads_is_offered_no_pause(visitors: Visitors, registered: DocumentId) -> None:
    assert "Tạm dừng tính thời hạn" not in visitors["kiemtra"].open(f"/documents/{registered}").source


def test_an_administrator_confirms_a_year_and_others_only_read_it(visitors: Visitors) -> None:
    administrator, clerk = visitors["quantri"], visitors["vanthu"]
    proposal = clerk.open("/calendar/2027")
    require_sound(proposal)
    assert proposal.says("chưa có ai xác nhận")
    assert not proposal.document.xpath("//main//form[@method='post']")
    form = administrator.open("/calendar/2027").form("/calendar/2027")
    last = int(form.fields["rows"][0]) - 1

    typed: dict[str, Any] = {f"day_{last}": "2027-12-24", f"name_{last}": "Nghỉ", "gone_0": "1"}

    page = administrator.send(form, **typed)

    require_sound(page)
    assert page.note == "Đã xác nhận lịch năm 2027. Hệ thống đang tính lại thời hạn của các việc đang làm."
    shown = clerk.open("/calendar/2027")
    days = shown.texts("//tbody//th")
    assert "24/12/2027" in days
    assert "01/01/2027" not in days
    assert shown.says("đã xác nhận ngày")


def test_wrong_days_are_shown_beside_their_rows_with_what_was_typed(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    form = administrator.open("/calendar/2027").form("/calendar/2027")
    last = int(form.fields["rows"][0]) - 1
    worked: dict[str, Any] = {f"day_{last}": "2027-12-24", f"kind_{last}": "make_up", "morning_start": "12:30"}
    no_day: dict[str, Any] = {f"day_{last}": "2027-02-30", "morning_end": "noon"}

    page = administrator.send(form, status=422, **worked)

    require_sound(page)
    assert len(page.errors()) == 2
    assert page.form("/calendar/2027").fields[f"day_{last}"] == ["2027-12-24"]
    assert len(administrator.send(form, status=422, **no_day).errors()) == 2


def test_a_calendar_that_somebody_changed_meanwhile_is_not_overwritten(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    form = administrator.open("/calendar/2027").form("/calendar/2027")
    administrator.send(form)

    page = administrator.send(form, status=409)

    assert page.says("vừa được người khác sửa")


def test_a_year_without_a_calendar_is_a_page_that_says_so(visitors: Visitors) -> None:
    for year in ("1999", "next"):
        page = visitors["vanthu"].open(f"/calendar/{year}", status=422)
        require_sound(page)
    assert visitors["vanthu"].open("/calendar").path.startswith("/calendar/2")


def test_the_forecast_names_what_is_late_by_a_day_with_whom(
    visitors: Visitors, office: Office, registered: DocumentId
) -> None:
    head = visitors["chutich"]
    day = in_working_days(office, 4)

    page = head.open(f"/forecast?on={day}")
    before = head.open(f"/forecast?on={day - timedelta(days=1)}")

    require_sound(page)
    assert page.texts('//table[@class="stack"]//*[@class="subject"]') == ["Về việc rà soát tiêu chí nông thôn mới"]
    assert f"/documents/{registered}" in page.links()
    assert before.texts('//div[@class="empty"]/h2') == ["Không có việc nào sẽ quá hạn"]
    wrong = head.open("/forecast?on=31/02/2026")
    assert wrong.errors()


def test_the_forecast_goes_on_on_its_next_page(visitors: Visitors, office: Office) -> None:
    day = in_working_days(office, 4)
    for number in ("1", "2"):
        office.register(code_number=number, subject=f"Văn bản {number}", due_date=day)
    head = visitors["chutich"]

    first = head.open(f"/forecast?on={day}&limit=1")
    following = head.open(str(first.document.xpath('//a[@rel="next"]/@href')[0]))

    assert first.texts('//table[@class="stack"]//*[@class="subject"]') == ["Văn bản 1"]
    assert following.texts('//table[@class="stack"]//*[@class="subject"]') == ["Văn bản 2"]
