"""Pages of procedure models: edited, compared, gone back to; all of it without script."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from engine.runtime.extensions import ATTRIBUTES, CHILDREN
from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Form, Page, Visitors

ROOT = Path(__file__).parents[3]
MODEL = "content:outgoing_document.bpmn"


def shown(visitors: Visitors, username: str = "quantri") -> Page:
    """Return the page of the newest version of the model of outgoing documents."""
    visitor = visitors[username]
    listed = visitor.open("/definitions").document
    return visitor.open(listed.xpath("string(//tbody//a[contains(., 'văn bản đi')]/@href)"))


def editor(visitors: Visitors) -> Form:
    return visitors["quantri"].open(f"{shown(visitors).path}/edit").form("/definitions/draw")


def edited(form: Form, old: str, new: str) -> dict[str, Any]:
    text = form.fields[MODEL][0]
    assert old in text
    return {MODEL: text.replace(old, new)}


def deploy(visitors: Visitors, old: str = 'name="Ký số"', new: str = 'name="Ký duyệt"') -> Page:
    form = editor(visitors)
    return visitors["quantri"].send(form, **edited(form, old, new))


def test_the_panel_of_the_modeler_knows_every_attribute_that_a_model_may_have(visitors: Visitors) -> None:
    page = visitors["quantri"].open("/definitions/draw")
    panel = json.loads(page.document.xpath("string(//*[@data-panel]/@data-panel)"))
    schema = (ROOT / "bpmn/vanthu.xsd").read_text()

    assert panel["attributes"] == {element: list(names) for element, names in ATTRIBUTES.items()}
    assert panel["children"].keys() == CHILDREN.keys()
    named = {name for names in ATTRIBUTES.values() for name in names}
    named |= {name for inside in CHILDREN.values() for names in inside.values() for name in names}
    named |= {tag for inside in CHILDREN.values() for tag in inside}
    assert named <= panel["words"].keys()
    assert named == set(re.findall(r'<xs:(?:attribute|element) name="(\w+)"', schema))


def test_a_model_is_edited_as_text_and_deployed_without_script(visitors: Visitors) -> None:
    page = deploy(visitors)

    assert page.note == "Đã đưa mô hình quy trình vào áp dụng, phiên bản 2."
    assert "Ký duyệt" in page.source
    require_sound(page)


def test_a_model_nobody_changed_is_the_same_bundle(visitors: Visitors) -> None:
    page = visitors["quantri"].send(editor(visitors))

    assert page.note == "Mô hình này đang áp dụng, phiên bản 1; không có gì thay đổi."


def test_mistakes_are_shown_beside_what_was_written_and_nothing_is_lost(visitors: Visitors) -> None:
    form = editor(visitors)
    changes = edited(form, 'vanthu:roles="clerk"', 'vanthu:roles="king"')

    page = visitors["quantri"].send(form, status=422, left_out="note.json", **changes)

    assert any("Không có vai trò 'king'" in row for row in page.texts("//table[contains(@class, 'findings')]//tr"))
    assert any("'note.json'" in row for row in page.texts("//table[contains(@class, 'findings')]//tr"))
    assert page.document.xpath("//tr[@data-finding='number'][@data-file='outgoing_document.bpmn']")
    again = page.form("/definitions/draw")
    assert again.fields[MODEL] == [changes[MODEL]]
    assert "content:note.json" not in again.names
    require_sound(page)


def test_a_file_that_is_chosen_takes_the_place_of_the_one_of_its_name(visitors: Visitors) -> None:
    administrator, form = visitors["quantri"], editor(visitors)
    note = form.fields["content:note.json"][0].replace("Ý kiến", "Góp ý").encode()

    page = administrator.send(form, files={"files": [("note.json", note), ("rules.md", b"# Notes")]})

    assert "Đã đưa mô hình quy trình vào áp dụng, phiên bản 2." in (page.note or "")
    assert "rules.md" in page.source


def test_two_versions_are_compared_in_words_and_by_marks_on_both_diagrams(visitors: Visitors) -> None:
    page = deploy(visitors)
    administrator = visitors["quantri"]

    compared = administrator.open(f"{page.path}/compare")

    (row,) = compared.texts("//tbody/tr")
    assert row.startswith("đã sửa Ký duyệt")
    assert row.endswith("name Ký số name Ký duyệt")
    drawings = [str(one) for one in compared.document.xpath("//@data-diagram")]
    marks = [administrator.get(address).json() for address in drawings]
    assert len(marks) == 2
    assert all((one["changed"], one["added"], one["removed"]) == (["sign"], [], []) for one in marks)
    require_sound(compared)
    first = compared.form("/compare").choices("other")
    assert list(first.values()) == ["1"]
    oldest = next(iter(first))
    (row,) = administrator.open(f"/definitions/{oldest}/compare").texts("//tbody/tr")
    assert row.endswith("name Ký duyệt name Ký số"), "the oldest is compared with the newest"
    same = administrator.open(f"/definitions/{oldest}/compare?other={oldest}")
    assert "Hai phiên bản có nội dung như nhau." in same.source


def test_an_administrator_goes_back_to_an_older_version_and_the_list_says_so(visitors: Visitors) -> None:
    first = shown(visitors)
    second = deploy(visitors)
    administrator = visitors["quantri"]

    page = administrator.send(administrator.open(first.path).form("/activate"))

    assert page.note == "Từ nay văn bản mới được xử lý theo phiên bản 1."
    rows = administrator.open("/definitions").texts("//tbody/tr[contains(., 'văn bản đi')]")
    assert ["đang áp dụng" in row for row in rows] == [False, True]
    form = administrator.open(f"{second.path}/edit").form("/definitions/draw")
    known = administrator.send(form)
    assert known.note is not None
    assert known.note.startswith("Các tệp này chính là phiên bản 2")


def test_who_may_not_change_models_sees_no_button_and_is_refused(visitors: Visitors) -> None:
    page, clerk = shown(visitors, "vanthu"), visitors["vanthu"]

    assert page.document.xpath("//main//form | //a[contains(@href, '/edit')]") == []
    clerk.open(f"{page.path}/edit", status=403)
    clerk.open(f"{page.path}/compare")


@pytest.mark.parametrize("path", ["/definitions/x/edit", "/definitions/x/compare", "/definitions/x"])
def test_a_model_that_is_not_there_is_not_found(visitors: Visitors, path: str) -> None:
    visitors["quantri"].open(path, status=404)
