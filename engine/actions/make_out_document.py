"""Make a document out to whoever is to sign it in another's place: the letter is made anew with their block."""

from dataclasses import replace

from engine import procedures
from engine.acting import acting
from engine.competence import Competence, NotCompetent, NotMadeHere
from engine.documents import DocumentNotInState, OutgoingDocument, OutgoingState, VersionKind
from engine.drafts import Draft, Signer, competence_in, compose, make_pdf
from engine.files import StoredFile
from engine.ids import WorkItemId
from engine.neighbours import Services
from engine.operations.move import Move, VersionMoved
from engine.people import Person
from engine.ports import UnitOfWork
from engine.stand_in_events import DocumentMadeOut
from engine.work_items import WorkItem


def make_out_document(work_item_id: WorkItemId, *, by: Person, services: Services) -> OutgoingDocument:
    """Print the signer's own block, KT., TL. or TUQ. and title, in the place of that of the signer named before.

    Only the block changes; the signer takes the work item and reads the new page before signing it.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, StandInOver: It is not theirs to sign.
        DocumentNotInState: It does not wait for a signature.
        NotCompetent: Nothing on record lets them sign it.
        NotMadeHere: It is an uploaded PDF.
    """
    with services.begin() as work:
        item = acting(by, work.work_items.get(work_item_id), services.clock(), work)
        seen, competence = _to_sign(item, by, work)
        letter = compose(_draft(seen, competence, by, work), work)
    file = make_pdf(letter, None, None, by=by, services=services)
    with services.begin() as work:
        at = services.clock()
        item, instance = work.work_items.lock(work_item_id)
        item = acting(by, item, at, work)
        move = procedures.prepare(instance, by=by.id, at=at, work=work)
        if move.document.rev != seen.rev:
            raise VersionMoved
        work.work_items.save(item.claimed(by.id))
        return _keep(item, competence, file, move)


def _to_sign(item: WorkItem, by: Person, work: UnitOfWork) -> tuple[OutgoingDocument, Competence]:
    item.require_open()
    document = work.documents.get(item.document_id)
    if not isinstance(document, OutgoingDocument) or document.state is not OutgoingState.TO_SIGN:
        raise DocumentNotInState(state=document.state.value)
    competence = competence_in(item, document, by, work)
    if competence is None:
        raise NotCompetent
    if document.body is None:
        raise NotMadeHere
    return document, competence


def _draft(document: OutgoingDocument, competence: Competence, by: Person, work: UnitOfWork) -> Draft:
    return Draft(
        type=document.type,
        subject=document.subject,
        body=document.body or "",
        urgency=int(document.urgency),
        recipients=tuple(work.people.get_agency(agency_id) for agency_id in document.recipients),
        others=document.others,
        signer=Signer(person=by, competence=competence),
        unit=next(unit for unit in work.people.units(document.agency_id) if unit.id == document.unit_id),
    )


def _keep(item: WorkItem, competence: Competence, file: StoredFile, move: Move) -> OutgoingDocument:
    named = move.outgoing()
    move.work.files.add(file)
    move.document = replace(named, signer=move.by, signer_under=competence.by).read_by(people=[move.by])
    move.add_version(VersionKind.PREPARED, file.id)
    move.keep_document()
    move.work.record(
        DocumentMadeOut(
            by=move.by,
            at=move.at,
            agency_id=named.agency_id,
            on_behalf_of=item.on_behalf_of,
            by_stand_in=item.by_stand_in,
            document_id=named.id,
            work_item_id=item.id,
            named_before=named.signer,
            authority=competence.authority.value,
            file_id=file.id,
        )
    )
    return move.outgoing()
