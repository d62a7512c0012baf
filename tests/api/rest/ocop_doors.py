"""The doors of OCOP, tried by strangers."""

from tests.api.rest.door import NOT_ADMINISTRATOR, SOMEBODY, Door

NOT_THERE = (("chuyenvien", 404), ("vanthu.xa1", 404))
READS_ONLY = (("kiemtra", 403), ("quantri", 403))
OF_THE_COUNCIL_S_OFFICE = (*READS_ONLY, ("vanthu.xa1", 409))
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
_TOLD: dict[str, object] = {"name": "Gạo"}
_FILE: dict[str, object] = {"file_id": "0" * 64, "kind": "photo", "name": "Ảnh"}
_REVOCATION: dict[str, object] = {"ground": "mark_misused", "concluded_on": "2026-11-20", "decision": "9/QĐ-UBND"}
_CHECK: dict[str, object] = {"checked_on": "2026-11-20", "complies": True}
_ONE = "/ocop-products/{product_id}"
_PAPER: dict[str, object] = {
    "stars": 4,
    "certificate": "12/GCN-OCOP",
    "decision": "45/QĐ-UBND",
    "issued_on": "2024-01-15",
    "authority": "Ủy ban nhân dân tỉnh",
    "product_set": "Gạo, ngũ cốc",
    "file_id": "0" * 64,
}
_PRODUCT = {"entity_id": SOMEBODY, "set_number": 1, "name": "Gạo"}
_FINDINGS: dict[str, object] = {"findings": {}, "samples": 5}
OCOP_DOORS = (
    Door(method="GET", path="/ocop-entities"),
    Door(method="POST", path="/ocop-entities", body=_ENTITY, refused=READS_ONLY),
    Door(method="GET", path="/ocop-entities/{entity_id}", refused=NOT_THERE),
    Door(method="PUT", path="/ocop-entities/{entity_id}", body=_ENTITY, refused=NOT_THERE),
    Door(method="GET", path="/ocop-products"),
    Door(method="POST", path="/ocop-products", body=_PRODUCT, refused=READS_ONLY),
    Door(method="GET", path=_ONE, refused=NOT_THERE),
    Door(method="PUT", path=_ONE, body=_TOLD, refused=NOT_THERE),
    Door(method="PUT", path=_ONE + "/files", body=_FILE, refused=NOT_THERE),
    Door(method="GET", path=_ONE + "/files/{file_id}", refused=NOT_THERE),
    Door(method="DELETE", path=_ONE + "/files/{file_id}", refused=NOT_THERE),
    Door(method="GET", path=_ONE + "/certificates", refused=NOT_THERE),
    Door(method="POST", path=_ONE + "/certificates", body=_PAPER, refused=NOT_THERE),
    Door(method="GET", path=_ONE + "/certificates/{rating_id}", refused=NOT_THERE),
    Door(method="PUT", path=_ONE + "/certificates/{rating_id}", body={**_PAPER, "reason": "Sai."}, refused=NOT_THERE),
    Door(method="GET", path=_ONE + "/certificates/{rating_id}/decision", refused=NOT_THERE),
    Door(method="GET", path=_ONE + "/certificate", refused=NOT_THERE),
    Door(method="POST", path=_ONE + "/certificate/revocation", body=_REVOCATION, refused=NOT_THERE),
    Door(method="POST", path=_ONE + "/certificate/checks", body=_CHECK, refused=NOT_THERE),
    Door(method="GET", path="/ocop-certificate-workbook", refused=OF_THE_COUNCIL_S_OFFICE),
    *(
        Door(method="POST", path=f"/ocop-certificate-workbook/{part}", files="file", refused=READS_ONLY)
        for part in ("preview", "loading")
    ),
    Door(method="GET", path="/ocop-rubrics"),
    Door(method="PUT", path="/ocop-rubrics", body={"content": {}}, refused=NOT_ADMINISTRATOR),
    Door(
        method="POST",
        path="/ocop-dossiers",
        body={"product_id": SOMEBODY, "receiver_id": SOMEBODY, "file_id": "0" * 64},
        refused=(("kiemtra", 403),),
    ),
    Door(method="GET", path=_DOSSIER, refused=NOT_THERE),
    Door(method="GET", path=_DOSSIER + "/explanation", refused=NOT_THERE),
    Door(method="PUT", path=_DOSSIER + "/findings", body=_FINDINGS, refused=NOT_THERE),
    Door(method="POST", path=_DOSSIER + "/submission", refused=NOT_THERE),
    Door(method="GET", path=_DOSSIER + "/sheet", refused=NOT_THERE),
    Door(method="PUT", path=_DOSSIER + "/sheet/draft", body={"choices": {}}, refused=NOT_THERE),
    Door(method="PUT", path=_DOSSIER + "/sheet", body={"choices": {}}, refused=NOT_THERE),
)
