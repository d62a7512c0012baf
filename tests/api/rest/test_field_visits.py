"""A field visit by REST: kept halfway under its ETag, recorded with its photo, and then changed by nobody."""

from typing import Any

from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.engine.actions.test_recognition import accepted
from tests.support.composing import a_photo
from tests.support.office import Office
from tests.support.visiting import ROADS, SPECIALIST, Visits


def test_a_visit_is_kept_halfway_recorded_with_its_minutes_and_photo_and_then_fixed(
    callers: Callers, office: Office
) -> None:
    province = accepted(office)
    unit, day = callers[SPECIALIST], Visits(province).today.isoformat()
    visits = f"/dossiers/{province.dossier_id}/field-visits"
    begun = unit.made(visits, {"place": "Thôn Đông"}, headers={"Idempotency-Key": "v"})
    path, photo = f"/field-visits/{begun['id']}", unit.uploaded(a_photo())
    whole: dict[str, Any] = {
        "first_day": day,
        "last_day": day,
        "place": "Thôn Đông",
        "participants": [
            {"side": "unit", "name": "Phạm Văn Kiên", "title": "Chuyên viên"},
            {"side": "commune", "name": "Lê Thị Mai", "title": "Chủ tịch xã"},
        ],
        "findings": [{"indicator": ROADS, "found": "Đã bê tông hóa."}],
        "photos": [{"file_id": photo, "caption": "Đường trục thôn"}],
    }

    assert unit.made(visits, {"place": "Thôn Đông"}, headers={"Idempotency-Key": "v"}) == begun
    lacking = wrong_fields(unit.post(path + "/record"), "field_visit.invalid")
    problem(unit.ask("PUT", path, json=whole, headers={"If-Match": '"9"'}), 412, "request.precondition_failed")
    saved = unit.ask("PUT", path, json=whole, headers={"If-Match": '"0"'})
    done = unit.post(path + "/record", headers={"If-Match": saved.headers["ETag"]}).json()

    assert {"first_day", "findings"} <= {field.split("/")[0] for field in lacking}
    assert (done["recorded"], done["photos"], len(done["minutes"])) == (True, whole["photos"], 64)
    assert callers["xa1.chuyenvien"].get(f"{path}/files/{done['minutes']}").content.startswith(b"%PDF")
    assert unit.get(f"{path}/files/{photo}").headers["Content-Type"] == "image/jpeg"
    problem(unit.ask("PUT", path, json=whole), 409, "field_visit.recorded")
    problem(callers["xa2.chuyenvien"].get(path), 404, "field_visit.not_found")
    assert [one["id"] for one in callers["vanthu"].read(visits)["items"]] == [begun["id"]]
