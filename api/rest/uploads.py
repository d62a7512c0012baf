"""Files of multipart bodies: read only once the asker is known, spooled to disk, never above the limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import UploadFile

from api.deps import HouseDep, PersonDep
from api.limits import MB
from engine.files import FileTooLarge

MAX_FILES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One uploaded file: the name it was given, and its content."""

    name: str
    content: bytes


async def uploaded_file(request: Request, by: PersonDep, house: HouseDep) -> Upload:
    """Return the file of the field 'file'.

    Raises:
        RequestValidationError: There is no such file, or something besides it.
        FileTooLarge: It is larger than this installation takes.
    """
    uploads = await _uploads(request, "file", house.settings.max_upload_mb)
    if len(uploads) > 1:
        raise _wrong("file", "too_long", max_length=1)
    return uploads[0]


async def uploaded_files(request: Request, by: PersonDep, house: HouseDep) -> Sequence[Upload]:
    """Return the files of the field 'files', at least one.

    Raises:
        RequestValidationError: There is none, or something besides them.
        FileTooLarge: One is larger than this installation takes.
    """
    return await _uploads(request, "files", house.settings.max_upload_mb)


UploadDep = Annotated[Upload, Depends(uploaded_file)]
UploadsDep = Annotated[Sequence[Upload], Depends(uploaded_files)]


async def _uploads(request: Request, field: str, limit_mb: int) -> list[Upload]:
    found: list[Upload] = []
    async with request.form(max_files=MAX_FILES, max_fields=MAX_FILES) as form:
        for name, value in form.multi_items():
            if name != field:
                raise _wrong(name, "extra_forbidden")
            if not isinstance(value, UploadFile):
                raise _wrong(name, "file_type")
            if (value.size or 0) > limit_mb * MB:
                raise FileTooLarge(limit_mb=limit_mb)
            found.append(Upload(name=value.filename or "", content=await value.read()))
    if not found:
        raise _wrong(field, "missing")
    return found


def _wrong(field: str, kind: str, **facts: object) -> RequestValidationError:
    return RequestValidationError([{"type": kind, "loc": ("body", field), "msg": kind, "ctx": facts}])


def multipart_body(field: str, *, several: bool = False) -> dict[str, Any]:
    """Return the OpenAPI description of a body with a file, or several, in this field."""
    one: dict[str, Any] = {"type": "string", "format": "binary"}
    schema = {
        "type": "object",
        "required": [field],
        "properties": {field: {"type": "array", "items": one, "minItems": 1} if several else one},
        "additionalProperties": False,
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}
