"""Have a signing service send the one-time code that a key asks for."""

from engine import signing_rights
from engine.acting import acting
from engine.ids import WorkItemId
from engine.key_errors import OtpNotSent
from engine.key_use import key_of
from engine.neighbours import Services
from engine.people import Person
from engine.signing_ends import given_up_if_over
from engine.signing_key_events import OtpSent
from engine.signing_places import hold_right
from engine.typed_keys import waiting_key


def send_otp(work_item_id: WorkItemId, key: str, *, by: Person, services: Services) -> None:
    """Have the code sent to the holder of the key the person is about to sign with; who asked for it is on record.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded, WorkItemNotOpen: As for signing.
        WorkItemTakesNoSignature, NotCompetent, PrintedForAnother, WrongKeyKind, KeyNotYours: As for signing.
        StandInOver, HeadReplaced: The right it was asked under is over; it is given up and can be asked for anew.
        OtpNotSent: The key asks for no code, or for one that a device shows.
        ServiceAway, ServiceAccessRefused, ServiceRefused: The service does not send it.
    """
    with given_up_if_over(work_item_id, by=by.id, services=services), services.begin() as work:
        at = services.clock()
        item = acting(by, work.work_items.get(work_item_id), at, work)
        used = waiting_key(item, by, services=services, work=work)
        asked = work.signings.find(item.id)
        if used is not None and asked is not None:
            hold_right(item, asked.field, by.id, at=at, work=work)
        if used is None:
            outcome, _ = signing_rights.require_may_sign(item, work.documents.get(item.document_id), by, at, work)
            whose = signing_rights.whose_key(key, outcome, by)
            used = key_of(by.agency_id, whose, services=services, work=work)
    if not used.sends_otp:
        raise OtpNotSent
    services.pdfs.send_otp(used)
    with services.begin() as work:
        work.record(
            OtpSent(
                by=by.id,
                at=services.clock(),
                agency_id=by.agency_id,
                work_item_id=item.id,
                key_id=used.holder,
            )
        )
