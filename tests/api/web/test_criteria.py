"""Pages of sets of criteria and localities: what is to be entered stands there, wrong cells are named, facts change."""

import re
from typing import Any

from api.workbooks import read_workbook, write_workbook
from engine.criteria_sheets import FACTS, INDICATORS
from engine.locality_sheets import SHEET
from tests.api.web.visitors import Visitors


def test_a_set_says_what_is_from_memory_and_what_is_to_be_entered(visitors: Visitors) -> None:
    official = visitors["chuyenvien"]

    assert official.open("/criteria-sets").says("Bộ tiêu chí quốc gia về xã nông thôn mới giai đoạn 2026–2030")
    open_one = official.open("/criteria-sets/commune-2026/1")
    assert open_one.says("Trong 47 chỉ tiêu còn 47 chỉ tiêu chưa nhập mức đạt")
    assert open_one.says("được thay thế trước khi áp dụng")
    assert official.open("/criteria-sets/commune-2021/1").says("theo trí nhớ, cần đối chiếu")
    assert open_one.says("90%, theo trí nhớ, cần đối chiếu")
    assert official.open("/criteria-sets/commune-2026/2").says("≥ 60 triệu đồng/người/năm (Nhóm 2 (các xã còn lại))")


def test_the_administrator_loads_a_workbook_or_reads_which_cells_are_wrong(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    answer = administrator.client.get("/criteria-sets/village-2026/1/workbook")
    book = {name: [list(row) for row in rows] for name, rows in read_workbook(answer.content).items()}
    form = administrator.open("/criteria-sets").form("/criteria-sets")
    book[INDICATORS][2][4] = "x"

    wrong = administrator.send(form, 422, {"file": [("a.xlsx", write_workbook(book))]})

    assert wrong.errors() == [
        "Trang tính 'Bộ tiêu chí', dòng 5, cột B: không phải ngày hợp lệ hoặc trước ngày có hiệu lực.",
        "Trang tính 'Chỉ tiêu', dòng 3, cột E: mã chỉ tiêu gồm số tiêu chí, dấu chấm và số thứ tự, như 2.3.",
    ]
    book[INDICATORS][2][4] = "2.1"
    book[FACTS][4][1] = "01/01/2027"
    loaded = administrator.send(form, files={"file": [("a.xlsx", write_workbook(book))]})
    assert loaded.says("village-2026/2")
    assert loaded.note.startswith("Đã nạp Bộ tiêu chí thôn nông thôn mới (trình diễn); từ nay")
    assert administrator.send(form, 422).errors() == [
        "Tệp Excel đã điền (.xlsx): Không đọc được tệp này như tệp Excel (.xlsx, tối đa 2 MB). Hãy lưu lại từ tệp mẫu."
    ]
    shipped = administrator.send(administrator.open("/criteria-sets").form("/shipped"))
    assert shipped.note == "Số bộ tiêu chí quốc gia mới được nạp: 0."


def test_facts_of_a_locality_change_for_the_administrator_alone(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    address = next(
        link for link in administrator.open("/localities").links() if re.fullmatch(r"/localities/[0-9a-f-]+", link)
    )
    commune = next(
        link for link in administrator.open(address).links() if re.fullmatch(r"/localities/[0-9a-f-]+", link)
    )
    form = administrator.open(commune).form(commune)

    saved = administrator.send(form, households="2200")
    assert saved.says("2200")
    stale = administrator.send(form, 422, households="1")
    assert stale.errors()[0].endswith("Hãy đọc lại rồi gửi lại nội dung sửa.")
    fresh = administrator.open(commune).form(commune)
    wrong = administrator.send(fresh, 422, group="group_3")
    assert "Nhóm 3 chỉ gồm các xã khu vực II và khu vực III" in wrong.errors()[0]
    assert not visitors["chuyenvien"].open(commune).says("Sửa thông tin")


def test_a_commune_and_its_past_recognition_are_recorded_by_the_administrator_alone(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    province = next(
        link for link in administrator.open("/localities").links() if re.fullmatch(r"/localities/[0-9a-f-]+", link)
    )
    form = administrator.open(f"{province}/new").form("/new")
    wrong = administrator.send(form, 422, code="99", name="xã Mới")
    assert "năm chữ số với xã" in wrong.errors()[0]
    made = administrator.send(wrong.form("/new"), code="99555", name="xã Mới Lập")
    assert made.note == "Đã thêm xã Mới Lập."
    again = administrator.send(form, 409, code="99555", name="xã Khác")
    assert again.errors()

    past = administrator.open(f"{made.path}/achievements").form("/achievements")
    empty = administrator.send(past, 422, decided_on="2000-01-03")
    assert len(empty.errors()) == 3
    typed = {"tier": "commune", "decision": "12/QĐ-UBND", "decided_on": "03/01/2020", "basis": "Bộ tiêu chí 2016-2020"}
    recorded = administrator.send(empty.form("/achievements"), 200, None, **typed)
    assert recorded.says("12/QĐ-UBND, 03/01/2020")
    assert recorded.says("Bộ tiêu chí 2016-2020")
    twice = administrator.send(recorded.form("/achievements"), 409, None, **typed)
    assert "12/QĐ-UBND" in twice.errors()[0]
    assert administrator.open(made.path).says("12/QĐ-UBND")
    visitors["chuyenvien"].open(f"{made.path}/achievements", 403)
    record = administrator.open(f"{made.path}/achievements").links()[-1]
    form = administrator.open(record).form(record)
    missing = administrator.send(form, 422, decision="21/QĐ-UBND")
    assert missing.errors() == ["Lý do đính chính: Mục này không được để trống."]
    corrected = administrator.send(missing.form(record), reason="Ghi nhầm số")
    assert corrected.note == "Đã đính chính; nội dung trước đó được lưu bên dưới."
    assert corrected.says("nông thôn mới; 12/QĐ-UBND, 03/01/2020; Bộ tiêu chí 2016-2020")
    assert administrator.send(form, 409, decision="22/QĐ-UBND", reason="Ghi nhầm số").errors()
    gone = administrator.send(corrected.form("/withdrawal"), reason="Không có quyết định này")
    assert gone.says("Đã hủy: Không có quyết định này")
    assert not administrator.open(made.path).says("21/QĐ-UBND")
    assert administrator.send(corrected.form("/withdrawal"), 409, reason="Lần nữa").errors()
    visitors["chuyenvien"].open(record, 403)


def test_the_auditor_and_the_commune_read_what_was_corrected_and_change_nothing(visitors: Visitors) -> None:
    administrator, auditor, drafter = (visitors[name] for name in ("quantri", "kiemtra", "xa1.chuyenvien"))
    found = administrator.open("/localities").document.xpath('//main//a[text()="xã Hoằng Thử"]/@href')
    commune = administrator.open(str(found[0]))
    list_of = f"{commune.path}/achievements"
    form = administrator.open(list_of).form("/achievements")
    typed: dict[str, Any] = {"tier": "commune_smart", "decision": "12/QĐ-UBND", "decided_on": "03/01/2020"}
    record = administrator.send(form, **typed).links()[-1]
    gone = administrator.send(administrator.open(record).form("/withdrawal"), reason="Không có quyết định này")

    visitors["chuyenvien"].open(list_of, 403)
    for reader in (auditor, drafter):
        assert list_of in reader.open(commune.path).links()
        records = reader.open(list_of)
        assert records.says("Đã hủy")
        assert record in records.links()
        read = reader.open(record)
        assert read.says("Đã hủy: Không có quyết định này")
        assert read.says("Hồ Sỹ Nam")
        assert not read.says("Đính chính thông tin")
        reader.send(form, 403, **typed)
    assert gone.says("Hồ Sỹ Nam")


def test_localities_are_loaded_from_a_workbook_as_the_preview_showed_them(visitors: Visitors) -> None:
    administrator = visitors["quantri"]
    first = administrator.open(administrator.open("/localities").links()[0])
    answer = administrator.get("/localities/workbook/file")
    book = {name: [list(row) for row in rows] for name, rows in read_workbook(answer.content).items()}
    commune = next(row for row in book[SHEET] if row[0] == "99101")
    commune[4] = 9

    def chosen() -> Any:
        return {"file": [("a.xlsx", write_workbook(book))]}

    wrong = administrator.send(first.form("/localities/workbook"), 422, chosen())
    assert wrong.errors() == [f"Trang tính '{SHEET}', dòng {book[SHEET].index(commune) + 1}, cột E: ghi 1, 2 hoặc 3."]
    commune[4], commune[7] = 2, 2345
    book[SHEET].append(["99887", "xã Thêm", None, None, 2])
    preview = administrator.send(first.form("/localities/workbook"), 200, chosen())
    assert preview.says("xã Thêm")
    assert preview.says("2345")
    loaded = administrator.send(preview.form("/loading"))
    assert loaded.note == "Đã nạp tệp Excel. Địa phương mới: 1; có thay đổi: 1."
    known = administrator.send(first.form("/localities/workbook"), 200, chosen())
    assert known.says("không có gì để nạp")
    other = administrator.send(preview.form("/loading"), 409)
    assert "xem lại" in other.errors()[0]
    administrator.send(preview.form("/loading"), 409, book="x")
    visitors["chuyenvien"].open("/localities/workbook", 403)
