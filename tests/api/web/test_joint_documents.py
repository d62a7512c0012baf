"""Pages of documents that several people sign: what a return would cost is said before, and seen after."""

from engine.rounds.make_notices import make_notices, settle_notices
from tests.api.web.visitors import Visitors
from tests.engine.actions.test_joint_document import give_back, items, minutes, sign
from tests.support.office import Office


def test_a_return_warns_whose_signatures_end_and_then_shows_and_tells_it(visitors: Visitors, office: Office) -> None:
    document_id = minutes(office)
    chair = office.people["chutich"].name
    warning = f"Nếu trả lại, các chữ ký số sau không còn giá trị và phải ký lại: {chair}."
    before = visitors["chutich"].open(f"/work-items/{items(office, document_id)['chutich'].id}")
    sign(office, document_id, "chutich")

    asked = visitors["chuyenvien"].open(f"/work-items/{items(office, document_id)['chuyenvien'].id}")
    give_back(office, document_id, "chuyenvien", "Ghi sai ý kiến")
    while make_notices(services=office.house.services):
        pass
    settle_notices(services=office.house.services)
    page = visitors["chutich"].open(f"/documents/{document_id}")

    assert not before.says("không còn giá trị")
    assert asked.says(warning)
    assert page.says(f"{chair}, ")
    assert page.says("Chữ ký này không còn giá trị vì văn bản đã bị trả lại. Ghi sai ý kiến")
    assert page.says("Trả lại, dùng lại phiên bản 2")
    notices = visitors["chutich"].open("/notices")
    assert notices.says("không còn giá trị vì văn bản đã bị trả lại. Hãy mở ra để xem lý do.")
    assert not visitors["chuyenvien"].open("/notices").says("không còn giá trị")
