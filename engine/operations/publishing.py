"""Putting an issued decision into the public register, and noting how it was announced."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from engine.awards import CERTIFICATE_NAME
from engine.documents import DocumentNotFound, OutgoingDocument, OutgoingState
from engine.ids import DocumentId, PublicationId
from engine.operations.move import Data, Move, OperationMisplaced
from engine.publication_events import DecisionAnnounced, DecisionPublished
from engine.publications import Announcement, NotToBePublished, Publication, PublicationKind, facts_of

_TOLD = ("title", "holder")


def publish(move: Move, parameters: Data, data: Data) -> Data:
    """Publish the issued document *decision* as *about* says; where it *revokes* another publication, end that.

    *about* names ``kind``, ``title``, ``holder``, and perhaps ``award``, ``subject_id`` and ``facts``.
    """
    about = parameters.get("about")
    if not isinstance(about, Mapping) or not all(about.get(name) for name in _TOLD):
        raise OperationMisplaced(operation="publish", why="nothing says what the decision is about")
    publication = _publication(_issued(move, parameters), about, move)
    ended = _end(publication, parameters, move)
    move.work.publications.add(publication)
    move.work.record(
        DecisionPublished(
            by=move.by,
            at=move.at,
            agency_id=publication.agency_id,
            publication_id=publication.id,
            document_id=publication.document_id,
            kind=publication.kind.value,
            number=publication.number,
            revokes=ended,
        )
    )
    return {"publication": str(publication.id), "number": publication.number, "code": publication.code}


def note_announcement(move: Move, parameters: Data, data: Data) -> Data:
    """Note on which day, where and in which media the decision of a *publication* was announced."""
    kept = move.work.publications.lock(PublicationId(_id(parameters, "publication", "note_announcement")))
    if kept.agency_id != move.instance.agency_id:
        raise OperationMisplaced(operation="note_announcement", why="the publication is another agency's")
    try:
        on = date.fromisoformat(str(parameters.get("on")))
    except ValueError as cause:
        raise OperationMisplaced(operation="note_announcement", why="the day is none") from cause
    said = Announcement(
        on=on,
        at=str(parameters.get("place") or ""),
        media=str(parameters.get("media") or ""),
        noted_at=move.at,
        noted_by=move.by,
    )
    move.work.publications.save(kept.announced_as(said))
    move.work.record(
        DecisionAnnounced(
            by=move.by,
            at=move.at,
            agency_id=kept.agency_id,
            publication_id=kept.id,
            document_id=kept.document_id,
            on=said.on,
            place=said.at,
            media=said.media,
        )
    )
    return {}


def _issued(move: Move, parameters: Data) -> OutgoingDocument:
    document_id = DocumentId(_id(parameters, "decision", "publish"))
    try:
        document = move.work.documents.get(document_id)
    except DocumentNotFound as cause:
        raise OperationMisplaced(operation="publish", why="there is no such document") from cause
    if not isinstance(document, OutgoingDocument) or document.agency_id != move.instance.agency_id:
        raise OperationMisplaced(operation="publish", why="the document is not one this agency issues")
    if document.state is not OutgoingState.ISSUED or move.work.publications.find_of_document(document.id):
        raise NotToBePublished
    return document


def _publication(document: OutgoingDocument, about: Mapping[str, object], move: Move) -> Publication:
    code = move.work.verifications.find_code(document.id)
    if code is None or document.number is None or document.issued_date is None:
        raise NotToBePublished
    subject_id = about.get("subject_id")
    return Publication(
        id=PublicationId(move.work.new_id()),
        agency_id=document.agency_id,
        document_id=document.id,
        code=code,
        kind=PublicationKind(str(about.get("kind") or PublicationKind.OTHER.value)),
        title=str(about["title"]),
        holder=str(about["holder"]),
        award=str(about.get("award") or ""),
        number=document.number,
        issued_on=document.issued_date,
        published_at=move.at,
        published_by=move.by,
        subject_id=str(subject_id) if subject_id else None,
        facts=facts_of(about),
        certificate=next((one.name for one in document.attachments if one.name == CERTIFICATE_NAME), None),
    )


def _end(publication: Publication, parameters: Data, move: Move) -> PublicationId | None:
    """End the publication that the new one revokes; say which that is."""
    if not parameters.get("revokes"):
        return None
    former = move.work.publications.lock(PublicationId(_id(parameters, "revokes", "publish")))
    if former.agency_id != publication.agency_id:
        raise OperationMisplaced(operation="publish", why="what it revokes is another agency's")
    move.work.publications.save(former.revoked(publication.id, move.at))
    return former.id


def _id(parameters: Data, name: str, operation: str) -> UUID:
    try:
        return UUID(str(parameters.get(name)))
    except ValueError as cause:
        raise OperationMisplaced(operation=operation, why=f"'{name}' is no id") from cause
