"""Pages a person had before them: what has to be seen of a document before it is signed among others.

What is known is what was delivered: this page of this content was made and sent to this person, signed in, then.
Whether they read it, no machine knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from engine.errors import Conflict, NotFound
from engine.ids import DocumentId, FileId, PersonId

EVERY_PAGE_UP_TO: Final = 5
"""Of longer documents the first and the last page have to be seen, unless the installation says otherwise."""


def pages_to_view(pages: int, every_up_to: int) -> tuple[int, ...]:
    """Return the pages, from 1, to be seen of a document of so many.

    All of a short one; of a longer one the first, with what it is and for whom, and the last, with the places for
    signature and seal (engine.pdfs.FieldLayout).
    """
    return tuple(range(1, pages + 1)) if pages <= max(every_up_to, 2) else (1, pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageViews:
    """The pages of one content of a document that were delivered to one person.

    Attributes:
        file_id: The content; another version of the document is another one and has to be seen anew.
        pages: Page, from 1, to when it was first delivered.
    """

    person_id: PersonId
    document_id: DocumentId
    file_id: FileId
    pages: Mapping[int, datetime] = field(default_factory=dict)

    def missing(self, wanted: Sequence[int]) -> tuple[int, ...]:
        """Return those of the wanted pages that were not delivered yet."""
        return tuple(page for page in wanted if page not in self.pages)


class PageNotFound(NotFound):
    """The document has no such page."""

    code = "page.not_found"
    template = "The document has no page %(page)s; it has %(pages)s."


class PageUnknown(NotFound):
    """What was asked for is no number of a page."""

    code = "page.unknown"
    template = "There is no page %(page)s. Pages are counted from 1."


class PagesNotViewed(Conflict):
    """Documents are signed together only by who has had their pages before them."""

    code = "signature_batch.pages_not_viewed"
    template = "You have not looked at page %(pages)s of this document yet. Open it, then try again."


class AttachmentNotViewed(PagesNotViewed):
    """The attachments of a document that is signed together with others have to be seen, too."""

    code = "signature_batch.attachment_not_viewed"
    template = "You have not looked at page %(pages)s of the attachment %(name)s yet. Open it, then try again."
