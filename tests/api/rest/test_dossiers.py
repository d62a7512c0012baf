"""Dossiers by REST: opened once however often it is asked, assessed, filled under their ETag, frozen by submission."""

import hashlib
from typing import Any

from api.province import localities, province
from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.support.composing import a_photo
from tests.support.office import a_pdf

COMMUNE = next(one.id for one in localities() if one.code == "99101")
OPENING: dict[str, Any] = {
    "kind": "ntm",
    "receiver_id": str(province()[0].agency.id),
    "subject": "Đề nghị công nhận xã Hoằng Thử đạt chuẩn nông thôn mới",
    "rules_id": "commune-2026/2",
    "locality_id": str(COMMUNE),
}


def test_a_dossier_is_opened_filled_submitted_supplemented_and_withdrawn(callers: Callers) -> None:
    drafter, province_office = callers["xa1.chuyenvien"], callers["chanhvanphong"]
    first = drafter.post("/dossiers", OPENING, headers={"Idempotency-Key": "1"})
    again = drafter.post("/dossiers", OPENING, headers={"Idempotency-Key": "1"})
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    path = f"/dossiers/{first.json()['id']}"

    wrong = {"values": {"2.1": {"value": -1}, "no_dong": {"value": "nợ"}}}
    refused = drafter.ask("PUT", f"{path}/assessments", json=wrong)
    assert wrong_fields(refused, "assessment.invalid") == {"values/2.1": "negative", "values/no_dong": "not_a_number"}
    said = drafter.ask("PUT", f"{path}/assessments", json={"values": {"2.1": {"value": 96.5}}}).json()
    assert [(one["indicator"], one["value"]) for one in said["assessments"]] == [("2.1", "96.5")]
    photo = drafter.uploaded(a_photo())
    shown = drafter.ask("PUT", f"{path}/evidence", json={"indicator": "2.1", "file_id": photo, "name": "Ảnh.jpg"})
    assert shown.json()["assessments"][0]["files"] == 1

    for place, part in enumerate(said["parts"]):
        file = {"part": part["code"], "file_id": drafter.uploaded(a_pdf(place + 1)), "name": "Tệp.pdf"}
        added = drafter.ask("PUT", f"{path}/files", json=file)
    stale = drafter.ask("PUT", f"{path}/files", json=file, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    left = drafter.ask("DELETE", f"{path}/files/hinh_anh/{added.json()['parts'][6]['files'][0]['id']}").json()
    assert left["parts"][6]["files"] == []
    sent = drafter.post(f"{path}/submit").json()
    listed = drafter.get(f"{path}/submissions/1/manifest")
    assert hashlib.sha256(listed.content).hexdigest() == sent["submissions"][0]["manifest_sha256"]
    problem(drafter.ask("PUT", f"{path}/files", json=file), 409, "dossier.frozen")

    asked = province_office.post(f"{path}/supplement", {"reason": "Thiếu ảnh"}).json()
    assert (asked["state"], asked["submissions"][0]["supplement"]) == ("supplement_asked", "Thiếu ảnh")
    assert [one["id"] for one in province_office.read("/dossiers?received=true")["items"]] == [sent["id"]]
    assert drafter.post(f"{path}/withdraw", {"reason": "Nộp lại sau"}).json()["state"] == "withdrawn"
    assert drafter.post(f"{path}/close").json()["state"] == "closed"


def test_a_commune_composes_for_itself_and_the_province_decides_and_not_the_other_way(
    callers: Callers, people: Any
) -> None:
    commune, asked = callers["xa1.chuyenvien"], {**OPENING, "receiver_id": str(people["vanthu.xa2"].agency_id)}

    from_above = callers["chuyenvien"].post("/dossiers", OPENING)
    among_communes = commune.post("/dossiers", asked)

    assert wrong_fields(from_above, "dossier.invalid") == {"locality_id": "not_yours"}
    assert wrong_fields(among_communes, "dossier.invalid") == {"receiver_id": "not_deciding"}
    assert commune.read("/dossiers")["items"] == []


STEP = "Tự đánh giá từng chỉ tiêu, minh chứng"


def test_the_procedure_of_a_dossier_is_begun(callers: Callers, people: Any) -> None:
    drafter = callers["xa1.chuyenvien"]
    made = drafter.made("/dossiers", OPENING)

    asked = {"signer": str(people["xa1.chutich"].id), "body": "Kính đề nghị."}
    begun = drafter.post(f"/dossiers/{made['id']}/start", asked)

    assert begun.json()["own_document_id"]
    [turn] = drafter.read(f"/dossiers/{made['id']}/turns")["items"]
    assert (turn["step"], turn["due"], turn["clock_stands"]) == (STEP, None, False)
    assert drafter.read(f"/dossiers/{made['id']}/turns") == callers["xa1.chutich"].read(f"/dossiers/{made['id']}/turns")
    problem(callers["vanthu.xa2"].get(f"/dossiers/{made['id']}/turns"), 404, "dossier.not_found")
    problem(drafter.post(f"/dossiers/{made['id']}/submit"), 409, "dossier.submitted_by_procedure")


def test_a_negative_debt_and_a_number_that_may_mean_two_things_are_refused_in_words(callers: Callers) -> None:
    drafter = callers["xa1.chuyenvien"]
    path = f"/dossiers/{drafter.made('/dossiers', OPENING)['id']}/assessments"
    values = {"no_dong": {"value": "-5"}, "2.1": {"value": "95.500"}, "2.2": {"value": "80,5"}}

    refused = drafter.ask("PUT", path, json={"values": values})

    assert wrong_fields(refused, "assessment.invalid") == {"values/no_dong": "negative", "values/2.1": "ambiguous"}
