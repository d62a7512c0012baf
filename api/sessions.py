"""Sessions: tokens that are never kept, and forms that only our own pages can send."""

import hashlib
import hmac
import secrets

COOKIE = "vanthu_session"
LANGUAGE_COOKIE = "vanthu_language"
CSRF_FIELD = "csrf_token"


def new_token() -> str:
    """Return a fresh session token: 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """Return the value that a page's forms carry for this session; it cannot be turned back into the token."""
    return hmac.new(token.encode(), b"vanthu csrf", hashlib.sha256).hexdigest()


def csrf_matches(token: str, given: str) -> bool:
    """Say whether a form came from a page of this session."""
    return hmac.compare_digest(csrf_of(token).encode(), given.encode())
