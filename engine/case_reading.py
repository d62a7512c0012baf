"""Reading a case inside the office: who may, and the pages of its slips as they are printed."""

from dataclasses import replace
from datetime import datetime

from engine import access
from engine.case_asking import opinion_line, opinion_sentences
from engine.case_slips import CaseFile, SlipNotFound, SlipPage, control_page, slip_page
from engine.cases import Case, CaseNotFound
from engine.documents import DocumentNotFound
from engine.ids import CaseId, CaseSlipId
from engine.neighbours import ARCHIVE, Services
from engine.people import Person
from engine.ports import UnitOfWork


def readable_case(case_id: CaseId, by: Person, work: UnitOfWork) -> Case:
    """Return the case if the person may read its application. Raises CaseNotFound."""
    case = work.cases.get(case_id)
    try:
        access.require_read(by, work.documents.get(case.document_id))
    except DocumentNotFound as cause:
        raise CaseNotFound from cause
    return case


def file_of(case: Case, services: Services, work: UnitOfWork) -> CaseFile:
    """Return everything the slips of a case are filled from."""
    agency = work.people.get_agency(case.agency_id)
    dossier = work.dossiers.find_of_document(case.document_id)
    return CaseFile(
        case=case,
        procedure=work.case_procedures.get(case.procedure_id),
        applicant=work.cases.applicant(case.id),
        papers=tuple(work.cases.papers(case.id)),
        agency=agency.name,
        parent=agency.parent_name,
        place=agency.place,
        scans={part.code: len(part.files) for part in dossier.parts} if dossier else {},
        url=services.tracking_url(case.track_code),
    )


def slip_pdf(case_id: CaseId, slip_id: CaseSlipId, *, by: Person, services: Services) -> bytes:
    """Return a slip as it is kept; until the worker has made that, the page as it will be, without the seal.

    Raises:
        CaseNotFound: Not there, or not for this person.
        SlipNotFound: The case has no such slip.
    """
    with services.begin() as work:
        case = readable_case(case_id, by, work)
    return slip_file(case, slip_id, services)


def slip_file(case: Case, slip_id: CaseSlipId, services: Services) -> bytes:
    """Return a slip of the case as :func:`slip_pdf` does; the caller has asked who may. Raises SlipNotFound."""
    with services.begin() as work:
        slip = next((one for one in work.cases.slips(case.id) if one.id == slip_id), None)
        if slip is None:
            raise SlipNotFound
        kept = work.cases.find_kept_slip(slip.id)
        page = slip_page(slip, file_of(case, services, work), work.people.get(slip.issued_by).name)
    if kept is None or kept.file_id is None:
        return services.pdfs.print_slip(page)
    with services.store.open(ARCHIVE, kept.file_id, kept.version_id) as stream:
        return stream.read()


def control_pdf(case_id: CaseId, *, by: Person, services: Services) -> bytes:
    """Return the control slip of the steps and opinions so far, set as PDF. Raises CaseNotFound."""
    with services.begin() as work:
        page = control_sheet(readable_case(case_id, by, work), services.clock(), services, work)
    return services.pdfs.print_slip(page)


def control_sheet(case: Case, at: datetime, services: Services, work: UnitOfWork) -> SlipPage:
    """Return the control slip: every step, then who was asked for an opinion, what, and what came of it."""
    names = {person.id: person.name for person in work.people.of_agency(case.agency_id)}
    page = control_page(file_of(case, services, work), work.cases.steps(case.id), names, at)
    opinions = work.case_opinions.of_case(case.id)
    asked = [(one, work.people.get_agency(one.agency_id).name) for one in opinions]
    return replace(
        page,
        lines=(*page.lines, *(opinion_line(one, agency) for one, agency in asked)),
        sentences=tuple(said for one, agency in asked for said in opinion_sentences(one, agency)),
    )
