"""Keep a slip without a seal: the agency's key could not sign it, and the applicant is not to wait for that."""

from dataclasses import replace

from engine.case_slips import KeptSlip
from engine.ids import CaseSlipId
from engine.neighbours import Services
from engine.slip_keeping import keep, page_of


def keep_slip(slip_id: CaseSlipId, because: str, *, services: Services) -> None:
    """Put the slip into the archive as it is; *because* is the code of what kept the key from signing it.

    Raises:
        SlipNotFound: There is no such slip.
    """
    with services.begin() as work:
        slip = work.cases.get_slip(slip_id)
        known = work.cases.find_kept_slip(slip.id) or KeptSlip(slip_id=slip.id)
        page = page_of(slip, services, work)
    if known.file_id is None:
        keep(slip, replace(known, because=because), services.pdfs.print_slip(page), services)
