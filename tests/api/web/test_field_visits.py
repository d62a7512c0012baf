"""A field visit as a specialist types it in at a browser without script: halfway, with photos, to its minutes."""

from typing import Any

from engine.ids import DossierId
from tests.api.web.visitors import Visitors
from tests.engine.actions.test_recognition import accepted
from tests.support.composing import a_photo
from tests.support.office import Office
from tests.support.visiting import ROADS, SPECIALIST

FOUND = f"found {ROADS}"


def seen_by_all(visitors: Visitors, dossier_id: DossierId, recorded: str) -> None:
    """See that the commune reads what is recorded, and of a draft nothing, which is discarded."""
    commune, kien = visitors["xa1.chuyenvien"], visitors[SPECIALIST]
    assert commune.open(f"/dossiers/{dossier_id}").says("Đường đã bê tông hóa")
    assert recorded in commune.open(f"/recognition-dossiers/{dossier_id}/explanation").links()
    begun = kien.send(kien.open(f"/dossiers/{dossier_id}/field-visits").form("/field-visits"))
    commune.open(begun.path, status=404)
    assert kien.send(begun.form("/discard")).note == "Đã bỏ bản nháp kiểm tra thực tế."


def test_a_visit_is_typed_in_halfway_shown_what_it_lacks_and_recorded_with_its_photos(
    visitors: Visitors, office: Office
) -> None:
    province = accepted(office)
    mine = next(one for one in province.waiting() if province.who(one).username == SPECIALIST)
    kien = visitors[SPECIALIST]
    listed = kien.open(f"/dossiers/{province.dossier_id}/field-visits")
    assert listed.path in kien.open(f"/work-items/{mine.id}").links()
    draft = kien.send(listed.form("/field-visits"))
    form = draft.form(draft.path)
    assert form.fields["people_unit"] == [f"{office.people[SPECIALIST].name}, {office.people[SPECIALIST].title}"]

    typed: dict[str, Any] = {
        "place": "Thôn Đông",
        "people_commune": "Lê Thị Mai, Chủ tịch xã",
        FOUND: "Đường đã bê tông hóa",
    }
    future = kien.send(form, status=422, **{**typed, "last_day": "2099-01-01"})
    assert future.errors() == ["Ngày kết thúc kiểm tra: Ngày này chưa đến. Đề nghị kiểm tra lại."]
    first = future.form(draft.path).fields["first_day"]
    saved = kien.send(future.form(draft.path), last_day=first, files={"photos": [("duong.jpg", a_photo())]})
    assert saved.note.startswith("Đã lưu bản nháp")
    form = saved.form(draft.path)
    (caption,) = [name for name in form.names if name.startswith("caption ")]

    form.action += "/record"
    lacking = kien.send(form, status=422)
    assert len(lacking.errors()) == 1
    assert lacking.errors()[0].startswith("Nội dung ảnh")
    form = lacking.form(draft.path)
    form.action += "/record"
    captions: dict[str, Any] = {caption: "Đường trục thôn Đông"}
    done = kien.send(form, **captions)
    assert done.note.startswith("Đã ghi nhận lần kiểm tra")
    minutes = next(link for link in done.links() if "/files/" in link)
    assert kien.get(minutes).content.startswith(b"%PDF-")
    seen_by_all(visitors, province.dossier_id, draft.path)
