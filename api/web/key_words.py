"""What signing keys are called on pages."""

from collections.abc import Mapping
from typing import Final

from api.web.words import msgid
from engine.signing_keys import OTP, PIN, KeyKind

KEY_KINDS: Final[Mapping[str, str]] = {
    KeyKind.FILE: msgid("In a file of this installation (PKCS#12)"),
    KeyKind.TOKEN: msgid("On a token or HSM of this machine (PKCS#11)"),
    KeyKind.REMOTE: msgid("At a remote signing service (CSC)"),
    KeyKind.CLIENT: msgid("On a token in the holder's own computer"),
    KeyKind.PLUGIN: msgid("In the signing tool of the government (VGCA)"),
}

KEY_ASKS: Final[Mapping[str, str]] = {PIN: msgid("PIN"), OTP: msgid("One-time code (OTP)")}


def key_type(name: str) -> str:
    """Return a kind of key as certificates call it: 'RSA 2048', 'ECDSA P-256'."""
    curves = {"ec-secp256r1": "ECDSA P-256", "ec-secp384r1": "ECDSA P-384"}
    return curves.get(name, name.replace("-", " ").upper())
