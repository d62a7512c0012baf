"""The history of a document: who did what, with what they said."""

from tests.api.rest.callers import Callers
from tests.support.house import Crowd
from tests.support.office import Office


def test_history_names_who_did_what_and_what_they_said(callers: Callers, office: Office, people: Crowd) -> None:
    document_id = str(office.register().document.id)
    lead = next(iter(people["truongphong"].units))
    item = callers["chutich"].item(document_id, "direct")
    body = {"outcome": "assign", "data": {"lead_unit": str(lead), "note": "Khẩn trương"}, "comment": "Xem kỹ phụ lục"}
    callers["chutich"].post(f"/work-items/{item['id']}/complete", body)
    callers["truongphong"].complete(document_id, "assign", "return", reason="Không thuộc thẩm quyền")

    lines = callers["vanthu"].read(f"/documents/{document_id}/history")["items"]

    done = [
        (line["element_id"], line["actor"]["name"], line["outcome"])
        for line in lines
        if line["kind"] == "userTask" and line["movement"] == "left"
    ]
    assert done == [("direct", "Nguyễn Văn Đức", "assign"), ("assign", "Lê Hoàng Phượng", "return")]
    direction = next(line for line in lines if line["element_id"] == "direct" and line["movement"] == "left")
    assert (direction["data"]["note"], direction["comment"]) == ("Khẩn trương", "Xem kỹ phụ lục")
    returned = next(line for line in lines if line["element_id"] == "assign" and line["movement"] == "left")
    assert returned["data"] == {"reason": "Không thuộc thẩm quyền"}


def test_what_the_machine_did_has_no_name(callers: Callers, office: Office) -> None:
    document_id = office.register().document.id
    office.run_jobs()

    lines = callers["vanthu"].read(f"/documents/{document_id}/history")["items"]

    checked = [line for line in lines if line["element_id"] == "check_signatures" and line["movement"] == "left"]
    assert [line["actor"] for line in checked] == [None]


def test_the_rooms_nobody_works_in_are_in_order_of_time(callers: Callers, office: Office) -> None:
    document_id = office.issued()

    times = [line["at"] for line in callers["kiemtra"].read(f"/documents/{document_id}/history")["items"]]

    assert times == sorted(times)
