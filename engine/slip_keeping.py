"""Keeping a slip: its page as PDF, and the file that goes into the locked archive with what sealed it or did not."""

from dataclasses import replace

from engine.case_events import CaseSlipKept
from engine.case_reading import file_of
from engine.case_slips import KeptSlip, Slip, SlipPage, slip_page
from engine.ids import SYSTEM
from engine.neighbours import ARCHIVE, WORK, Services
from engine.ports import UnitOfWork


def page_of(slip: Slip, services: Services, work: UnitOfWork) -> SlipPage:
    """Return the page of a slip as it was given out."""
    case = work.cases.get(slip.case_id)
    return slip_page(slip, file_of(case, services, work), work.people.get(slip.issued_by).name)


def keep(slip: Slip, kept: KeptSlip, content: bytes, services: Services) -> None:
    """Put the file of a slip into the archive and on record, unless that was done; *kept* says what sealed it."""
    file = services.put_pdf(content, by=slip.issued_by, agency_id=slip.agency_id)
    with services.store.open(WORK, file.id) as stream:
        put = services.store.put(ARCHIVE, file.id, stream, file.size)
    with services.begin() as work:
        work.cases.lock(slip.case_id)
        known = work.cases.find_kept_slip(slip.id)
        if known is not None and known.file_id is not None:
            return
        at = services.clock()
        if work.files.find(file.id) is None:
            work.files.add(file)
        work.cases.keep_slip_file(replace(kept, file_id=file.id, version_id=put.version_id, kept_at=at))
        work.record(
            CaseSlipKept(
                by=SYSTEM,
                at=at,
                agency_id=slip.agency_id,
                case_id=slip.case_id,
                case_slip_id=slip.id,
                number=slip.printed,
                file_id=file.id,
                sealed=not kept.because,
                because=kept.because,
            )
        )
