"""The routes of who operates the house: trusted authorities, signing keys and webhooks, and whom they refuse."""

from tests.api.rest.door import NOT_ADMINISTRATOR, Door

HOOK = "/webhooks/{webhook_id}"
WEBHOOK = {"url": "https://example.org/", "kinds": ["document.signed"]}
SPAN = {"start": "2026-11-22T00:00:00Z", "end": "2026-11-23T00:00:00Z"}

OPERATOR_DOORS = (
    Door(method="GET", path="/trust-anchors", refused=NOT_ADMINISTRATOR),
    Door(
        method="POST",
        path="/trust-anchors",
        body={"certificate": "A", "reason": "A"},
        refused=NOT_ADMINISTRATOR,
    ),
    Door(
        method="POST",
        path="/trusted-lists",
        body={"trusted_list": "A", "operator": "A", "reason": "A"},
        refused=NOT_ADMINISTRATOR,
    ),
    Door(
        method="POST",
        path="/trust-anchors/{trust_anchor_id}/removal",
        body={"reason": "A"},
        refused=NOT_ADMINISTRATOR,
    ),
    Door(method="GET", path="/event-kinds", refused=NOT_ADMINISTRATOR),
    Door(method="GET", path="/signing-keys", refused=NOT_ADMINISTRATOR),
    Door(method="POST", path="/signing-keys", body={"kind": "file"}, refused=NOT_ADMINISTRATOR),
    Door(method="POST", path="/signing-keys/credentials", body={"service": "x"}, refused=NOT_ADMINISTRATOR),
    Door(method="GET", path="/webhooks", refused=NOT_ADMINISTRATOR),
    Door(method="POST", path="/webhooks", body=WEBHOOK, refused=NOT_ADMINISTRATOR),
    Door(method="GET", path=HOOK, refused=NOT_ADMINISTRATOR),
    Door(method="DELETE", path=HOOK, refused=NOT_ADMINISTRATOR),
    Door(method="POST", path=HOOK + "/enable", refused=NOT_ADMINISTRATOR),
    Door(method="POST", path=HOOK + "/disable", refused=NOT_ADMINISTRATOR),
    Door(method="GET", path=HOOK + "/deliveries", refused=NOT_ADMINISTRATOR),
    Door(method="POST", path=HOOK + "/replay", body=SPAN, refused=NOT_ADMINISTRATOR),
    Door(method="POST", path=HOOK + "/deliveries/{delivery_id}/replay", refused=NOT_ADMINISTRATOR),
)
