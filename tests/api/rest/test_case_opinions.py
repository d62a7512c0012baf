"""Opinions on cases by REST: asked once by one key, read by both agencies, answered once."""

from tests.api.rest.callers import Callers
from tests.support.office import Office, a_pdf
from tests.support.one_stop import received


def test_an_opinion_is_asked_once_read_by_both_agencies_and_given_once(callers: Callers, office: Office) -> None:
    case = received(office, result_type=None, signing_half_days=0, half_days=6)
    specialist, expert = callers["chuyenvien"], callers["xa1.chuyenvien"]
    path = f"/cases/{case.id}/opinions"
    file = {"file_id": office.upload(a_pdf(2), "chuyenvien"), "name": "so-do.pdf"}
    body = {"agencies": [str(office.people["vanthu.xa1"].agency_id)], "question": "Có phù hợp không?", "half_days": 2}
    key = {"Idempotency-Key": "one"}
    first = specialist.ask("POST", path, json={**body, "files": [file]}, headers=key)
    again = specialist.ask("POST", path, json={**body, "files": [file]}, headers=key)
    refused = specialist.ask("POST", path, json=body)
    [asked] = first.json()["items"]
    one = f"/case-opinions/{asked['id']}"
    unit = next(iter(office.people["xa1.chuyenvien"].units))
    office.complete(asked["document_id"], "register", "register", "vanthu.xa1", unit=str(unit))

    assert (first.status_code, again.json()) == (201, first.json())
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "asked_already")
    assert expert.ask("GET", f"{one}/files/{file['file_id']}").content == a_pdf(2)
    assert expert.ask("GET", f"{one}/files/{'0' * 64}").status_code == 404
    given = expert.ask("POST", f"{one}/answer", json={"view": "agreed", "text": "Phù hợp."})
    assert (given.status_code, given.json()["standing"], given.json()["late"]) == (200, "answered", False)
    assert expert.ask("POST", f"{one}/answer", json={"view": "agreed"}).json()["code"] == "case_opinion.closed"
    assert specialist.ask("GET", path).json()["items"][0]["text"] == "Phù hợp."
    assert callers["vanthu.xa2"].ask("GET", one).status_code == 404
    tracked = callers["vanthu"].ask("GET", f"/track/{case.track_code}")
    assert tracked.json()["opinions_waiting"] == 0
