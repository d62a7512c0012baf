"""Administration on the pages: a procedure by its code, the forms to lay hands on it, incidents passed over by two."""

import json
from typing import Any

import pytest
from lxml import html

from engine.actions.cancel_instance import cancel_instance
from engine.actions.report_failure import Failure, report_failure
from engine.ids import DocumentId, InstanceId
from engine.procedures import look
from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Form, Page, Visitors
from tests.support.calls import administer, asking, called_by
from tests.support.models import instance_of
from tests.support.office import Office

REASON = "Chờ ý kiến của Sở Nội vụ"


@pytest.fixture
def document_id(office: Office) -> DocumentId:
    return office.register().document.id


def instance_id(office: Office, document_id: DocumentId) -> InstanceId:
    with office.house.services.begin() as work:
        return instance_of(document_id, work).id


def test_an_administrator_opens_a_procedure_by_the_code_that_its_document_shows(
    visitors: Visitors, office: Office, document_id: DocumentId
) -> None:
    code = str(instance_id(office, document_id))
    assert visitors["vanthu"].open(f"/documents/{document_id}").says(code)
    administrator = visitors["quantri"]
    require_sound(administrator.open("/instances"))

    page = administrator.open(f"/instances?code={code}")

    require_sound(page)
    assert page.says("Đang chạy")
    assert "rà soát tiêu chí" not in page.source


def test_an_administrator_sees_which_procedures_run_and_narrows_them(
    visitors: Visitors, office: Office, document_id: DocumentId
) -> None:
    path = f"/instances/{instance_id(office, document_id)}"
    administrator = visitors["quantri"]
    page = administrator.open("/instances")
    assert page.document.xpath(f"//table//a[@href='{path}']")
    assert page.says("Cho ý kiến chỉ đạo")
    assert page.says("ngoài phạm vi được xem"), "what an administrator may not read is not named"

    for narrowed in ("state=suspended", "model=outgoing_document%3A", "days=3", "state=cancelled&days=x"):
        page = administrator.open(f"/instances?{narrowed}")
        require_sound(page)
        assert not page.document.xpath(f"//table//a[@href='{path}']")


def test_a_procedure_is_suspended_resumed_moved_and_cancelled_without_script(
    visitors: Visitors, office: Office, document_id: DocumentId
) -> None:
    administrator, path = visitors["quantri"], f"/instances/{instance_id(office, document_id)}"

    page = administrator.send(administrator.open(path).form("/suspend"), reason=REASON)
    require_sound(page)
    assert page.says(REASON)
    assert visitors["vanthu"].open(f"/documents/{document_id}").says(REASON)
    waiting = visitors["chutich"].open(f"/work-items/{office.item(document_id, 'direct').id}")
    assert waiting.says(REASON)
    assert not waiting.document.xpath("//form[contains(@action, '/complete')]"), "it would only be refused"
    page = administrator.send(page.form("/resume"), reason=REASON)
    page = administrator.send(page.form("/data"), reason=REASON, data='{"urgency": 1}')
    assert page.note == "Đã sửa dữ liệu của quy trình."
    page = administrator.send(page.form("/move"), reason=REASON, to="direct")
    assert page.note == "Đã chuyển quy trình đến bước đó."
    page = administrator.send(page.form("/cancel"), reason=REASON)

    require_sound(page)
    assert page.says("Đã hủy")
    assert not page.document.xpath("//main//form[@method='post']")
    told = visitors["vanthu"].open(f"/documents/{document_id}").texts('//ol[@class="history"]/li')
    by_administrator = [line.split("Hồ Sỹ Nam: ")[1] for line in told if "Hồ Sỹ Nam: " in line]
    assert by_administrator[0].startswith("Hủy một quy trình")
    moved = "Chuyển một quy trình sang bước khác → Kiểm tra chữ ký số → Cho ý kiến chỉ đạo (bút phê)"
    assert by_administrator[1].startswith(moved)
    assert [line.split(" Lý do")[0] for line in by_administrator[2:]] == [
        "Sửa dữ liệu của một quy trình",
        "Cho quy trình tạm ngưng tiếp tục",
        "Tạm ngưng một quy trình",
    ], "steps nobody did are not said to be done"
    assert all(REASON in line for line in by_administrator)


@pytest.mark.parametrize(
    ("sent_from", "leads_back"),
    [
        ("http://testserver{path}", True),
        ("http://testserver{path}/signature/cancel", False),
        ("http://elsewhere.example{path}", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_a_refusal_leads_back_to_the_page_the_form_was_on(
    visitors: Visitors, office: Office, document_id: DocumentId, sent_from: str, leads_back: bool
) -> None:
    office.run_jobs()
    head, path = visitors["chutich"], f"/work-items/{office.item(document_id, 'direct').id}"
    sent, referer = head.open(path).form("/complete").fields, {"Referer": sent_from.format(path=path)}

    answer = head.client.post(f"{path}/signature/cancel", data=sent, headers=referer)

    page: Any = html.document_fromstring(answer.text)
    links = page.xpath("//main//a/@href")
    assert answer.status_code == 409
    assert (path in links) is leads_back
    assert "/" in links


def test_what_is_typed_wrong_is_said(visitors: Visitors, office: Office, document_id: DocumentId) -> None:
    administrator, path = visitors["quantri"], f"/instances/{instance_id(office, document_id)}"
    page = administrator.open(path)

    unsaid = administrator.send(page.form("/suspend"), status=422, reason=" ")
    require_sound(unsaid)
    assert unsaid.says("Lý do: Mục này không được để trống.")
    require_sound(administrator.send(page.form("/move"), status=409, reason=REASON, to="nowhere"))


def test_what_was_typed_about_a_procedure_stands_there_again_with_what_is_wrong(
    visitors: Visitors, office: Office, document_id: DocumentId
) -> None:
    administrator, path = visitors["quantri"], f"/instances/{instance_id(office, document_id)}"

    page = administrator.send(administrator.open(path).form("/data"), status=422, reason=REASON, data="[1")

    require_sound(page)
    assert page.document.xpath("//form[contains(@action, '/data')]//textarea/text()") == ["[1", REASON]
    assert page.document.xpath("//form[contains(@action, '/data')]//*[@role='alert']//a/@href") == ["#data-data"]
    assert not page.document.xpath("//form[contains(@action, '/suspend')]//textarea/text()")


def test_data_that_grew_too_large_stand_there_again(
    visitors: Visitors, office: Office, document_id: DocumentId
) -> None:
    administrator, path = visitors["quantri"], f"/instances/{instance_id(office, document_id)}"
    data = json.dumps({"note": "x" * 300_000}, ensure_ascii=False)

    page = administrator.send(administrator.open(path).form("/data"), status=422, reason=REASON, data=data)

    require_sound(page)
    assert page.document.xpath("//form[contains(@action, '/data')]//textarea/text()") == [data, REASON]
    assert page.document.xpath("//form[contains(@action, '/data')]//*[@role='alert']")


def test_a_form_of_a_page_that_is_old_says_so_and_what_was_typed(
    visitors: Visitors, office: Office, document_id: DocumentId
) -> None:
    administrator, path = visitors["quantri"], f"/instances/{instance_id(office, document_id)}"
    old = administrator.open(path)
    administrator.send(old.form("/suspend"), reason=REASON)

    page = administrator.send(old.form("/suspend"), status=409, reason="Lý do thứ hai")

    require_sound(page)
    assert page.says("Lý do thứ hai")
    assert page.document.xpath("//main//*[@role='alert']")
    moved = administrator.send(page.form("/resume"), reason=REASON).form("/move")
    refused = administrator.send(moved, status=409, reason=REASON, to="nowhere")
    assert refused.document.xpath("//form[contains(@action, '/move')]//textarea/text()") == [REASON]


def parameters_form(page: Page) -> Form:
    return Form(next(one for one in page.document.forms if "parameters" in one.fields))


def stuck(office: Office, document_id: DocumentId) -> None:
    services = office.house.services
    with services.begin() as work:
        instance = instance_of(document_id, work)
        (job,) = look(instance, work).open_jobs
        failure = Failure(
            operation=job.operation, element_id=job.element_id, task_id=job.task_id, code="store.away", message="Away."
        )
        report_failure(failure, instance.id, at=services.clock(), work=work)


def test_what_was_typed_about_an_incident_stands_there_again_with_what_is_wrong(
    visitors: Visitors, office: Office, document_id: DocumentId
) -> None:
    stuck(office, document_id)
    clerk = visitors["vanthu"]
    old = clerk.open("/incidents")
    texts = "//details[@open]//textarea/text()"

    wrong = clerk.send(parameters_form(old), status=422, parameters="[1")
    require_sound(wrong)
    assert wrong.document.xpath(texts) == ["[1"]
    assert wrong.document.xpath("//li//*[@role='alert']")
    long = clerk.send(old.form("/skip"), status=422, reason="x" * 5000)
    assert long.document.xpath(texts) == ["x" * 5000]
    clerk.send(old.form("/skip"), reason=REASON)
    late = clerk.send(old.form("/skip"), status=409, reason="Lý do thứ hai")
    require_sound(late)
    assert late.says("Lý do thứ hai")


def test_another_agency_s_incident_is_not_shown_by_a_wrong_form(
    visitors: Visitors, office: Office, document_id: DocumentId
) -> None:
    stuck(office, document_id)
    own = parameters_form(visitors["vanthu"].open("/incidents"))
    stranger = visitors["vanthu.xa1"]
    (token, *_) = stranger.open("/").document.xpath("//input[@name='csrf_token']/@value")
    sent = {"csrf_token": token, "parameters": "[1"}

    assert stranger.client.post(own.action, data=sent).status_code == 404


def test_a_stuck_step_is_skipped_by_two_people_on_the_page(
    visitors: Visitors, office: Office, document_id: DocumentId
) -> None:
    stuck(office, document_id)
    clerk, administrator = visitors["vanthu"], visitors["quantri"]
    page = clerk.open("/incidents")
    require_sound(page)
    assert page.says("Cách xử lý")

    page = clerk.send(page.form("/skip"), reason="Đã kiểm tra bằng tay")
    assert page.note == "Đã ghi nhận đề nghị. Cần một người thứ hai xác nhận."
    assert "Xác nhận bỏ qua" not in page.source
    page = administrator.send(administrator.open("/incidents").form("/skip"))

    require_sound(page)
    assert page.note == "Đã bỏ qua bước này; quy trình tiếp tục."
    document = clerk.open(f"/documents/{document_id}")
    require_sound(document)
    told = document.texts('//ol[@class="history"]/li')
    assert "Hồ Sỹ Nam: Xác nhận bỏ qua một bước bị kẹt → Kiểm tra chữ ký số" in told[0]
    assert "Đã kiểm tra bằng tay" in told[0]
    assert "Nguyễn Thị Hoa" in told[0], "who proposed it"
    assert not any("hệ thống: Kiểm tra chữ ký số" in line for line in told), "nothing was checked"
    assert "Kiểm tra chữ ký sốđã bỏ qua" in document.texts('//ol[@class="steps"]/li')[0]


def test_procedures_that_called_one_another_lead_to_one_another(visitors: Visitors, office: Office) -> None:
    document_id = asking(office)
    (called,) = called_by(office, document_id)
    above, administrator = instance_id(office, document_id), visitors["quantri"]

    page = administrator.open(f"/instances/{above}")
    require_sound(page)
    assert page.document.xpath(f"//a[@href='/instances/{called.id}']")
    page = administrator.open(f"/instances/{called.id}")
    require_sound(page)
    assert page.document.xpath(f"//a[@href='/instances/{above}']")
    page = visitors["vanthu"].open(f"/documents/{document_id}")
    require_sound(page)
    assert page.says("Các quy trình được gọi")
    assert page.says("Đang chạy; answer")
    assert page.says("'ask' chờ quy trình 'Thử' mà nó đã gọi.")


def test_a_call_that_ended_badly_is_tried_anew_or_skipped_on_the_page(visitors: Visitors, office: Office) -> None:
    (called,) = called_by(office, asking(office))
    administer(cancel_instance, office, called, "Không cần nữa")
    office.run_jobs()

    page = visitors["quantri"].open("/incidents")

    require_sound(page)
    assert page.says("Quy trình được gọi 'Thử' đã bị hủy vì: Không cần nữa.")
    assert page.form("/skip")
