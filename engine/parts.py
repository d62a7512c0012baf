"""Parts of a document: the document itself and its attachments in files of their own, each with its pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.documents import Document
from engine.files import FileNotFound
from engine.ids import FileId
from engine.page_views import PageViews, pages_to_view
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a document, and which of its pages one person had before them.

    Attributes:
        place: 0 is the document, its attachments count from 1.
        name: Of the attachment; '' for the document.
        to_view: The pages to be seen before the document is signed together with others.
        viewed: Page, from 1, to when it was first delivered.
    """

    place: int
    name: str
    file_id: FileId
    pages: int
    to_view: tuple[int, ...]
    viewed: Mapping[int, datetime]

    @property
    def missing(self) -> tuple[int, ...]:
        """The pages to be seen that were not delivered yet."""
        return tuple(page for page in self.to_view if page not in self.viewed)


def parts_of(document: Document, every_page_up_to: int, views: Sequence[PageViews], work: UnitOfWork) -> Sequence[Part]:
    """Return the document and then its attachments; *views* are those of one person."""
    seen = {one.file_id: one.pages for one in views if one.document_id == document.id}
    found = []
    for place, name in enumerate(("", *(attached.name for attached in document.attachments))):
        file = work.files.get(file_at(document, place))
        found.append(
            Part(
                place=place,
                name=name,
                file_id=file.id,
                pages=file.pages,
                to_view=pages_to_view(file.pages, every_page_up_to),
                viewed=seen.get(file.id, {}),
            )
        )
    return found


def file_at(document: Document, place: int) -> FileId:
    """Return the content at this place (see Part), or raise FileNotFound."""
    files = (document.file_id, *(attached.file_id for attached in document.attachments))
    if not 0 <= place < len(files):
        raise FileNotFound
    return files[place]
