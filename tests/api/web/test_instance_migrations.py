"""Migrations on the pages: a plan proposed, tried and carried out without script, followed and undone."""

from typing import Any

from engine.ids import DefinitionId, DocumentId
from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Form, Page, Visitors
from tests.support.migrations import REASON, deploy, steps
from tests.support.models import instance_of
from tests.support.office import Office


def prepared(office: Office) -> tuple[DocumentId, DefinitionId]:
    """Return a document at a step that a later version calls otherwise, and that version."""
    deploy(office, *steps("read", "answer"))
    office.register()
    document_id = office.register().document.id
    office.complete(document_id, "read", "done", "vanthu")
    return document_id, deploy(office, *steps("reply", "check"))


def becomes(answer: str, read: str = "") -> dict[str, Any]:
    return {"to-answer": answer, "to-read": read}


def taking(page: Page) -> Form:
    """Return the form of the plan as its second button sends it."""
    form = page.form("/new")
    (form.action,) = page.document.xpath("//button[@formaction='/instance-migrations']/@formaction")
    return form


def test_an_administrator_tries_a_plan_carries_it_out_and_puts_a_procedure_back(
    visitors: Visitors, office: Office
) -> None:
    document_id, target = prepared(office)
    administrator = visitors["quantri"]
    with office.house.services.begin() as work:
        code = instance_of(document_id, work).id
    page = administrator.open(f"/definitions/{target}")
    assert f"/instance-migrations/new?target={target}" in page.links()

    page = administrator.open(f"/instance-migrations/new?target={target}")
    require_sound(page)
    form = page.form("/new")
    assert set(form.choices("to-answer")) == {"reply", "check"}
    page = administrator.send(form, **becomes("reply"))
    require_sound(page)
    assert page.says("Chuyển được: 1. Không chuyển được: 1.")
    assert page.says("Quy trình đang ở bước 'read', phiên bản kia không có bước này.")
    page = administrator.send(taking(page), status=422, reason=" ")
    assert page.errors() == ["Lý do: Mục này không được để trống."]
    page = administrator.send(taking(page), reason=REASON)
    assert page.note == "Đang chuyển lần lượt từng quy trình: 2."
    require_sound(page)
    office.run_jobs()

    page = administrator.open(page.path)
    require_sound(page)
    assert page.says("Đã xử lý 2 trên 2 quy trình")
    assert administrator.open("/instance-migrations").says(REASON)
    assert visitors["vanthu"].open(f"/documents/{document_id}").says("chuyển từ phiên bản")
    page = administrator.open(f"/instances/{code}")
    require_sound(page)
    assert page.says(REASON)
    page = administrator.send(page.form("/undo"), status=422, reason="")
    assert page.says(f"Chỉ quy trình này: {code}")
    administrator.send(page.form("/undo"), reason=REASON)
    office.run_jobs()
    assert visitors["vanthu"].open(f"/documents/{document_id}").source.count("chuyển từ phiên bản") == 2


def test_a_migration_is_stopped_and_continued_and_a_wrong_choice_is_told(visitors: Visitors, office: Office) -> None:
    _, target = prepared(office)
    administrator = visitors["quantri"]
    form = administrator.open(f"/instance-migrations/new?target={target}").form("/new")
    page = administrator.send(form, status=422, **becomes("check", "check"))
    assert page.errors() == ["Không thể chuyển nhiều bước thành cùng một bước 'check'."]

    page = administrator.send(taking(page), **becomes("check", ""), reason=REASON)
    page = administrator.send(page.form("/stop"))
    assert (page.note, page.says("Đã dừng")) == (
        "Đã dừng chuyển phiên bản; những quy trình đã chuyển giữ nguyên.",
        True,
    )
    page = administrator.send(page.form("/continue"))
    assert page.note == "Việc chuyển phiên bản được tiếp tục."
    for path in ("/instance-migrations", page.path, f"/instance-migrations/new?target={target}"):
        assert visitors["vanthu"].open(path, status=403)
