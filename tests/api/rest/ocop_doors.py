"""The doors of OCOP, tried by strangers."""

from tests.api.rest.door import SOMEBODY, Door

NOT_THERE = (("chuyenvien", 404), ("vanthu.xa1", 404))
READS_ONLY = (("kiemtra", 403), ("quantri", 403))
_DOSSIER = "/ocop-dossiers/{dossier_id}"
_ENTITY = {
    "kind": "farm",
    "name": "Trang trại",
    "registration": "1",
    "representative": "Lê Thị Mai",
    "address": "Thôn 1",
    "province_code": "38",
    "commune_code": "15001",
}
_PRODUCT = {"entity_id": SOMEBODY, "set_number": 1, "name": "Gạo"}
_FINDINGS: dict[str, object] = {"findings": {}, "samples": 5}
OCOP_DOORS = (
    Door(method="POST", path="/ocop-entities", body=_ENTITY, refused=READS_ONLY),
    Door(method="GET", path="/ocop-products"),
    Door(method="POST", path="/ocop-products", body=_PRODUCT, refused=READS_ONLY),
    Door(method="GET", path="/ocop-products/{product_id}", refused=NOT_THERE),
    Door(
        method="POST",
        path="/ocop-dossiers",
        body={"product_id": SOMEBODY, "receiver_id": SOMEBODY},
        refused=(("kiemtra", 403),),
    ),
    Door(method="GET", path=_DOSSIER, refused=NOT_THERE),
    Door(method="PUT", path=_DOSSIER + "/findings", body=_FINDINGS, refused=NOT_THERE),
    Door(method="POST", path=_DOSSIER + "/submission", refused=NOT_THERE),
    Door(method="PUT", path=_DOSSIER + "/sheet", body={"choices": {}}, refused=NOT_THERE),
)
