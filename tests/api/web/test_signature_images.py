"""Images of signatures and seals on their page."""

from tests.api.web.visitors import Visitors
from tests.signing.test_images import BLACK, BLUE, RED, drawn
from tests.support.office import Office


def test_an_official_sets_their_own_image_and_sees_it(visitors: Visitors, office: Office) -> None:
    official, own = visitors["chutich"], office.people["chutich"].id

    page = official.open("/signature-images")
    assert len(page.document.xpath("//main//section")) == 1
    again = official.send(page.form(f"/{own}"), status=422, files={"file": [("a.png", drawn(BLACK))]})
    assert any("màu xanh" in error for error in again.errors())
    unchosen = official.send(page.form(f"/{own}"), status=422)
    assert any("Hãy chọn tệp" in error for error in unchosen.errors())
    done = official.send(again.form(f"/{own}"), files={"file": [("a.png", drawn(BLUE))]})

    assert done.note == "Từ nay hình ảnh này được dùng khi ký."
    assert done.says("Nguyễn Văn Đức đặt")
    shown = official.get(str(done.document.xpath("//main//img/@src")[0]))
    assert shown.headers["Content-Type"] == "image/png"
    assert official.send(done.form("/removal")).note == "Lại dùng hình ảnh kèm khóa ký."


def test_an_administrator_sets_the_seal_and_a_colleague_does_not_see_another_s_image(
    visitors: Visitors, office: Office
) -> None:
    agency, chairman = office.people["chutich"].agency_id, office.people["chutich"].id
    page = visitors["quantri"].open("/signature-images")

    done = visitors["quantri"].send(page.form(f"/{agency}"), files={"file": [("dau.png", drawn(RED, (440, 440)))]})

    assert done.says("Dấu của Ủy ban nhân dân tỉnh")
    assert visitors["vanthu"].get(f"/signature-images/{chairman}/content").status_code == 403
