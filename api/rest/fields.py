"""Fields of request bodies: checked as they come in, each mistake with the code and sentence the forms use too."""

import re
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from engine.document_types import DOCUMENT_TYPES

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class RequestBody(BaseModel):
    """A request's body; a field it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _calendar_date(value: object) -> object:
    # The pattern comes first: pydantic also takes numbers, '20260228' and moments.
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("date", "This is not a date of the calendar. Write year, month and day as in 2026-02-28.")


def _moment(value: object) -> object:
    # The pattern comes first here too: pydantic would take 20261125 as seconds since 1970.
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    message = "This is not a moment. Write day, hour and offset as in 2026-02-28T14:00:00+07:00."
    raise PydanticCustomError("moment", message)


def _printable(value: str) -> str:
    value = value.replace("\r\n", "\n")
    if _UNPRINTABLE.search(value):
        raise PydanticCustomError("unprintable", "This field has characters that cannot be printed. Type it again.")
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("required", "This field must not be empty.")
    return _printable(value)


def _known_type(value: str) -> str:
    if value not in DOCUMENT_TYPES:
        raise PydanticCustomError("unknown", "There is no such type of document. Choose one from the list.")
    return value


def _blank_as_none(value: object) -> object:
    return None if value == "" else value


CalendarDate = Annotated[date, BeforeValidator(_calendar_date)]
"""A day as 2026-02-28, nothing else."""

Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
"""A moment as 2026-02-28T14:00:00+07:00, nothing else."""

PRINTABLE: Final = AfterValidator(_printable)
"""Marks text that can be kept and printed; it may be empty."""

FILLED: Final = AfterValidator(_filled)
"""Marks such text that also says something."""

DocumentType = Annotated[str, AfterValidator(_known_type), Field(json_schema_extra={"enum": list(DOCUMENT_TYPES)})]
"""Abbreviation of a type of document, as in 'QĐ'."""

Degree = Annotated[int, Field(strict=True, ge=0, le=3, description="0 normal, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc")]
"""How urgent a document is."""

_SHA256: Final = r"^[0-9a-f]{64}$"

Sha256 = Annotated[str, Field(pattern=_SHA256, description="SHA-256 of the content, from POST /files")]
"""Id of a stored file."""

Previewed = Annotated[str | None, Query(pattern=_SHA256, description="sha256 of a preview")]
"""Digest of what somebody saw a workbook would change, or nothing."""

BLANK_AS_NONE: Final = BeforeValidator(_blank_as_none)
"""In a query, `?q=` asks for nothing in particular."""

OptionalDate = Annotated[CalendarDate | None, BLANK_AS_NONE]
"""A day, or nothing; empty text is nothing."""

OptionalId = Annotated[UUID | None, BLANK_AS_NONE]
"""An id, or nothing; empty text is nothing."""
