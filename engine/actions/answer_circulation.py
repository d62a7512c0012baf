"""Answer a circulated document for an agency: by a short text, or a document it issued to whoever asked."""

from dataclasses import dataclass, replace
from datetime import datetime

from engine import access
from engine.circulating import sent_to
from engine.circulation_events import CirculationAnswerArrived, CirculationAnswered
from engine.circulations import Circulation, CirculationAnswer, CirculationInvalid
from engine.documents import DocumentNotFound, OutgoingDocument, OutgoingState
from engine.drafts import MAX_NAME, FieldChecks
from engine.events import Private
from engine.ids import CirculationId, DocumentId, FileId
from engine.notices import News, NoticeKind
from engine.notify import called, notify
from engine.people import Person
from engine.ports import UnitOfWork

MAX_TEXT = 5_000
FILE_NAME = "Tệp kèm theo"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCirculation:
    """The answer: a text, a document, a file, or several of them."""

    circulation_id: CirculationId
    text: str = ""
    document_id: DocumentId | None = None
    file_id: FileId | None = None
    file_name: str = ""


def answer_circulation(request: AnswerCirculation, *, by: Person, at: datetime, work: UnitOfWork) -> CirculationAnswer:
    """Keep the answer and tell whoever asked; a further one stands beside it.

    Raises:
        NotAllowed: Answering for the agency is not this person's work.
        CirculationNotFound: It was not sent to this person's agency.
        CirculationClosed: Nothing is asked any more.
        CirculationInvalid: It says nothing, or the document is not issued to whoever asked.
    """
    access.require(by, "draft_document")
    circulation, addressee = sent_to(request.circulation_id, by, work, lock=True)
    circulation.require_open()
    _require_right(request, circulation, by, work)
    answer = CirculationAnswer(
        circulation_id=circulation.id,
        agency_id=by.agency_id,
        by=by.id,
        at=at,
        text=request.text.strip(),
        document_id=request.document_id,
        file_id=request.file_id,
        file_name=(request.file_name.strip()[:MAX_NAME] or FILE_NAME) if request.file_id else None,
    )
    is_new = work.circulations.add_reading(circulation.id, by.id, at)
    work.circulations.add_answer(answer)
    work.circulations.save_addressees(
        [
            replace(
                addressee,
                read_at=addressee.read_at or at,
                readers=addressee.readers + is_new,
                answered_at=addressee.answered_at or at,
            )
        ]
    )
    _tell(circulation, answer, work)
    return answer


def _require_right(request: AnswerCirculation, circulation: Circulation, by: Person, work: UnitOfWork) -> None:
    check = FieldChecks()
    if request.text.strip():
        check.text("text", request.text, MAX_TEXT)
    if not request.text.strip() and request.document_id is None and request.file_id is None:
        check.add("text", "required", "Write a short answer, or choose the document or file you answer with.")
    if request.file_id is not None:
        check.known_file("file_id", request.file_id, by, work)
    if request.document_id is not None and not _is_theirs(request.document_id, circulation, by, work):
        check.add("document_id", "not_issued_to", "Choose a document your agency issued to the one that asks.")
    check.done(CirculationInvalid)


def _is_theirs(document_id: DocumentId, circulation: Circulation, by: Person, work: UnitOfWork) -> bool:
    try:
        document = work.documents.get(document_id)
    except DocumentNotFound:
        return False
    issued = isinstance(document, OutgoingDocument) and document.state is OutgoingState.ISSUED
    addressed = isinstance(document, OutgoingDocument) and circulation.agency_id in document.recipients
    return issued and addressed and access.may_read(by, document)


def _tell(circulation: Circulation, answer: CirculationAnswer, work: UnitOfWork) -> None:
    work.record(
        CirculationAnswered(
            by=answer.by,
            at=answer.at,
            agency_id=answer.agency_id,
            circulation_id=circulation.id,
            text=Private(value=answer.text),
            document_id=answer.document_id,
            file_id=answer.file_id,
        )
    )
    # The agency that asked has its own log, and its webhooks read that.
    work.record(
        CirculationAnswerArrived(
            by=answer.by,
            at=answer.at,
            agency_id=circulation.agency_id,
            circulation_id=circulation.id,
            from_agency=answer.agency_id,
        )
    )
    document = work.documents.get(circulation.document_id)
    agency = work.people.get_agency(answer.agency_id)
    news = News(
        agency_id=circulation.agency_id,
        kind=NoticeKind.WATCH,
        source=f"circulation:{circulation.id}:{answer.agency_id}:answered",
        template="%(agency)s answered %(document)s.",
        facts={"agency": agency.name, "document": called(document)},
        path=f"/circulations/{circulation.id}",
        document_id=circulation.document_id,
    )
    notify([circulation.begun_by], news, at=answer.at, work=work)
