"""Telling people something: for every action that has news for them; it adds one statement to the transaction."""

from collections.abc import Collection
from datetime import datetime

from engine.cases import CASE_TYPES
from engine.copy_forms import COPY_FORMS
from engine.document_types import DOCUMENT_TYPES
from engine.documents import Document, OutgoingDocument
from engine.ids import NoticeId, PersonId
from engine.notices import News, Notice, NoticeKind
from engine.ports import UnitOfWork

TYPE_NAMES = DOCUMENT_TYPES | COPY_FORMS | CASE_TYPES
"""What a document is called by its type, copies and applications too."""


def notify(people: Collection[PersonId], news: News, *, at: datetime, work: UnitOfWork) -> None:
    """Tell each of the people, once however often it is said; how it reaches them is their preference."""
    work.notices.add(
        [Notice(id=NoticeId(work.new_id()), person_id=person_id, news=news, at=at) for person_id in sorted(set(people))]
    )


def about(document: Document, kind: NoticeKind, source: str, template: str, **facts: str) -> News:
    """Return news of a document; the place 'document' of the sentence is filled with its type and number."""
    return News(
        agency_id=document.agency_id,
        kind=kind,
        source=source,
        template=template,
        facts={"document": called(document), **facts},
        path=f"/documents/{document.id}",
        document_id=document.id,
    )


def called(document: Document) -> str:
    """Return a document's type and number, as in 'Quyết định 05/QĐ-UBND'; nothing of what it says."""
    if isinstance(document, OutgoingDocument):
        number = document.number
    else:
        number = f"{document.code_number}/{document.code_notation}"
    return " ".join(filter(None, (TYPE_NAMES[document.type], number)))
