"""Making the document of a member's OCOP score sheet, which the member signs."""

from engine.competence import Competence
from engine.councils import NoCouncil
from engine.deadlines import office_date
from engine.documents import OutgoingDocument, OutgoingState, Urgency
from engine.drafts import Draft, Signer, compose, make_letter
from engine.files import StoredFile
from engine.ids import DocumentId, PersonId, RubricId
from engine.letters import Authority
from engine.ocop_proposals import MemberSheet, SheetMissing, SheetStays
from engine.ocop_results import sheet_body
from engine.operations.drafting import first_version
from engine.operations.jobs import Finish, Job
from engine.operations.move import Data, Move, OperationMisplaced
from engine.ports import UnitOfWork
from engine.verifications import new_code

COUNCIL = "ocop"
SCORING_MEMBER = "Thành viên Hội đồng"
_TYPE = "BB"


def print_ocop_sheet(job: Job) -> Finish:
    """Make the document of the sheet of *member*, with a place for their signature; no procedure works on it yet.

    The result names ``document_id`` and ``signer``.

    Raises:
        SheetMissing: The member has filled in none.
        NoCouncil: The council is no longer in office.
    """
    services = job.services
    with services.begin() as work:
        sheet, draft, drafter = _draft(job, work)
        letter = compose(draft, work)
    code = new_code(services.safe.random)
    file = make_letter(letter, code=code, by=drafter, agency_id=job.document.agency_id, services=services)

    def keep(move: Move) -> Data:
        document = _document(draft, drafter, file, move)
        move.work.files.add(file)
        move.work.documents.add(document)
        move.work.documents.add_version(first_version(document))
        move.work.verifications.add_code(document.id, code)
        move.work.ocop.proposals.note_document(sheet, document.id)
        return {"document_id": str(document.id), "signer": str(document.signer)}

    return keep


def give_up_ocop_sheet(move: Move, parameters: Data, data: Data) -> Data:
    """Cancel the document of a sheet that its member found wrong before signing; it stays on record.

    Raises:
        SheetStays: The procedure that asked for it takes no other.
    """
    # Procedures that were under way when this came would go on without the member's sheet.
    if data.get("may_score_again") is not True:
        raise SheetStays
    move.document = move.outgoing().in_state(OutgoingState.CANCELLED)
    return {}


def _draft(job: Job, work: UnitOfWork) -> tuple[MemberSheet, Draft, PersonId]:
    dossier = work.dossiers.find_of_document(job.document.id)
    if dossier is None:
        raise OperationMisplaced(operation="print_ocop_sheet", why="no dossier is handled with the document")
    wanted = str(job.parameters.get("member"))
    proposal = work.ocop.proposals.get(dossier.id)
    sheets = proposal.of_round(work.ocop.proposals.sheets(dossier.id))
    sheet = next((one for one in sheets if str(one.member_id) == wanted), None)
    council = work.councils.find_for(job.document.agency_id, COUNCIL, office_date(job.services.clock()))
    if sheet is None:
        raise SheetMissing
    if council is None:
        raise NoCouncil(purpose=COUNCIL)
    # Nobody signs what they drafted: the secretary's own sheet is drawn up by the chair.
    drafter = council.chair if sheet.member_id == council.secretary else council.secretary
    product = work.ocop.register.get(proposal.product_id)
    rubric = work.ocop.rubrics.get(RubricId(dossier.rules_id))
    unit = next(unit for unit in work.people.units(job.document.agency_id) if unit.id in work.people.get(drafter).units)
    draft = Draft(
        type=_TYPE,
        subject=f"Chấm điểm sản phẩm OCOP {product.name}",
        body=sheet_body(rubric, sheet, product, work.ocop.register.get_entity(product.entity_id)),
        urgency=0,
        recipients=(),
        others=("Hội đồng đánh giá, phân hạng sản phẩm OCOP",),
        signer=Signer(person=work.people.get(sheet.member_id), competence=Competence(authority=Authority.OWN)),
        unit=unit,
        capacity=SCORING_MEMBER,
    )
    return sheet, draft, drafter


def _document(draft: Draft, drafter: PersonId, file: StoredFile, move: Move) -> OutgoingDocument:
    return OutgoingDocument(
        id=DocumentId(move.work.new_id()),
        agency_id=file.agency_id,
        type=draft.type,
        subject=draft.subject,
        urgency=Urgency.NORMAL,
        file_id=file.id,
        created_at=move.at,
        created_by=drafter,
        reader_units=frozenset({draft.unit.id}),
        reader_people=frozenset({draft.signer.person.id}),
        drafter=drafter,
        unit_id=draft.unit.id,
        signer=draft.signer.person.id,
        state=OutgoingState.DRAFT,
        body=draft.body,
        others=draft.others,
        capacity=draft.capacity,
    )
