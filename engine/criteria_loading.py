"""Who loaded which version of which set of criteria, and the digest by which its content is known for ever."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from engine.ids import AgencyId, CriteriaSetId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """A version came to be known here; *sha256* is that of its plain data as canonical JSON (RFC 8785)."""

    set_id: CriteriaSetId
    agency_id: AgencyId
    at: datetime
    by: PersonId
    sha256: str


def digest_of(plain: dict[str, Any]) -> str:
    """Return the SHA-256 of a set's plain data, hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(plain)).hexdigest()
