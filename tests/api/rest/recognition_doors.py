"""The routes of templates and recognition, as strangers try them."""

from tests.api.rest.door import SOMEBODY, Door

TEMPLATE = {"subject": "A", "paragraphs": ["A"], "effective_from": "2999-01-01", "source": "A"}

DOSSIER = {
    **dict.fromkeys(("locality_id", "receiver_id", "signer"), SOMEBODY),
    "tier": "commune",
    "subject": "A",
    "body": "A",
}

REVOCATION = {
    "locality_id": SOMEBODY,
    "tier": "commune",
    "organ_name": "A",
    "code_number": "1",
    "code_notation": "BC",
    "issued_date": "2026-01-05",
    "file_id": "0" * 64,
}

RECOGNITION_DOORS = (
    Door(method="POST", path="/revocations", body=REVOCATION, refused=(("chuyenvien", 403), ("kiemtra", 403))),
    Door(method="POST", path="/recognition-dossiers", body=DOSSIER, refused=(("kiemtra", 403), ("quantri", 403))),
    Door(method="GET", path="/recognition-dossiers/{dossier_id}/explanation", refused=(("chutich", 404),)),
    Door(method="GET", path="/document-templates"),
    Door(method="GET", path="/document-templates/{template_code}"),
    Door(
        method="POST",
        path="/document-templates/{template_code}/versions",
        body=TEMPLATE,
        refused=(("chuyenvien", 403), ("vanthu", 403), ("kiemtra", 403)),
    ),
)
