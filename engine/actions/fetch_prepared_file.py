"""Fetch what is to be signed: its signer does, or their browser plugin by an address that works once."""

from engine.client_signature_events import SignatureFetched
from engine.client_signatures import ClientSignature, ClientSignatureState, LinkUse
from engine.client_signing import linked, prepared_for, require_waiting
from engine.ids import WorkItemId
from engine.neighbours import Services
from engine.people import Person


def fetch_prepared_file(what: WorkItemId | str, *, by: Person | None, services: Services) -> ClientSignature:
    """Note that the prepared file is sent out, and return what it was prepared for.

    Args:
        what: The work item, for its signer; or the secret of an address, and then *by* is nobody.
        by: The signer.
        services: What actions need.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded: It is not theirs.
        LinkUnknown: The address does not work, or not any more.
        NothingPrepared, PreparedForAnother: Nothing waits for their signature.
        StandInOver, HeadReplaced: They may not give it any more.
    """
    with services.begin() as work:
        at = services.clock()
        by_link = isinstance(what, str)
        if isinstance(what, str) or by is None:
            known = linked(str(what), LinkUse.FETCH, at, work)
        else:
            known = prepared_for(by, what, work)
        item = work.work_items.get(known.work_item_id)
        if known.state is ClientSignatureState.OPEN:
            require_waiting(known, item, at, work)
            work.record(
                SignatureFetched(
                    by=known.asked_by,
                    at=at,
                    agency_id=known.agency_id,
                    on_behalf_of=item.on_behalf_of,
                    by_stand_in=item.by_stand_in,
                    document_id=known.document_id,
                    work_item_id=known.work_item_id,
                    signature_id=known.id,
                    file_id=known.prepared_file_id,
                    by_link=by_link,
                )
            )
        return known
