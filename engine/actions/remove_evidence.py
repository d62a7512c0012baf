"""Take a file of evidence out of an indicator of a dossier."""

from dataclasses import dataclass
from datetime import datetime

from engine import assessing, dossier_access
from engine.assessment_events import EvidenceRemoved
from engine.assessments import Stage
from engine.dossier_errors import DossierFileNotFound
from engine.ids import DossierId, FileId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveEvidence:
    """A file of evidence to be taken out."""

    dossier_id: DossierId
    stage: Stage
    indicator: str
    file_id: FileId


def remove_evidence(request: RemoveEvidence, *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Take the file out; that it was there stays on record, and so does its content.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose, or not theirs to appraise.
        DossierFrozen: The evidence of this stage cannot change now.
        DossierFileNotFound: It is not there.
    """
    dossier = work.dossiers.lock(request.dossier_id)
    dossier_access.require_report(by, request.stage, dossier, work)
    assessing.require_may_assess(dossier, request.stage)
    known = work.assessments.find_evidence(dossier.id, request.indicator, request.stage, request.file_id)
    if known is None:
        raise DossierFileNotFound
    work.assessments.remove_evidence(known, by=by.id, at=at)
    work.dossiers.save(dossier)
    work.record(
        EvidenceRemoved(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            dossier_id=dossier.id,
            stage=known.stage.value,
            indicator=known.indicator,
            file_id=known.file_id,
        )
    )
