"""Who watches which document, as rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping
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

    def of_documents(self, document_ids: Collection[DocumentId]) -> Mapping[DocumentId, Mapping[PersonId, datetime]]:
        """Return who watches each of these documents, since when; documents nobody watches are left out."""
        found: defaultdict[DocumentId, dict[PersonId, datetime]] = defaultdict(dict)
        for row in self._connection.execute(select(watches).where(watches.c.document_id.in_(document_ids))):
            found[DocumentId(row.document_id)][PersonId(row.person_id)] = row.since
        return found

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
