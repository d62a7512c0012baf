"""Opinions on cases on pages: the handler asks, the commune answers with a file, handler and applicant see it."""

from engine.cases import Case
from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Visitors
from tests.support.office import Office, a_pdf
from tests.support.one_stop import received


def asked_on_a_page(visitors: Visitors, office: Office) -> Case:
    """Have the handler of a case ask a commune, after a mistake; return the case."""
    case = received(office, result_type=None, signing_half_days=0, half_days=6)
    specialist = visitors["chuyenvien"]
    page = specialist.open(f"/cases/{case.id}")
    form = specialist.open(f"/cases/{case.id}/opinions/new").form("/opinions")
    commune = str(office.people["vanthu.xa1"].agency_id)
    assert f"/cases/{case.id}/opinions/new" in page.links()
    require_sound(specialist.open(f"/cases/{case.id}/opinions/new"))
    wrong = specialist.send(form, 422, {"attachments": [("a.pdf", a_pdf(2))]}, question="", half_days="99")
    assert len(wrong.errors()) == 3
    assert wrong.says("a.pdf")
    kept = wrong.form("/opinions")
    asked = specialist.send(kept, agencies=commune, question="Có phù hợp quy hoạch không?", half_days="2")
    require_sound(asked)
    assert asked.note == "Đã gửi phiếu lấy ý kiến; số cơ quan được lấy ý kiến: 1."
    assert asked.says("Đang chờ ý kiến")
    assert visitors.nobody().open(f"/track/{case.track_code}").says("đang chờ ý kiến của 1 cơ quan")
    return case


def test_a_handler_asks_a_commune_which_answers_with_a_file(visitors: Visitors, office: Office) -> None:
    case = asked_on_a_page(visitors, office)
    specialist, clerk = visitors["chuyenvien"], visitors["vanthu.xa1"]
    with office.house.services.begin() as work:
        [opinion] = work.case_opinions.of_case(case.id)
    path = f"/case-opinions/{opinion.id}"
    assert path in clerk.open(f"/documents/{opinion.document_id}").links()
    unit = str(next(iter(office.people["xa1.chuyenvien"].units)))
    office.complete(opinion.document_id, "register", "register", "vanthu.xa1", unit=unit)

    expert = visitors["xa1.chuyenvien"]
    item = office.item(opinion.document_id, "answer")
    assert path in expert.open(f"/work-items/{item.id}").links()
    shown = expert.open(path)
    require_sound(shown)
    refused = expert.send(shown.form("/answer"), 422, {"attachments": [("y-kien.pdf", a_pdf(3))]}, text="Không.")
    assert len(refused.errors()) == 1
    given = expert.send(refused.form("/answer"), view="not_agreed", text="Ngoài quy hoạch.")

    require_sound(given)
    assert given.note == "Đã ghi nhận ý kiến và gửi cho cơ quan lấy ý kiến."
    seen = specialist.open(path)
    require_sound(seen)
    assert seen.says("Không đồng ý")
    assert seen.says("y-kien.pdf")
    assert specialist.open(f"/cases/{case.id}").says("Ngoài quy hoạch.")
    with office.house.services.begin() as work:
        [answered] = work.case_opinions.of_case(case.id)
    files = [*answered.files, *answered.answer_files]
    assert [file.name for file in files] == ["a.pdf", "y-kien.pdf"]
    for file, reader in zip(files, (expert, specialist), strict=True):
        assert reader.get(f"{path}/files/{file.file_id}").content.startswith(b"%PDF")
    visitors["vanthu.xa2"].open(path, status=404)
