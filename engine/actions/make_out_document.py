"""Make a document out to whoever is to sign it in another's place: the letter is made anew with their block."""

from dataclasses import replace
from datetime import datetime

from engine import procedures
from engine.acting import acting
from engine.competence import Competence, NotMadeHere, SignedByOthers
from engine.definitions import SignatureKind
from engine.documents import DocumentNotInState, OutgoingDocument, OutgoingState, VersionKind
from engine.drafts import Signer, compose, draft_of, make_letter, signer_of
from engine.files import StoredFile
from engine.ids import PersonId, WorkItemId
from engine.neighbours import Services
from engine.operations.move import Move, VersionMoved
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signatures import SIGNER_FIELD
from engine.signing_places import field_of, place_of, right_in
from engine.stand_in_events import DocumentMadeOut
from engine.work_items import WorkItem


def make_out_document(work_item_id: WorkItemId, *, by: Person, services: Services) -> OutgoingDocument:
    """Print the signer's own block, KT., TL. or TUQ. and title, in the place of that of the signer named before.

    Only the block changes; the signer takes the work item and reads the new page before signing it.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, StandInOver: It is not theirs to sign.
        DocumentNotInState: It does not wait for a signature.
        NotCompetent, HeadReplaced: Nothing on record lets them sign it, or somebody else acts as head.
        NotMadeHere: It is an uploaded PDF.
        SignedByOthers: Somebody has signed the page already, or is about to.
    """
    with services.begin() as work:
        at = services.clock()
        item = acting(by, work.work_items.get(work_item_id), at, work)
        seen, field, competence = _to_sign(item, by, at, work)
        printed = _named(seen, field, by.id, competence)
        first = Signer(person=by, competence=competence) if field == SIGNER_FIELD else signer_of(seen, at, work)
        letter = compose(draft_of(printed, first, at, work), work)
        code = work.verifications.find_code(seen.id)
    file = make_letter(letter, code=code, by=by.id, agency_id=by.agency_id, services=services)
    with services.begin() as work:
        at = services.clock()
        item, instance = work.work_items.lock(work_item_id)
        item = acting(by, item, at, work)
        move = procedures.prepare(instance, by=by.id, at=at, work=work)
        if move.document.rev != seen.rev:
            raise VersionMoved
        work.work_items.save(item.claimed(by.id))
        return _keep(item, field, competence, file, move)


def _to_sign(item: WorkItem, by: Person, at: datetime, work: UnitOfWork) -> tuple[OutgoingDocument, str, Competence]:
    """Return the document, the field that is to be theirs, and by what right they sign in it."""
    item.require_open()
    document = work.documents.get(item.document_id)
    if not isinstance(document, OutgoingDocument) or document.state is not OutgoingState.TO_SIGN:
        raise DocumentNotInState(state=document.state.value)
    field = field_of(item, SignatureKind.PERSON, work)
    competence = right_in(place_of(document, field), item, document, by, at, work)
    if document.body is None:
        raise NotMadeHere
    if work.signings.of_document(document.id):
        raise SignedByOthers
    return document, field, competence


def _named(document: OutgoingDocument, field: str, by: PersonId, competence: Competence) -> OutgoingDocument:
    """Return the document with this person named in the field."""
    if field == SIGNER_FIELD:
        return replace(document, signer=by, signer_under=competence.by)
    further = (replace(one, person=by, under=competence.by) if one.field == field else one for one in document.further)
    return replace(document, further=tuple(further))


def _keep(item: WorkItem, field: str, competence: Competence, file: StoredFile, move: Move) -> OutgoingDocument:
    named = move.outgoing()
    move.work.files.add(file)
    move.document = _named(named, field, move.by, competence).read_by(people=[move.by])
    move.add_version(VersionKind.INITIALLED if named.initials else VersionKind.PREPARED, file.id)
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
            named_before=place_of(named, field).person,
            authority=competence.authority.value,
            file_id=file.id,
        )
    )
    return move.outgoing()
