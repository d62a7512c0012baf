"""Signing competence: by what right somebody signs a document, and what is printed above the signature for it.

Source: Decree 30/2020/NĐ-CP, art. 13.
"""

from dataclasses import dataclass

from engine.documents import OutgoingDocument
from engine.errors import Conflict, Forbidden
from engine.ids import StandInId, UnitId
from engine.letters import Authority, authority_lines
from engine.people import Person, Place, Role
from engine.signatories import Signatory
from engine.signatures import SIGNER_FIELD
from engine.stand_ins import StandInKind

_AUTHORITIES = {StandInKind.BY_ORDER: Authority.BY_ORDER, StandInKind.AUTHORISED: Authority.AUTHORISED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """By what right somebody signs.

    Attributes:
        of: Title of the head in whose place is signed, or whose post an acting head fills; None where the head signs,
            or there is none.
        through: Title of the head of unit who signs by order, where the unit's deputy signs for them.
        by: The stand-in it rests on; None: the signer's own post.
    """

    authority: Authority
    of: str | None = None
    through: str | None = None
    by: StandInId | None = None

    def lines(self, title: str) -> tuple[str, ...]:
        """Return what is printed above the signature of somebody with this *title*."""
        return authority_lines(self.authority, self.of, self.through, title)

    @property
    def may_be_collective(self) -> bool:
        """Whether one may sign in the name of a collective by this: the head, an acting head, a deputy."""
        return self.authority in (Authority.OWN, Authority.ACTING, Authority.DEPUTY)

    @property
    def is_of_head(self) -> bool:
        """Whether one signs by the post of the head itself, appointed or acting (Q.), and in nobody's place."""
        return self.authority is Authority.ACTING or (self.authority is Authority.OWN and self.by is None)

    def in_name_of(self, collective: str | None) -> "Competence":
        """Return this as the right to sign in the name of the collective that leads the agency (TM.), if one is named.

        Source: Decree 30/2020/NĐ-CP, art. 13: the head signs for the collective, deputies for the head (KT.).
        """
        if collective is None or not self.may_be_collective:
            return self
        through = self.of if self.authority is Authority.DEPUTY else None
        return Competence(authority=Authority.COLLECTIVE, of=collective, through=through, by=self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is to be signed, as far as competence asks: its type and the unit that drafted it."""

    type: str
    unit_id: UnitId


def matter_of(document: OutgoingDocument) -> Matter:
    """Return what competence asks about a document."""
    return Matter(type=document.type, unit_id=document.unit_id)


def signatories_of(document: OutgoingDocument) -> tuple[Signatory, ...]:
    """Return everybody who is to sign a document, the first signer first."""
    first = Signatory(
        person=document.signer, field=SIGNER_FIELD, under=document.signer_under, capacity=document.capacity
    )
    return (first, *document.further)


def signatory_in(document: OutgoingDocument, field: str) -> Signatory | None:
    """Return who is to sign in this field, or None."""
    return next((one for one in signatories_of(document) if one.field == field), None)


def own_competence(signer: Person, matter: Matter, head: Person | None) -> Competence | None:
    """Return by what right somebody signs a document that is theirs to sign, None where nothing gives it.

    The head signs, or who is appointed acting head (Q.); a deputy for the head; others as the head ordered or
    authorised on record, the chief of office by the order of the office's own regulation.
    """
    title = head.title if head else None
    if signer.holds(Role.HEAD):
        return _of_head(signer)
    acting = next((place for place in signer.places if place.by.kind is StandInKind.ACTING), None)
    if acting is not None:
        return _acting(acting)
    if signer.holds(Role.DEPUTY_HEAD):
        return Competence(authority=Authority.DEPUTY, of=title)
    recorded = (placed_competence(signer, place, matter, head) for place in signer.places)
    found = next((one for one in recorded if one is not None), None)
    if found is None and signer.holds(Role.CHIEF_OF_OFFICE):
        return Competence(authority=Authority.BY_ORDER, of=title)
    return found


def placed_competence(signer: Person, place: Place, matter: Matter, head: Person | None) -> Competence | None:
    """Return by what right somebody signs in a colleague's place, None where the stand-in does not give it.

    An absence gives no signature: who signs then is the head, or a deputy who signs for the head anyway. A unit's
    deputy signs for whom the head lets sign by order: the chief of office, or whoever passed their order on.
    """
    title, kind = head.title if head else None, place.by.kind
    if signer.holds(Role.HEAD):
        return _of_head(signer)
    # An absence recorded before the post fell vacant may cover the item too; the acting head signs as such.
    acting = next((one for one in (place, *signer.places) if one.by.kind is StandInKind.ACTING), None)
    if acting is not None:
        return _acting(acting)
    if signer.holds(Role.DEPUTY_HEAD):
        by = place.by.id if kind is StandInKind.DEPUTY else None
        return Competence(authority=Authority.DEPUTY, of=title, by=by)
    if kind is StandInKind.ABSENCE or not place.by.scope.covers_documents(matter.type, frozenset({matter.unit_id})):
        return None
    if kind in _AUTHORITIES:
        return Competence(authority=_AUTHORITIES[kind], of=title, by=place.by.id)
    through = place.through or (place.of.title if place.of.holds(Role.CHIEF_OF_OFFICE) else None)
    return Competence(authority=Authority.BY_ORDER, of=title, through=through, by=place.by.id) if through else None


def _acting(place: Place) -> Competence:
    return Competence(authority=Authority.ACTING, of=place.of.title, by=place.by.id)


def _of_head(signer: Person) -> Competence:
    return Competence(authority=Authority.ACTING if signer.is_acting_head else Authority.OWN)


class NotCompetent(Forbidden):
    """Nothing on record lets this person sign this document."""

    code = "signing.not_competent"
    template = (
        "You are not competent to sign this document: standing in during an absence gives no signature. "
        "It takes a post that signs, or a stand-in recorded as KT., TL. or TUQ. for this type of document. "
        "Return it, or ask the chief of office."
    )


class HeadReplaced(Forbidden):
    """The head does not sign while somebody appointed acts in the post (Q.): one post, one signature."""

    code = "signing.head_replaced"
    template = (
        "%(name)s has been acting head (Q.) since %(since)s, by %(basis)s, and signs as head as long as that holds. "
        "Let them have the document made out to them and sign it, or return it. If nobody acts in your place any more, "
        "have the office revoke the record first."
    )


class ReservedToHead(Forbidden):
    """Only the head of the agency signs such a decision: no deputy for the head, nobody by order or authorised."""

    code = "signing.reserved_to_head"
    template = (
        "Only the head of the agency may sign this document: to recognise and to revoke is the head's own right. "
        "A deputy (KT.), a stand-in, an order (TL.) or an authorisation (TUQ.) does not reach it."
    )


class PrintedForAnother(Conflict):
    """The page names another signer, or another right, than that of the one who is to sign."""

    code = "signing.printed_for_another"
    template = (
        "The document is printed for another signature than yours. Have it made out to you first, "
        "then read it once more and sign."
    )


class SignedByOthers(Conflict):
    """A page that somebody signed cannot be printed anew for another signer."""

    code = "signing.signed_by_others"
    template = (
        "Others have signed this document already, so it cannot be made out to you. "
        "Return it with the reason; then it is printed and signed anew."
    )


class NotMadeHere(Conflict):
    """An uploaded PDF names its signer; only a letter made here can be made out to another."""

    code = "signing.not_made_here"
    template = (
        "The PDF was made elsewhere and names its signer, so it cannot be made out to you. "
        "Return it; it is to be drafted again for your signature."
    )
