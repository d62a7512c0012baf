"""What the government's browser plugin (VGCA Sign Service) is told; both doors give it the same."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastapi import Request

from api.wiring import House
from engine.actions.link_signature import Linked
from engine.client_signatures import ClientSignature
from engine.signatures import SignerRole

FUNCTIONS: Final = {SignerRole.OFFICIAL: "vgca_sign_approved", SignerRole.SEAL: "vgca_sign_issued"}
"""Which function of the plugin signs in which quality: an official approves, the clerk issues with the seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A call of one of the plugin's functions, and the addresses in it."""

    function: str
    fetch_url: str
    hand_in_url: str
    parameters: dict[str, Any]


def payload_of(made: Linked, request: Request, house: House) -> Payload:
    """Return what the plugin takes; nothing in it opens a session: the addresses are the right to use them."""
    base = (house.settings.public_url or str(request.base_url)).rstrip("/")
    fetch_url, hand_in_url = (f"{base}/api/v1/signature-links/{secret}" for secret in (made.fetch, made.hand_in))
    known: ClientSignature = made.signature
    parameters: dict[str, Any] = {
        "FileName": fetch_url,
        "FileUploadHandler": hand_in_url,
        "SessionId": "",
        "JWTToken": "",
        "MetaData": [{"Key": "signature_id", "Value": str(known.id)}],
        "DocNumber": "",
        "IssuedDate": "",
    }
    return Payload(function=FUNCTIONS[known.role], fetch_url=fetch_url, hand_in_url=hand_in_url, parameters=parameters)


def script_of(house: House) -> Path | None:
    """Return the script of the signing tool, which the operator puts into place, or None where it is not there."""
    settings = house.settings
    script = settings.plugin_script or settings.data / "plugin" / "vgcaplugin.js"
    return script if script.is_file() else None
