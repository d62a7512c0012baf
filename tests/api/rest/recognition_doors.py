"""The routes of templates and recognition, as strangers try them."""

from tests.api.rest.door import Door

TEMPLATE = {"subject": "A", "paragraphs": ["A"], "effective_from": "2999-01-01", "source": "A"}

RECOGNITION_DOORS = (
    Door(method="GET", path="/document-templates"),
    Door(method="GET", path="/document-templates/{template_code}"),
    Door(
        method="POST",
        path="/document-templates/{template_code}/versions",
        body=TEMPLATE,
        refused=(("chuyenvien", 403), ("vanthu", 403), ("kiemtra", 403)),
    ),
)
