"""Complete a prepared signature with what the holder's own computer made; it is checked before anything is kept."""

from dataclasses import dataclass, field

from engine.client_signatures import ClientSignature
from engine.client_signing import prepared_for, take_in
from engine.ids import WorkItemId
from engine.neighbours import Services
from engine.people import Person
from engine.signing_ends import given_up_if_over
from engine.signing_keys import KeyKind
from engine.work_items import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteSignature:
    """A signature made elsewhere.

    Attributes:
        signature: The bare signature (RSA PKCS #1 v1.5 or ECDSA as DER), or a whole CMS.
        is_cms: Whether it is a CMS.
    """

    work_item_id: WorkItemId
    signature: bytes = field(repr=False)
    is_cms: bool = False


def complete_signature(request: CompleteSignature, *, by: Person, services: Services) -> WorkItem:
    """Take the signature in and have the worker stamp and embed it; the same one again changes nothing.

    The time-stamp service may be away: the signature is kept, and nobody has to sign again.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded: It is not theirs to act on.
        StandInOver, HeadReplaced: The right it was prepared under is over; it is given up, and can be prepared anew.
        NothingPrepared, PreparedForAnother, HandedInOtherwise: Nothing waits for this signature.
        SignatureNotOfThis, CmsRefused: It is not what was to be made.
        SignatureGiven: Another one was accepted already.
        InstanceHalted, VersionMoved, KeyMismatch: The procedure, the document or the key changed meanwhile.
    """
    with services.begin() as work:
        known = prepared_for(by, request.work_item_id, work)
    known.require_kind(KeyKind.CLIENT)
    cms = _checked(request, known, services)
    with given_up_if_over(known.work_item_id, by=by.id, services=services), services.begin() as work:
        at = services.clock()
        return take_in(known.accepted_cms(cms, at), known.field, at=at, work=work)


def _checked(request: CompleteSignature, known: ClientSignature, services: Services) -> bytes:
    check = services.pdfs.accept_cms if request.is_cms else services.pdfs.accept_signature
    return check(request.signature, known.digest, known.key, known.digest_algorithm)
