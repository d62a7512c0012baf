"""Preconditions of a call: If-Match against the ETag of a thing, and Idempotency-Key for what is made once."""

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Header, Request
from pydantic import AfterValidator, BaseModel

from api.problems import PreconditionFailed
from engine.queries import Once

_KEY_LENGTH: Final = 200


def etag(rev: int) -> str:
    """Return the ETag of a thing at this revision."""
    return f'"{rev}"'


def _unless_any(header: str | None) -> str | None:
    return None if header is not None and header.strip() == "*" else header


IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="ETag the caller acts on; 412 if it changed", default_factory=lambda: None),
    AfterValidator(_unless_any),
]
"""The ETags the caller accepts, as the header has them; None where any will do."""


def require_match(accepted: str | None, rev: int) -> None:
    """Raise PreconditionFailed unless the thing still has one of the accepted ETags; a weak one matches nothing.

    Source: RFC 9110, section 13.1.1.
    """
    if accepted is not None and etag(rev) not in (tag.strip() for tag in accepted.split(",")):
        raise PreconditionFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatKey:
    """What the caller called this request, and which call it is."""

    key: str | None
    call: str

    def once(self, body: BaseModel) -> Once | None:
        """Return what makes this request known when it is repeated; None without a key.

        The fingerprint is over the call and the body's values, so that the order of fields and blanks do not matter.
        """
        if self.key is None:
            return None
        asked = {"call": self.call, "body": body.model_dump(mode="json")}
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return Once(key=self.key, fingerprint=hashlib.sha256(text.encode()).hexdigest())


async def repeat_key(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            max_length=_KEY_LENGTH,
            description="Made up by the caller; the same request with the same key makes nothing new",
        ),
    ] = None,
) -> RepeatKey:
    """Return the caller's key of a request that makes something."""
    return RepeatKey(key=key.strip() or None if key else None, call=f"{request.method} {request.url.path}")


RepeatKeyDep = Annotated[RepeatKey, Depends(repeat_key)]
