"""Comments as rows; they are added and never changed."""

from typing import Any

from sqlalchemy import Row, insert, select

from engine.comments import Comment
from engine.ids import AgencyId, CommentId, DocumentId, PersonId, WorkItemId
from engine.queries import Page, PageRequest
from storage.queries import id_in, page_of
from storage.schema import comments
from storage.statements import Statements


class PostgresComments:
    """Comments, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, comment: Comment) -> None:
        """Keep a new comment."""
        values = {column.name: getattr(comment, column.name) for column in comments.c}
        self._connection.later(insert(comments).inline(), {**values, "mentions": list(comment.mentions)})

    def find(self, comment_id: CommentId) -> Comment | None:
        """Return the comment, or None."""
        row = self._connection.execute(select(comments).where(comments.c.id == comment_id)).one_or_none()
        return None if row is None else _comment(row)

    def of_document(self, document_id: DocumentId, page: PageRequest) -> Page[Comment]:
        """Return a page of the document's comments, the newest first."""
        wanted = select(comments).where(comments.c.document_id == document_id)
        if page.after is not None:
            wanted = wanted.where(comments.c.id < id_in(page.after))
        return page_of(self._connection, wanted.order_by(comments.c.id.desc()), page, _comment, lambda row: row.id)


def _comment(row: Row[Any]) -> Comment:
    return Comment(
        id=CommentId(row.id),
        agency_id=AgencyId(row.agency_id),
        document_id=DocumentId(row.document_id),
        work_item_id=None if row.work_item_id is None else WorkItemId(row.work_item_id),
        author=PersonId(row.author),
        at=row.at,
        text=row.text,
        mentions=tuple(PersonId(person) for person in row.mentions),
    )
