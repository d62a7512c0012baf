"""The routes of localities and of what they are judged by, as strangers try them."""

from tests.api.rest.door import NOT_ADMINISTRATOR, SOMEBODY, Door

_ONE = "/criteria-sets/{code}/{version}"
_FACTS = {"name": "xã Mới", "region": "north_central", "group": "group_2"}
_NEW = {**_FACTS, "code": "99555", "kind": "commune", "parent": "99"}
_PAST = {"tier": "commune", "decision": "1/QĐ-UBND", "decided_on": "2020-01-06"}
_RECORD = "/localities/{locality_id}/achievements/{achievement_id}"
_TARGET = {"locality_id": SOMEBODY, "tier": "commune", "year": 2030, "criteria_met": [], "file_id": "0" * 64}

CRITERIA_DOORS = (
    Door(method="GET", path="/criteria-sets"),
    Door(method="POST", path="/criteria-sets", files="file", refused=NOT_ADMINISTRATOR),
    Door(method="POST", path="/criteria-sets/shipped", refused=NOT_ADMINISTRATOR),
    Door(method="GET", path=_ONE),
    Door(method="GET", path=f"{_ONE}/workbook"),
    Door(method="POST", path=f"{_ONE}/judgement", body={"locality_id": SOMEBODY, "values": {}}),
    Door(method="GET", path="/targets"),
    Door(method="POST", path="/targets", body=_TARGET, refused=(("chuyenvien", 403), ("kiemtra", 403))),
    Door(method="GET", path="/tier-plans/{year}"),
    Door(
        method="PUT", path="/tier-plans/{year}", body={"planned": {}}, refused=(("chuyenvien", 403), ("kiemtra", 403))
    ),
    Door(method="GET", path="/progress"),
    Door(method="GET", path="/localities"),
    Door(method="GET", path="/locality-workbook", refused=NOT_ADMINISTRATOR),
    *(
        Door(method="POST", path=f"/locality-workbook/{part}", files="file", refused=NOT_ADMINISTRATOR)
        for part in ("preview", "loading")
    ),
    Door(method="POST", path="/localities", body={"items": [_NEW]}, refused=NOT_ADMINISTRATOR),
    Door(method="GET", path="/localities/{locality_id}"),
    Door(method="POST", path="/localities/{locality_id}/achievements", body=_PAST, refused=NOT_ADMINISTRATOR),
    Door(method="GET", path="/localities/{locality_id}/achievements"),
    Door(method="GET", path=_RECORD),
    Door(method="PUT", path=_RECORD, body={**_PAST, "reason": "A"}, refused=NOT_ADMINISTRATOR),
    Door(method="POST", path=_RECORD + "/withdrawal", body={"reason": "A"}, refused=NOT_ADMINISTRATOR),
    Door(method="PUT", path="/localities/{locality_id}", body=_FACTS, refused=NOT_ADMINISTRATOR),
)
