"""The routes of councils and of circulated documents, and whom they refuse."""

from tests.api.rest.door import SOMEBODY, Door

COUNCIL = "/councils/{council_id}"
SESSION = "/council-sessions/{session_id}"
VOTE = "/council-votes/{vote_id}"
FOUNDED = {"name": "A", "purpose": "a", "basis": "A", "members": [], "valid_from": "2026-11-19"}
CONVENED = {"matters": [], "at": "2026-11-22T00:00:00Z"}
NO_MEMBER = (("chuyenvien", 404), ("quantri", 404), ("vanthu.xa1", 404))

COUNCIL_DOORS = (
    Door(method="GET", path="/councils"),
    Door(
        method="POST",
        path="/councils",
        body=FOUNDED,
        refused=(("chuyenvien", 403), ("quantri", 403), ("kiemtra", 403)),
    ),
    *(Door(method="GET", path=COUNCIL + part, refused=NO_MEMBER) for part in ("", "/matters", "/sessions")),
    Door(method="PUT", path=COUNCIL + "/last-day", body={"day": "2026-12-31"}, refused=NO_MEMBER),
    Door(method="POST", path=COUNCIL + "/sessions", body=CONVENED, refused=(*NO_MEMBER, ("kiemtra", 403))),
    Door(method="GET", path="/council-votes"),
    Door(method="GET", path=SESSION, refused=NO_MEMBER),
    Door(method="POST", path=SESSION + "/opening", body={"present": [], "presiding": SOMEBODY}, refused=NO_MEMBER),
    Door(method="POST", path=SESSION + "/attendance", body={"member": SOMEBODY, "is_present": True}, refused=NO_MEMBER),
    Door(
        method="POST",
        path=SESSION + "/interests",
        body={"matter_id": SOMEBODY, "member": SOMEBODY, "reason": "A"},
        refused=NO_MEMBER,
    ),
    Door(method="POST", path=SESSION + "/votes", body={"matter_id": SOMEBODY}, refused=NO_MEMBER),
    Door(method="POST", path=SESSION + "/end", body={}, refused=NO_MEMBER),
    Door(method="POST", path=VOTE + "/ballots", body={"choice": "agree"}, refused=NO_MEMBER),
    Door(method="POST", path=VOTE + "/closing", refused=NO_MEMBER),
    Door(method="POST", path=VOTE + "/voiding", body={"reason": "A"}, refused=NO_MEMBER),
)

SENT = "/circulations/{circulation_id}"
RECEIVED = "/received-circulations/{circulation_id}"
CIRCULATION_DOORS = (
    Door(
        method="POST",
        path="/documents/{document_id}/circulations",
        body={"note": "A"},
        refused=(("chuyenvien", 403), ("quantri", 403), ("kiemtra", 403), ("vanthu.xa1", 404)),
    ),
    Door(method="GET", path="/circulations"),
    Door(method="GET", path=SENT, refused=NO_MEMBER),
    *(
        Door(method="POST", path=SENT + part, refused=(("chuyenvien", 403), ("quantri", 403), ("vanthu.xa1", 404)))
        for part in ("/reminders", "/closing")
    ),
    Door(method="GET", path="/received-circulations"),
    Door(method="GET", path=SENT + "/answers/{file_id}", refused=(("vanthu", 404), ("vanthu.xa1", 404))),
    Door(method="GET", path=RECEIVED, refused=NO_MEMBER),
    Door(method="POST", path=RECEIVED + "/reading", refused=NO_MEMBER),
    Door(
        method="POST",
        path=RECEIVED + "/answers",
        body={"text": "A"},
        refused=(("quantri", 403), ("kiemtra", 403), ("vanthu.xa1", 404)),
    ),
)
