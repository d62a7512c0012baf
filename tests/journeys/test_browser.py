"""One document through the demonstration in a real browser, at a desk and on a phone, and what that looks like."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.support.house import PASSWORD
from tests.support.office import a_pdf

pytestmark = [pytest.mark.journey, pytest.mark.browser]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
WIDER_THAN_ITS_WINDOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield started
        started.close()


class Screens:
    """People's browser windows on the demonstration; each page is photographed at both widths."""

    def __init__(self, browser: Browser, demo: str, folder: Path, closing: ExitStack) -> None:
        self._browser, self._demo, self._folder, self._closing = browser, demo, folder, closing
        self.complaints: list[str] = []

    def open(self, username: str, **how: Any) -> Page:
        """Return a window in which this person has signed in."""
        context = self._browser.new_context(base_url=self._demo, viewport=DESK, **how)
        self._closing.callback(context.close)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda said: self.complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None
        )
        page.goto("/sign-in")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        return page

    def photograph(self, page: Page, name: str) -> None:
        """Take the page at both widths; on neither may it be wider than its window."""
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert not page.evaluate(WIDER_THAN_ITS_WINDOW), f"{name} is wider than {size['width']} pixels"
            page.screenshot(path=self._folder / f"{name}-{size['width']}.png", full_page=True)


@pytest.fixture
def screens(browser: Browser, demo: str, tmp_path: Path) -> Iterator[Screens]:
    """Windows that are closed with the test."""
    with ExitStack() as closing:
        yield Screens(browser, demo, tmp_path, closing)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A file to choose."""
    path = tmp_path / "công văn.pdf"
    path.write_bytes(a_pdf(2))
    return path


def register(page: Page, scan: Path, subject: str) -> None:
    page.get_by_role("link", name="Đăng ký văn bản đến").click()
    page.get_by_label("Tệp PDF của văn bản").set_input_files(scan)
    page.get_by_label("Số", exact=True).fill("15")
    page.get_by_label("Ký hiệu").fill("SNN-VP")
    page.get_by_label("Ngày, tháng văn bản").fill("2026-11-19")
    page.get_by_label("Tên loại văn bản").select_option("CV")
    page.get_by_label("Cơ quan ban hành").fill("Sở Nông nghiệp và Môi trường")
    page.get_by_label("Trích yếu").fill(subject)
    page.get_by_role("button", name="Đăng ký", exact=True).click()
    expect(page.locator(".note")).to_contain_text("Đã vào sổ, số đến")


def test_a_document_is_registered_and_handled_in_a_browser_at_a_desk_and_on_a_phone(
    screens: Screens, scan: Path
) -> None:
    subject = "Về việc rà soát tiêu chí nông thôn mới trên địa bàn xã"
    clerk = screens.open("vanthu")
    register(clerk, scan, subject)
    expect(clerk.locator(".pdf-page canvas").first).to_be_visible()
    expect(clerk.locator(".diagram svg[data-element-id]")).to_be_visible()
    screens.photograph(clerk, "document")
    address = clerk.url

    leader = screens.open("chutich")
    leader.get_by_role("row", name=subject).get_by_role("link").click()
    screens.photograph(leader, "direct")
    leader.get_by_label("Đơn vị chủ trì").select_option(label="Phòng Nông thôn mới")
    leader.get_by_label("Nội dung chỉ đạo").fill("Chủ trì tham mưu.")
    leader.get_by_role("button", name="Giao đơn vị chủ trì").click()
    expect(leader.locator(".directive").first).to_contain_text("Chủ trì tham mưu.")

    head = screens.open("truongphong")
    head.goto(address)
    head.get_by_role("link", name="Phân công giải quyết").click()
    head.get_by_label("Người giải quyết").select_option(label="Bùi Minh Tuấn, Chuyên viên")
    head.get_by_role("button", name="Phân công").click()

    specialist = screens.open("chuyenvien")
    specialist.goto(address)
    specialist.get_by_role("link", name="Giải quyết văn bản").click()
    specialist.get_by_label("Kết quả").fill("Đã rà soát xong.")
    screens.photograph(specialist, "handle")
    specialist.get_by_role("button", name="Hoàn thành").click()
    expect(specialist.locator(".note")).to_contain_text("Hoàn thành")
    expect(specialist.locator("header .state").first).to_contain_text("Đã kết thúc")
    screens.photograph(specialist, "closed")
    assert screens.complaints == []


def test_a_search_answers_while_one_types(screens: Screens, scan: Path) -> None:
    clerk = screens.open("vanthu")
    register(clerk, scan, "Kế hoạch phòng chống thiên tai")
    clerk.get_by_role("link", name="Văn bản", exact=True).click()

    clerk.get_by_role("searchbox").press_sequentially("thien tai")

    expect(clerk.locator("#results tbody tr")).to_have_count(1)
    expect(clerk.locator("#results")).to_contain_text("Kế hoạch phòng chống thiên tai")
    screens.photograph(clerk, "documents")


def test_every_component_fits_its_window(screens: Screens) -> None:
    clerk = screens.open("vanthu")

    for path in ("/design", "/work-items", "/incoming-documents/new", "/outgoing-documents/new", "/incidents"):
        clerk.goto(path)
        screens.photograph(clerk, path.strip("/").replace("/", "-"))

    assert screens.complaints == []


def test_without_script_the_pdf_is_a_link_and_the_diagram_a_list(screens: Screens, scan: Path) -> None:
    clerk = screens.open("vanthu", java_script_enabled=False)

    register(clerk, scan, "Không cần kịch bản")

    expect(clerk.get_by_role("link", name="Mở riêng tệp PDF")).to_be_visible()
    expect(clerk.locator(".diagram")).to_be_hidden()
    expect(clerk.locator("ol.steps li.active b").first).to_be_visible()


def test_a_page_is_used_by_the_keyboard_alone(screens: Screens) -> None:
    clerk = screens.open("vanthu")
    clerk.goto("/documents")

    clerk.keyboard.press("Tab")
    expect(clerk.locator(".skip")).to_be_focused()
    expect(clerk.locator(".skip")).to_be_in_viewport()
    clerk.keyboard.press("Enter")

    expect(clerk.locator("main")).to_be_focused()


HANDLE = '.djs-element[data-element-id="handle"]'


def test_what_one_finishes_leaves_the_inbox_of_another_without_a_reload(screens: Screens, scan: Path) -> None:
    subject = "Về việc báo cáo tiến độ giải ngân quý IV"
    leader, deputy = screens.open("chutich"), screens.open("phochutich")
    for window in (leader, deputy):
        window.goto("/work-items")
        window.evaluate("window.untouched = true")
    register(screens.open("vanthu"), scan, subject)
    for window in (leader, deputy):
        expect(window.locator("#inbox")).to_contain_text(subject, timeout=20_000)

    leader.locator("#inbox").get_by_role("row", name=subject).get_by_role("link").click()
    leader.locator("summary", has_text="Lưu để biết").click()
    leader.get_by_role("button", name="Lưu để biết").click()

    expect(deputy.locator("#inbox")).not_to_contain_text(subject, timeout=20_000)
    assert deputy.evaluate("window.untouched")
    assert screens.complaints == []


DRAWN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:vanthu="urn:vanthu:bpmn:1"
  xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  id="d" targetNamespace="urn:t"><message id="m" name="Công văn trả lời"/>
<process id="asked" name="Lấy ý kiến" isExecutable="true">
  <userTask id="each" name="Từng đơn vị"><multiInstanceLoopCharacteristics/></userTask>
  <receiveTask id="answer" name="Chờ trả lời" messageRef="m"/>
</process>
<di:BPMNDiagram id="p"><di:BPMNPlane id="q" bpmnElement="asked">
  <di:BPMNShape id="r" bpmnElement="each"><dc:Bounds x="100" y="80" width="100" height="80"/></di:BPMNShape>
  <di:BPMNShape id="s" bpmnElement="answer"><dc:Bounds x="260" y="80" width="100" height="80"/></di:BPMNShape>
</di:BPMNPlane></di:BPMNDiagram></definitions>"""


def test_rounds_and_messages_are_said_in_the_panel_of_the_modeler(screens: Screens) -> None:
    administrator = screens.open("quantri")
    administrator.goto("/definitions/draw")
    text = administrator.locator("textarea[name='content:model.bpmn']")
    text.evaluate("(area, drawn) => { area.value = drawn; area.dispatchEvent(new Event('input')); }", DRAWN)
    deploy = administrator.get_by_role("button", name="Kiểm tra và đưa vào áp dụng")
    deploy.click()
    expect(administrator.locator(".findings")).to_be_visible()
    panel = administrator.locator(".properties")

    administrator.locator('.djs-element[data-element-id="each"]').first.click()
    panel.get_by_label("Mỗi phần tử của danh sách một lượt (biểu thức)").fill("direct.coordinating_units")
    administrator.locator('.djs-element[data-element-id="answer"]').first.click()
    panel.get_by_label("Khóa đối chiếu của thông điệp (biểu thức)").last.fill("document_id")
    screens.photograph(administrator, "modeler-message")
    deploy.click()

    administrator.wait_for_function("document.querySelector('textarea').value.includes('vanthu:collection')")
    written = text.input_value()
    assert 'vanthu:collection="direct.coordinating_units"' in written
    assert re.search(r'<message [^>]*vanthu:correlation="document_id"', written)


def test_a_procedure_is_edited_in_the_modeler_and_deployed(screens: Screens) -> None:
    administrator = screens.open("quantri")
    administrator.goto("/definitions")
    administrator.get_by_role("link", name="Xử lý văn bản đến").first.click()
    administrator.get_by_role("link", name="Chỉnh sửa").click()
    administrator.locator(HANDLE).first.click()
    roles = administrator.locator(".properties [list=known-roles]")
    administrator.locator(".properties").get_by_label("Tên", exact=True).fill("Giải quyết xong văn bản")
    roles.fill("king")
    roles.blur()

    administrator.get_by_role("button", name="Kiểm tra và đưa vào áp dụng").click()

    expect(administrator.locator(".findings")).to_contain_text("Không có vai trò 'king'")
    administrator.locator("tr[data-finding=handle]").click()
    expect(administrator.locator(".finding-mark")).to_have_text("▲ 1")
    expect(administrator.locator(".properties .error")).to_contain_text("Không có vai trò 'king'")
    screens.photograph(administrator, "modeler")
    screens.complaints.clear()  # the browser itself complains of the refusal, 422
    roles.fill("")
    roles.blur()
    administrator.get_by_role("button", name="Kiểm tra và đưa vào áp dụng").click()
    expect(administrator.locator(".note")).to_contain_text("Đã đưa mô hình quy trình vào áp dụng, phiên bản")
    expect(administrator.locator("ol.steps")).to_contain_text("Giải quyết xong văn bản")

    administrator.get_by_role("link", name="So sánh với phiên bản khác").click()
    expect(administrator.locator("tbody tr")).to_have_count(1)
    changed = administrator.locator(f"{HANDLE} .djs-visual > :first-child")
    expect(changed).to_have_count(2)
    for drawing in changed.all():
        expect(drawing).to_have_css("fill", "rgb(255, 243, 207)")
    screens.photograph(administrator, "compare")
    assert screens.complaints == []
