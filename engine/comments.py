"""Comments (ý kiến trao đổi): what people who may read a document say about it, in plain text, to one another."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.errors import FieldError, Invalid
from engine.ids import AgencyId, CommentId, DocumentId, PersonId, WorkItemId

MAX_TEXT: Final = 2_000
MAX_MENTIONS: Final = 20
_MENTION: Final = re.compile(r"(?<![\w@.])@([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Signs that no text of a person has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody said about a document, perhaps in one of its steps.

    Attributes:
        text: Plain text; markup in it is shown as it was typed.
        mentions: People it names as '@user name'.
    """

    id: CommentId
    agency_id: AgencyId
    document_id: DocumentId
    work_item_id: WorkItemId | None
    author: PersonId
    at: datetime
    text: str
    mentions: tuple[PersonId, ...] = ()


class CommentInvalid(Invalid):
    """The comment is empty, too long, or names somebody it cannot name."""

    code = "comment.invalid"
    template = "This comment cannot be kept as it is. Correct it and send it again."


def named_in(text: str) -> tuple[str, ...]:
    """Return the user names a text names, each once, in order: 'Nhờ @truongphong xem' → ('truongphong',).

    An address of e-mail names nobody.
    """
    return tuple(dict.fromkeys(name.lower() for name in _MENTION.findall(text)))


def checked_text(text: str) -> str:
    """Return the text without blanks around it, or raise CommentInvalid."""
    kept = text.replace("\r\n", "\n").strip()
    if not kept:
        raise wrong_text("required", "This field must not be empty.")
    if len(kept) > MAX_TEXT:
        raise wrong_text("too_long", f"A comment takes at most {MAX_TEXT} characters.")
    if UNPRINTABLE.search(kept):
        raise wrong_text("unprintable", "This field has characters that cannot be printed. Type it again.")
    if len(named_in(kept)) > MAX_MENTIONS:
        raise wrong_text("too_many_mentions", f"A comment names at most {MAX_MENTIONS} people.")
    return kept


def wrong_text(code: str, message: str) -> CommentInvalid:
    """Return the refusal of a comment's text."""
    return CommentInvalid(errors=[FieldError(field="text", code=code, message=message)])
