"""The routes of the one-stop office, as strangers try them."""

from tests.api.rest.door import SOMEBODY, Door

_SETTINGS = {
    "code": "1.1",
    "name": "A",
    "field": "A",
    "level": "none",
    "channels": ["direct"],
    "form": {"type": "object", "properties": {}},
    "components": [{"code": "A", "name": "A"}],
    "steps": [{"name": "A", "half_days": 1, "role": "clerk"}],
    "half_days": 1,
    "result": "A",
}
_APPLICATION = {
    "procedure": "1.1",
    "channel": "direct",
    "return_by": "counter",
    "name": "A",
    "identity": "038090000001",
    "address": "A",
    "phone": "0912345678",
}
_ONE = f"/cases/{SOMEBODY}"

CASE_DOORS = (
    Door(method="GET", path="/case-procedures"),
    Door(method="GET", path="/case-procedures/{code}/versions", refused=(("vanthu", 404), ("vanthu.xa1", 404))),
    Door(
        method="POST",
        path="/case-procedures",
        body=_SETTINGS,
        refused=(("vanthu", 403), ("chutich", 403), ("kiemtra", 403), ("chuyenvien", 403)),
    ),
    Door(method="GET", path="/cases", refused=(("chuyenvien", 403), ("quantri", 403))),
    Door(
        method="POST",
        path="/cases",
        body=_APPLICATION,
        refused=(("chuyenvien", 403), ("chutich", 403), ("quantri", 403), ("kiemtra", 403)),
    ),
    Door(method="GET", path="/cases/{case_id}", refused=(("vanthu", 404), ("vanthu.xa1", 404))),
    Door(method="GET", path="/cases/{case_id}/explanation", refused=(("vanthu", 404), ("vanthu.xa1", 404))),
    Door(method="GET", path="/cases/{case_id}/control", refused=(("vanthu", 404), ("vanthu.xa1", 404))),
    Door(method="GET", path="/cases/{case_id}/slips/{slip_id}", refused=(("vanthu", 404), ("vanthu.xa1", 404))),
    Door(
        method="POST",
        path="/cases/{case_id}/apology",
        body={"reason": "A", "to": "2026-12-01"},
        refused=(("vanthu", 404), ("vanthu.xa1", 404)),
    ),
    Door(
        method="POST",
        path="/cases/{case_id}/opinions",
        body={"agencies": [SOMEBODY], "question": "A", "half_days": 1},
        refused=(("vanthu", 404), ("vanthu.xa1", 404)),
    ),
    Door(method="GET", path="/cases/{case_id}/opinions", refused=(("vanthu", 404), ("vanthu.xa1", 404))),
    Door(method="GET", path="/case-opinions/{opinion_id}", refused=(("vanthu", 404), ("vanthu.xa1", 404))),
    Door(
        method="POST",
        path="/case-opinions/{opinion_id}/answer",
        body={"view": "agreed"},
        refused=(("vanthu", 404), ("vanthu.xa1", 404)),
    ),
    Door(
        method="GET",
        path="/case-opinions/{opinion_id}/files/{file_id}",
        refused=(("vanthu", 404), ("vanthu.xa1", 404)),
    ),
    Door(method="GET", path="/case-feedback", refused=(("quantri", 403), ("kiemtra", 403))),
    Door(
        method="POST",
        path="/case-feedback/{feedback_id}/answer",
        body={"answer": "A"},
        refused=(("vanthu", 404), ("kiemtra", 403)),
    ),
    Door(method="GET", path="/service-index/{year}", refused=(("chuyenvien", 403), ("quantri", 403))),
    Door(
        method="PUT",
        path="/service-index/{year}/items/{item}",
        body={"points": "1"},
        refused=(("vanthu", 403), ("kiemtra", 403)),
    ),
)

_TRACK, _ONLINE = "/api/v1/track/{code}", "/api/v1/online-procedures"
OPEN_CASES = (
    ("GET", _TRACK),
    *(("POST", f"{_TRACK}/{part}") for part in ("rating", "feedback", "supplement", "result", "slip", "answers")),
    ("GET", "/api/v1/online-offices"),
    ("GET", _ONLINE),
    ("GET", f"{_ONLINE}/{{procedure_id}}"),
    ("POST", f"{_ONLINE}/{{procedure_id}}/applications"),
)
"""What an applicant asks without signing in."""
