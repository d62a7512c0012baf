"""The routes of dossiers, as strangers try them; the one they try is not there for anybody."""

from tests.api.rest.door import SOMEBODY, Door

NOT_THERE = (("chuyenvien", 404), ("vanthu.xa1", 404))
OPENING = {"kind": "ntm", "receiver_id": SOMEBODY, "subject": "A", "rules_id": "A"}
DOSSIER_FILE = {"dossier_id": SOMEBODY, "visit_id": SOMEBODY, "part": "bao_cao", "file_id": "0" * 64}
"""Where a file of one would lie."""
FILE = {"part": "bao_cao", "file_id": "0" * 64, "name": "A"}

MEETING = {
    "held_at": "2026-01-05T08:00:00+07:00",
    **dict.fromkeys(("place", "chair", "secretary"), "A"),
    **dict.fromkeys(("present", "agreed"), 1),
}
VISIT = "/field-visits/{visit_id}"
SURVEY = "/dossiers/{dossier_id}/surveys/{survey_id}"

DOSSIER_DOORS = (
    Door(method="GET", path="/dossiers"),
    Door(method="POST", path="/dossiers", body=OPENING, refused=(("quantri", 403), ("kiemtra", 403))),
    Door(method="GET", path="/dossiers/{dossier_id}", refused=NOT_THERE),
    Door(method="GET", path="/dossiers/{dossier_id}/turns", refused=NOT_THERE),
    Door(method="GET", path="/dossiers/{dossier_id}/submissions/{ordinal}/manifest", refused=NOT_THERE),
    Door(
        method="PUT",
        path="/dossiers/{dossier_id}/assessments",
        body={"values": {"1.1": {"value": True}}},
        refused=NOT_THERE,
    ),
    Door(method="PUT", path="/dossiers/{dossier_id}/files", body=FILE, refused=NOT_THERE),
    Door(method="DELETE", path="/dossiers/{dossier_id}/files/{part}/{file_id}", refused=NOT_THERE),
    Door(
        method="PUT",
        path="/dossiers/{dossier_id}/evidence",
        body={"indicator": "1.1", "file_id": "0" * 64, "name": "A"},
        refused=NOT_THERE,
    ),
    Door(
        method="POST",
        path="/dossiers/{dossier_id}/start",
        body={"signer": SOMEBODY, "body": "A"},
        refused=(*NOT_THERE, ("kiemtra", 403)),
    ),
    Door(method="GET", path="/dossiers/{dossier_id}/surveys", refused=NOT_THERE),
    Door(
        method="POST",
        path="/dossiers/{dossier_id}/surveys",
        body={"surveyor": "A", "households": 1},
        refused=NOT_THERE,
    ),
    Door(method="GET", path=SURVEY, refused=NOT_THERE),
    Door(method="POST", path=SURVEY + "/answers", body={"number": 1, "satisfied": True}, refused=NOT_THERE),
    Door(method="POST", path=SURVEY + "/close", refused=NOT_THERE),
    Door(method="GET", path="/dossiers/{dossier_id}/contributions", refused=NOT_THERE),
    Door(
        method="POST",
        path="/dossiers/{dossier_id}/contributions",
        body={"source": "organisation", "name": "A", "held_on": "2026-01-05"},
        refused=NOT_THERE,
    ),
    Door(method="GET", path="/dossiers/{dossier_id}/readiness", refused=NOT_THERE),
    Door(method="GET", path="/dossiers/{dossier_id}/draft", refused=NOT_THERE),
    Door(
        method="PUT",
        path="/dossiers/{dossier_id}/public-opinions/{number}/response",
        body={"response": "A"},
        refused=NOT_THERE,
    ),
    Door(
        method="POST",
        path="/dossiers/{dossier_id}/public-opinions/responses",
        body={"numbers": [1], "response": "A"},
        refused=NOT_THERE,
    ),
    Door(method="GET", path="/dossiers/{dossier_id}/meetings", refused=NOT_THERE),
    Door(method="POST", path="/dossiers/{dossier_id}/meetings", body=MEETING, refused=NOT_THERE),
    Door(method="GET", path="/dossiers/{dossier_id}/field-visits", refused=NOT_THERE),
    Door(method="POST", path="/dossiers/{dossier_id}/field-visits", body={"place": "A"}, refused=NOT_THERE),
    Door(method="GET", path=VISIT, refused=NOT_THERE),
    Door(method="PUT", path=VISIT, body={"place": "A"}, refused=NOT_THERE),
    Door(method="DELETE", path=VISIT, refused=NOT_THERE),
    Door(method="POST", path=VISIT + "/record", refused=NOT_THERE),
    Door(method="GET", path=VISIT + "/files/{file_id}", refused=NOT_THERE),
    Door(method="POST", path="/dossiers/{dossier_id}/submit", refused=NOT_THERE),
    Door(method="POST", path="/dossiers/{dossier_id}/supplement", body={"reason": "A"}, refused=NOT_THERE),
    Door(method="POST", path="/dossiers/{dossier_id}/withdraw", body={"reason": "A"}, refused=NOT_THERE),
    Door(method="POST", path="/dossiers/{dossier_id}/close", refused=NOT_THERE),
)
