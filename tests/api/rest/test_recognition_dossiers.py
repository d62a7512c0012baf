"""Dossiers for recognition over HTTP: opened and started in one call, and explained in words and figures."""

from fastapi.testclient import TestClient

from api.province import localities
from tests.api.rest.callers import Callers
from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Visitors


def test_a_commune_opens_a_dossier_and_everybody_it_concerns_is_told_why_it_stands_where_it_stands(
    callers: Callers, client: TestClient
) -> None:
    commune = next(one for one in localities() if one.code == "99101")
    drafter = callers["xa1.chuyenvien"]
    signer = callers["xa1.chutich"].read("/me")["person"]["id"]
    province = callers["vanthu"].read("/me")["agency"]["id"]
    body = {
        "locality_id": str(commune.id),
        "tier": "commune",
        "receiver_id": province,
        "signer": signer,
        "subject": "Đề nghị công nhận xã Hoằng Thử đạt chuẩn nông thôn mới",
        "body": "Kính đề nghị xem xét, công nhận.",
    }
    opened = drafter.post("/recognition-dossiers", body, headers={"Idempotency-Key": "a"})
    again = drafter.post("/recognition-dossiers", body, headers={"Idempotency-Key": "a"})
    made = opened.json()

    assert (opened.status_code, again.json()) == (201, made)
    path = f"/recognition-dossiers/{made['id']}/explanation"
    said = drafter.read(path)
    assert (said["state"], said["judged_by"], said["eligible"]) == ("draft", "self", False)
    assert said["turns"][0]["step"] == "Tự đánh giá từng chỉ tiêu, minh chứng"
    assert {one["verdict"] for one in said["shortfalls"]} == {"missing"}
    page = Visitors(client)["xa1.chuyenvien"].open(path)
    require_sound(page)
    assert page.says("Giải thích tình trạng hồ sơ")
    assert callers["vanthu"].get(path).status_code == 404  # nothing was submitted yet
