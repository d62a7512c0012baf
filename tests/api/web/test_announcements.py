"""Pages of notices, webhooks and the status, and what a page says before a signature would fail."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from api.mails import probes_of
from api.wiring import House, now, room_settings
from engine.rounds.look_around import look_around
from engine.rounds.make_notices import make_notices, settle_notices
from signing.pool import RoomPool
from tests.api.web.visitors import Visitors
from tests.support.house import Crowd
from tests.support.office import Office


def announce(house: House) -> None:
    """Read the log and settle what follows."""
    make_notices(services=house.services)
    settle_notices(services=house.services)


def test_the_head_of_every_page_counts_what_is_unread_and_a_notice_leads_to_its_thing(
    visitors: Visitors, office: Office
) -> None:
    office.register()
    announce(office.house)
    chairman = visitors["chutich"]

    page = chairman.open("/notices")
    assert page.texts('//*[@class="count"]') == ["1 chưa đọc"]
    item = chairman.send(page.form("/open"))

    assert item.heading.startswith("Cho ý kiến chỉ đạo")
    assert item.texts('//*[@class="count"]') == []
    assert chairman.open("/notices?unread=1").says("Không có thông báo")
    assert chairman.open("/notices").says("đang chờ anh/chị: Công văn 12/SNN-VP.")


def test_all_is_read_at_once(visitors: Visitors, office: Office) -> None:
    for number in range(2):
        office.register(code_number=str(number + 1))
    announce(office.house)
    chairman = visitors["chutich"]

    page = chairman.send(chairman.open("/notices").form("/notices/read"))

    assert page.texts('//*[@class="count"]') == []


def test_preferences_are_kept_and_a_wrong_address_is_said_in_its_place(visitors: Visitors) -> None:
    chairman = visitors["chutich"]
    form = chairman.open("/notices/preferences").form("/notices/preferences")

    wrong = chairman.send(form, status=422, address="chutich", mail_work="at_once")
    assert wrong.errors()[0].startswith("Địa chỉ thư điện tử: Đây không phải địa chỉ thư điện tử.")
    assert wrong.form("/preferences").fields["mail_work"] == ["at_once"]
    kept = chairman.send(wrong.form("/preferences"), address="chutich@tinh.vn")

    assert kept.note == "Từ nay anh/chị nhận thông báo theo cách này."
    assert (kept.form("/preferences").fields["address"], kept.form("/preferences").fields["mail_work"]) == (
        ["chutich@tinh.vn"],
        ["at_once"],
    )


def test_a_webhook_is_registered_its_secret_shown_once_switched_off_on_and_removed(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    form = administrator.open("/webhooks").form("/webhooks")

    inside = administrator.send(form, status=422, url="http://10.0.0.1/", kinds="document.signed")
    assert inside.errors() == ["Địa chỉ: Đây là địa chỉ trong mạng nội bộ. Chỉ nhận địa chỉ bên ngoài."]
    made = administrator.send(inside.form("/webhooks"), url="https://example.org/hook")
    (secret,) = made.texts('//*[@id="secret"]')
    assert secret.startswith("whsec_")
    shown = administrator.open(made.links()[-1])
    assert secret not in shown.source
    assert shown.says("Chưa gửi bản tin nào")
    off = administrator.send(shown.form("/disable"))
    assert off.says("Đã ngắt")
    administrator.send(off.form("/enable"))
    gone = administrator.send(shown.form("/remove"))
    assert gone.says("Chưa có webhook")


def test_the_same_form_sent_twice_registers_one_webhook_and_shows_no_secret_again(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    form = administrator.open("/webhooks").form("/webhooks")
    administrator.send(form, url="https://example.org/hook", kinds="document.signed")

    again = administrator.send(form, url="https://example.org/hook", kinds="document.signed")

    assert again.texts('//*[@id="secret"]') == []
    assert len(administrator.open("/webhooks").texts("//tbody/tr")) == 1


@pytest.mark.parametrize("path", ["/webhooks", "/status"])
def test_only_administrators_see_webhooks_and_status(visitors: Visitors, path: str) -> None:
    visitors["vanthu"].open(path, status=403)
    visitors["kiemtra"].open(path, status=403)
    assert visitors["quantri"].open(path)


def test_the_status_says_in_words_what_fails_and_what_to_do(visitors: Visitors, house: House) -> None:
    assert visitors["quantri"].open("/status").says("Chưa kiểm tra lần nào")
    look_around(services=house.services, probes=replace(probes_of(house), disk_used=lambda: 0.99))

    page = visitors["quantri"].open("/status")

    assert page.texts("//main//h2")[0] == "Ổ đĩa"
    assert page.says("Không hoạt động. Ổ đĩa chứa nội dung đã đầy 99 phần trăm.")
    assert page.says("Chứng thư số: Nguyễn Văn Đức")


def test_whoever_signs_is_warned_before_a_signature_would_fail(
    visitors: Visitors, office: Office, people: Crowd, tmp_path: Path
) -> None:
    item = office.item(office.reviewed(), "sign")
    keys = tmp_path / "keys"
    assert office.house.settings.keys is not None
    shutil.copytree(office.house.settings.keys, keys)
    (keys / f"{people['chutich'].id}.p12").write_bytes(b"damaged")
    settings = replace(office.house.settings, keys=keys, tsa_url=("http://127.0.0.1:9/away",))
    pool = RoomPool(room_settings(settings), processes=1, clock=now)
    services = replace(office.house.services, pdfs=pool)
    look_around(services=services, probes=probes_of(replace(office.house, settings=settings)))
    pool.close()

    page = visitors["chutich"].open(f"/work-items/{item.id}")

    assert page.texts('//*[@role="alert"]/h2') == [
        "Dịch vụ cấp dấu thời gian: 127.0.0.1:9/away",
        "Chứng thư số: Nguyễn Văn Đức",
    ]


def test_the_inbox_renews_itself_and_works_without_script(visitors: Visitors) -> None:
    page = visitors["chutich"].open("/work-items")

    assert page.document.xpath('//div[@id="inbox"]')
    assert any("inbox.js" in str(source) for source in page.document.xpath("//script/@src"))
