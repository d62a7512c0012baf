"""Form drafts (bản lưu nháp): a form of a work item filled in halfway, kept for the person who filled it in.

It is private to that person, is no record, and goes when the item is done. Values may be wrong: only sending judges.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.errors import FieldError, Invalid, NotFound
from engine.ids import PersonId, WorkItemId

MAX_BYTES: Final = 65_536
"""Of the data as JSON in UTF-8."""
MAX_COMMENT: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDraft:
    """What a person typed into the form of one outcome; *data* is a JSON object as text, with everything escaped."""

    work_item_id: WorkItemId
    person_id: PersonId
    outcome: str
    data: str
    comment: str | None
    saved_at: datetime

    def values(self) -> dict[str, Any]:
        """Return what was typed, by field."""
        values: dict[str, Any] = json.loads(self.data)
        return values


def packed(data: Mapping[str, object]) -> str:
    """Return the data as FormDraft keeps it: JSON in which every letter beyond ASCII is escaped.

    Raises:
        FormDraftInvalid: It is no JSON, or too large.
    """
    try:
        text = json.dumps(data, allow_nan=False)
        size = len(json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    except (TypeError, ValueError, RecursionError) as cause:
        raise _wrong("not_json", "This cannot be kept: it is no JSON.") from cause
    if size > MAX_BYTES:
        raise _wrong("too_long", f"A draft takes at most {MAX_BYTES} bytes. Shorten it or attach it as a file.")
    return text


def require_fields(data: Mapping[str, object], asked: Collection[str]) -> None:
    """Raise FormDraftInvalid if something in the data is no field of the form: it would be kept for nothing."""
    message = "The form has no such field. Leave it out; nothing of it was kept."
    unknown = [name for name in data if name not in asked]
    if unknown:
        errors = [FieldError(field=f"data/{name[:100]}", code="unknown", message=message) for name in unknown[:20]]
        raise FormDraftInvalid(errors=errors)


def checked_comment(comment: str | None) -> str | None:
    """Return the comment, None for an empty one, or raise FormDraftInvalid."""
    if comment and len(comment) > MAX_COMMENT:
        error = FieldError(
            field="comment", code="too_long", message=f"A comment takes at most {MAX_COMMENT} characters."
        )
        raise FormDraftInvalid(errors=[error])
    return comment or None


def _wrong(code: str, message: str) -> "FormDraftInvalid":
    return FormDraftInvalid(errors=[FieldError(field="data", code=code, message=message)])


class FormDraftInvalid(Invalid):
    """What was typed cannot even be kept as a draft."""

    code = "form_draft.invalid"
    template = "This draft cannot be kept. Correct what is marked and save it again."


class FormDraftNotFound(NotFound):
    """The person keeps no draft for this work item."""

    code = "form_draft.not_found"
    template = "You have saved no draft for this work."
