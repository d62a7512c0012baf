"""Submit the dossier of an OCOP product to the province: frozen here, waiting for registration there."""

from dataclasses import replace
from datetime import datetime

from engine import dossier_access, procedures, submitting
from engine.audit import Plain
from engine.deadlines import office_date
from engine.documents import IncomingDocument, IncomingState, Urgency
from engine.dossiers import Dossier
from engine.ids import DocumentId, DossierId
from engine.ocop_proposals import FORM_01, Proposal, require_findings
from engine.people import Person
from engine.ports import UnitOfWork


def submit_ocop_dossier(dossier_id: DossierId, *, by: Person, at: datetime, work: UnitOfWork) -> Dossier:
    """Submit the dossier; the first time its registration slip becomes an incoming document of the province.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose.
        ProposalInvalid: The commune's findings or the samples are not there.
        DossierNotInState, SubmittedTooLate, PartsMissing: It cannot be submitted.
    """
    dossier = work.dossiers.lock(dossier_id)
    dossier_access.require_compose(by, dossier, work)
    proposal = work.ocop.proposals.lock(dossier_id)
    product = work.ocop.register.get(proposal.product_id)
    require_findings(proposal.findings, proposal.samples, product.set_number)
    submitted = submitting.submit(dossier, _content(proposal), by=by.id, at=at, work=work)
    if submitted.received_document_id is not None:
        return submitted
    document = _slip(submitted, proposal, by, at, work)
    submitted = work.dossiers.save(replace(submitted, received_document_id=document.id))
    procedures.start(procedures.Beginning(key="ocop_rating", data={}), document, by=by.id, at=at, work=work)
    return submitted


def _content(proposal: Proposal) -> dict[str, Plain]:
    """Return what is submitted beside files, as the manifest lists it."""
    return {
        "slip": proposal.slip,
        "purpose": proposal.purpose.value,
        "changes": proposal.changes,
        "samples": proposal.samples,
        "confirmed": {check.value: finding.confirmed for check, finding in proposal.findings.items()},
    }


def _slip(dossier: Dossier, proposal: Proposal, by: Person, at: datetime, work: UnitOfWork) -> IncomingDocument:
    part = dossier.get_part(FORM_01)
    return IncomingDocument(
        id=DocumentId(work.new_id()),
        agency_id=dossier.receiver_id,
        type="PB",
        subject=dossier.subject,
        urgency=Urgency.NORMAL,
        file_id=part.files[0].file_id,
        created_at=at,
        created_by=by.id,
        code_number=f"{proposal.commune_serial:02d}",
        code_notation=f"PĐK-{proposal.province_code}-{proposal.commune_code}",
        issued_date=office_date(at),
        organ_name=work.people.get_agency(dossier.agency_id).name,
        state=IncomingState.RECEIVED,
    )
