"""Passwords: kept only as slow hashes."""

import secrets
from dataclasses import dataclass, field
from functools import cache

import argon2
from argon2.exceptions import InvalidHashError, VerificationError


@dataclass(frozen=True, slots=True)
class Argon2Hasher:
    """Password hashes by argon2id, with the library's own parameters (RFC 9106, low memory) unless others are given."""

    _argon2: argon2.PasswordHasher = field(default_factory=argon2.PasswordHasher)

    @property
    def unknown(self) -> str:
        """A hash that no password fits, made like the others: checking against it takes as long."""
        return _unknown(self)

    def hash(self, password: str) -> str:
        """Return the hash to keep."""
        return self._argon2.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        """Say whether the password is the one that was hashed."""
        try:
            return self._argon2.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _unknown(hasher: Argon2Hasher) -> str:
    return hasher.hash(secrets.token_urlsafe(32))
