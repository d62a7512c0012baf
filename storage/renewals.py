"""How long archived files can be proven, as rows: one for each document, of its present main file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from engine.ids import AgencyId, DocumentId, FileId
from engine.queries import Page, PageRequest
from engine.renewals import Archived, Proof, ProofNotFound, Stamp
from storage.queries import PlaceUnknown, id_in, page_of
from storage.schema import archive_proofs, archived_files, documents
from storage.statements import Statements

_INSERT = insert(archive_proofs)
_KEEP = _INSERT.on_conflict_do_update(
    index_elements=["document_id"],
    set_={column.name: _INSERT.excluded[column.name] for column in archive_proofs.c if column.name != "document_id"},
)
_PLACE = (archive_proofs.c.renew_at, archive_proofs.c.document_id)


class PostgresRenewals:
    """Proofs, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def find(self, document_id: DocumentId) -> Proof | None:
        """Return what is known of the document's archived file, or None."""
        wanted = select(archive_proofs).where(archive_proofs.c.document_id == document_id)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else _proof(row)

    def get(self, document_id: DocumentId) -> Proof:
        """Return what is known of the document's archived file, or raise ProofNotFound."""
        found = self.find(document_id)
        if found is None:
            raise ProofNotFound
        return found

    def keep(self, proof: Proof) -> None:
        """Keep what is known now, in place of what was known before."""
        self._connection.execute(_KEEP, _values(proof))

    def due(self, at: datetime, limit: int) -> Sequence[Proof]:
        """Return what is to be stamped anew at that moment, the most urgent first; never a file that moved on."""
        wanted = (
            select(archive_proofs)
            .join(documents, and_(documents.c.id == archive_proofs.c.document_id, _IS_PRESENT))
            .where(archive_proofs.c.renew_at <= at)
            .order_by(*_PLACE)
            .limit(limit)
        )
        return [_proof(row) for row in self._connection.execute(wanted)]

    def plan(self, agency_id: AgencyId, page: PageRequest) -> Page[Proof]:
        """Return a page of the agency's files by when they are to be stamped anew, the soonest first."""
        wanted = select(archive_proofs).where(
            archive_proofs.c.agency_id == agency_id, archive_proofs.c.renew_at.is_not(None)
        )
        if page.after is not None:
            wanted = wanted.where(_behind(page.after))
        ordered = wanted.order_by(*_PLACE)
        return page_of(self._connection, ordered, page, _proof, _place)

    def unknown(self, limit: int) -> Sequence[Archived]:
        """Return archived main files of which nothing is known yet."""
        known = select(archive_proofs.c.document_id).where(
            archive_proofs.c.document_id == documents.c.id, archive_proofs.c.file_id == documents.c.file_id
        )
        wanted = (
            select(documents.c.id, documents.c.agency_id, archived_files.c.file_id, archived_files.c.version_id)
            .join(
                archived_files,
                and_(archived_files.c.document_id == documents.c.id, archived_files.c.file_id == documents.c.file_id),
            )
            .where(~known.exists())
            .order_by(documents.c.id)
            .limit(limit)
        )
        return [
            Archived(
                document_id=DocumentId(row.id),
                agency_id=AgencyId(row.agency_id),
                file_id=FileId(row.file_id),
                version_id=row.version_id,
            )
            for row in self._connection.execute(wanted)
        ]

    def algorithms(self) -> Sequence[tuple[str, ...]]:
        """Return what the last time-stamps rely on, each set once."""
        wanted = select(archive_proofs.c.algorithms).where(archive_proofs.c.renew_at.is_not(None)).distinct()
        return [tuple(row.algorithms) for row in self._connection.execute(wanted)]

    def reckoned_otherwise(self, algorithms: tuple[str, ...], end: datetime | None, limit: int) -> Sequence[Proof]:
        """Return those that rely on exactly these algorithms and reckon with another end of them."""
        wanted = (
            select(archive_proofs)
            .where(
                archive_proofs.c.renew_at.is_not(None),
                archive_proofs.c.algorithms == list(algorithms),
                archive_proofs.c.algorithms_end_at.is_distinct_from(end),
            )
            .limit(limit)
        )
        return [_proof(row) for row in self._connection.execute(wanted)]

    def failing(self) -> tuple[int, datetime | None]:
        """Return how many files could not be stamped anew when it was tried, and since when the first of them."""
        failed = archive_proofs.c.failed_since
        wanted = select(func.count().label("files"), func.min(failed).label("since")).where(failed.is_not(None))
        row = self._connection.execute(wanted).one()
        return int(row.files), row.since


_IS_PRESENT = documents.c.file_id == archive_proofs.c.file_id


def _place(row: Row[Any]) -> str:
    return f"{row.renew_at.isoformat()}~{row.document_id}"


def _behind(after: str) -> ColumnElement[bool]:
    moment, _, document = after.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError as cause:
        raise PlaceUnknown(after=after) from cause
    return tuple_(*_PLACE) > (at, id_in(document))


def _values(proof: Proof) -> dict[str, Any]:
    names = ("document_id", "agency_id", "file_id", "algorithms_end_at", "renew_at", "failed_since", "failure")
    last = proof.stamps[-1] if proof.stamps else None
    return {
        **{name: getattr(proof, name) for name in names},
        "stamps": [stamp.as_data() for stamp in proof.stamps],
        "algorithms": list(last.algorithms) if last else [],
        "stamped_at": last.at if last else None,
        "proven_until": proof.until,
        "facts": dict(proof.facts),
    }


def _proof(row: Row[Any]) -> Proof:
    return Proof(
        document_id=DocumentId(row.document_id),
        agency_id=AgencyId(row.agency_id),
        file_id=FileId(row.file_id),
        stamps=tuple(map(Stamp.from_data, row.stamps)),
        algorithms_end_at=row.algorithms_end_at,
        renew_at=row.renew_at,
        failed_since=row.failed_since,
        failure=row.failure,
        facts=row.facts,
    )
