"""Signing on one's own computer by the pages alone, without any script; and what the signing tool is told."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from api.web.client_signatures import PLUGIN, made_of
from engine.signing_keys import KeyKind
from tests.api.web.visitors import Page, Visitor, Visitors
from tests.support.elsewhere import Holder
from tests.support.office import Office


def prepared(office: Office, visitor: Visitor, kind: KeyKind) -> tuple[Holder, str, Page]:
    """Have a document prepared for the chairman's signature by the page; return its address too."""
    holder = Holder(office=office, username="chutich").chosen(kind)
    path = f"/work-items/{office.item(office.reviewed(), 'sign').id}"
    page = visitor.open(path)
    return holder, path, visitor.send(page.form("/signature/prepare"))


@pytest.fixture
def chairman(visitors: Visitors) -> Visitor:
    return visitors["chutich"]


@pytest.mark.parametrize("armour", [bytes, base64.b64encode])
def test_a_signature_is_prepared_made_and_handed_in(
    office: Office, chairman: Visitor, armour: Callable[[bytes], bytes]
) -> None:
    holder, path, page = prepared(office, chairman, KeyKind.CLIENT)
    assert page.says("Ký số trên máy tính của anh/chị")
    assert path.removeprefix("/work-items/") in page.texts('//code[@class="command"]')[0]
    assert "refresh" not in page.source
    to_sign = chairman.get(f"{path}/signature/to-sign").content
    assert chairman.get(f"{path}/signature/file").content.startswith(b"%PDF-")

    wrong = chairman.send(page.form("/hand-in"), status=422, files={"made": [("a.sig", b"junk")]})
    assert wrong.errors()[0].startswith("Đây không phải chữ ký số trên nội dung đã chuẩn bị")
    assert chairman.send(wrong.form("/hand-in"), status=422).errors() == [
        "Hãy chọn tệp do máy tính của anh/chị tạo ra."
    ]
    signature = armour(holder.signature(to_sign))
    taken = chairman.send(wrong.form("/hand-in"), files={"made": [("a.sig", signature)]})

    assert taken.note == "Đã nhận chữ ký số; đang gắn vào văn bản."
    office.run_jobs()
    assert chairman.open(path).says("Việc này đã xong")


def test_who_does_not_sign_gives_the_work_back_and_can_prepare_it_anew(office: Office, chairman: Visitor) -> None:
    _, _, page = prepared(office, chairman, KeyKind.CLIENT)

    opened = chairman.send(page.form("/signature/cancel"))

    assert opened.note == "Việc đã mở lại; chưa có gì được ký."
    assert chairman.send(opened.form("/signature/prepare")).form("/hand-in")


def test_a_colleague_reads_that_it_waits_and_can_hand_in_nothing(office: Office, visitors: Visitors) -> None:
    _, path, _ = prepared(office, visitors["chutich"], KeyKind.CLIENT)

    page = visitors["vanthu"].open(path)

    assert page.says("máy tính của người ký")
    assert [form for form in page.document.forms if "/signature" in str(form.action)] == []
    assert visitors["vanthu"].get(f"{path}/signature/file").status_code == 404


def test_a_whole_file_is_signed_by_hand_where_the_tool_is_not_there(office: Office, chairman: Visitor) -> None:
    holder, path, page = prepared(office, chairman, KeyKind.PLUGIN)
    assert page.says("vgcaplugin.js")
    assert PLUGIN in page.headers["Content-Security-Policy"]
    pdf = chairman.get(f"{path}/signature/file").content

    wrong = chairman.send(page.form("/hand-in"), status=422, files={"made": [("a.pdf", pdf)]})
    assert wrong.errors()[0].startswith("Không nhận được tệp này: Tệp chưa được ký số.")
    chairman.send(wrong.form("/hand-in"), files={"made": [("a.pdf", holder.signed(pdf))]})

    office.run_jobs()
    assert chairman.open(path).says("Việc này đã xong")


def test_the_tool_s_script_is_the_operator_s_and_told_where_to_fetch_and_to_send(
    office: Office, chairman: Visitor
) -> None:
    assert chairman.get("/plugin/vgcaplugin.js").status_code == 404
    script = Path(office.house.settings.data) / "plugin" / "vgcaplugin.js"
    script.parent.mkdir()
    script.write_text("// the operator's")

    _, _, page = prepared(office, chairman, KeyKind.PLUGIN)

    assert chairman.get("/plugin/vgcaplugin.js").text == "// the operator's"
    assert "/plugin/vgcaplugin.js" in page.source
    form = page.form("/signature/links")
    answer = chairman.client.post(form.action, data={name: value[0] for name, value in form.fields.items()}).json()
    assert answer["function"] == "vgca_sign_approved"
    assert "/api/v1/signature-links/" in answer["parameters"]["FileUploadHandler"]


def test_a_signature_is_known_as_it_is_as_base64_and_as_pem() -> None:
    cms = bytes.fromhex("3082012306092a864886f70d010702a0820114") + b"\xff" * 300
    pem = b"-----BEGIN PKCS7-----\n" + base64.encodebytes(cms) + b"-----END PKCS7-----\n"

    assert [made_of(each) for each in (cms, base64.b64encode(cms), pem)] == [(cms, True)] * 3
    assert made_of(b"\x30\x45\x02\x20" + b"\xfe" * 60) == (b"\x30\x45\x02\x20" + b"\xfe" * 60, False)
    assert made_of(b"") == (b"", False)
