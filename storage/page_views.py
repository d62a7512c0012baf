"""Pages that were delivered to people, as one row for each person, document and content."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from engine.ids import DocumentId, FileId, PersonId
from engine.page_views import PageViews
from storage.schema import page_views
from storage.statements import AnyRow, Statements

_NEW = insert(page_views)
# Of a page delivered again the first moment stays; the row is locked, so that two who add see each other's pages.
_ADD = _NEW.on_conflict_do_update(
    index_elements=["person_id", "document_id", "file_id"],
    set_={"pages": _NEW.excluded.pages.concat(page_views.c.pages)},
).returning(page_views)


class PostgresViewedPages:
    """Delivered pages, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def several(self, person_id: PersonId, document_ids: Collection[DocumentId]) -> Sequence[PageViews]:
        """Return what was delivered of these documents to the person: attachments and earlier contents, too."""
        wanted = select(page_views).where(
            page_views.c.person_id == person_id, page_views.c.document_id.in_(document_ids)
        )
        return [_views(row) for row in self._connection.execute(wanted)]

    def add(self, views: PageViews) -> PageViews:
        """Add pages; return all that are delivered by now. Others who add at the same time wait."""
        values = {
            "person_id": views.person_id,
            "file_id": views.file_id,
            "document_id": views.document_id,
            "pages": {str(page): at.isoformat() for page, at in views.pages.items()},
        }
        return _views(self._connection.execute(_ADD, values).one())


def _views(row: AnyRow) -> PageViews:
    return PageViews(
        person_id=PersonId(row.person_id),
        file_id=FileId(row.file_id),
        document_id=DocumentId(row.document_id),
        pages={int(page): datetime.fromisoformat(at) for page, at in row.pages.items()},
    )
