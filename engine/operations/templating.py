"""Drafting a document from a template for a procedure: its text, its certificate, and who alone may sign it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.awards import CERTIFICATE_NAME, Award
from engine.competence import ReservedToHead
from engine.deadlines import office_date
from engine.documents import Attachment, DocumentInvalid, DrafterMayNotSign, OutgoingDocument
from engine.drafts import Draft, compose, title_in
from engine.files import StoredFile
from engine.heads import head_in_office
from engine.letters import LetterUnprintable
from engine.operations.drafting import (
    DraftRefused,
    document_of,
    draft_given,
    drafter_of,
    first_version,
    printed_letter,
    reason_of,
)
from engine.operations.jobs import Finish, Job
from engine.operations.move import Data, Move, OperationMisplaced
from engine.people import Person
from engine.ports import UnitOfWork
from engine.publication_events import DraftedFromTemplate
from engine.shipped_templates import template_for
from engine.template_filling import Filled, fill
from engine.templates import DocumentTemplate, TemplateNotFound, TemplateUnfilled
from engine.verifications import new_code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What a template became: the draft, its certificate's text, and in what place it was found."""

    template: DocumentTemplate
    filled: Filled
    draft: Draft


def draft_from_template(job: Job) -> Finish:
    """Make an outgoing draft of a template and *data*; no procedure works on it yet.

    The parameters are ``template`` (its code), ``data`` (the template's fields), the id of ``drafter``, and perhaps
    ``signer`` (else the head of the agency), ``unit_id``, ``urgency`` and ``recipients``. The result names
    ``document_id``, ``unit_id`` and ``signer``. What only the head signs is refused here already for anybody else.
    """
    services = job.services
    with services.begin() as work:
        by = drafter_of(job, work)
        try:
            made = _made(job, by, work)
        except (DocumentInvalid, DrafterMayNotSign, ReservedToHead, TemplateNotFound, TemplateUnfilled) as refused:
            raise DraftRefused(reason=reason_of(refused)) from refused
        letter = compose(made.draft, work)
    code = new_code(services.safe.random)
    file = printed_letter(letter, code, by, job)
    certificate = _certificate(made, code, by, job)

    def keep(move: Move) -> Data:
        document = _kept(made, document_of(made.draft, by, file, move), certificate, move)
        for one in (file, certificate):
            if one is not None:
                move.work.files.add(one)
        move.work.documents.add(document)
        move.work.documents.add_version(first_version(document))
        move.work.verifications.add_code(document.id, code)
        move.work.record(_event(made.template, document, move))
        signer = str(document.signer)
        return {"document_id": str(document.id), "unit_id": str(document.unit_id), "signer": signer}

    return keep


def _kept(made: _Made, document: OutgoingDocument, certificate: StoredFile | None, move: Move) -> OutgoingDocument:
    """Return the new document with what its template says of it, and its certificate."""
    return replace(
        document,
        reserved_to_head=made.template.head_only,
        collective=made.template.collective,
        attachments=() if certificate is None else (Attachment(file_id=certificate.id, name=CERTIFICATE_NAME),),
    )


def _event(template: DocumentTemplate, document: OutgoingDocument, move: Move) -> DraftedFromTemplate:
    return DraftedFromTemplate(
        by=move.by,
        at=move.at,
        agency_id=document.agency_id,
        document_id=document.id,
        code=template.code,
        version=template.version,
        text_sha256=template.digest(),
        reserved_to_head=template.head_only,
    )


def _made(job: Job, by: Person, work: UnitOfWork) -> _Made:
    given, today = job.parameters, office_date(job.services.clock())
    template = template_for(by.agency_id, str(given.get("template")), today, work.templates)
    data = given.get("data") or {}
    if not isinstance(data, Mapping):
        raise OperationMisplaced(operation="draft_from_template", why="data is no mapping")
    agency = job.agency
    known = {"agency": agency.name, "agency_capitals": agency.name.upper(), "place": agency.place, "year": today.year}
    filled = fill(template, {**known, **data})
    written = {"type": template.type, "subject": filled.subject, "body": filled.body}
    draft = draft_given({**given, **written, "signer": _signer(given, by, job, work)}, by, job, work)
    if template.head_only and not draft.signer.competence.is_of_head:
        raise ReservedToHead
    return _Made(template=template, filled=filled, draft=replace(draft, collective=template.collective))


def _signer(given: Data, by: Person, job: Job, work: UnitOfWork) -> str:
    """Return who is to sign: whom the procedure names, else the head of the agency, or who acts in that post."""
    named = given.get("signer")
    if named:
        return str(named)
    head = head_in_office(by.agency_id, job.services.clock(), work)
    if head is None:
        raise OperationMisplaced(operation="draft_from_template", why="the agency has no head who could sign")
    return str(head.id)


def _certificate(made: _Made, code: str, by: Person, job: Job) -> StoredFile | None:
    text, services = made.filled.certificate, job.services
    if text is None:
        return None
    signer = made.draft.signer
    title = title_in(signer.competence, signer.person.title, job.agency.name).upper()
    award = Award(
        text=text,
        authority=f"{title} {job.agency.name.upper()}",
        url=services.publication_url(code),
    )
    try:
        printed = services.pdfs.print_award(award)
    except LetterUnprintable as refused:
        raise DraftRefused(reason=reason_of(refused)) from refused
    return services.put_pdf(printed, by=by.id, agency_id=by.agency_id)
