"""Note what the commune found on its four points, and how many samples go along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import dossier_access
from engine.ids import DossierId
from engine.ocop_events import OcopFindingsNoted
from engine.ocop_proposals import CommuneCheck, Finding, Proposal, ProposalBeingSigned, require_findings
from engine.ocop_turns import is_being_proposed
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOcopFindings:
    """Findings by point, and the number of samples."""

    dossier_id: DossierId
    findings: Mapping[CommuneCheck, Finding]
    samples: int


def note_ocop_findings(request: NoteOcopFindings, *, by: Person, at: datetime, work: UnitOfWork) -> Proposal:
    """Keep the findings with the dossier, while it may change, and return what it has beside its files.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose.
        DossierFrozen: It was submitted.
        ProposalBeingSigned: They stand in form 03 already, and the proposal is being signed.
        ProposalInvalid: A point is open, or the samples are not those of the decision.

    Source: Decision 26/2026/QĐ-TTg: a commune assesses origin, local labour, idea and identity, and nothing else.
    """
    dossier = work.dossiers.lock(request.dossier_id)
    dossier_access.require_compose(by, dossier, work)
    dossier.require_open()
    if is_being_proposed(dossier, work):
        raise ProposalBeingSigned
    proposal = work.ocop.proposals.lock(request.dossier_id)
    product = work.ocop.register.get(proposal.product_id)
    require_findings(request.findings, request.samples, product.set_number)
    noted = proposal.found(request.findings, request.samples)
    work.ocop.proposals.save(noted)
    work.record(
        OcopFindingsNoted(
            by=by.id,
            at=at,
            agency_id=dossier.agency_id,
            dossier_id=dossier.id,
            confirmed={check.value: finding.confirmed for check, finding in noted.findings.items()},
            samples=noted.samples,
        )
    )
    return noted
