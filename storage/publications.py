"""The public register as rows; what everybody may read is read without asking who reads."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam, extract, func, insert, select, update

from engine.ids import AgencyId, DocumentId, PersonId, PublicationId
from engine.publications import (
    Announcement,
    Publication,
    PublicationKind,
    PublicationNotFound,
    PublicationQuery,
)
from engine.queries import Page, PageRequest
from storage.queries import has_words, id_in, page_of
from storage.schema import publications as kept
from storage.statements import Statements

_COLUMNS = tuple(kept.c)
_WORDS = func.vanthu_fold(kept.c.title + " " + kept.c.holder + " " + kept.c.number)
_ONE = select(*_COLUMNS).where(kept.c.id == bindparam("publication_id"))
_LOCK = _ONE.with_for_update()
_FIND = select(*_COLUMNS).where(kept.c.code == bindparam("printed_code"))
_OF_DOCUMENT = select(*_COLUMNS).where(kept.c.document_id == bindparam("published"))
_SAVE = (
    update(kept)
    .where(kept.c.id == bindparam("publication_id"))
    .values(revoked_by=bindparam("by"), revoked_at=bindparam("at"), announced=bindparam("said"), rev=kept.c.rev + 1)
)


class PostgresPublications:
    """Publications, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, publication_id: PublicationId) -> Publication:
        """Return it, or raise PublicationNotFound."""
        return _found(self._connection.execute(_ONE, {"publication_id": publication_id}).one_or_none())

    def lock(self, publication_id: PublicationId) -> Publication:
        """Return it for changing, or raise PublicationNotFound."""
        return _found(self._connection.execute(_LOCK, {"publication_id": publication_id}).one_or_none())

    def find(self, code: str) -> Publication | None:
        """Return the publication of this code, or None."""
        row = self._connection.execute(_FIND, {"printed_code": code}).one_or_none()
        return None if row is None else _publication(row)

    def find_of_document(self, document_id: DocumentId) -> Publication | None:
        """Return the publication of this document, or None."""
        row = self._connection.execute(_OF_DOCUMENT, {"published": document_id}).one_or_none()
        return None if row is None else _publication(row)

    def search(self, query: PublicationQuery, page: PageRequest) -> Page[Publication]:
        """Return a page of them, the newest first."""
        wanted = select(*_COLUMNS).where(*_asked_for(query))
        if page.after is not None:
            wanted = wanted.where(kept.c.id < id_in(page.after))
        return page_of(self._connection, wanted.order_by(kept.c.id.desc()), page, _publication, lambda row: row.id)

    def add(self, publication: Publication) -> None:
        """Keep a new one."""
        self._connection.execute(
            insert(kept),
            {
                **{column.name: getattr(publication, column.name) for column in _COLUMNS},
                "kind": publication.kind.value,
                "facts": [list(fact) for fact in publication.facts],
                "announced": None,
            },
        )

    def save(self, publication: Publication) -> None:
        """Keep that it ended, or how it was announced."""
        said = publication.announced
        self._connection.execute(
            _SAVE,
            {
                "publication_id": publication.id,
                "by": publication.revoked_by,
                "at": publication.revoked_at,
                "said": _written(said) if said else None,
            },
        )


def _asked_for(query: PublicationQuery) -> list[ColumnElement[bool]]:
    conditions = has_words(_WORDS, query.text.replace("\0", " "))
    if query.kind is not None:
        conditions.append(kept.c.kind == query.kind.value)
    if query.year is not None:
        conditions.append(extract("year", kept.c.issued_on) == query.year)
    if query.subject_id is not None:
        conditions.append(kept.c.subject_id == query.subject_id)
    if query.only_in_force:
        conditions.append(kept.c.revoked_by.is_(None))
    return conditions


def _found(row: Row[Any] | None) -> Publication:
    if row is None:
        raise PublicationNotFound
    return _publication(row)


def _publication(row: Row[Any]) -> Publication:
    return Publication(
        id=PublicationId(row.id),
        agency_id=AgencyId(row.agency_id),
        document_id=DocumentId(row.document_id),
        code=row.code,
        kind=PublicationKind(row.kind),
        title=row.title,
        holder=row.holder,
        award=row.award,
        number=row.number,
        issued_on=row.issued_on,
        published_at=row.published_at,
        published_by=PersonId(row.published_by),
        subject_id=row.subject_id,
        facts=tuple((label, value) for label, value in row.facts),
        certificate=row.certificate,
        revoked_by=None if row.revoked_by is None else PublicationId(row.revoked_by),
        revoked_at=row.revoked_at,
        announced=None if row.announced is None else _announcement(row.announced),
        rev=row.rev,
    )


def _written(said: Announcement) -> dict[str, str]:
    return {
        "on": said.on.isoformat(),
        "at": said.at,
        "media": said.media,
        "noted_at": said.noted_at.isoformat(),
        "noted_by": str(said.noted_by),
    }


def _announcement(written: dict[str, str]) -> Announcement:
    return Announcement(
        on=date.fromisoformat(written["on"]),
        at=written["at"],
        media=written["media"],
        noted_at=datetime.fromisoformat(written["noted_at"]),
        noted_by=PersonId(UUID(written["noted_by"])),
    )
