"""Places for signatures: which field a step signs, whose it is, and whether somebody else signs at this moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine import procedures
from engine.co_signing import MINUTES
from engine.competence import Competence, NotCompetent, PrintedForAnother, ReservedToHead, signatories_of, signatory_in
from engine.definitions import SignatureKind
from engine.documents import Document, OutgoingDocument, OutgoingState
from engine.drafts import competence_in
from engine.heads import placed_now, require_not_replaced
from engine.ids import PersonId
from engine.incidents import IncidentState
from engine.letters import Authority
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signatories import Signatory
from engine.signatures import SEAL_FIELD, SIGNER_FIELD
from engine.signings import AnotherSigns, NoFieldForSignature, SigningState
from engine.work_items import WorkItem, WorkItemState


class SignerState(StrEnum):
    """How far the signature of one of several signers is."""

    SIGNED = "signed"
    BEING_SIGNED = "being_signed"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerStanding:
    """One who signs a document: where, and how far that is; *signed_by* where somebody else signed in their place."""

    place: Signatory
    state: SignerState
    signed_at: datetime | None = None
    signed_by: PersonId | None = None


def signers_standing(document: OutgoingDocument, work: UnitOfWork) -> tuple[SignerStanding, ...]:
    """Return everybody who signs a document and how far they are, in the order of their fields."""
    instance = work.instances.find_of_document(document.id)
    waiting = work.work_items.open_of(instance.id) if instance and not instance.finished_at else ()
    turn = {person for item in waiting for person in (item.assignee, item.on_behalf_of)}
    given = {signing.field: signing for signing in work.signings.of_document(document.id)}
    to_sign = document.state in (OutgoingState.TO_SIGN, OutgoingState.SIGNING, OutgoingState.SIGNED)
    found = []
    for place in signatories_of(document):
        signing, state = (
            given.get(place.field),
            SignerState.NEXT if to_sign and place.person in turn else SignerState.LATER,
        )
        if signing is not None:
            state = SignerState.SIGNED if signing.state is SigningState.SIGNED else SignerState.BEING_SIGNED
        found.append(
            SignerStanding(
                place=place,
                state=state,
                signed_at=signing.signed_at if signing else None,
                signed_by=signing.asked_by if signing else None,
            )
        )
    return tuple(found)


def field_of(item: WorkItem, kind: SignatureKind, work: UnitOfWork) -> str:
    """Return the field that the step of an open item signs: as the model says, else the first signer's."""
    if kind is SignatureKind.AGENCY:
        return SEAL_FIELD
    waiting = procedures.look(work.instances.get(item.instance_id), work).open_tasks
    named = next((task.signs for task in waiting if task.task_id == item.task_id), None)
    return named or SIGNER_FIELD


def require_own(
    item: WorkItem, document: OutgoingDocument, field: str, by: Person, at: datetime, work: UnitOfWork
) -> None:
    """Raise unless this place is the person's, as it is printed there.

    Raises:
        NoFieldForSignature: The document has no such place.
        NotCompetent, PrintedForAnother: Nothing lets the person sign there, or it names another signer or right.
        HeadReplaced, ReservedToHead: See ``right_in``.
    """
    place = place_of(document, field)
    competence = right_in(place, item, document, by, at, work)
    if (place.person, place.under) != (by.id, competence.by):
        raise PrintedForAnother


def place_of(document: OutgoingDocument, field: str) -> Signatory:
    """Return who is to sign in this field; raises NoFieldForSignature."""
    found = signatory_in(document, field)
    if found is None:
        raise NoFieldForSignature(field=field)
    return found


def _is_of_head(competence: Competence | None, item: WorkItem) -> bool:
    """Say whether it is signed by the head's own post: by the head themselves, or by an acting head in their place."""
    if competence is None or not competence.is_of_head:
        return False
    return item.by_stand_in is None or competence.authority is Authority.ACTING


def hold_right(item: WorkItem, field: str, signer: PersonId, *, at: datetime, work: UnitOfWork) -> None:
    """Raise unless who was given this to sign may sign it still, by the right it was prepared under; hold that.

    What somebody stands in by cannot be revoked until this transaction ends. Of the agency's seal it asks only this.

    Raises:
        StandInOver: It was prepared under a stand-in that ended or was revoked.
        HeadReplaced: Somebody else acts as head meanwhile.
        NotCompetent, ReservedToHead, PrintedForAnother: The right is gone, or another one now.
    """
    document = work.documents.get(item.document_id)
    place = signatory_in(document, field) if isinstance(document, OutgoingDocument) else None
    rests_on = {item.by_stand_in, place.under if place else None}
    for stand_in in sorted(one for one in rests_on if one is not None):
        work.stand_ins.hold(stand_in, at)
    if place is not None and isinstance(document, OutgoingDocument):
        require_own(item, document, field, placed_now(signer, at, work), at, work)


def right_in(
    place: Signatory, item: WorkItem, document: OutgoingDocument, by: Person, at: datetime, work: UnitOfWork
) -> Competence:
    """Return by what right the person signs there: that of their post, or the capacity the page gives them.

    In a capacity one signs oneself: nobody stands in for the member of a council or the secretary of a meeting.

    Raises:
        NotCompetent: They have neither.
        ReservedToHead: Only the head signs this document, and they are not, or act in a place.
        HeadReplaced: They are the head, and somebody else acts in the post.
    """
    if place.field != SIGNER_FIELD and place.capacity is not None:
        if place.person != by.id:
            raise NotCompetent
        return Competence(authority=Authority.OWN, by=place.under)
    competence = competence_in(item, document, by, at, work)
    if document.reserved_to_head and not _is_of_head(competence, item):
        require_not_replaced(by, at, work)
        raise ReservedToHead
    if competence is None:
        # Minutes are signed by whoever chaired, whatever post they hold.
        if document.type != MINUTES or place.capacity is None or place.person != by.id:
            require_not_replaced(by, at, work)
            raise NotCompetent
        return Competence(authority=Authority.OWN, by=place.under)
    return competence


def require_nobody_signs(document: Document, item: WorkItem, work: UnitOfWork) -> None:
    """Raise AnotherSigns while somebody else's key is being used on the document.

    One whose signing is stuck keeps nobody waiting: tried again it is made anew, on what the others left.
    """
    for signing in work.signings.of_document(document.id):
        if signing.state is not SigningState.DIGESTED or signing.work_item_id == item.id:
            continue
        other = work.work_items.get(signing.work_item_id)
        stuck = work.incidents.find_of_task(other.task_id)
        if other.state is WorkItemState.SIGNING and (stuck is None or stuck.state is not IncidentState.OPEN):
            raise AnotherSigns(name=work.people.get(signing.asked_by).name)
