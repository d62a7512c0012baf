"""Lists on the pages: documents found by words and days, incidents, models, the audit log."""

from datetime import timedelta
from urllib.parse import urlencode

from api.demo import shipped_model
from engine.actions.report_failure import Failure, report_failure
from engine.deadlines import office_date
from engine.ids import DocumentId
from engine.procedures import model_of
from engine.runtime.run import Run
from engine.signatures import TimestampUnavailable
from tests.api.web.visitors import Page, Upload, Visitors
from tests.support.house import RunJobs
from tests.support.office import Office


def subjects(page: Page) -> list[str]:
    return page.texts('//tbody//*[@class="subject"]')


def test_documents_are_found_by_words_without_marks_and_narrowed_by_direction(
    visitors: Visitors, office: Office
) -> None:
    office.register(subject="Báo cáo kết quả nông thôn mới")
    office.register(subject="Giấy mời họp")
    office.draft(subject="Kế hoạch nông thôn mới")
    clerk = visitors["vanthu"]

    assert subjects(clerk.open("/documents?q=nong+thon")) == ["Kế hoạch nông thôn mới", "Báo cáo kết quả nông thôn mới"]
    assert subjects(clerk.open("/documents?q=nong+thon&direction=incoming")) == ["Báo cáo kết quả nông thôn mới"]
    assert subjects(clerk.open("/documents?type=CV&direction=outgoing")) == []


def test_a_search_keeps_what_was_typed_and_names_a_day_that_is_none(visitors: Visitors) -> None:
    page = visitors["vanthu"].open("/documents?q=hồ+sơ&from=31/02/2026")

    assert page.form("/documents").fields["q"] == ["hồ sơ"]
    assert page.texts('//*[@id="from-error1"]') == ["▲ Ngày không có trong lịch; hãy nhập như 28/02/2026."]
    assert page.texts('//div[@class="empty"]/h2') == ["Không có văn bản phù hợp"]


def test_a_long_list_goes_on_on_its_next_page(visitors: Visitors, office: Office) -> None:
    for number in range(3):
        office.register(code_number=str(number), subject=f"Văn bản {number}")
    clerk = visitors["vanthu"]

    first = clerk.open("/documents?direction=incoming&limit=2")
    following = clerk.open(str(first.document.xpath('//a[@rel="next"]/@href')[0]))

    assert subjects(first) == ["Văn bản 2", "Văn bản 1"]
    assert subjects(following) == ["Văn bản 0"]


def test_the_inbox_shows_the_urgent_first(visitors: Visitors, office: Office) -> None:
    office.register(code_number="1", subject="Thường")
    office.register(code_number="2", subject="Gấp", urgency=3)

    page = visitors["chutich"].open("/work-items")

    assert subjects(page) == ["Gấp", "Thường"]
    assert page.says("!!! Hỏa tốc")


def stuck(office: Office, document_id: DocumentId) -> None:
    """Let the document's waiting job fail, as it does when the time-stamp service is away."""
    services = office.house.services
    with services.begin() as work:
        instance = work.instances.find_of_document(document_id)
        assert instance is not None
        job = Run.resume(model_of(instance, work), instance.state, lambda *_: {}).open_jobs[0]
        failure = Failure(
            operation=job.operation,
            element_id=job.element_id,
            task_id=job.task_id,
            code=TimestampUnavailable.code,
            message=str(TimestampUnavailable()),
        )
        report_failure(failure, instance.id, at=services.clock(), work=work)


def test_an_incident_says_its_cause_in_words_and_can_be_tried_again(
    visitors: Visitors, office: Office, run_jobs: RunJobs
) -> None:
    document_id = office.register().document.id
    stuck(office, document_id)
    clerk = visitors["vanthu"]

    page = clerk.open("/incidents")
    assert page.texts("//li/h2") == ["Kiểm tra chữ ký số"]
    assert page.says("Dịch vụ cấp dấu thời gian không phản hồi.")
    assert clerk.open(f"/documents/{document_id}").says("Vướng ở bước 'Kiểm tra chữ ký số' từ")

    retried = clerk.send(page.form("/retry"))
    run_jobs()

    assert retried.note == "Hệ thống đang thử lại bước này."
    assert clerk.open("/incidents").texts('//div[@class="empty"]/h2') == ["Không có việc nào bị vướng"]
    assert clerk.open("/incidents?over=1").says("Đã xong")


def test_the_auditor_sees_an_incident_but_has_no_button_for_it(visitors: Visitors, office: Office) -> None:
    stuck(office, office.register().document.id)

    page = visitors["kiemtra"].open("/incidents")

    assert page.texts("//li/h2") == ["Kiểm tra chữ ký số"]
    assert [form for form in page.document.forms if str(form.action).endswith("/retry")] == []


def test_the_audit_log_names_who_did_what_and_shows_the_leaf(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id

    page = visitors["kiemtra"].open(f"/audit/events?subject={document_id}")

    lines = [line.split(" ", 2)[2] for line in page.texts("//ol[@class='audit']/li/details/summary")]
    assert lines == ["Nguyễn Thị Hoa đăng ký văn bản đến: Công văn 12/SNN-VP"]
    assert '"action": "incoming_document.registered"' in page.source.replace("&#34;", '"')


def test_the_audit_log_is_narrowed_by_who_what_when_and_which_document(visitors: Visitors, office: Office) -> None:
    document_id = office.register(code_number="77", subject="Về việc tìm trong nhật ký").document.id
    office.complete(document_id, "direct", "file", "chutich", note="Để biết")
    today = office_date(office.house.services.clock())
    auditor = visitors["kiemtra"]

    def lines(**asked: str) -> list[str]:
        page = auditor.open(f"/audit/events?{urlencode(asked)}")
        return page.texts("//ol[@class='audit']/li/details/summary")

    registered = lines(what="incoming_document.registered", who=str(office.people["vanthu"].id))
    assert len(registered) == 1
    assert lines(what="incoming_document.registered", who=str(office.people["chutich"].id)) == []
    of_document = lines(document="tìm trong nhật ký")
    assert any("Nguyễn Văn Đức" in line for line in of_document)
    assert len(of_document) < len(lines())
    assert lines(document="không có văn bản nào như vậy") == []
    assert lines(**{"from": f"{today + timedelta(days=1):%d/%m/%Y}"}) == []
    assert lines(to=f"{today:%d/%m/%Y}")
    wrong = auditor.open("/audit/events?from=31/02/2026&who=nobody")
    assert wrong.errors()
    assert wrong.says("Nguyễn Thị Hoa đăng ký văn bản đến: Công văn 77/SNN-VP")


def bundle(name: str, without: str = "") -> list[Upload]:
    return [(file, content) for file, content in shipped_model(name).items() if file != without]


def test_deploying_the_same_model_again_changes_nothing(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    form = administrator.open("/definitions/new").form("/definitions/new")

    page = administrator.send(form, files={"files": bundle("incoming_document")})

    assert page.note == "Mô hình này đang áp dụng, phiên bản 1; không có gì thay đổi."
    assert page.heading == "Xử lý văn bản đến"


def test_a_changed_model_becomes_the_next_version_in_force(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    form = administrator.open("/definitions/new").form("/definitions/new")
    changed = [(name, content.replace("Lưu để biết".encode(), b"Luu")) for name, content in bundle("incoming_document")]

    page = administrator.send(form, files={"files": changed})

    assert page.note == "Đã đưa mô hình quy trình vào áp dụng, phiên bản 2."
    assert administrator.open("/definitions").texts("//tbody/tr")[0].startswith("Xử lý văn bản đến 2 đang áp dụng")


def test_a_model_with_mistakes_is_not_deployed_and_each_mistake_says_where(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    known = administrator.open("/definitions").texts("//tbody/tr")
    form = administrator.open("/definitions/new").form("/definitions/new")

    page = administrator.send(form, status=422, files={"files": bundle("incoming_document", without="reason.json")})

    assert page.errors() == ["Mô hình quy trình có 3 lỗi. Hãy sửa các lỗi được liệt kê rồi đưa vào áp dụng lại."]
    assert len(page.texts("//tbody/tr")) == 3
    assert all("Biểu mẫu 'reason.json' không có trong bộ mô hình." in line for line in page.texts("//tbody/tr"))
    assert administrator.open("/definitions").texts("//tbody/tr") == known


def test_deploying_without_files_says_what_to_choose(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    form = administrator.open("/definitions/new").form("/definitions/new")

    page = administrator.send(form, status=422)

    assert page.errors() == ["Các tệp của mô hình: Hãy chọn tệp .bpmn và các biểu mẫu (.json) mà tệp đó dùng."]
