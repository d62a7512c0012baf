"""Add a file of evidence, a PDF or a photo, to an indicator of a dossier."""

from dataclasses import dataclass
from datetime import datetime

from engine import assessing, dossier_access
from engine.assessment_events import EvidenceAdded
from engine.assessments import Evidence, Stage
from engine.dossier_errors import DossierInvalid, FileAlreadyThere, TooManyFiles
from engine.dossiers import MAX_FILES, MAX_NAME, Dossier
from engine.drafts import FieldChecks
from engine.ids import DossierId, FileId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEvidence:
    """A file that shows what is reported of an indicator at a stage."""

    dossier_id: DossierId
    stage: Stage
    indicator: str
    file_id: FileId
    name: str


def add_evidence(request: AddEvidence, *, by: Person, at: datetime, work: UnitOfWork) -> Evidence:
    """Add the file.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose, or not theirs to appraise.
        DossierFrozen: The evidence of this stage cannot change now: what was submitted is not exchanged.
        IndicatorNotFound: The dossier is judged by no such indicator.
        DossierInvalid: There is no such file for them, or its name is none.
        FileAlreadyThere, TooManyFiles: It cannot be there.
    """
    dossier = work.dossiers.lock(request.dossier_id)
    dossier_access.require_report(by, request.stage, dossier, work)
    assessing.require_may_assess(dossier, request.stage)
    assessing.rules_of(dossier, work).indicator(request.indicator)
    _require_new(request, dossier, by, work)
    evidence = Evidence(
        dossier_id=dossier.id,
        indicator=request.indicator,
        stage=request.stage,
        file_id=request.file_id,
        name=request.name.strip(),
        added_at=at,
        added_by=by.id,
    )
    work.assessments.add_evidence(evidence)
    work.dossiers.save(dossier)
    work.record(
        EvidenceAdded(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            dossier_id=dossier.id,
            stage=evidence.stage.value,
            indicator=evidence.indicator,
            file_id=evidence.file_id,
        )
    )
    return evidence


def _require_new(request: AddEvidence, dossier: Dossier, by: Person, work: UnitOfWork) -> None:
    check = FieldChecks()
    check.text("name", request.name, MAX_NAME)
    check.known_file("file_id", request.file_id, by, work)
    check.done(DossierInvalid)
    known = work.assessments.evidence(dossier.id)
    if len(known) >= MAX_FILES:
        raise TooManyFiles(most=MAX_FILES)
    if any(one.file_id == request.file_id and _same_place(one, request) for one in known):
        raise FileAlreadyThere


def _same_place(known: Evidence, request: AddEvidence) -> bool:
    return (known.indicator, known.stage) == (request.indicator, request.stage)
