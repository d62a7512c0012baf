"""Ask for a copy of a document: its pages are made ready, and its procedure begins with the decision of the head."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import access, procedures
from engine.appearance_events import CopyAsked
from engine.copies import (
    Asked,
    AttachmentSigned,
    AttachmentUnfit,
    Copy,
    CopyForm,
    CopyInvalid,
    Medium,
    ScanUnfit,
    require_allowed,
    require_source,
)
from engine.documents import Document, OutgoingDocument, OutgoingState
from engine.drafts import FieldChecks
from engine.files import PDF, StoredFile
from engine.heads import head_in_office
from engine.ids import AgencyId, DocumentId, FileId, InstanceId, PersonId, UnitId
from engine.neighbours import Services
from engine.pdfs import AlreadySigned
from engine.people import Agency, Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.verifications import new_code


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeCopy:
    """A copy to be made.

    Attributes:
        document_id: What is copied.
        file_id: A scan of the paper; None takes the document's own file.
        pages: First and last page of an extract, counted from 1; None is all of it, or a page that was not said.
        recipients: Agencies of this installation; an electronic copy is delivered to them.
        others: Names of recipients outside it, printed under a copy on paper.
    """

    document_id: DocumentId
    form: CopyForm
    source: Medium
    target: Medium
    file_id: FileId | None = None
    pages: tuple[int | None, int | None] | None = None
    recipients: Sequence[AgencyId] = ()
    others: Sequence[str] = ()
    once: Once | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMade:
    """The copy, an outgoing document of its own, and its procedure."""

    document_id: DocumentId
    instance_id: InstanceId


@dataclass(frozen=True, slots=True, kw_only=True)
class _Right:
    """A request whose fields are right, and what it is about: a file, and those of attachments that go behind it."""

    source: Document
    file_id: FileId
    attachments: tuple[FileId, ...]
    pages: tuple[int, int] | None
    recipients: tuple[Agency, ...]
    others: tuple[str, ...]
    head: Person
    unit_id: UnitId


def make_copy(request: MakeCopy, *, by: Person, services: Services) -> CopyMade:
    """Make the pages of the copy and put it before the head of the agency, who decides on it.

    Raises:
        NotAllowed: The person only reads.
        DocumentNotFound: They are not to know of the document.
        CopyNotAllowed, CopyOfCopy, NotElectronic, NotToBeCopied: The decree has no such copy of it.
        CopyInvalid: Some fields are wrong; all are named.
        PagesOutside: The pages of the extract are not there.
        ScanUnfit: Digitised paper is below 200 dpi, without colour or in an old format.
        AlreadySigned: What is to be digitised paper carries a signature.
        AttachmentSigned, AttachmentUnfit: The same of an attachment, by its name.
    """
    access.require(by, "draft_document")
    with services.begin() as work:
        if request.once and (known := work.requests.find(by.id, request.once)):
            return _again(DocumentId(known), work)
        right = _require_right(request, by, services.clock(), work)
    file = _pages(request, right, by, services)
    with services.begin() as work:
        return _keep(request, right, file, by, services, work)


def _require_right(request: MakeCopy, by: Person, at: datetime, work: UnitOfWork) -> _Right:
    source = work.documents.get(request.document_id)
    access.require_read(by, source)
    asked = Asked(form=request.form, source=request.source, target=request.target)
    require_allowed(asked)
    require_source(asked, source, signed=work.files.get(source.file_id).signatures > 0)
    check = FieldChecks()
    if request.file_id is not None:
        check.file("file_id", request.file_id, by, work)
        if request.source is Medium.ELECTRONIC:
            check.add("file_id", "not_asked", "An electronic document is copied from its own file. Upload no scan.")
    elif request.source is Medium.PAPER and work.files.get(source.file_id).signatures:
        check.add("file_id", "required", "Upload the scan of the paper; the file here is the electronic document.")
    attachments = _attachments(request, source, work)
    found = (work.files.find(one) for one in (request.file_id or source.file_id, *attachments))
    pages = _extract(request, sum(file.pages for file in found if file is not None), check)
    recipients = check.recipients(request.recipients, by, work)
    others = check.others(request.others)
    head, units = head_in_office(by.agency_id, at, work), [unit.id for unit in work.people.units(by.agency_id)]
    if head is None:
        check.add("form", "no_head", "Your agency has no head who could decide on copies. Tell the administrator.")
    check.done(CopyInvalid)
    if head is None:
        raise CopyInvalid
    return _Right(
        source=source,
        file_id=request.file_id or source.file_id,
        attachments=attachments,
        pages=pages,
        recipients=recipients,
        others=others,
        head=head,
        unit_id=next((unit for unit in units if unit in by.units), units[0]),
    )


def _attachments(request: MakeCopy, source: Document, work: UnitOfWork) -> tuple[FileId, ...]:
    """Return the files of attachments that belong into the copy; a scan made for it has all of the paper already.

    An annex is a part of the document, and a true copy is "complete and exact".

    Source: Decree 30/2020/NĐ-CP, art. 3.10 and 8.3(a).
    """
    if request.file_id is not None:
        return ()
    files = (work.files.get(one.file_id) for one in source.attachments)
    return tuple(file.id for file in files if file.media_type == PDF)


def _extract(request: MakeCopy, count: int, check: FieldChecks) -> tuple[int, int] | None:
    """Return first and last of *count* pages of an extract, None of other copies; what is wrong with them is noted.

    Source: Decree 30/2020/NĐ-CP, art. 25: an extract has a part of what the original says.
    """
    if request.form is not CopyForm.EXTRACT:
        if request.pages is not None:
            message = "Only an extract (Trích sao) has pages; the other copies are whole."
            check.add("first_page", "only_extracts", message)
        return None
    first, last = request.pages or (None, None)
    if first is None and last is None:
        check.add("first_page", "required", "Say from which page to which page the extract goes.")
    elif first is None or last is None:
        missing = "first_page" if first is None else "last_page"
        check.add(missing, "required", "Say both pages, the first and the last; of one page alone say it twice.")
    elif (first, last) == (1, count):
        message = "These are all pages. An extract (Trích sao) has a part only; of the whole document make a Sao y."
        check.add("first_page", "all_pages", message)
    return None if first is None or last is None else (first, last)


def _pages(request: MakeCopy, right: _Right, by: Person, services: Services) -> StoredFile:
    """Return the kept file of the copy before anything is printed under it or signed on it."""
    content, attached = services.read(right.file_id), [services.read(one) for one in right.attachments]
    if request.source is Medium.PAPER:
        # Each by itself: joined, signatures are gone and pages have other numbers than people see.
        _require_paper(request.target, content, services)
        _require_attached_paper(request.target, right, attached, services)
    if attached:
        content = services.pdfs.join(content, *attached)
    if right.pages is not None:
        content = services.pdfs.extract(content, *right.pages)
    return services.put_pdf(content, by=by.id, agency_id=by.agency_id)


def _require_paper(target: Medium, content: bytes, services: Services) -> None:
    if target is not Medium.ELECTRONIC:
        return
    services.pdfs.require_scan(content)
    signatures = services.pdfs.inspect(content).signatures
    if signatures:
        raise AlreadySigned(signatures=signatures)


def _require_attached_paper(target: Medium, right: _Right, attached: Sequence[bytes], services: Services) -> None:
    names = {one.file_id: one.name for one in right.source.attachments}
    for file_id, content in zip(right.attachments, attached, strict=True):
        if services.pdfs.inspect(content).signatures:
            raise AttachmentSigned(name=names[file_id])
        try:
            _require_paper(target, content, services)
        except ScanUnfit as unfit:
            raise AttachmentUnfit(name=names[file_id], **unfit.facts) from unfit


def _keep(
    request: MakeCopy, right: _Right, file: StoredFile, by: Person, services: Services, work: UnitOfWork
) -> CopyMade:
    at = services.clock()
    work.files.add(file)
    document = OutgoingDocument(
        id=DocumentId(work.new_id()),
        agency_id=by.agency_id,
        type=request.form.value,
        subject=right.source.subject,
        urgency=right.source.urgency,
        file_id=file.id,
        created_at=at,
        created_by=by.id,
        reader_people=frozenset({right.head.id}),
        drafter=by.id,
        unit_id=right.unit_id,
        signer=right.head.id,
        state=OutgoingState.IN_REVIEW,
        recipients=tuple(agency.id for agency in right.recipients),
        others=right.others,
    )
    copy = _copy(request, right, document)
    work.copies.add(copy)
    if copy.target is Medium.PAPER:
        work.verifications.add_code(document.id, new_code(services.safe.random))
    data = {"form": copy.form.value, "source": copy.source.value, "target": copy.target.value}
    move = procedures.start(procedures.Beginning(key="document_copy", data=data), document, by=by.id, at=at, work=work)
    if request.once:
        work.requests.remember(by.id, request.once, document.id, at)
    work.record(_event(copy, file.id, move.instance.id, by.id))
    return CopyMade(document_id=document.id, instance_id=move.instance.id)


def _copy(request: MakeCopy, right: _Right, document: OutgoingDocument) -> Copy:
    first, last = right.pages or (None, None)
    return Copy(
        document_id=document.id,
        agency_id=document.agency_id,
        of_document_id=request.document_id,
        form=request.form,
        source=request.source,
        target=request.target,
        asked_by=document.created_by,
        asked_at=document.created_at,
        first_page=first,
        last_page=last,
        attachments=len(right.attachments) if right.pages is None else 0,
    )


def _event(copy: Copy, file_id: FileId, instance_id: InstanceId, by: PersonId) -> CopyAsked:
    return CopyAsked(
        by=by,
        at=copy.asked_at,
        agency_id=copy.agency_id,
        document_id=copy.document_id,
        of_document_id=copy.of_document_id,
        instance_id=instance_id,
        form=copy.form.value,
        source=copy.source.value,
        target=copy.target.value,
        pages=[page for page in (copy.first_page, copy.last_page) if page is not None],
        file_id=file_id,
    )


def _again(document_id: DocumentId, work: UnitOfWork) -> CopyMade:
    instance = work.instances.find_of_document(document_id)
    assert instance is not None  # noqa: S101  the request was remembered by this action alone
    return CopyMade(document_id=document_id, instance_id=instance.id)
