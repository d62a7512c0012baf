"""Take a whole file that was signed elsewhere: what was given out, byte for byte, and one signature more."""

from dataclasses import dataclass, field

from engine.client_signatures import LinkUse
from engine.client_signing import linked, prepared_for, take_in
from engine.ids import WorkItemId
from engine.neighbours import Services
from engine.people import Person
from engine.signing_ends import given_up_if_over
from engine.signing_keys import KeyKind
from engine.work_items import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSignedFile:
    """A signed file.

    Attributes:
        what: The work item, for its signer; or the secret of an address, for their browser plugin.
        content: The file.
    """

    what: WorkItemId | str = field(repr=False)
    content: bytes = field(repr=False)


def take_signed_file(request: TakeSignedFile, *, by: Person | None, services: Services) -> WorkItem:
    """Take the file in and have the procedure go on; the same file again changes nothing.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded: It is not theirs to act on.
        StandInOver, HeadReplaced: The right it was prepared under is over; it is given up, and can be prepared anew.
        LinkUnknown: The address does not work, or not any more.
        NothingPrepared, PreparedForAnother, HandedInOtherwise: No file waits for their signature.
        SignedFileRefused, PdfRefused: It is anything but the given file and one good signature of the right key.
        SignatureGiven: Another one was accepted already.
        InstanceHalted, VersionMoved, KeyMismatch: The procedure, the document or the key changed meanwhile.
    """
    with services.begin() as work:
        if isinstance(request.what, str) or by is None:
            known = linked(str(request.what), LinkUse.HAND_IN, services.clock(), work)
        else:
            known = prepared_for(by, request.what, work)
    known.require_kind(KeyKind.PLUGIN)
    served = services.read(known.prepared_file_id)
    signed = services.pdfs.accept_signed_file(served, request.content, known.expected, services.clock())
    file = services.put_pdf(request.content, by=known.asked_by, agency_id=known.agency_id)
    with given_up_if_over(known.work_item_id, by=known.asked_by, services=services), services.begin() as work:
        at = services.clock()
        work.files.add(file)
        return take_in(known.accepted_file(file.id, at), signed, at=at, work=work)
