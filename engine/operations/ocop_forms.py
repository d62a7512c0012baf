"""What a commune writes before it proposes an OCOP product: form 03 as PDF, and what its proposal says.

Source: Decision 26/2026/QĐ-TTg.
"""

from uuid import UUID

from engine.dossier_events import DossierFileAdded, DossierFileRemoved
from engine.dossiers import Dossier, DossierState, PartFile
from engine.files import StoredFile
from engine.heads import head_in_office
from engine.ids import DocumentId, PersonId
from engine.ocop_forms import FORM_NAME, Proposed, commune_body, form_page, proposal_subject
from engine.ocop_proposals import FORM_03, PROPOSAL, Proposal, require_findings
from engine.operations.jobs import Finish, Job
from engine.operations.move import Data, Move, OperationMisplaced
from engine.ports import UnitOfWork


def prepare_ocop_proposal(move: Move, parameters: Data, data: Data) -> Data:
    """See that the product can be proposed; say what the proposal says, who drafts it and who signs it.

    Raises:
        ProposalInvalid, DossierNotInState, PartsMissing: It cannot be proposed.
    """
    dossier, proposal = dossier_of_slip(move)
    work = move.work
    one = _proposed(dossier, proposal, work)
    require_findings(proposal.findings, proposal.samples, one.product.set_number)
    dossier.require_open()
    dossier.require_parts()
    head = head_in_office(dossier.agency_id, move.at, work)
    if head is None:
        raise OperationMisplaced(operation="prepare_ocop_proposal", why="the commune has no head")
    return {
        "drafter": str(move.by),
        "signer": str(head.id),
        "subject": proposal_subject(one.product),
        "body": commune_body(one, work.people.get_agency(dossier.receiver_id)),
    }


def print_ocop_form(job: Job) -> Finish:
    """Make form 03 of what the commune found, and put it into the dossier in place of an earlier one.

    The parameter *drafter* names who checked the dossier. The result names ``file_id``.
    """
    services, drafter = job.services, PersonId(UUID(str(job.parameters.get("drafter"))))
    with services.begin() as work:
        found = work.dossiers.find_of_document(job.document.id)
        if found is None:
            raise OperationMisplaced(operation="print_ocop_form", why="no dossier came with the document")
        one = _proposed(found, work.ocop.proposals.get(found.id), work)
        page = form_page(one, work.people.get(drafter).name, services.clock())
    file = services.put_pdf(services.pdfs.print_slip(page), by=drafter, agency_id=found.agency_id)

    def keep(move: Move) -> Data:
        dossier, _ = dossier_of_slip(move)
        earlier = [one for one in dossier.get_part(FORM_03).files if one.name == FORM_NAME and one.file_id != file.id]
        for known in earlier:
            dossier = _without(dossier, known, drafter, move)
        move.work.files.add(file)
        move.work.dossiers.save(_with(dossier, FORM_03, _part_file(file, drafter, move), move))
        return {"file_id": file.id}

    return keep


def dossier_of_slip(move: Move) -> tuple[Dossier, Proposal]:
    """Return the dossier that came with the slip, and its proposal, both for changing."""
    found = move.work.dossiers.find_of_document(move.document.id)
    if found is None or found.state is DossierState.CLOSED:
        raise OperationMisplaced(operation="ocop", why="no dossier came with the document")
    return move.work.dossiers.lock(found.id), move.work.ocop.proposals.lock(found.id)


def keep_proposal(dossier: Dossier, proposal_id: object, move: Move) -> Dossier:
    """Return the dossier with the commune's issued proposal among its parts; without an id, as it is.

    Dossiers opened before there were such proposals have no part for one.
    """
    if not proposal_id or all(part.code != PROPOSAL for part in dossier.parts):
        return dossier
    document = move.work.documents.get(DocumentId(UUID(str(proposal_id))))
    number = getattr(document, "number", None)
    if number is None:
        raise OperationMisplaced(operation="submit_ocop_proposal", why="the proposal is not issued")
    file = PartFile(
        file_id=document.file_id, name=f"{number.replace('/', '-')}.pdf", added_at=move.at, added_by=move.by
    )
    return move.work.dossiers.save(_with(dossier, PROPOSAL, file, move))


def _proposed(dossier: Dossier, proposal: Proposal, work: UnitOfWork) -> Proposed:
    product = work.ocop.register.get(proposal.product_id)
    return Proposed(
        dossier=dossier,
        proposal=proposal,
        product=product,
        entity=work.ocop.register.get_entity(product.entity_id),
        commune=work.people.get_agency(dossier.agency_id),
    )


def _part_file(file: StoredFile, by: PersonId, move: Move) -> PartFile:
    return PartFile(file_id=file.id, name=FORM_NAME, added_at=move.at, added_by=by)


def _with(dossier: Dossier, part: str, file: PartFile, move: Move) -> Dossier:
    """Return the dossier with the file in the part; one that is there already is there once."""
    if any(known.file_id == file.file_id for known in dossier.get_part(part).files):
        return dossier
    changed = dossier.with_file(part, file)
    move.work.dossiers.add_file(dossier.id, part, file)
    move.work.record(
        DossierFileAdded(
            by=file.added_by,
            at=move.at,
            agency_id=dossier.agency_id,
            dossier_id=dossier.id,
            part=part,
            file_id=file.file_id,
        )
    )
    return changed


def _without(dossier: Dossier, file: PartFile, by: PersonId, move: Move) -> Dossier:
    changed = dossier.without_file(FORM_03, file.file_id)
    move.work.dossiers.remove_file(dossier.id, FORM_03, file.file_id, by=by, at=move.at)
    move.work.record(
        DossierFileRemoved(
            by=by,
            at=move.at,
            agency_id=dossier.agency_id,
            dossier_id=dossier.id,
            part=FORM_03,
            file_id=file.file_id,
        )
    )
    return changed
