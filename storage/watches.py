"""Who watches which document, as rows."""

from collections.abc import Set
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from engine.documents import Document
from engine.ids import DocumentId, PersonId
from storage.schema import watches
from storage.statements import Statements


class PostgresWatches:
    """Watchers, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def of_document(self, document_id: DocumentId) -> Set[PersonId]:
        """Return who watches the document."""
        watching = select(watches.c.person_id).where(watches.c.document_id == document_id)
        return {PersonId(person) for person in self._connection.execute(watching).scalars()}

    def add(self, document: Document, person_id: PersonId, at: datetime) -> bool:
        """Note that the person watches the document; say whether they did not before."""
        noted = (
            insert(watches)
            .values(document_id=document.id, person_id=person_id, agency_id=document.agency_id, since=at)
            .on_conflict_do_nothing()
            .returning(watches.c.person_id)
        )
        return self._connection.execute(noted).one_or_none() is not None

    def remove(self, document_id: DocumentId, person_id: PersonId) -> bool:
        """Note that the person watches it no longer; say whether they did before."""
        removed = (
            delete(watches)
            .where(watches.c.document_id == document_id, watches.c.person_id == person_id)
            .returning(watches.c.person_id)
        )
        return self._connection.execute(removed).one_or_none() is not None
