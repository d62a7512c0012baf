"""What the procedure of a copy does: decide, number on paper, print, issue without a number where it is electronic.

Source: Decree 30/2020/NĐ-CP, art. 25 to 27 and appendix III.
"""

from dataclasses import replace

from engine.competence import matter_of
from engine.copies import Copy, CopyBlock, Medium
from engine.deadlines import office_date
from engine.documents import DocumentNotInState, OutgoingDocument, OutgoingState, VersionKind
from engine.drafts import find_signer
from engine.ids import RegisterId
from engine.letters import date_line, number_line, recipient_lines
from engine.operations.jobs import Finish, Job, new_version
from engine.operations.move import Data, Move, OperationMisplaced
from engine.operations.numbering import enter
from engine.ports import UnitOfWork
from engine.registers import Direction, Register

REGISTER_NAME = "Sổ đăng ký bản sao"


def approve_copy(move: Move, parameters: Data, data: Data) -> Data:
    """Note who decided on the copy; an electronic one goes to the clerk to be signed for the agency."""
    document = move.outgoing()
    if document.state is not OutgoingState.IN_REVIEW:
        raise DocumentNotInState(state=document.state.value)
    copy = _copy_of(document, move.work)
    move.work.copies.save(copy.decided(move.by, move.at))
    if copy.target is Medium.ELECTRONIC:
        move.document = document.in_state(OutgoingState.TO_SIGN)
    return {"target": copy.target.value}


def refuse_copy(move: Move, parameters: Data, data: Data) -> Data:
    """End the copy before anybody signs it; it takes no number."""
    document = move.outgoing()
    if document.state not in (OutgoingState.IN_REVIEW, OutgoingState.TO_SIGN):
        raise DocumentNotInState(state=document.state.value)
    move.document = document.in_state(OutgoingState.CANCELLED)
    return {}


def take_copy_number(move: Move, parameters: Data, data: Data) -> Data:
    """Give the copy on paper the next number of this year's series, which all forms of copies share.

    Source: Decree 30/2020/NĐ-CP, appendix I: one series from 1 January to 31 December, as in '01/SY-UBND'.
    """
    document, work = move.outgoing(), move.work
    copy = _copy_of(document, work)
    if document.number is not None or copy.decided_by is None:
        raise DocumentNotInState(state=document.state.value)
    agency = work.people.get_agency(document.agency_id)
    register = work.registers.open_copies(
        Register(id=RegisterId(work.new_id()), agency_id=agency.id, direction=Direction.COPIES, name=REGISTER_NAME)
    )
    printed = enter(register, f"{copy.form.value}-{agency.symbol}", move)
    today = office_date(move.at)
    move.document = replace(document, number=printed, issued_date=today, state=OutgoingState.NUMBERED)
    return {"number": printed}


def print_copy(job: Job) -> Finish:
    """Make the PDF that is printed: the document, and under it the block of the copy with number, date and signer."""
    document, services = job.document, job.services
    if not isinstance(document, OutgoingDocument) or document.number is None or document.issued_date is None:
        raise OperationMisplaced(operation="print_copy", why="no number was taken")
    with services.begin() as work:
        address = services.verification_url(work.verifications.find_code(document.id))
        block = replace(_block(document, work), verification_url=address)
    printed = services.pdfs.print_copy(services.read(document.file_id), block)
    return new_version(job, VersionKind.NUMBERED, printed)


def _block(document: OutgoingDocument, work: UnitOfWork) -> CopyBlock:
    copy = _copy_of(document, work)
    if copy.decided_by is None or copy.decided_at is None or document.number is None or document.issued_date is None:
        raise OperationMisplaced(operation="print_copy", why="nobody decided on the copy")
    agency = work.people.get_agency(document.agency_id)
    decider = find_signer(work.people.get(copy.decided_by), matter_of(document), copy.decided_at, work)
    if decider is not None:
        signer, lines = decider.person, decider.competence.lines(decider.person.title)
    else:
        # Who only stood in during an absence signs nothing; the head does.
        signer = work.people.get(document.signer)
        lines = (signer.title.upper(),)
    names = [known.name for known in work.people.agencies() if known.id in document.recipients]
    return CopyBlock(
        form=copy.form.words,
        parent_agency=agency.parent_name,
        agency=agency.name,
        number_line=number_line(document.number),
        date_line=date_line(agency.place, document.issued_date),
        recipients=recipient_lines((*names, *document.others), "VT"),
        authority_lines=lines,
        signer_name=signer.name,
    )


def _copy_of(document: OutgoingDocument, work: UnitOfWork) -> Copy:
    copy = work.copies.find(document.id)
    if copy is None:
        raise OperationMisplaced(operation="copying", why="the document is no copy")
    return copy
